/**
 * Rates recorded readings through the kernel, without a server: one shard in memory, its inputs the same records that
 * the engine journals.
 */
import {
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  ROW_ACCOUNT,
  ROW_BLOCK,
  ROW_COST,
  ROW_LAST,
  ROW_PERIOD,
  ROW_QUANTITY,
  ROW_TARIFF,
  ROW_VERDICT,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_COMPLETE,
  RUN_ROWS,
} from "../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate, type Kernel, loadKernel } from "../../kernel-as/kernel.ts";
import type { EngineCommand } from "../contract/commands.ts";
import { encodeSnapshot, FRAME_READINGS_MAX, type FrameReading } from "../contract/frame.ts";
import { VERDICTS } from "../contract/rated.ts";
import { toRecord } from "../core/command-records.ts";
import { InputWriter } from "../core/input.ts";
import { OutputReader } from "../core/outputs.ts";
import type { CommandRecord } from "../core/record-body.ts";
import type { CoveredVersion } from "./coverage.ts";
import type { RecordedReadings } from "./readings-file.ts";
import { addLine, emptySums, type MeterSums } from "./result.ts";

/** Beside the readings: what is known of the meters, "0" where nothing. */
export type RatingOptions = { maxRateAtomsPerHour: bigint; modulusAtoms: bigint };

const KEY = new Uint8Array(32);
const GATEWAY = 1;
/** Readings of one frame; well under FRAME_READINGS_MAX, so that the frame's bytes stay under their bound too. */
const READINGS_A_FRAME = Math.min(2_048, FRAME_READINGS_MAX);
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

/** One shard without journal or network. */
class OfflineShard {
  readonly sums: MeterSums[];
  readonly #recorded: RecordedReadings;
  readonly #versions: readonly CoveredVersion[];
  readonly #memory = createMemory();
  readonly #kernel: Kernel;
  readonly #writer: InputWriter;
  readonly #outputs: OutputReader;
  readonly #view: DataView;
  #sequence = 0;

  constructor(recorded: RecordedReadings, versions: readonly CoveredVersion[]) {
    this.#recorded = recorded;
    this.#versions = versions;
    this.sums = recorded.meters.map(({ meterId }) => emptySums(meterId));
    this.#kernel = instantiate(loadKernel(), this.#memory);
    this.#kernel.format(0);
    this.#writer = new InputWriter(this.#memory, 0);
    this.#outputs = new OutputReader(this.#memory);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** Opens an account for each meter, by one list and a policy that judges nothing. */
  setUp({ maxRateAtomsPerHour, modulusAtoms }: RatingOptions): void {
    let number = 1;
    for (const version of this.#versions) this.#command(setPriceList(number++, version));
    this.#command(freePolicy(number++));
    this.#command({
      op: "set_gateway",
      number,
      gateway: GATEWAY,
      key: Buffer.from(KEY).toString("hex"),
      roster_version: 1,
    });
    for (const [slot, { stepAtoms }] of this.#recorded.meters.entries()) {
      this.#command({
        op: "open_account",
        number: 1,
        slot,
        account_id: `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`,
        gateway: GATEWAY,
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
    const head = {
      shard: 0,
      gateway: GATEWAY,
      epoch: 1,
      sequence: ++this.#sequence,
      rosterVersion: 1,
    };
    this.#writer.reset();
    this.#writer.frame(encodeSnapshot({ ...head, readings, reports: [] }, KEY), 0, 0);
    this.#run();
  }

  #command(command: EngineCommand): void {
    const result = toRecord(command, () => 0);
    if (!result.ok)
      throw new Error(
        result.faults.map(({ pointer, message }) => `${pointer} ${message}`).join("; "),
      );
    const { kind, number, slot, body }: CommandRecord = result.record;
    this.#writer.reset();
    this.#writer.command(kind, number, slot, 0, body);
    this.#run();
    const { code } = this.#outputs.outcome(0);
    if (code !== 0) throw new Error(`the kernel refused ${command.op} with code ${code}`);
  }

  #run(): void {
    this.#kernel.begin();
    for (let status = -1; status !== RUN_COMPLETE; ) {
      status = this.#kernel.run(this.#writer.end);
      this.#addRows();
      this.#addCharges();
    }
  }

  #addRows(): void {
    const count = this.#view.getUint32(RUN_BASE + RUN_ROWS, true);
    for (let row = 0; row < count; row++) {
      const sums = this.#sumsOf(ROW_ACCOUNT + row * 4);
      const verdict = VERDICTS[this.#view.getUint8(ROW_VERDICT + row)];
      if (verdict === undefined) throw new Error("the kernel gave a verdict that has no name");
      sums.verdicts[verdict] += this.#view.getUint8(ROW_LAST + row);
      const quantity = this.#view.getBigInt64(ROW_QUANTITY + row * 8, true);
      if (quantity === 0n) continue;
      const version = this.#versions.find(
        ({ number }) => number === this.#view.getUint32(ROW_TARIFF + row * 4, true),
      );
      const period = version?.priceList.periods[this.#view.getUint8(ROW_PERIOD + row)]?.name ?? "";
      addLine(
        sums,
        period,
        this.#view.getUint8(ROW_BLOCK + row),
        quantity,
        this.#view.getBigInt64(ROW_COST + row * 8, true),
      );
    }
  }

  #addCharges(): void {
    const count = this.#view.getUint32(RUN_BASE + RUN_CHARGE_ROWS, true);
    for (let row = 0; row < count; row++) {
      this.#sumsOf(CHARGE_ROW_ACCOUNT + row * 4).chargesMicros += this.#view.getBigInt64(
        CHARGE_ROW_AMOUNT + row * 8,
        true,
      );
    }
  }

  #sumsOf(at: number): MeterSums {
    const sums = this.sums[this.#view.getUint32(at, true)];
    if (sums === undefined) throw new Error("the kernel gave a row of no meter");
    return sums;
  }
}

function setPriceList(number: number, version: CoveredVersion): EngineCommand {
  return {
    op: "set_price_list",
    number,
    index: 0,
    version: version.number,
    effective_from_s: version.effectiveFromS,
    covers_from_s: version.fromS,
    covers_to_s: version.toS,
    text: version.text,
  };
}

function freePolicy(number: number): EngineCommand {
  return {
    op: "set_policy",
    number,
    index: 0,
    low_credit_micros: [],
    hysteresis_micros: "0",
    disablement_threshold_micros: "0",
    clearance_micros: "0",
    max_balance_micros: "0",
    automatic_cut: false,
    stale_after_s: 0,
  };
}
