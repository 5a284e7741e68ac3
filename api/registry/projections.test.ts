import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CloudEvent, EventData, EventType } from "../../engine/contract/events.ts";
import { roster } from "../../engine/contract/roster.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { eventSubject, rosterChanged, rosterSubject } from "../../engine/contract/subjects.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { type Projections, startProjections } from "./projections.ts";
import { type RosterService, startRosterService } from "./roster-service.ts";
import { supplyCommands } from "./schema/supply.ts";

let h: Harness;
let projections: Projections;
let service: RosterService;
const faults: unknown[] = [];

beforeAll(async () => {
  h = await startHarness(5);
  await ensureStreams(await jetstreamManager(h.nats));
  projections = startProjections(h.nats, h.registry.db, (error) => faults.push(error));
  service = startRosterService(h.nats, h.registry.db);
});
afterAll(async () => {
  await projections?.stop();
  await service?.stop();
  await h?.stop();
});

let events = 0;

async function tell(type: EventType, at: number, data: Partial<EventData>): Promise<CloudEvent> {
  const account_id = h.accountIds[at] ?? "";
  const event: CloudEvent = {
    specversion: "1.0",
    id: `1-${++events}-0`,
    source: "drawdown/engine",
    type,
    subject: account_id,
    time: new Date(1_800_000_000_000 + events * 1_000).toISOString(),
    datacontenttype: "application/json",
    data: { account_id, shard: 1, slot: at, balance_micros: "0", ...data },
  };
  await jetstream(h.nats).publish(eventSubject(1, type), JSON.stringify(event));
  return event;
}

const rowsOf = (at: number) =>
  h.registry.db
    .select()
    .from(supplyCommands)
    .where(eq(supplyCommands.account_id, h.accountIds[at] ?? ""))
    .orderBy(asc(supplyCommands.ordinal));

describe("events of supply", () => {
  it("of the engine itself become rows, from request to execution", async () => {
    await tell("supply.cut_requested", 0, { supply_number: 1, cause: "automatic" });
    await tell("supply.executed", 0, { supply_number: 1, supply_state: "disconnected" });
    await expect
      .poll(() => rowsOf(0))
      .toMatchObject([
        { action: "cut", cause: "automatic", state: "executed", supply_number: 1, fault: null },
      ]);
  });

  it("move the command of a person on", async () => {
    const body = { account_id: h.accountIds[1], action: "cut", reason: "tested" };
    const made = await h.call("/v1/supply-commands", { method: "POST", body });
    const { supply_command_id } = (await made.json()) as { supply_command_id: string };
    await tell("supply.cut_requested", 1, { supply_number: 1, cause: "manual" });
    await tell("supply.executed", 1, { supply_number: 1, supply_state: "disconnected" });
    const path = `/v1/supply-commands/${supply_command_id}`;
    await expect
      .poll(async () => (await h.call(path)).json())
      .toMatchObject({ state: "executed", supply_number: 1, cause: "manual", reason: "tested" });
    expect(await rowsOf(1)).toHaveLength(1);
  });

  it.each([
    ["supply.failed", "failed", "failed", "could not"],
    ["supply.failed", "expired", "expired", "in time"],
    ["supply.disagreed", "connected", "failed", "reports connected"],
  ] as const)("%s (%s) ends as %s", async (type, supply_state, state, fault) => {
    const supply_number = 10 + events;
    await tell("supply.cut_requested", 2, { supply_number, cause: "automatic" });
    await tell(type, 2, { supply_number, supply_state });
    await expect
      .poll(async () => (await rowsOf(2)).at(-1))
      .toMatchObject({ supply_number, state, fault: expect.stringContaining(fault) });
  });

  it("that come again, late or beside the point change nothing", async () => {
    await tell("supply.cut_requested", 3, { supply_number: 1, cause: "automatic" });
    await tell("supply.executed", 3, { supply_number: 1, supply_state: "disconnected" });
    await tell("supply.cut_requested", 3, { supply_number: 1, cause: "automatic" });
    await tell("supply.failed", 3, { supply_number: 1, supply_state: "failed" });
    await tell("supply.executed", 3, { supply_number: 99, supply_state: "disconnected" });
    await tell("supply.disagreed", 3, { supply_number: 0, supply_state: "connected" });
    await tell("supply.restore_requested", 3, { supply_number: 2, cause: "automatic" });
    await expect
      .poll(() => rowsOf(3))
      .toMatchObject([
        { action: "cut", state: "executed" },
        { action: "restore", state: "sent", supply_number: 2 },
      ]);
  });

  it("of an overtaken command let it expire", async () => {
    await tell("supply.cut_requested", 4, { supply_number: 1, cause: "automatic" });
    await tell("supply.restore_requested", 4, { supply_number: 2, cause: "automatic" });
    await expect
      .poll(() => rowsOf(4))
      .toMatchObject([
        { state: "expired", fault: "a later command took its place" },
        { state: "sent" },
      ]);
  });

  it("that are none are told of and left out, by each projection that takes them", async () => {
    await jetstream(h.nats).publish(eventSubject(1, "supply.executed"), "{not json");
    await expect.poll(() => faults.length).toBe(2);
    const data = { account_id: "00000000-0000-4000-8000-000000000000" };
    await tell("supply.cut_requested", 0, { ...data, supply_number: 5, cause: "automatic" });
    await tell("supply.cut_requested", 0, { supply_number: 6, cause: "automatic" });
    await expect.poll(async () => (await rowsOf(0)).at(-1)).toMatchObject({ supply_number: 6 });
    expect(faults).toHaveLength(2);
  });
});

describe("rosters", () => {
  const ask = async (gateway: number): Promise<unknown> =>
    (await h.nats.request(rosterSubject(gateway), "", { timeout: 2_000 })).json();

  it("are answered over NATS as the contract has it", async () => {
    const [gateway] = h.seeded.gateways;
    const answer = (await ask(gateway?.number ?? 0)) as { roster: unknown };
    const parsed = roster.parse(answer.roster);
    expect(parsed).toMatchObject({
      gateway: gateway?.number,
      shard: gateway?.shard,
      version: gateway?.rosterVersion,
    });
    expect(parsed.meters.map(({ slot }) => slot)).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([0, 77, 5_000_000_000])(
    "of gateway %i is an error that says what to do",
    async (number) => {
      expect(await ask(number)).toMatchObject({ error: { code: "gateway_unknown" } });
    },
  );

  it("that change are announced", async () => {
    const [gateway] = h.seeded.gateways;
    const announced = h.nats.subscribe(rosterChanged(gateway?.number ?? 0), { max: 1 });
    h.context.announceRoster(gateway?.number ?? 0, 9);
    for await (const message of announced) {
      expect(message.json()).toEqual({ gateway: gateway?.number, version: 9 });
    }
  });
});
