/**
 * Tells each gateway the slots whose credit is low, so that it reads their meters oftener: a cut then comes soon after
 * credit ran out, and not a period later. The slots come from the engine's `credit.*` events, those of the last hours
 * too; one is told until credit has recovered or the event is old.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DeliverPolicy, type JsMsg, jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { eq } from "drizzle-orm";
import { type CloudEvent, cloudEvent } from "../../engine/contract/events.ts";
import { STREAMS, urgentSubject } from "../../engine/contract/subjects.ts";
import { URGENT_SLOTS_MAX, type UrgentSlots } from "../../engine/contract/urgent.ts";
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
const RETRY_MS = 1_000;
const PULL_MS = 5_000;
const AHEAD_MAX = 256;

type Urgent = { gateway: number; slot: number; untilMs: number };

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
  const timer = setInterval(() => tell(parts.nats, urgent), parts.tellMs ?? TELL_MS);
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
    },
  };
}

async function readOn(
  { nats, db }: UrgentParts,
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
      if (event !== undefined) await note(db, urgent, event, Date.parse(message.timestamp));
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Not close(): that waits for an iteration to end, which has never begun when the signal came first.
    messages.stop();
  }
}

async function note(
  db: Queryable,
  urgent: Map<string, Urgent>,
  { type, data }: CloudEvent,
  storedMs: number,
): Promise<void> {
  if (type === "credit.recovered") urgent.delete(data.account_id);
  if (type !== "credit.low" || urgent.size >= ACCOUNTS_MAX) return;
  const [account] = await crossing("rosters", () =>
    db
      .select({ gateway: accounts.gateway, slot: accounts.slot })
      .from(accounts)
      .where(eq(accounts.id, data.account_id))
      .execute(),
  );
  if (account === undefined) return;
  urgent.set(data.account_id, { ...account, untilMs: storedMs + HOLD_MS });
}

function tell(nats: NatsConnection, urgent: Map<string, Urgent>): void {
  const lists = new Map<number, number[]>();
  for (const [account, { gateway, slot, untilMs }] of urgent) {
    if (untilMs < Date.now()) urgent.delete(account);
    const slots = lists.get(gateway) ?? [];
    lists.set(gateway, slots);
    if (untilMs >= Date.now() && slots.length < URGENT_SLOTS_MAX) slots.push(slot);
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
