/**
 * What the engine will make of a register's readings, one after the other (R10-R15, R18): the same verdicts as for live
 * ones. The kernel has the last word; a test compares the two.
 */
import type { Quality } from "./frame.ts";
import type { Verdict } from "./rated.ts";

const HOUR_S = 3_600n;
const TENTHS = 10n;
/** What may pass in a time is its greatest rate and a tenth more (R13). */
const RATE_TENTHS = 11n;

/** What is known of the meter, 0 where nothing; `latestS` is the latest time that a reading may have (R14). */
export type MeterLimits = {
  modulusAtoms: bigint;
  maxRateAtomsPerHour: bigint;
  stepAtoms: bigint;
  latestS: number;
};
/** A meter's last accepted actual reading. */
export type LastReading = { atS: number; registerAtoms: bigint };
/** A reading to be judged. */
export type JudgedReading = LastReading & { quality: Quality };

/** Judges readings in their order; it begins behind `last`, undefined for a meter that was never read. */
export class Judge {
  readonly #limits: MeterLimits;
  #last: LastReading | undefined;

  constructor(limits: MeterLimits, last: LastReading | undefined) {
    this.#limits = limits;
    this.#last = last;
  }

  /** The verdict on the next reading. */
  take({ atS, registerAtoms, quality }: JudgedReading): Verdict {
    if (quality === "estimated") return "estimated";
    const verdict = this.#verdict({ atS, registerAtoms });
    if (verdict === "accepted" || verdict === "opening" || verdict === "rollover")
      this.#last = { atS, registerAtoms };
    return verdict;
  }

  #verdict({ atS, registerAtoms }: LastReading): Verdict {
    const last = this.#last;
    const { latestS, modulusAtoms, maxRateAtomsPerHour } = this.#limits;
    if (last === undefined) return atS > latestS ? "clock" : "opening";
    if (atS === last.atS) return registerAtoms === last.registerAtoms ? "duplicate" : "conflict";
    if (atS < last.atS) return "late";
    const passedS = BigInt(atS - last.atS);
    const delta = registerAtoms - last.registerAtoms;
    if (delta < 0n) {
      const turned = delta + modulusAtoms;
      const turns = maxRateAtomsPerHour > 0n && turned >= 0n && this.#isWithin(turned, passedS);
      if (!turns) return "backwards";
      return atS > latestS ? "clock" : "rollover";
    }
    if (!this.#isWithin(delta, passedS)) return "implausible";
    return atS > latestS ? "clock" : "accepted";
  }

  #isWithin(delta: bigint, passedS: bigint): boolean {
    const { maxRateAtomsPerHour, stepAtoms } = this.#limits;
    if (maxRateAtomsPerHour === 0n) return true;
    const most = maxRateAtomsPerHour * passedS * RATE_TENTHS;
    return (delta - stepAtoms) * HOUR_S * TENTHS <= most;
  }
}
