import { expect, test } from "vitest";

// A module of the page, which has no types of its own.
const { withOneEngine } = (await import(
  new URL("./page/ops-engines.js", import.meta.url).href
)) as { withOneEngine(data: Record<string, unknown>): Record<string, unknown> };

const first = {
  readings_per_s: 10,
  lag_ms: 5,
  worker_busy_share: 0.2,
  alarm: "",
  shard_accounts: [3, 4, null, null],
};
const second = {
  readings_per_s: 7,
  lag_ms: 90,
  worker_busy_share: 0.1,
  alarm: "its disk is full",
  shard_accounts: [null, null, 5, 6, 7],
};

test("one engine's figures are shown as they are", () => {
  const data = { engine: first, store: { rows_per_s: 1 } };
  expect(withOneEngine(data)).toBe(data);
  expect(withOneEngine({ store: {} })).toEqual({ store: {} });
});

test("several engines are one: work is added up, the worst wait and any alarm are shown, each shard by its owner", () => {
  const one = {
    readings_per_s: 17,
    lag_ms: 90,
    worker_busy_share: 0.2,
    alarm: "its disk is full",
    shard_accounts: [3, 4, 5, 6, 7],
  };
  const store = { rows_per_s: 1 };
  expect(withOneEngine({ engine: first, "engine@b:2": second, store })).toMatchObject({
    engine: one,
    store,
  });
  expect(withOneEngine({ engine: second, "engine@a:1": first })).toMatchObject({ engine: one });
});
