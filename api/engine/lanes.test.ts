import fc from "fast-check";
import { expect, it } from "vitest";
import { LANE_WAITERS_MAX, LanesFull, makeLanes } from "./lanes.ts";

it("runs tasks of one key in order and one at a time, whatever they do and how long they take", async () => {
  const task = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    turns: fc.nat(3),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(task, { maxLength: 30 }), async (tasks) => {
      const inLane = makeLanes();
      const begun: Record<string, number[]> = { a: [], b: [], c: [] };
      const running = new Set<string>();
      const runs = tasks.map(({ key, turns, fails }, at) =>
        inLane(key, async () => {
          expect(running.has(key)).toBe(false);
          running.add(key);
          begun[key]?.push(at);
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          running.delete(key);
          if (fails) throw new Error("failed");
          return at;
        }),
      );
      const outcomes = await Promise.allSettled(runs);
      for (const [at, outcome] of outcomes.entries()) {
        expect(outcome.status).toBe(tasks[at]?.fails ? "rejected" : "fulfilled");
      }
      for (const order of Object.values(begun)) {
        expect(order).toEqual([...order].sort((x, y) => x - y));
      }
    }),
    { numRuns: 50 },
  );
});

it("runs tasks of different keys side by side", async () => {
  const inLane = makeLanes();
  let release: () => void = () => undefined;
  const blocked = inLane(
    "a",
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  expect(await inLane("b", async () => "done")).toBe("done");
  release();
  await blocked;
});

it("refuses more than it can hold", async () => {
  const inLane = makeLanes();
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const waiting = Array.from({ length: LANE_WAITERS_MAX }, () => inLane("a", () => gate));
  await expect(inLane("b", async () => 1)).rejects.toThrow(LanesFull);
  release();
  await Promise.all(waiting);
  expect(await inLane("b", async () => 1)).toBe(1);
});
