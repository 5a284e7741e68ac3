import { afterAll, beforeAll, expect, it } from "vitest";
import { type Harness, startHarness } from "../testing/harness.ts";
import { COVERS_AHEAD_S, COVERS_LEFT_S, renewCoverage } from "./coverage.ts";
import { shardPriceLists } from "./schema/accounts.ts";

let h: Harness;

beforeAll(async () => {
  h = await startHarness(2);
});
afterAll(() => h?.stop());

const DAY_S = 86_400;

it("tells shards anew, further ahead, long before their tables end, and not sooner", async () => {
  const { db } = h.registry;
  const nowS = h.context.clock.nowS();
  expect(await renewCoverage(db, nowS)).toEqual([]);
  const laterS = nowS + COVERS_AHEAD_S - COVERS_LEFT_S + DAY_S;
  const shards = await renewCoverage(db, laterS);
  expect(shards).toEqual([h.seeded.gateways[0]?.shard]);
  for (const shard of shards) {
    await h.context.engine.deliver({ shard, slot: null }, Number.MAX_SAFE_INTEGER);
  }
  const told = h.answering.applied.filter((command) => command.op === "set_price_list");
  // Two services in the field: two lists at first, and both again.
  expect(told).toHaveLength(4);
  for (const command of told.slice(2)) {
    expect(command).toMatchObject({ covers_to_s: laterS + COVERS_AHEAD_S });
  }
  const entries = await db.select().from(shardPriceLists);
  expect(
    entries.every(({ covers_to }) => covers_to.getTime() / 1_000 === laterS + COVERS_AHEAD_S),
  ).toBe(true);
  expect(await renewCoverage(db, laterS)).toEqual([]);
});
