import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

/** The same recorded readings offline and through NATS, engine, PostgreSQL and ClickHouse: the same numbers to the micro. */

const ROOT = import.meta.dirname;
const READINGS = join(ROOT, "..", "shared", "data", "readings", "alicante-water-6-meters.csv");
const RUN_MS_MAX = 90_000;

const data = mkdtempSync(join(tmpdir(), "drawdown-replay-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

function drawdown<Result>(...argv: string[]): Result {
  const ports = {
    DRAWDOWN_NATS_PORT: "0",
    DRAWDOWN_CLICKHOUSE_PORT: "0",
    DRAWDOWN_POSTGRES_PORT: "0",
  };
  const env = { ...process.env, ...ports, DRAWDOWN_DATA: data };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "dist", "cli.js"), ...argv, "--json"],
    { env, encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Result;
}

type Rated = {
  meters: { meter_id: string; total_cost: string }[];
  totals: Record<string, unknown>;
};
type Replayed = Rated & {
  balances: Record<string, string>;
  events: Record<string, number>;
  replayed: { readings: number; duplicate: number; frames_refused: number };
};

describe.skipIf(!existsSync(READINGS))("six water meters for a year", () => {
  const list = join(ROOT, "engine", "model", "examples", "periods-blocks.json");
  const words = [
    "--price-list",
    list,
    "--readings",
    READINGS,
    "--timezone",
    "Europe/Madrid",
    "--unit",
    "L",
  ];

  test(
    "replay ends with the numbers of rate, read back from ClickHouse and the balances; again it changes nothing",
    () => {
      const rated = drawdown<Rated>("rate", ...words);
      const first = drawdown<Replayed>("replay", ...words, "--credit", "100.00", "--speed", "max");
      expect(first.meters).toEqual(rated.meters);
      expect(first.totals).toEqual(rated.totals);
      for (const { meter_id, total_cost } of rated.meters) {
        expect(micros(first.balances[meter_id])).toBe(100_000_000n - micros(total_cost));
      }
      expect(first.replayed).toMatchObject({ readings: 35_057, duplicate: 0, frames_refused: 0 });
      expect(first.events).toMatchObject({ "account.opened": 6, "vend.applied": 6 });

      const again = drawdown<Replayed>("replay", ...words, "--credit", "100.00", "--speed", "max");
      expect({ ...again, replayed: 0 }).toEqual({ ...first, replayed: 0 });
      expect(again.replayed).toMatchObject({ readings: 35_057, duplicate: 35_057 });
    },
    3 * RUN_MS_MAX,
  );
});

function micros(text: string | undefined): bigint {
  expect(text).toMatch(/^-?\d+\.\d{6}$/);
  return BigInt((text ?? "").replace(".", ""));
}
