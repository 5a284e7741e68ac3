/**
 * What a meter's answers say beside its register: a relay that stands otherwise than last reported, a clock that has
 * drifted, a register that runs backwards. Reported on the edge, not with every poll.
 */
import { type FrameReport, REPORT, SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import type { ReadOutcome } from "../drivers/driver.ts";

/** Drift of a meter's clock that is reported (R14), in seconds of a clock that runs at life's speed. */
const DRIFT_S = 10;
/** A register that falls by less than this share of itself runs backwards; one that falls by more was reset or rolled over. */
const REVERSE_SHARE = 2n;

/** Remembers what was last reported of each slot. After a restart everything is reported once. */
export class Watch {
  readonly #relays = new Map<number, number>();
  readonly #drifts = new Map<number, number>();
  readonly #highest = new Map<number, bigint>();
  readonly #reversed = new Set<number>();
  readonly #driftS: number;

  /** `speed` is the installation clock's: on a faster one a moment on the wire is more seconds. */
  constructor(speed: number) {
    this.#driftS = DRIFT_S * Math.max(1, speed);
  }

  /** The slots whose meters' clocks are off, with the seconds by which they are ahead. */
  get drifts(): ReadonlyMap<number, number> {
    return this.#drifts;
  }

  /** The slots whose registers stand lower than they stood. */
  get reversed(): ReadonlySet<number> {
    return this.#reversed;
  }

  /** The reports that an answer calls for. */
  reportsOf(slot: number, outcome: ReadOutcome): FrameReport[] {
    if (!outcome.ok) return [];
    const { relay, atS, meterClockS } = outcome;
    const reports: FrameReport[] = [];
    if (relay !== "none" && this.#relays.get(slot) !== SUPPLY_REPORT[relay]) {
      this.#relays.set(slot, SUPPLY_REPORT[relay]);
      const state = SUPPLY_REPORT[relay];
      reports.push({ slot, kind: REPORT.supply, state, atS, number: 0, value: 0 });
    }
    const driftS = meterClockS === undefined ? 0 : meterClockS - atS;
    const drifted = Math.abs(driftS) > this.#driftS;
    if (drifted && !this.#drifts.has(slot))
      reports.push({ slot, kind: REPORT.clockDrift, state: 0, atS, number: 0, value: driftS });
    if (drifted) this.#drifts.set(slot, driftS);
    else this.#drifts.delete(slot);
    const fellBy = this.#fallOf(slot, outcome.registerAtoms);
    if (fellBy !== undefined) {
      const value = Number(fellBy);
      reports.push({ slot, kind: REPORT.tamper, state: 0, atS, number: 0, value });
    }
    return reports;
  }

  /** Notes a relay state that was reported with a command's number. */
  moved(slot: number, state: number): void {
    this.#relays.set(slot, state);
  }

  /** Forgets a slot: its meter is another one, or a report about it was not kept. */
  forget(slot: number): void {
    this.#relays.delete(slot);
    this.#drifts.delete(slot);
    this.#highest.delete(slot);
    this.#reversed.delete(slot);
  }

  /**
   * By how much the register has begun to run backwards: energy flows the wrong way through the meter, or somebody turned
   * it. Once, until it stands where it stood.
   */
  #fallOf(slot: number, atoms: bigint): bigint | undefined {
    const highest = this.#highest.get(slot);
    const fellBy = highest === undefined ? 0n : highest - atoms;
    if (highest === undefined || fellBy <= 0n || fellBy > highest / REVERSE_SHARE) {
      this.#highest.set(slot, atoms);
      this.#reversed.delete(slot);
      return undefined;
    }
    if (this.#reversed.has(slot)) return undefined;
    this.#reversed.add(slot);
    return fellBy;
  }
}
