/**
 * What a price list would have charged: the stories of accounts through the kernel that rates live readings.
 */
import { setImmediate as turn } from "node:timers/promises";
import { TIME_MAX } from "../../engine/contract/frame.ts";
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import {
  type ChargedEntry,
  KernelShard,
  ONLY_GATEWAY,
  type RatedPart,
  READINGS_A_FRAME,
} from "../../engine/rating/kernel-shard.ts";
import { CHARGE_CODES } from "../reports/tariffs.ts";
import type { Period } from "./period.ts";
import type { Story } from "./story.ts";

/** Exact sums in atoms and micros. */
export type Charged = { quantityAtoms: bigint; costMicros: bigint; chargesMicros: bigint };
/** The list with its JSON, as it was checked. */
export type Proposed = { list: PriceList; text: string };
/**
 * An account to be rated: since when it is charged by time, its carry at its first reading (R2), and whether its time is
 * driven by its readings alone.
 */
export type Rateable = { openedS: number; carry: number; recorded: boolean; story: Story };

const DAY_S = 86_400;
const VERSION = 1;

/** Nothing yet. */
export function nothing(): Charged {
  return { quantityAtoms: 0n, costMicros: 0n, chargesMicros: 0n };
}

/** Whether a row of charges is the price list's own, not the repayment of a debt. */
export function isOfList(code: number): boolean {
  const charge = code % CHARGE_CODES.toDebt;
  return charge < CHARGE_CODES.timeDebt || charge >= CHARGE_CODES.demand;
}

/** Rates accounts one after the other; rows before `coverFromS` cannot be rated. */
export class ProposedRating {
  readonly #proposed: Proposed;
  readonly #period: Period;
  readonly #coverFromS: number;
  readonly #kernel: KernelShard;
  readonly #lists = new Map<string, number>();
  #slot = -1;
  #from = 0;
  #to = 0;
  #sums = nothing();
  #isRated = true;

  constructor(proposed: Proposed, period: Period, coverFromS: number) {
    this.#proposed = proposed;
    this.#period = period;
    this.#coverFromS = coverFromS;
    this.#kernel = new KernelShard({
      part: (part) => this.#addPart(part),
      charge: (entry) => this.#addCharge(entry),
    });
  }

  /** What the account would have been charged; undefined where its readings cannot be rated. */
  async rate({ openedS, carry, recorded, story }: Rateable): Promise<Charged | undefined> {
    this.#slot += 1;
    [this.#from, this.#to] = [story.from.atS, story.to.atS];
    this.#sums = nothing();
    this.#isRated = story.isWhole;
    this.#open(openedS, recorded, this.#listFor(story));
    this.#kernel.setCarry(this.#slot, carry);
    for (let at = 0; at < story.readings.length; at += READINGS_A_FRAME) {
      const some = story.readings.slice(at, at + READINGS_A_FRAME);
      this.#kernel.frame(
        some.map((reading) => ({ slot: this.#slot, ...reading })),
        TIME_MAX,
      );
      await turn();
    }
    if (!recorded) this.#kernel.tick(this.#period.toS);
    return this.#isRated ? this.#sums : undefined;
  }

  #open(openedS: number, recorded: boolean, list: number): void {
    const account = this.#slot.toString(16).padStart(12, "0");
    this.#kernel.command(
      {
        op: "open_account",
        number: 1,
        slot: this.#slot,
        account_id: `00000000-0000-4000-8000-${account}`,
        gateway: ONLY_GATEWAY,
        price_list: list,
        policy: 0,
        recorded,
        modulus_atoms: "0",
        max_rate_atoms_per_hour: "0",
        step_atoms: "1",
      },
      openedS,
    );
  }

  /** The list, cut where the store cut readings at the edges of the period: a version that says the same begins there (R32). */
  #listFor({ from, to }: Story): number {
    const cuts = [from, to].filter(({ isCut }) => isCut).map(({ atS }) => atS);
    const known = this.#lists.get(cuts.join());
    if (known !== undefined) return known;
    const index = this.#lists.size;
    this.#lists.set(cuts.join(), index);
    for (const [at, effectiveS] of [this.#coverFromS, ...cuts].entries()) {
      this.#kernel.command({
        op: "set_price_list",
        number: this.#kernel.nextNumber(),
        index,
        version: VERSION + at,
        effective_from_s: effectiveS,
        covers_from_s: effectiveS,
        covers_to_s: this.#coverToS(),
        text: this.#proposed.text,
      });
    }
    return index;
  }

  #coverToS(): number {
    return Math.min(this.#period.toS + DAY_S * 400, TIME_MAX);
  }

  #addPart({ slot, toS, quantityAtoms, costMicros, verdict }: RatedPart): void {
    if (slot !== this.#slot) return;
    if (!RATED.has(verdict)) this.#isRated = false;
    if (toS <= this.#from || toS > this.#to) return;
    this.#sums.quantityAtoms += quantityAtoms;
    this.#sums.costMicros += costMicros;
  }

  #addCharge({ slot, atS, amountMicros, charge }: ChargedEntry): void {
    const { fromS, toS } = this.#period;
    if (slot !== this.#slot || atS <= fromS || atS > toS || !isOfList(charge)) return;
    this.#sums.chargesMicros += amountMicros;
  }
}

/** What readings that were rated once become. */
const RATED = new Set<RatedPart["verdict"]>(["accepted", "opening", "estimated"]);
