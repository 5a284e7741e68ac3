/**
 * Makes events at an even pace, as the engine publishes them. Each says which it is of its account and of all, and when it
 * was made, so that a reader can tell by itself whether one is missing, or came twice, and how long it took.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { CloudEvent } from "../../engine/contract/events.ts";
import { eventSubject } from "../../engine/contract/subjects.ts";

const SLICE_MS = 10;
/** Events that the broker has not confirmed yet; the source waits when there are more. */
const UNCONFIRMED_MAX = 2_000;

/** The id of account n. */
export const accountId = (n: number): string =>
  `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** The machine's monotonic clock, the same in all processes, in microseconds. */
export const nowMicros = (): bigint => process.hrtime.bigint() / 1_000n;

/** What was published: how many in all, of each account, and over how many seconds. */
export type Published = { total: number; byAccount: number[]; seconds: number };

/** Publishes so many events a second for so many seconds, to accounts in turn. */
export async function publishEvents(
  natsUrl: string,
  load: { accounts: number; eventsPerS: number; seconds: number },
): Promise<Published> {
  const nats = await connect({ servers: natsUrl });
  const stream = jetstream(nats);
  const byAccount = new Array<number>(load.accounts).fill(0);
  const total = Math.round(load.eventsPerS * load.seconds);
  const unconfirmed = new Set<Promise<unknown>>();
  const begun = performance.now();
  for (let made = 0; made < total; ) {
    const due = Math.min(total, ((performance.now() - begun) / 1_000) * load.eventsPerS);
    for (; made < due; made++) {
      const account = made % load.accounts;
      const count = (byAccount[account] ?? 0) + 1;
      byAccount[account] = count;
      const text = JSON.stringify(eventOf(account, count, made + 1));
      const confirmed = stream.publish(eventSubject(0, "credit.low"), text, { timeout: 20_000 });
      unconfirmed.add(confirmed);
      void confirmed.finally(() => unconfirmed.delete(confirmed));
    }
    if (unconfirmed.size > UNCONFIRMED_MAX) await Promise.all(unconfirmed);
    await sleep(SLICE_MS);
  }
  await Promise.all(unconfirmed);
  const seconds = (performance.now() - begun) / 1_000;
  await nats.close();
  return { total, byAccount, seconds };
}

/** The balance tells when it was made; the id which of its account, and which of all. */
function eventOf(account: number, count: number, number: number): CloudEvent {
  const id = accountId(account);
  return {
    specversion: "1.0",
    id: `0-${count}-${number}`,
    source: "drawdown/engine",
    type: "credit.low",
    subject: id,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    data: {
      shard: 0,
      slot: account,
      account_id: id,
      balance_micros: String(nowMicros()),
      level: 1,
      threshold_micros: "5000000",
    },
  };
}
