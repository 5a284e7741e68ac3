import { expect, test } from "vitest";
import { interleave, type Sample, type Side, timed, timesAsFast, UnequalError } from "./rounds.ts";

const sample = (units: number, check?: string): Sample => ({
  units,
  seconds: 2,
  cpuSeconds: 1,
  ...(check === undefined ? {} : { check }),
});

test("sides take turns, the order turned round each time, and the warm-up does not count", async () => {
  const order: string[] = [];
  const side = (name: string): Side => ({
    name,
    unit: "readings",
    run: (round) => {
      order.push(`${name}${round}`);
      return sample(round + 10);
    },
  });
  const results = await interleave([side("a"), side("b")], 5, 1);
  expect(order).toEqual(["b-1", "a-1", "a0", "b0", "b1", "a1", "a2", "b2", "b3", "a3", "a4", "b4"]);
  expect(results[0]).toEqual({
    name: "a",
    unit: "readings",
    rates: [5, 5.5, 6, 6.5, 7],
    cpuMicros: [10, 11, 12, 13, 14].map((units) => 1e9 / units),
  });
  expect(timesAsFast(results[0], results[1])).toEqual({ min: 1, median: 1, max: 1 });
});

test("sides that come to different sums are refused, in the warm-up too", async () => {
  const side = (name: string, check: string): Side => ({
    name,
    unit: "readings",
    run: () => sample(1, check),
  });
  await expect(interleave([side("a", "7"), side("b", "8")], 5)).rejects.toThrow(UnequalError);
  await expect(interleave([side("a", "7"), side("b", "7")], 5)).resolves.toHaveLength(2);
});

test("fewer than five rounds are no measurement", async () => {
  await expect(interleave([], 4)).rejects.toThrow("ROUNDS_MIN");
});

test("work is timed in wall and CPU seconds, from where it begins", async () => {
  const { units, check, seconds, cpuSeconds } = await timed(async (begin) => {
    await new Promise((done) => setTimeout(done, 200));
    begin();
    const until = performance.now() + 20;
    while (performance.now() < until);
    return { units: 3, check: "x" };
  });
  expect({ units, check }).toEqual({ units: 3, check: "x" });
  expect(seconds).toBeGreaterThan(0.019);
  expect(seconds).toBeLessThan(0.19);
  expect(cpuSeconds).toBeGreaterThan(0);
});
