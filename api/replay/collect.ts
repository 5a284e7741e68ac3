/**
 * Reads back what the pipeline made of a replay: rated readings and charges from ClickHouse, balances from the engine,
 * events from their stream.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { DeliverPolicy, jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { cloudEvent } from "../../engine/contract/events.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { addLine, emptySums, type MeterSums } from "../../engine/rating/result.ts";
import { askQuery } from "../engine/ask.ts";
import { type AccountSums, replaySums } from "../store/sums.ts";
import type { Registered } from "./registration.ts";

/** Longest wait for the store to hold what the engine has rated. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;

/** What came of each meter: the sums in the store, and the balance in the engine. */
export type Collected = { sums: MeterSums[]; balancesMicros: bigint[] };

/**
 * Waits until the store holds all readings and its sums are the balances' (balance = credit − costs − charges), and gives
 * both. Throws when they do not come to agree.
 */
export async function collect(
  nats: NatsConnection,
  store: ClickHouseClient,
  registered: Registered,
  expected: { readings: number; creditMicros: bigint },
): Promise<Collected> {
  const numbers = registered.accounts.map(({ account }) => account);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const sums = await replaySums(store, numbers);
    const balancesMicros = await balancesOf(nats, registered);
    const readings = sums.reduce(
      (sum, { verdicts }) => sum + Object.values(verdicts).reduce((a, b) => a + b, 0),
      0,
    );
    const agree = sums.every(
      (each, i) => balancesMicros[i] === expected.creditMicros - spent(each),
    );
    if (readings === expected.readings && agree)
      return { sums: sums.map((each, i) => toSums(each, i, registered)), balancesMicros };
    if (readings > expected.readings || Date.now() > deadline) {
      throw new Error(
        `the store holds ${readings} readings of ${expected.readings}, and its costs ${agree ? "agree" : "do not agree"} with the balances`,
      );
    }
    await sleep(LOOK_MS);
  }
}

/** How many events of each type the accounts have had, from the stream that keeps them. */
export async function countEvents(
  nats: NatsConnection,
  registered: Registered,
): Promise<Record<string, number>> {
  const slots = new Set(registered.accounts.map(({ slot }) => slot));
  const consumer = await jetstream(nats).consumers.get(STREAMS.events, {
    filter_subjects: `event.${registered.gateway.shard}.>`,
    deliver_policy: DeliverPolicy.All,
  });
  const counts: Record<string, number> = {};
  let left = (await consumer.info(true)).num_pending;
  if (left === 0) return counts;
  const messages = await consumer.consume();
  for await (const message of messages) {
    const event = cloudEvent.parse(message.json());
    if (slots.has(event.data.slot)) counts[event.type] = (counts[event.type] ?? 0) + 1;
    left = message.info.pending;
    if (left === 0) break;
  }
  return Object.fromEntries(Object.entries(counts).sort());
}

async function balancesOf(
  nats: NatsConnection,
  { gateway, accounts }: Registered,
): Promise<bigint[]> {
  const reply = await askQuery(nats, gateway.shard, { slots: accounts.map(({ slot }) => slot) });
  if (reply.status !== "ok")
    throw new Error(`the engine does not tell the balances: ${reply.status}`);
  return reply.accounts.map((account) => BigInt(account?.balance_micros ?? "0"));
}

function spent({ lines, chargesMicros }: AccountSums): bigint {
  return lines.reduce((sum, { costMicros }) => sum + costMicros, chargesMicros);
}

/** Periods by name instead of number. */
function toSums(
  account: AccountSums,
  index: number,
  { accounts, versions }: Registered,
): MeterSums {
  const sums = emptySums(accounts[index]?.meterId ?? "");
  Object.assign(sums.verdicts, account.verdicts);
  sums.chargesMicros = account.chargesMicros;
  for (const { tariff, period, block, quantityAtoms, costMicros } of account.lines) {
    const name = versions.get(tariff)?.priceList.periods[period]?.name;
    if (name === undefined)
      throw new Error(
        `the store names tariff ${tariff}, period ${period}, which the price list has not`,
      );
    if (quantityAtoms !== 0n) addLine(sums, name, block, quantityAtoms, costMicros);
  }
  return sums;
}
