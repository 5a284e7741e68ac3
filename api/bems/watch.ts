/**
 * Keeps the book: which accounts there are from the registry, how they stand from the engine. One question at a time with a
 * pause behind it, whoever asks what over BACnet, so that the engine never feels it; accounts that an event names come first.
 */
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { type Asking, askQuery } from "../engine/ask.ts";
import { every, type Ongoing } from "../every.ts";
import { listAccounts } from "../registry/accounts.ts";
import { type Queryable, ROWS_AT_ONCE } from "../registry/database.ts";
import { asOperator } from "../registry/isolation/scope.ts";
import { eventsFrom } from "../stream/events.ts";
import { type Book, type Entry, OFFERED_MAX, type Offered } from "./book.ts";

/** Accounts of one question, and the pause behind each, in milliseconds: at most 5 000 accounts a second. */
const ASKED_MAX = 250;
const PAUSE_MS = 50;
/** How often the registry is asked which accounts there are, in milliseconds. */
const ACCOUNTS_MS = 30_000;
/** How long to wait before EVENTS is read again after it could not be, in milliseconds. */
const RETRY_MS = 1_000;
/** Most accounts that wait to be asked for because an event named them. */
const NAMED_MAX = 10_000;

/** What the watch reads from; `refreshS` is the least time between two questions about one account. */
export type Watched = {
  db: Queryable;
  nats: NatsConnection;
  operatorId: string;
  refreshS: number;
  onFault: (error: unknown) => void;
};

/** Keeps a book until it is stopped. */
export function watch(book: Book, from: Watched): Ongoing {
  const named = new Set<string>();
  const accounts = every(ACCOUNTS_MS, () => readAccounts(book, from), from.onFault);
  const asking = every(PAUSE_MS, () => askNext(book, named, from), from.onFault);
  const hearing = hearEvents(book, named, from);
  return {
    async stop() {
      await Promise.all([accounts.stop(), asking.stop(), hearing.stop()]);
    },
  };
}

/** Reads which accounts the operator has, in the order of their opening. */
export async function readAccounts(
  book: Book,
  { db, operatorId, onFault }: Watched,
): Promise<void> {
  const all: Offered[] = [];
  for (let after = 0; all.length <= OFFERED_MAX; ) {
    const rows = await asOperator(operatorId, () =>
      listAccounts(db, operatorId, { after, limit: ROWS_AT_ONCE }),
    );
    for (const { account, unit, site, meter } of rows) {
      const { id: accountId, ordinal, shard, slot, service, currency, holds } = account;
      const place = { site: site.name, unit: unit.name, meterSerial: meter?.serial ?? null };
      all.push({ accountId, ordinal, shard, slot, service, currency, holds, ...place });
      after = ordinal;
    }
    if (rows.length < ROWS_AT_ONCE) break;
  }
  const left = book.replace(all);
  if (left > 0)
    onFault(
      new Error(`${left} accounts are not offered over BACnet: too many, or no instance left`),
    );
}

/** Asks about the accounts that need it most, in one question of one shard. */
export async function askNext(
  book: Book,
  named: Set<string>,
  { nats, refreshS }: Pick<Watched, "refreshS"> & { nats: Asking },
): Promise<void> {
  const dueMs = Date.now() - refreshS * 1_000;
  const first = firstNamed(book, named) ?? oldest(book, dueMs);
  if (first === undefined) return;
  const { shard } = first.offered;
  const others = book.entries
    .filter((entry) => entry !== first && entry.offered.shard === shard)
    .filter((entry) => named.has(entry.offered.accountId) || entry.askedMs <= dueMs);
  const some = [first, ...others.slice(0, ASKED_MAX - 1)];
  // Before the answer: a shard that is away is asked again in its turn, and keeps no other waiting.
  const askedMs = Date.now();
  for (const entry of some) {
    named.delete(entry.offered.accountId);
    entry.askedMs = askedMs;
  }
  const reply = await askQuery(nats, shard, { slots: some.map(({ offered }) => offered.slot) });
  if (reply.status !== "ok") return;
  for (const [at, entry] of some.entries()) {
    const state = reply.accounts[at] ?? null;
    entry.state = state?.account_id === entry.offered.accountId ? state : null;
    entry.seenMs = Date.now();
  }
}

function firstNamed(book: Book, named: Set<string>): Entry | undefined {
  for (const accountId of named) {
    const entry = book.of(accountId);
    if (entry !== undefined) return entry;
    named.delete(accountId);
  }
  return undefined;
}

function oldest(book: Book, dueMs: number): Entry | undefined {
  let found: Entry | undefined;
  for (const entry of book.entries) {
    if (entry.askedMs <= dueMs && (found === undefined || entry.askedMs < found.askedMs))
      found = entry;
  }
  return found;
}

/** The last event's place; undefined while whoever writes to the stream has not made it. */
async function lastEvent(manager: JetStreamManager): Promise<number | undefined> {
  try {
    return (await manager.streams.info(STREAMS.events)).state.last_seq;
  } catch (error) {
    const isMissing =
      error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
    if (isMissing) return undefined;
    throw error;
  }
}

/** Notes which accounts events are about, from now on. */
function hearEvents(book: Book, named: Set<string>, { nats, onFault }: Watched): Ongoing {
  const stopping = new AbortController();
  const { signal } = stopping;
  const reading = every(
    RETRY_MS,
    async () => {
      if (signal.aborted) return;
      const manager = await jetstreamManager(nats);
      const last = await lastEvent(manager);
      if (last === undefined) return;
      for await (const { event } of eventsFrom(jetstream(nats), last + 1, signal)) {
        const accountId = event?.data.account_id;
        if (accountId === undefined || named.size >= NAMED_MAX) continue;
        if (book.of(accountId) !== undefined) named.add(accountId);
      }
    },
    onFault,
  );
  return {
    async stop() {
      stopping.abort();
      await reading.stop();
    },
  };
}
