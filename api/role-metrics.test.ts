import { expect, test } from "vitest";
import { roleGauges } from "./role-metrics.ts";

test("numbers of every role become gauges, in a fixed order; other figures are left out", () => {
  const text = roleGauges({
    "store-writer": { lag: 3, error: "none" },
    engine: { readings_per_s: 150, faults: { timeout: 1 }, share: Number.NaN },
    gateway: null,
  });
  expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([
    "drawdown_engine_readings_per_s 150",
    "drawdown_store_writer_lag 3",
  ]);
  expect(text).toContain("# TYPE drawdown_engine_readings_per_s gauge\n");
});

test("nothing published is nothing told", () => {
  expect(roleGauges({})).toBe("");
});
