import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERDICTS } from "../../engine/contract/rated.ts";
import { bucketEdges, type Every } from "./buckets.ts";
import { openStore } from "./client.ts";
import { consumption, consumptionQuery } from "./consumption.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { readingsCount, replaySums } from "./sums.ts";
import type { Row } from "./testing/rows.ts";
import { type TestStore, withTestStore } from "./testing/server.ts";
import { makeWorld } from "./testing/world.ts";

let store: TestStore;
let client: ClickHouseClient;
const world = makeWorld(41, 4, 700);
const FROM_S = 1_772_323_200 - 3 * 86_400;
const TO_S = FROM_S + 700 * 900;

beforeAll(async () => {
  store = await withTestStore();
  client = openStore(store.url);
  for (const table of ["readings", "charges"] as const) {
    const blocks = world.blocks.filter((block) => block.table === table);
    await insertGroup(client, groupOf(table, blocks));
  }
});
afterAll(async () => {
  await client?.close();
  await store?.stop();
});

const value = (row: Row, name: string): bigint => row[name] ?? 0n;

/** The same by plain bigint: each row goes whole to the bucket that holds the instant before its time. */
function expected(accounts: number[], edges: number[]) {
  const found = new Map<
    string,
    {
      account: number;
      from: number;
      quantity_atoms: bigint;
      cost_micros: bigint;
      charges_micros: bigint;
      count: number;
    }
  >();
  const bucketOf = (row: Row, time: string) => {
    const account = Number(value(row, "account"));
    const lastS = Number(value(row, time)) - 1;
    const from = edges.findLast((edge) => edge <= lastS);
    if (!accounts.includes(account) || from === undefined || lastS >= (edges.at(-1) ?? 0))
      return undefined;
    const key = `${account}/${from}`;
    const bucket = found.get(key) ?? {
      account,
      from,
      quantity_atoms: 0n,
      cost_micros: 0n,
      charges_micros: 0n,
      count: 0,
    };
    found.set(key, bucket);
    return bucket;
  };
  for (const row of world.readings) {
    const bucket = bucketOf(row, "to");
    if (bucket === undefined) continue;
    bucket.quantity_atoms += value(row, "quantity");
    bucket.cost_micros += value(row, "cost");
    if (value(row, "quantity") !== 0n || (value(row, "verdict") <= 2n && value(row, "last") === 1n))
      bucket.count += 1;
  }
  for (const row of world.charges) {
    const bucket = bucketOf(row, "at");
    if (bucket === undefined) continue;
    bucket.charges_micros += value(row, "amount");
    bucket.count += 1;
  }
  return [...found.values()]
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.account - b.account || a.from - b.from)
    .map(({ count: _, ...rest }) => rest);
}

describe("consumption", () => {
  it.each<{ name: string; every: Every; timezone: string; fromS: number; toS: number }>([
    { name: "hours of UTC", every: "hour", timezone: "UTC", fromS: FROM_S, toS: TO_S },
    { name: "days of UTC", every: "day", timezone: "UTC", fromS: FROM_S, toS: TO_S },
    {
      name: "a part of the time",
      every: "hour",
      timezone: "UTC",
      fromS: FROM_S + 86_000,
      toS: FROM_S + 95_000,
    },
    { name: "days of Madrid", every: "day", timezone: "Europe/Madrid", fromS: FROM_S, toS: TO_S },
    {
      name: "days of Kathmandu",
      every: "day",
      timezone: "Asia/Kathmandu",
      fromS: FROM_S,
      toS: TO_S,
    },
    { name: "hours of Kolkata", every: "hour", timezone: "Asia/Kolkata", fromS: FROM_S, toS: TO_S },
    {
      name: "days of St John's",
      every: "day",
      timezone: "America/St_Johns",
      fromS: FROM_S + 4_000,
      toS: TO_S - 90_000,
    },
  ])("is exact by $name", async ({ every, fromS, toS, timezone }) => {
    const asked = {
      accounts: [1, 3, 99],
      fromS,
      toS,
      every,
      timezone,
    };
    const rows = await consumption(client, asked);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(expected([1, 3], bucketEdges(fromS, toS, every, timezone)));
  });

  it("answers a year of hours, and many accounts", async () => {
    const year = await consumptionQuery(client)({
      accounts: [2],
      fromS: FROM_S,
      toS: FROM_S + 366 * 86_400,
      every: "hour",
      timezone: "UTC",
    });
    expect(year).toEqual(expected([2], bucketEdges(FROM_S, TO_S, "hour", "UTC")));
    const accounts = Array.from({ length: 10_000 }, (_, i) => i);
    const many = await consumption(client, {
      accounts,
      fromS: FROM_S,
      toS: TO_S,
      every: "day",
      timezone: "UTC",
    });
    expect(many).toEqual(expected(accounts, bucketEdges(FROM_S, TO_S, "day", "UTC")));
  });

  it("answers nothing for no accounts", async () => {
    expect(
      await consumption(client, { accounts: [], fromS: 0, toS: 1, every: "day", timezone: "UTC" }),
    ).toEqual([]);
  });

  it.each([
    { name: "too many accounts", accounts: 10_001, days: 1, says: /at most 10000 accounts/ },
    { name: "too many buckets", accounts: 10_000, days: 40, says: /at most 250000 buckets/ },
  ])("refuses $name", async ({ accounts, days, says }) => {
    const asked = {
      accounts: Array.from({ length: accounts }, (_, i) => i),
      fromS: 0,
      toS: days * 86_400,
      every: "day" as const,
      timezone: "UTC",
    };
    await expect(consumption(client, asked)).rejects.toThrow(says);
  });
});

describe("sums for a replay", () => {
  it("are exact by verdict, and by tariff, period and block", async () => {
    const accounts = [4, 1, 77];
    const sums = await replaySums(client, accounts);
    expect(sums.map(({ account }) => account)).toEqual(accounts);
    for (const { account, verdicts, chargesMicros, lines } of sums) {
      const own = world.readings.filter((row) => value(row, "account") === BigInt(account));
      for (const [number, verdict] of VERDICTS.entries()) {
        const count = own.filter(
          (row) => value(row, "verdict") === BigInt(number) && value(row, "last") === 1n,
        ).length;
        expect(verdicts[verdict], verdict).toBe(count);
      }
      const charges = world.charges.filter((row) => value(row, "account") === BigInt(account));
      expect(chargesMicros).toBe(charges.reduce((sum, row) => sum + value(row, "amount"), 0n));
      for (const line of lines) {
        const rows = own.filter(
          (row) =>
            Number(value(row, "tariff")) === line.tariff &&
            Number(value(row, "period")) === line.period &&
            Number(value(row, "block")) === line.block,
        );
        expect(line.quantityAtoms).toBe(
          rows.reduce((sum, row) => sum + value(row, "quantity"), 0n),
        );
        expect(line.costMicros).toBe(rows.reduce((sum, row) => sum + value(row, "cost"), 0n));
      }
      const total = lines.reduce((sum, { quantityAtoms }) => sum + quantityAtoms, 0n);
      expect(total).toBe(own.reduce((sum, row) => sum + value(row, "quantity"), 0n));
    }
  });

  it("count the readings", async () => {
    const readings = world.readings.filter((row) => value(row, "last") === 1n);
    expect(await readingsCount(client)).toBe(readings.length);
    const first = readings.filter((row) => value(row, "account") === 1n);
    expect(await readingsCount(client, [1])).toBe(first.length);
    expect(await readingsCount(client, [])).toBe(0);
  });
});
