/**
 * Reads every meter of the roster in its period. A meter has at most one poll waiting or under way; links are served
 * side by side, a silent meter is asked more and more seldom, and one whose credit is low oftener where its link has the
 * time. Nothing here blocks: a poll is a job on its link's queue, and one timer wakes for the meters that are due.
 */
import { INTAKE_DEVICE } from "../../engine/contract/intake.ts";
import { linkName } from "../../engine/contract/link.ts";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { ActOutcome, Driver, ReadOutcome, SupplyOrder } from "../drivers/driver.ts";
import type { LinkFigures } from "./link-figures.ts";
import { LinkHealth } from "./link-health.ts";
import { type LinkQueues, URGENCY, type Urgency } from "./link-queues.ts";
import {
  failedWaitMs,
  firstPollMs,
  nextPollMs,
  SILENT_FAULTS,
  slowWaitMs,
  URGENT_TIMES,
} from "./poll-plan.ts";

/** How often due meters are looked for. */
const LOOK_MS = 50;
/** A meter that was not read for so many of its periods is stale. */
const STALE_PERIODS = 4;

/** A meter that says that it has changed is read for it at most so often. */
const CHANGED_PAUSE_MS = 2_000;

/** The drivers by the roster's names. */
export type Drivers = Record<RosterMeter["driver"], Driver>;

/** What the poller reads with and whom it tells. */
export type PollerOptions = {
  drivers: Drivers;
  links: LinkQueues;
  figures: LinkFigures;
  nowS(): number;
  /** Time between two polls of a meter, in milliseconds of the machine's clock. */
  periodMs(meter: RosterMeter): number;
  /** Whether readings can be taken now; while not, no meter is asked. */
  open(): boolean;
  onOutcome(meter: RosterMeter, outcome: ReadOutcome): void;
  /** Told how long after it was due a meter's read had its answer. */
  onRead?(meter: RosterMeter, lateMs: number): void;
};

/** `dueMs` is when it is read next, `turnMs` when its own period asks for it; an urgent read in between is extra. */
type Polled = {
  meter: RosterMeter;
  link: string;
  dueMs: number;
  turnMs: number;
  faults: number;
  answered: boolean | undefined;
  waiting: boolean;
  readMs: number;
  urgentUntilMs: number;
};

/** Meters that were not read for long, and the one that waits longest. */
export type Stale = { count: number; meter: RosterMeter | undefined; sinceMs: number };

