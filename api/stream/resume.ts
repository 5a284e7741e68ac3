/**
 * Brings a session that was away up to where all others are, no faster than it takes it: from the events that are kept in
 * memory, and before them from EVENTS. Live events pass it by meanwhile, and it ends when it has caught up with them.
 */
import { setImmediate as immediate } from "node:timers/promises";
import type { JetStreamClient } from "@nats-io/jetstream";
import { eventsFrom } from "./events.ts";
import { LiveEvent } from "./live-event.ts";
import type { Owners } from "./owners.ts";
import type { Kept, Recent } from "./recent.ts";
import type { Session } from "./session.ts";

/** Most events that are read again for one session; what is older is counted as lagged. */
const RESUME_EVENTS_MAX = 100_000;
/** Most sessions for which EVENTS is read at the same time; others wait. */
const READERS_MAX = 8;
/** How long a reader may take none of what is sent again, or the broker send nothing, in milliseconds. */
const RESUME_STILL_MS_MAX = 30_000;
/** Most events that are given to a session before others have their turn. */
const PART_EVENTS_MAX = 256;

/** What is needed to read again. */
export type Resuming = {
  stream: JetStreamClient;
  owners: Owners;
  recent: Recent;
  turnstile: Turnstile;
  /** The last sequence that went to all. */
  head(): number;
  /** The oldest sequence that the stream still has. */
  first(): Promise<number>;
  signal: AbortSignal;
};

/** Sends all after `since`; settles when the session is live, closed or given up. */
export async function resume(session: Session, since: number, with_: Resuming): Promise<void> {
  const { recent } = with_;
  let from = since + 1;
  if (from < recent.first) {
    from = Math.max(from, with_.head() - RESUME_EVENTS_MAX + 1, await with_.first());
    if (from > since + 1) session.outbox.leaveOut(from - since - 1);
  }
  session.standBehind(from - 1);
  while (!session.isClosed) {
    if (from < recent.first) {
      from = await with_.turnstile.pass(() => readAgain(session, from, with_));
      continue;
    }
    const events = recent.after(from - 1, session.accounts(), PART_EVENTS_MAX);
    if (events.length === 0) {
      // In the same turn as the look, or a live event could pass it by.
      session.isResuming = false;
      return;
    }
    for (const kept of events) {
      await give(session, kept, with_.owners);
      from = kept.seq + 1;
      await roomIn(session, with_.signal);
    }
    await immediate();
  }
}

/** Gives what EVENTS still has, until the rest is in memory or the session closed. Gives the sequence to go on with. */
async function readAgain(session: Session, from: number, with_: Resuming): Promise<number> {
  const giveUp = new AbortController();
  const signal = AbortSignal.any([with_.signal, giveUp.signal]);
  let timer = setTimeout(() => giveUp.abort(), RESUME_STILL_MS_MAX);
  try {
    for await (const { seq, event, text } of eventsFrom(with_.stream, from, signal)) {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp.abort(), RESUME_STILL_MS_MAX);
      const accountId = event?.data.account_id ?? "";
      if (event !== undefined)
        await give(session, { seq, accountId, at: event.time, text }, with_.owners);
      if (session.isClosed || seq + 1 >= with_.recent.first) return seq + 1;
      await roomIn(session, signal);
    }
    throw new Error("the events could not be read again in time");
  } finally {
    clearTimeout(timer);
  }
}

async function give(session: Session, kept: Kept, owners: Owners): Promise<void> {
  const known = owners.of(kept.accountId);
  const owner = typeof known === "string" ? known : await known;
  if (owner !== undefined) session.deliver(new LiveEvent(kept, owner));
}

/** Settles when there is room. Rejects when the reader takes nothing for too long, or all of it ends. */
async function roomIn(session: Session, signal: AbortSignal): Promise<void> {
  const room = session.outbox.room();
  if (room === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Error("a reader took nothing of what was sent again"));
    timer = setTimeout(giveUp, RESUME_STILL_MS_MAX);
    onAbort = giveUp;
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
  try {
    await Promise.race([room, late]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}

/** Lets so many through at a time. */
export class Turnstile {
  #free = READERS_MAX;
  readonly #waiting: (() => void)[] = [];

  /** Does the work when there is a place for it. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
