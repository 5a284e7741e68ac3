import { connect, type NatsConnection } from "@nats-io/transport-node";
import { count, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clockFrom } from "../../../engine/contract/clock.ts";
import { isNetworkLink } from "../../../engine/contract/link.ts";
import { type TestServers, withServers } from "../../../engine/host/testing.ts";
import { type EngineClient, makeEngineClient } from "../../engine/client.ts";
import { SETTLEMENTS } from "../../settle.ts";
import { startTestEngine, type TestEngine } from "../../testing/engine.ts";
import { openRegistry, type Registry } from "../database.ts";
import { rosterOf } from "../roster.ts";
import { accounts, engineCommands } from "../schema/accounts.ts";
import { meters } from "../schema/field.ts";
import { ensureShards } from "../shards.ts";
import type { PlanMeter } from "./plan.ts";
import { seedFromPlan } from "./seed.ts";

let servers: TestServers;
let registry: Registry;
let nats: NatsConnection;
let answering: TestEngine;
let engine: EngineClient;

beforeAll(async () => {
  servers = await withServers({ nats: true, postgres: true });
  registry = await openRegistry(servers.postgresUrl, { folder: servers.data });
  nats = await connect({ servers: servers.natsUrl });
  answering = startTestEngine(nats);
  engine = makeEngineClient({ db: registry.db, nats, settlements: SETTLEMENTS });
  await ensureShards(registry.db, 8);
});

afterAll(async () => {
  await nats?.close();
  await registry?.close();
  await servers?.stop();
});

/** It takes about two seconds; a machine that runs every test at once is slower. */
const LOADED_MACHINE_MS = 40_000;
const SERVICES = ["electricity", "water", "heating"] as const;

function field(many: number, port: number): PlanMeter[] {
  return Array.from({ length: many }, (_, at) => ({
    site: `Site ${at % 4}`,
    unit: `Flat ${Math.floor(at / 12)}`,
    serial: String(10_000_000 + at),
    service: SERVICES[at % 3] ?? "water",
    device: "eastron-sdm120",
    driver: at % 3 === 0 ? "modbus" : "mbus",
    link: { host: "127.0.0.1", port: port + (at % 7) },
    address: String((at % 200) + 1),
    openingCredit: "3.50",
  }));
}

const parts = () => ({ db: registry.db, engine, clock: clockFrom(undefined), operator: "Demo" });

describe("a field of 320 meters", () => {
  it("is registered and opened with its credit in seconds", async () => {
    const began = Date.now();
    const seeded = await seedFromPlan(parts(), field(320, 5_000));
    expect(Date.now() - began).toBeLessThan(LOADED_MACHINE_MS);
    expect(seeded).toMatchObject({ opened: 320, delivered: true });
    expect(seeded.gateways).toHaveLength(4);
    expect(new Set(seeded.gateways.map(({ shard }) => shard)).size).toBe(4);
    const [account] = await registry.db.select().from(accounts).limit(1);
    expect(answering.balance(account?.id ?? "")).toBe(3_500_000n);
    expect(answering.applied.filter(({ op }) => op === "credit")).toHaveLength(320);
    const left = await registry.db
      .select({ many: count() })
      .from(engineCommands)
      .where(eq(engineCommands.state, "pending"));
    expect(left).toEqual([{ many: 0 }]);
  });

  it("changes nothing the second time", async () => {
    const before = await registry.db.select({ many: count() }).from(engineCommands);
    const seeded = await seedFromPlan(parts(), field(320, 5_000));
    expect(seeded.opened).toBe(0);
    expect(seeded.gateways.every(({ changed }) => !changed)).toBe(true);
    expect(await registry.db.select({ many: count() }).from(engineCommands)).toEqual(before);
  });

  it("takes over links that moved and raises the rosters' versions", async () => {
    const before = await seedFromPlan(parts(), field(320, 5_000));
    const moved = await seedFromPlan(parts(), field(320, 6_000));
    expect(moved.opened).toBe(0);
    for (const gateway of moved.gateways) {
      const old = before.gateways.find(({ number }) => number === gateway.number);
      expect(gateway.rosterVersion).toBe((old?.rosterVersion ?? 0) + 1);
      const roster = await rosterOf(registry.db, gateway.number);
      expect(roster).toMatchObject({ version: gateway.rosterVersion, shard: gateway.shard });
      expect(roster?.meters).toHaveLength(80);
      expect(roster?.meters.every(({ link }) => isNetworkLink(link) && link.port >= 6_000)).toBe(
        true,
      );
      expect(new Set(roster?.meters.map(({ slot }) => slot)).size).toBe(80);
    }
    expect(await registry.db.select({ many: count() }).from(meters)).toEqual([{ many: 320 }]);
  });
});

it("refuses a service that has no price list, and writes nothing of that site", async () => {
  const strange = field(1, 7_000).map((meter) => ({
    ...meter,
    site: "Elsewhere",
    serial: "999",
    service: "gas" as const,
  }));
  await expect(seedFromPlan(parts(), strange)).rejects.toThrow("no price list for gas");
  expect(await registry.db.select().from(meters).where(eq(meters.serial, "999"))).toEqual([]);
});