/** One gateway's poller; it runs from its making until `close`. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #health = new LinkHealth();
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

  /** Meters that have not answered for several polls, or for as long as these would have taken. */
  get silent(): number {
    const now = Date.now();
    let count = 0;
    for (const { faults, meter, readMs } of this.#byDue) {
      const isLong = now - readMs > SILENT_FAULTS * this.#options.periodMs(meter);
      if (faults >= SILENT_FAULTS || (faults > 0 && isLong)) count++;
    }
    return count;
  }

  /** Meters that are read oftener because their credit is low. */
  get urgent(): number {
    const now = Date.now();
    let count = 0;
    for (const { urgentUntilMs } of this.#meters.values()) if (urgentUntilMs > now) count++;
    return count;
  }

  /** Meters without a reading for several of their periods. */
  stale(): Stale {
    const now = Date.now();
    const worst: Stale = { count: 0, meter: undefined, sinceMs: 0 };
    for (const { meter, readMs } of this.#byDue) {
      const sinceMs = now - readMs;
      if (sinceMs <= STALE_PERIODS * this.#options.periodMs(meter)) continue;
      worst.count++;
      if (sinceMs > worst.sinceMs) Object.assign(worst, { meter, sinceMs });
    }
    return worst;
  }

  /** Takes another roster: meters that stay keep their turn, new ones begin within their period. */
  setMeters(meters: readonly RosterMeter[]): void {
    const before = this.#meters;
    this.#meters = new Map(
      meters.map((meter) => {
        const known = before.get(meter.slot);
        const stays = known !== undefined && sameMeter(known.meter, meter);
        return [meter.slot, stays ? known : this.#newlyPolled(meter)];
      }),
    );
    this.#byDue = [...this.#meters.values()].filter(({ meter }) => meter.device !== INTAKE_DEVICE);
    for (const polled of before.values())
      if (this.#meters.get(polled.meter.slot) !== polled)
        this.#health.forget(polled.link, polled.answered);
  }

  /** The meter of a slot, if the roster has one. */
  meterOf(slot: number): RosterMeter | undefined {
    return this.#meters.get(slot)?.meter;
  }

  /** Reads these slots oftener for so long, and no others; slots that are not ours are passed over. */
  setUrgent(slots: ReadonlySet<number>, forMs: number): void {
    const now = Date.now();
    for (const [slot, polled] of this.#meters) {
      const urgent = slots.has(slot);
      if (urgent && polled.urgentUntilMs <= now && polled.faults === 0) {
        const soonMs = this.#options.periodMs(polled.meter) / URGENT_TIMES;
        polled.dueMs = Math.min(polled.dueMs, now + firstPollMs(soonMs, Math.random()));
      }
      polled.urgentUntilMs = urgent ? now + forMs : 0;
    }
  }

  /** Reads a meter as soon as its link is free, before the polls that wait there. */
  reread(slot: number): void {
    const polled = this.#meters.get(slot);
    if (polled !== undefined) this.#poll(polled, URGENCY.reread);
  }

  /**
   * The meter has said that it changed: it is read when its wire is quiet, though not more often than CHANGED_PAUSE_MS. What it
   * said is no reading, since it came without a proof of who said it.
   */
  changed(slot: number): void {
    const polled = this.#meters.get(slot);
    if (polled === undefined || polled.faults > 0) return;
    const soonestMs = Math.max(Date.now(), polled.readMs + CHANGED_PAUSE_MS);
    polled.dueMs = Math.min(polled.dueMs, soonestMs);
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

  #newlyPolled(meter: RosterMeter): Polled {
    const now = Date.now();
    const dueMs = now + firstPollMs(this.#options.periodMs(meter), Math.random());
    const times = { dueMs, turnMs: dueMs, readMs: now, urgentUntilMs: 0 };
    return {
      meter,
      link: linkName(meter.link),
      ...times,
      faults: 0,
      answered: undefined,
      waiting: false,
    };
  }

  #pollDue(): void {
    if (!this.#options.open()) return;
    const now = Date.now();
    for (const polled of this.#byDue) {
      if (polled.waiting || polled.dueMs > now) continue;
      const urgent = polled.urgentUntilMs > now;
      // An extra read only where nobody on the wire waits for it.
      if (polled.turnMs > now && this.#options.links.waiting(polled.link) > 0) continue;
      polled.waiting = true;
      this.#poll(polled, urgent ? URGENCY.urgent : URGENCY.poll);
    }
  }

  #poll(polled: Polled, urgency: Urgency): void {
    const { links, drivers, nowS } = this.#options;
    const { meter } = polled;
    let beganMs = 0;
    void links
      .run(meter.link, urgency, () => {
        this.#polls++;
        beganMs = Date.now();
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
        polled.waiting = false;
        const now = Date.now();
        if (outcome === undefined) {
          polled.turnMs = now + nextPollMs(this.#options.periodMs(meter), 0, Math.random());
          polled.dueMs = polled.turnMs;
        } else this.#took(polled, outcome, now - beganMs);
      });
  }

  #took(polled: Polled, outcome: ReadOutcome, tookMs: number): void {
    const { meter, link } = polled;
    const { figures, onRead, onOutcome } = this.#options;
    figures.read(link, outcome.ok ? undefined : outcome.fault, tookMs);
    // The roster has changed meanwhile: what was read is nobody's.
    if (this.#meters.get(meter.slot) !== polled) return;
    const now = Date.now();
    if (outcome.ok && now >= polled.turnMs) onRead?.(meter, now - polled.turnMs);
    const isBack = this.#health.note(link, polled.answered, outcome.ok);
    polled.answered = outcome.ok;
    polled.faults = outcome.ok ? 0 : polled.faults + 1;
    if (outcome.ok) polled.readMs = now;
    this.#plan(polled, tookMs);
    if (isBack) this.#askAgain(link);
    onOutcome(meter, outcome);
  }

  /** The next turn: from the turn before, so that lateness does not add up; a failed one waits as its link can bear. */
  #plan(polled: Polled, tookMs: number): void {
    const now = Date.now();
    const periodMs = this.#options.periodMs(polled.meter);
    if (polled.faults > 0) {
      const shareMs = failedWaitMs({ tookMs, ...this.#health.of(polled.link) });
      const waitMs = Math.max(nextPollMs(periodMs, polled.faults, Math.random()), shareMs);
      polled.turnMs = now + waitMs;
    } else if (polled.turnMs <= now) {
      const nextMs = polled.turnMs + nextPollMs(periodMs, 0, Math.random());
      polled.turnMs = nextMs > now ? nextMs : now + nextPollMs(periodMs, 0, Math.random());
      polled.turnMs = Math.max(polled.turnMs, now + slowWaitMs(tookMs));
    }
    const isUrgent = polled.urgentUntilMs > now && polled.faults === 0;
    const urgentMs = now + nextPollMs(periodMs / URGENT_TIMES, 0, Math.random());
    polled.dueMs = isUrgent ? Math.min(polled.turnMs, urgentMs) : polled.turnMs;
  }

  /** A wire that was dead answers again: what was put off on it is asked within its period. */
  #askAgain(link: string): void {
    const now = Date.now();
    for (const polled of this.#byDue) {
      if (polled.link !== link || polled.faults === 0) continue;
      const waitMs = firstPollMs(this.#options.periodMs(polled.meter), Math.random());
      polled.turnMs = Math.min(polled.turnMs, now + waitMs);
      polled.dueMs = polled.turnMs;
    }
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
