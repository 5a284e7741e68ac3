/**
 * Reads every meter of the roster in its period. A meter has at most one poll waiting or under way; links are served
 * side by side, and a silent meter is asked more and more seldom. Nothing here blocks: a poll is a job on its link's
 * queue, and one timer wakes for the meters that are due.
 */

import { linkName } from "../../engine/contract/link.ts";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { ActOutcome, Driver, ReadOutcome, SupplyOrder } from "../drivers/driver.ts";
import { type LinkQueues, URGENCY, type Urgency } from "./link-queues.ts";
import { firstPollMs, nextPollMs, SILENT_FAULTS } from "./poll-plan.ts";

/** How often due meters are looked for. */
const LOOK_MS = 50;

/** The drivers by the roster's names. */
export type Drivers = Record<RosterMeter["driver"], Driver>;

/** What the poller reads with and whom it tells. */
export type PollerOptions = {
  drivers: Drivers;
  links: LinkQueues;
  nowS(): number;
  /** Time between two polls of a meter, in milliseconds of the machine's clock. */
  periodMs(meter: RosterMeter): number;
  /** Whether readings can be taken now; while not, no meter is asked. */
  open(): boolean;
  onOutcome(meter: RosterMeter, outcome: ReadOutcome): void;
};

type Polled = { meter: RosterMeter; dueMs: number; faults: number; waiting: boolean };

/** One gateway's poller; it runs from its making until `close`. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #timer: NodeJS.Timeout;
  #meters = new Map<number, Polled>();
  #byDue: Polled[] = [];
  #polls = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#pollDue(), LOOK_MS);
  }

  /** Meters of the roster. */
  get meters(): number {
    return this.#meters.size;
  }

  /** Reads that were made. */
  get polls(): number {
    return this.#polls;
  }

  /** Meters that have not answered for several polls. */
  get silent(): number {
    let count = 0;
    for (const { faults } of this.#meters.values()) if (faults >= SILENT_FAULTS) count++;
    return count;
  }

  /** Takes another roster: meters that stay keep their turn, new ones begin within their period. */
  setMeters(meters: readonly RosterMeter[]): void {
    const now = Date.now();
    const before = this.#meters;
    this.#meters = new Map(
      meters.map((meter) => {
        const known = before.get(meter.slot);
        if (known !== undefined && sameMeter(known.meter, meter)) return [meter.slot, known];
        const dueMs = now + firstPollMs(this.#options.periodMs(meter), Math.random());
        return [meter.slot, { meter, dueMs, faults: 0, waiting: false }];
      }),
    );
    this.#byDue = [...this.#meters.values()];
  }

  /** The meter of a slot, if the roster has one. */
  meterOf(slot: number): RosterMeter | undefined {
    return this.#meters.get(slot)?.meter;
  }

  /** Reads a meter as soon as its link is free, before the polls that wait there. */
  reread(slot: number): void {
    const polled = this.#meters.get(slot);
    if (polled !== undefined) this.#poll(polled, URGENCY.reread);
  }

  /** Moves a meter's relay when its link is free, before all polls. Undefined when the gateway stops or the link is overrun. */
  act(meter: RosterMeter, order: SupplyOrder): Promise<ActOutcome | undefined> {
    const { drivers, links } = this.#options;
    return links.run(meter.link, URGENCY.action, () => drivers[meter.driver].act(meter, order));
  }

  /** Starts no more polls. */
  close(): void {
    clearInterval(this.#timer);
    this.#meters.clear();
    this.#byDue = [];
  }

  #pollDue(): void {
    if (!this.#options.open()) return;
    const now = Date.now();
    for (const polled of this.#byDue) {
      if (polled.waiting || polled.dueMs > now) continue;
      polled.waiting = true;
      this.#poll(polled, URGENCY.poll);
    }
  }

  #poll(polled: Polled, urgency: Urgency): void {
    const { links, drivers, nowS } = this.#options;
    const { meter } = polled;
    void links
      .run(meter.link, urgency, () => {
        this.#polls++;
        return drivers[meter.driver].read(meter, nowS);
      })
      .catch(
        (error: unknown): ReadOutcome => ({
          ok: false,
          fault: "malformed",
          message: String(error),
        }),
      )
      .then((outcome) => {
        const current = this.#meters.get(meter.slot);
        if (outcome !== undefined) polled.faults = outcome.ok ? 0 : polled.faults + 1;
        polled.waiting = false;
        polled.dueMs =
          Date.now() + nextPollMs(this.#options.periodMs(meter), polled.faults, Math.random());
        if (outcome !== undefined && current !== undefined && sameMeter(current.meter, meter))
          this.#options.onOutcome(meter, outcome);
      });
  }
}

function sameMeter(a: RosterMeter, b: RosterMeter): boolean {
  return (
    a.meter_id === b.meter_id &&
    a.service === b.service &&
    a.serial === b.serial &&
    a.driver === b.driver &&
    a.device === b.device &&
    a.address === b.address &&
    a.key === b.key &&
    linkName(a.link) === linkName(b.link)
  );
}
