/**
 * Rates recorded readings through the kernel, without a server: one shard in memory, its inputs the same records that
 * the engine journals.
 */
import type { FrameReading } from "../contract/frame.ts";
import type { CoveredVersion } from "./coverage.ts";
import {
  type ChargedEntry,
  KernelShard,
  ONLY_GATEWAY,
  type RatedPart,
  READINGS_A_FRAME,
} from "./kernel-shard.ts";
import type { RecordedReadings } from "./readings-file.ts";
import { addLine, emptySums, type MeterSums } from "./result.ts";

/** Beside the readings: what is known of the meters, "0" where nothing. */
export type RatingOptions = { maxRateAtomsPerHour: bigint; modulusAtoms: bigint };

const PROGRESS_EVERY = 100_000;

/** Why readings alone can't be rated by some lists (R34). */
export const BY_PURCHASE =
  'is "purchase": such a list rates credit when it is bought, and readings cost nothing by it; give a list by consumption, or run the engine and credit accounts';

/**
 * Rates the readings in the file's order. `progress` is told how many are done now and then. Throws a RangeError for a list by
 * purchase.
 */
export function rateOffline(
  recorded: RecordedReadings,
  versions: readonly CoveredVersion[],
  options: RatingOptions,
  progress: (done: number) => void,
): MeterSums[] {
  if (versions.some(({ priceList }) => priceList.accumulationBasis === "purchase"))
    throw new RangeError(`/accumulation_basis ${BY_PURCHASE}`);
  const shard = new OfflineShard(recorded, versions);
  shard.setUp(options);
  const next = new Uint32Array(recorded.meters.length);
  let frame: FrameReading[] = [];
  for (const [done, meter] of recorded.order.entries()) {
    const reading = recorded.meters[meter]?.readings[next[meter] ?? 0];
    if (reading === undefined) throw new Error("a reading has no place");
    next[meter] = (next[meter] ?? 0) + 1;
    frame.push({
      slot: meter,
      register: reading.registerAtoms,
      atS: reading.atS,
      quality: "actual",
    });
    if (frame.length === READINGS_A_FRAME || done === recorded.order.length - 1) {
      shard.takeFrame(frame);
      frame = [];
    }
    if (done % PROGRESS_EVERY === 0) progress(done);
  }
  return shard.sums;
}

/** A shard whose accounts are recorded meters, one each in the order of the file. */
class OfflineShard {
  readonly sums: MeterSums[];
  readonly #recorded: RecordedReadings;
  readonly #versions: readonly CoveredVersion[];
  readonly #kernel: KernelShard;

  constructor(recorded: RecordedReadings, versions: readonly CoveredVersion[]) {
    this.#recorded = recorded;
    this.#versions = versions;
    this.sums = recorded.meters.map(({ meterId }) => emptySums(meterId));
    this.#kernel = new KernelShard({
      part: (part) => this.#addPart(part),
      charge: (entry) => this.#addCharge(entry),
    });
  }

  /** Opens an account for each meter, by one list and a policy that judges nothing. */
  setUp({ maxRateAtomsPerHour, modulusAtoms }: RatingOptions): void {
    for (const version of this.#versions) {
      this.#kernel.command({
        op: "set_price_list",
        number: this.#kernel.nextNumber(),
        index: 0,
        version: version.number,
        effective_from_s: version.effectiveFromS,
        covers_from_s: version.fromS,
        covers_to_s: version.toS,
        text: version.text,
      });
    }
    for (const [slot, { stepAtoms }] of this.#recorded.meters.entries()) {
      this.#kernel.command({
        op: "open_account",
        number: 1,
        slot,
        account_id: `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`,
        gateway: ONLY_GATEWAY,
        price_list: 0,
        policy: 0,
        recorded: true,
        modulus_atoms: modulusAtoms.toString(),
        max_rate_atoms_per_hour: maxRateAtomsPerHour.toString(),
        step_atoms: stepAtoms.toString(),
      });
    }
  }

  takeFrame(readings: readonly FrameReading[]): void {
    this.#kernel.frame(readings);
  }

  #addPart({ slot, verdict, last, quantityAtoms, ...part }: RatedPart): void {
    const sums = this.#sumsOf(slot);
    sums.verdicts[verdict] += last;
    if (quantityAtoms === 0n) return;
    const version = this.#versions.find(({ number }) => number === part.tariff);
    const period = version?.priceList.periods[part.period]?.name ?? "";
    addLine(sums, period, part.block, quantityAtoms, part.costMicros);
  }

  #addCharge({ slot, amountMicros }: ChargedEntry): void {
    this.#sumsOf(slot).chargesMicros += amountMicros;
  }

  #sumsOf(slot: number): MeterSums {
    const sums = this.sums[slot];
    if (sums === undefined) throw new Error("the kernel gave a row of no meter");
    return sums;
  }
}
