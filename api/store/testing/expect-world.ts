/**
 * For tests: the store against plain bigint sums of the rows that went in.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { expect } from "vitest";
import { ROLLUPS, type Rollup } from "../rollups.ts";
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
  for (const rollup of ROLLUPS) {
    const { table, of, key, by, sums } = rollup;
    const keys = ["account", `toUInt32(toDateTime(${key}, 'UTC'))`, ...Object.keys(by)].join(", ");
    const summed = Object.keys(sums).map((name) => `sum(${name})`);
    const stored = await ask(
      `SELECT ${keys}, ${summed.join(", ")} FROM ${table} GROUP BY ${keys}` +
        ` HAVING ${Object.keys(sums)
          .map((name) => `sum(${name}) != 0`)
          .join(" OR ")}`,
    );
    const rows = of === "readings" ? readings : charges;
    expect(stored.sort(), table).toEqual(rolledUp(rollup, rows, world.cycles ?? {}));
  }
}

/** The lines of a roll-up, by plain bigint. */
function rolledUp(
  { key, by, sums }: Rollup,
  rows: readonly Row[],
  cycles: Record<string, readonly bigint[]>,
): string[] {
  const names = Object.keys(sums);
  const all = new Map<string, bigint[]>();
  for (const row of rows) {
    const time = row["to"] ?? row["at"] ?? 0n;
    const lengthS = key === "hour" ? 3_600n : 86_400n;
    const starts = cycles[String(row["tariff"])] ?? [];
    const at =
      key === "cycle"
        ? (starts.findLast((start) => start < time) ?? 0n)
        : ((time - 1n) / lengthS) * lengthS;
    const place = [row["account"], at, ...Object.keys(by).map((name) => row[name])].join("\t");
    const kept = all.get(place) ?? names.map(() => 0n);
    all.set(
      place,
      kept.map((value, i) => value + valueIn(row, names[i] ?? "")),
    );
  }
  return [...all].map(([place, values]) => [place, ...values].join("\t")).sort();
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
