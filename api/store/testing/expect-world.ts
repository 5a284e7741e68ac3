/**
 * For tests: the store against plain bigint sums of the rows that went in.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { expect } from "vitest";
import { ROLLUPS } from "../schema.ts";
import type { Row } from "./rows.ts";
import type { World } from "./world.ts";

/** Expects each table and each roll-up to hold exactly the rows' sums. */
export async function expectWorld(client: ClickHouseClient, world: World): Promise<void> {
  const ask = async (query: string): Promise<string[]> => {
    const result = await client.query({ query, format: "TabSeparated" });
    return (await result.text()).split("\n").filter((line) => line !== "");
  };
  const { readings, charges } = world;
  expect(await ask("SELECT count(), sum(quantity), sum(cost), sum(last) FROM readings")).toEqual([
    [readings.length, sum(readings, "quantity"), sum(readings, "cost"), sum(readings, "last")].join(
      "\t",
    ),
  ]);
  expect(await ask("SELECT count(), sum(amount) FROM charges")).toEqual([
    `${charges.length}\t${sum(charges, "amount")}`,
  ]);
  for (const { table, of, key, sums } of ROLLUPS) {
    const lengthS = key === "hour" ? 3_600n : 86_400n;
    const names = Object.keys(sums);
    const stored = await ask(
      `SELECT account, toUInt32(toDateTime(${key}, 'UTC')) AS at, ${names.map((name) => `sum(${name})`).join(", ")} FROM ${table} GROUP BY account, at ORDER BY account, at`,
    );
    expect(stored, table).toEqual(rolledUp(of === "readings" ? readings : charges, lengthS, names));
  }
}

function rolledUp(rows: readonly Row[], lengthS: bigint, names: readonly string[]): string[] {
  const sums = new Map<string, { account: bigint; at: bigint; values: bigint[] }>();
  for (const row of rows) {
    const account = row["account"] ?? 0n;
    const lastS = (row["to"] ?? row["at"] ?? 0n) - 1n;
    const at = (lastS / lengthS) * lengthS;
    const kept = sums.get(`${account}/${at}`) ?? { account, at, values: names.map(() => 0n) };
    kept.values = kept.values.map((value, i) => value + valueIn(row, names[i] ?? ""));
    sums.set(`${account}/${at}`, kept);
  }
  return [...sums.values()]
    .sort((a, b) => Number(a.account - b.account) || Number(a.at - b.at))
    .map(({ account, at, values }) => [account, at, ...values].join("\t"));
}

function valueIn(row: Row, name: string): bigint {
  if (name === "entries") return 1n;
  if (name === "readings") return row["last"] ?? 0n;
  if (name === "accepted") return (row["verdict"] ?? 0n) <= 2n ? (row["last"] ?? 0n) : 0n;
  return row[name] ?? 0n;
}

function sum(rows: readonly Row[], name: string): bigint {
  return rows.reduce((total, row) => total + (row[name] ?? 0n), 0n);
}
