/**
 * What a person should see of a gateway's meters, one line each source: clocks that are off, registers that run
 * backwards, meters that were not read for long, commands that failed. Each line names one meter and counts the others.
 */
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { SupplyMessage } from "../../engine/contract/supply.ts";
import type { Stale } from "./poller.ts";
import type { Watch } from "./watch.ts";

/** Most failed commands that are remembered. */
const FAILED_MAX = 1_024;

/** Whom the lines go to, and where meters are looked up. */
export type FieldAlarmsOptions = {
  watch: Watch;
  meterOf(slot: number): RosterMeter | undefined;
  stale(): Stale;
  /** Sets the line of a source, or ends it. */
  alarm(source: string, message: string | undefined): void;
};

/** One gateway's alarms about its meters. */
export class FieldAlarms {
  readonly #options: FieldAlarmsOptions;
  /** What the last command of a slot came to, where it failed. */
  readonly #failed = new Map<number, string>();

  constructor(options: FieldAlarmsOptions) {
    this.#options = options;
  }

  /** Notes how a command ended: the line stands until a later command of the same meter is carried out. */
  ended({ slot, number, action }: SupplyMessage, fault: string | undefined): void {
    this.#failed.delete(slot);
    if (fault !== undefined && this.#failed.size < FAILED_MAX)
      this.#failed.set(slot, `${action} ${number} of ${this.#name(slot)} failed: ${fault}`);
  }

  /** Forgets a slot whose meter is another one now. */
  forget(slot: number): void {
    this.#failed.delete(slot);
  }

  /** Sets all lines anew; to be called now and then. */
  look(): void {
    const { watch, stale, alarm } = this.#options;
    const [failed] = this.#failed.values();
    alarm("supply", failed === undefined ? undefined : failed + others(this.#failed.size));
    const [drift] = watch.drifts;
    alarm(
      "clocks",
      drift &&
        `the clock of ${this.#name(drift[0])} is ${Math.abs(drift[1])} s ${drift[1] > 0 ? "ahead" : "behind"}: set it${others(watch.drifts.size)}`,
    );
    const [reversed] = watch.reversed;
    alarm(
      "tamper",
      reversed === undefined
        ? undefined
        : `the register of ${this.#name(reversed)} runs backwards: look at its wiring${others(watch.reversed.size)}`,
    );
    const { count, meter } = stale();
    alarm(
      "stale",
      meter && `meter ${meter.serial} was not read for several of its periods${others(count)}`,
    );
  }

  #name(slot: number): string {
    const meter = this.#options.meterOf(slot);
    return meter === undefined ? `slot ${slot}` : `meter ${meter.serial}`;
  }
}

function others(count: number): string {
  return count > 1 ? ` (and ${count - 1} more)` : "";
}
