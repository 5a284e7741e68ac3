/**
 * What a meter's answers say beside its register: a relay that stands otherwise than last reported, a clock that has
 * drifted. Reported on the edge, not with every poll.
 */
import { type FrameReport, REPORT, SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import type { ReadOutcome } from "../drivers/driver.ts";

/** Drift of a meter's clock that is reported (R14), in seconds of a clock that runs at life's speed. */
const DRIFT_S = 10;

/** Remembers what was last reported of each slot. After a restart everything is reported once. */
export class Watch {
  readonly #relays = new Map<number, number>();
  readonly #drifted = new Set<number>();
  readonly #driftS: number;

  /** `speed` is the installation clock's: on a faster one a moment on the wire is more seconds. */
  constructor(speed: number) {
    this.#driftS = DRIFT_S * Math.max(1, speed);
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
    if (drifted && !this.#drifted.has(slot))
      reports.push({ slot, kind: REPORT.clockDrift, state: 0, atS, number: 0, value: driftS });
    if (drifted) this.#drifted.add(slot);
    else this.#drifted.delete(slot);
    return reports;
  }

  /** Notes a relay state that was reported with a command's number. */
  moved(slot: number, state: number): void {
    this.#relays.set(slot, state);
  }

  /** Forgets a slot: its meter is another one, or a report about it was not kept. */
  forget(slot: number): void {
    this.#relays.delete(slot);
    this.#drifted.delete(slot);
  }
}
