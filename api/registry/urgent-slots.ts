/**
 * Tells each gateway the slots whose credit is low, so that it reads their meters oftener: a cut then comes soon after
 * credit ran out, and not a period later. The slots come from the engine's `credit.*` events, those of the last hours
 * too; one is told until credit has recovered or the event is old.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DeliverPolicy, type JsMsg, jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type CloudEvent, cloudEvent } from "../../engine/contract/events.ts";
import { STREAMS, urgentSubject } from "../../engine/contract/subjects.ts";
import { URGENT_SLOTS_MAX, type UrgentSlots } from "../../engine/contract/urgent.ts";
import { inChunks } from "../each.ts";
import { anyOf } from "./any-of.ts";
import type { Queryable } from "./database.ts";
import { crossing } from "./isolation/scope.ts";
import { accounts } from "./schema/accounts.ts";

/** How long a low credit counts as urgent after its event, on the machine's clock. */
const HOLD_MS = 6 * 3_600_000;
/** How often each gateway is told, and for how long what it was told holds. */
const TELL_MS = 10_000;
const FOR_S = 60;
/** Most accounts that are urgent at a time; more are read in their turn. */
const ACCOUNTS_MAX = 65_536;
/** Accounts that are looked up in one statement. */
const PLACES_AT_ONCE = 1_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RETRY_MS = 1_000;
const PULL_MS = 5_000;
const AHEAD_MAX = 256;

type Place = { gateway: number; slot: number };
/** An account that is urgent; where it is gets looked up with all others that are new when gateways are told next. */
type Urgent = { place: Place | undefined; untilMs: number };

/** What the service works with. */
export type UrgentParts = {
  nats: NatsConnection;
  db: Queryable;
  onFault(error: unknown): void;
  /** How often each gateway is told; TELL_MS unless a test cannot wait. */
  tellMs?: number;
};

/** Starts telling; `stop` ends it. */
export function startUrgentSlots(parts: UrgentParts): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const urgent = new Map<string, Urgent>();
  let telling: Promise<void> | undefined;
  const timer = setInterval(() => {
    telling ??= placeAndTell(parts, urgent).finally(() => {
      telling = undefined;
    });
  }, parts.tellMs ?? TELL_MS);
  const done = (async () => {
    while (!signal.aborted) {
      await readOn(parts, urgent, signal).catch((error: unknown) => {
        if (!signal.aborted) parts.onFault(error);
      });
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await done;
      await telling;
    },
  };
}

async function readOn(
  { nats }: UrgentParts,
  urgent: Map<string, Urgent>,
  signal: AbortSignal,
): Promise<void> {
  const consumer = await jetstream(nats).consumers.get(STREAMS.events, {
    filter_subjects: "event.*.credit.>",
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(Date.now() - HOLD_MS).toISOString(),
  });
  const messages = await consumer.consume({
    max_messages: AHEAD_MAX,
    expires: PULL_MS,
    abort_on_missing_resource: true,
  });
  const stop = (): void => messages.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) return;
    for await (const message of messages) {
      const event = eventOf(message);
      if (event !== undefined) note(urgent, event, Date.parse(message.timestamp));
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Not close(): that waits for an iteration to end, which has never begun when the signal came first.
    messages.stop();
  }
}

function note(urgent: Map<string, Urgent>, { type, data }: CloudEvent, storedMs: number): void {
  if (type === "credit.recovered") urgent.delete(data.account_id);
  if (type !== "credit.low" || urgent.size >= ACCOUNTS_MAX || !UUID.test(data.account_id)) return;
  const place = urgent.get(data.account_id)?.place;
  urgent.set(data.account_id, { place, untilMs: storedMs + HOLD_MS });
}

async function placeAndTell({ nats, db, onFault }: UrgentParts, urgent: Map<string, Urgent>) {
  try {
    await placeNew(db, urgent);
  } catch (error) {
    // They are looked up again at the next turn; those that are known are told.
    onFault(error);
  }
  tell(nats, urgent);
}

/** Looks up where new ones are, many at a time; what is no account of the registry is forgotten. */
async function placeNew(db: Queryable, urgent: Map<string, Urgent>): Promise<void> {
  const fresh = [...urgent].flatMap(([id, { place }]) => (place === undefined ? [id] : []));
  for (const ids of inChunks(fresh, PLACES_AT_ONCE)) {
    const rows = await crossing("rosters", () =>
      db
        .select({ id: accounts.id, gateway: accounts.gateway, slot: accounts.slot })
        .from(accounts)
        .where(anyOf(accounts.id, ids))
        .execute(),
    );
    const places = new Map(rows.map(({ id, ...place }) => [id, place]));
    for (const id of ids) {
      const account = urgent.get(id);
      const place = places.get(id);
      // It may have recovered meanwhile.
      if (place === undefined) urgent.delete(id);
      else if (account !== undefined) account.place = place;
    }
  }
}

function tell(nats: NatsConnection, urgent: Map<string, Urgent>): void {
  const lists = new Map<number, number[]>();
  for (const [account, { place, untilMs }] of urgent) {
    if (untilMs < Date.now()) urgent.delete(account);
    if (place === undefined) continue;
    const slots = lists.get(place.gateway) ?? [];
    lists.set(place.gateway, slots);
    if (untilMs >= Date.now() && slots.length < URGENT_SLOTS_MAX) slots.push(place.slot);
  }
  if (nats.isClosed()) return;
  for (const [gateway, slots] of lists) {
    const list: UrgentSlots = { gateway, slots, for_s: FOR_S };
    nats.publish(urgentSubject(gateway), JSON.stringify(list));
  }
}

function eventOf(message: JsMsg): CloudEvent | undefined {
  try {
    return cloudEvent.safeParse(message.json()).data;
  } catch {
    return undefined;
  }
}
