/**
 * Brings a session that was away up to where all others are: reads EVENTS again from where it left, no faster than it
 * takes them. Live events pass it by meanwhile, and the reading ends when it has caught up with them.
 */
import type { JetStreamClient } from "@nats-io/jetstream";
import { eventsFrom } from "./events.ts";
import { LiveEvent } from "./live-event.ts";
import type { Owners } from "./owners.ts";
import type { Session } from "./session.ts";

/** Most events that are read again for one session; what is older is counted as lagged. */
const RESUME_EVENTS_MAX = 100_000;
/** Most sessions that are brought up at the same time; others wait. */
const RESUMES_MAX = 8;
/** How long a reader may take none of what is sent again, or the broker send nothing, in milliseconds. */
const RESUME_STILL_MS_MAX = 30_000;

/** What is needed to read again. */
export type Resuming = {
  stream: JetStreamClient;
  owners: Owners;
  /** The last sequence that went to all. */
  head(): number;
  /** The oldest sequence that the stream still has. */
  first(): Promise<number>;
  signal: AbortSignal;
};

/** Sends all after `since`; settles when the session is live, closed or given up. */
export async function resume(session: Session, since: number, with_: Resuming): Promise<void> {
  const from = Math.max(since + 1, with_.head() - RESUME_EVENTS_MAX + 1, await with_.first());
  if (from > since + 1) session.outbox.leaveOut(from - since - 1);
  session.standBehind(from - 1);
  if (from > with_.head()) return goLive(session);
  const giveUp = new AbortController();
  const signal = AbortSignal.any([with_.signal, giveUp.signal]);
  const given = aborted(signal);
  let timer = setTimeout(() => giveUp.abort(), RESUME_STILL_MS_MAX);
  try {
    for await (const placed of eventsFrom(with_.stream, from, signal)) {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp.abort(), RESUME_STILL_MS_MAX);
      const owner = placed.event && (await with_.owners.of(placed.event.data.account_id));
      if (placed.event !== undefined && owner !== undefined) {
        session.deliver(new LiveEvent(placed, placed.event, owner));
      }
      if (session.isClosed) return;
      if (placed.seq >= with_.head()) return goLive(session);
      const room = session.outbox.room();
      if (room !== undefined) await Promise.race([room, given]);
    }
    throw new Error("the events could not be read again in time");
  } finally {
    clearTimeout(timer);
  }
}

/** From now on live events go to the session: in the same turn as it caught up with them, or one could pass it by. */
function goLive(session: Session): void {
  session.isResuming = false;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Lets so many through at a time. */
export class Turnstile {
  #free = RESUMES_MAX;
  readonly #waiting: (() => void)[] = [];

  /** Runs the work when there is a place for it. */
  async pass(work: () => Promise<void>): Promise<void> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
