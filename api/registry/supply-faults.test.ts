import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CloudEvent, EventData, EventType } from "../../engine/contract/events.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { eventSubject, supplyFaultSubject } from "../../engine/contract/subjects.ts";
import { SUPPLY_REASON_MAX } from "../../engine/contract/supply.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { startProjections } from "./projections.ts";
import { accounts } from "./schema/accounts.ts";
import { supplyCommands } from "./schema/supply.ts";
import { startSupplyFaults } from "./supply-faults.ts";

const FIXED = "the gateway could not carry it out";
const SAID = "the meter acknowledged and did not move";
let h: Harness;
let place: { shard: number; slot: number; gateway: number };
const running: { stop(): Promise<void> }[] = [];
let events = 0;
let number = 0;

beforeAll(async () => {
  h = await startHarness(1);
  await ensureStreams(await jetstreamManager(h.nats));
  const onFault = (error: unknown): void => void h.faults.push(error);
  running.push(startProjections(h.nats, h.registry.db, onFault));
  running.push(startSupplyFaults({ nats: h.nats, db: h.context.db, onFault }));
  const { shard, slot, gateway } = accounts;
  const [row] = await h.registry.db.select({ shard, slot, gateway }).from(accounts);
  if (row === undefined) throw new Error("there is no account");
  place = row;
});
afterAll(async () => {
  for (const each of running) await each.stop();
  await h?.stop();
});

async function tell(type: EventType, data: Partial<EventData>): Promise<void> {
  const account_id = h.accountIds[0] ?? "";
  const { shard, slot } = place;
  const event: CloudEvent = {
    specversion: "1.0",
    id: `1-${++events}-0`,
    source: "drawdown/engine",
    type,
    subject: account_id,
    time: new Date(1_800_000_000_000 + events * 1_000).toISOString(),
    datacontenttype: "application/json",
    data: { account_id, shard, slot, balance_micros: "0", ...data },
  };
  await jetstream(h.nats).publish(eventSubject(shard, type), JSON.stringify(event));
}
const request = () => tell("supply.cut_requested", { supply_number: number, cause: "automatic" });
const fail = () => tell("supply.failed", { supply_number: number, supply_state: "failed" });
const execute = () =>
  tell("supply.executed", { supply_number: number, supply_state: "disconnected" });
const say = (more: Record<string, unknown> = {}, gateway = place.gateway): void => {
  const { shard, slot } = place;
  const told = { shard, slot, number, reason: SAID, ...more };
  h.nats.publish(supplyFaultSubject(gateway), JSON.stringify(told));
};
const newest = async () => {
  const { db } = h.registry;
  const rows = await db
    .select()
    .from(supplyCommands)
    .where(eq(supplyCommands.account_id, h.accountIds[0] ?? ""))
    .orderBy(asc(supplyCommands.ordinal));
  return rows.find(({ supply_number }) => supply_number === number);
};
const becomes = (state: string, fault: string | null) =>
  expect.poll(newest, { timeout: 5_000 }).toMatchObject({ state, fault });

it("says why a command failed, before the event that it did", async () => {
  number++;
  await request();
  await becomes("sent", null);
  say();
  await becomes("sent", SAID);
  await fail();
  await becomes("failed", SAID);
});

it("says it behind the event, and even before the command is known here", async () => {
  number++;
  await request();
  await fail();
  await becomes("failed", FIXED);
  say();
  await becomes("failed", SAID);
  number++;
  say();
  await request();
  await becomes("sent", SAID);
  await fail();
  await becomes("failed", SAID);
});

it("is forgotten when a repeat was carried out, and says nothing about what was", async () => {
  number++;
  await request();
  say();
  await becomes("sent", SAID);
  await execute();
  await becomes("executed", null);
  say();
  say({ reason: "again" });
  await h.nats.flush();
  await new Promise((done) => setTimeout(done, 300));
  expect(await newest()).toMatchObject({ state: "executed", fault: null });
});

it("of another gateway, too long, of more than a line or beside the point is passed over", async () => {
  number++;
  await request();
  await becomes("sent", null);
  say({}, place.gateway + 1);
  say({ slot: 9_999 });
  say({ reason: "x".repeat(SUPPLY_REASON_MAX + 1) });
  say({ reason: "x".repeat(100_000) });
  say({ reason: "one\ntwo" });
  say({ reason: "" });
  say({ number: 0 });
  h.nats.publish(supplyFaultSubject(place.gateway), "{not json");
  await h.nats.flush();
  await fail();
  await becomes("failed", FIXED);
  expect(h.faults).toEqual([]);
});
