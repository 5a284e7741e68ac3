import { expect, test } from "vitest";
import { makeMetrics } from "./metrics.ts";
import { roleMetrics } from "./role-metrics.ts";

const samples = (text: string): string[] =>
  text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test("numbers of every role become metrics, in a fixed order; other figures are left out", () => {
  const text = roleMetrics({
    store: { lag: 3, error: "none", last: null },
    engine: {
      readings_per_s: 150,
      journal_sync_p99_ms: 4,
      share: Number.NaN,
      shard_lag_ms: [0, 250],
      readings_total: 7,
    },
    gateway: null,
    "gateway@b:7": { faults: { timeout: 1 }, alarms: ["one", "two"], spool_frames: 2 },
  });
  expect(samples(text)).toEqual([
    "drawdown_engine_readings_per_s 150",
    "drawdown_engine_journal_sync_p99_seconds 0.004",
    'drawdown_engine_shard_lag_seconds{shard="0"} 0',
    'drawdown_engine_shard_lag_seconds{shard="1"} 0.25',
    "drawdown_engine_readings_total 7",
    'drawdown_gateway_faults{process="b:7",fault="timeout"} 1',
    'drawdown_gateway_alarms{process="b:7"} 2',
    'drawdown_gateway_spool_frames{process="b:7"} 2',
    "drawdown_store_lag 3",
  ]);
  expect(text).toContain("# TYPE drawdown_engine_readings_total counter\n");
  expect(text).toContain(
    "# HELP drawdown_engine_readings_per_s Readings taken in the last second\n",
  );
});

test("a histogram has its buckets, sum and count", () => {
  const batch_seconds = { le: { "0.1": 3, "0.01": 1 }, sum: 0.5, count: 4 };
  expect(roleMetrics({ engine: { batch_seconds } })).toBe(`\
# HELP drawdown_engine_batch_seconds Time from gathering a batch to its answers
# TYPE drawdown_engine_batch_seconds histogram
drawdown_engine_batch_seconds_bucket{le="0.01"} 1
drawdown_engine_batch_seconds_bucket{le="0.1"} 3
drawdown_engine_batch_seconds_bucket{le="+Inf"} 4
drawdown_engine_batch_seconds_sum 0.5
drawdown_engine_batch_seconds_count 4
`);
});

test("no metric is told twice, whatever roles there are", async () => {
  const metrics = makeMetrics();
  metrics.onAnswer("PUT /v1/vends/:vend_id", 201, 0.02);
  const api = { ...metrics.figures() };
  const text = (await metrics.text()) + roleMetrics({ api, "api@c:9": api });
  const types = text.split("\n").filter((line) => line.startsWith("# TYPE "));
  expect(new Set(types).size).toBe(types.length);
  expect(text).toContain("drawdown_api_vend_p99_seconds 0.02\n");
  expect(text).toContain('drawdown_api_vend_p99_seconds{process="c:9"} 0.02\n');
});

test("nothing published is nothing told", () => {
  expect(roleMetrics({})).toBe("");
});
