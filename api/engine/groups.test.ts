import fc from "fast-check";
import { expect, it } from "vitest";
import { GROUP_MAX, inGroups } from "./groups.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Doubles numbers in groups, which it notes; a group with a bad one in it fails. */
function doubling(isBad: (item: number) => boolean = () => false) {
  const groups: number[][] = [];
  let running = 0;
  const double = inGroups<number, number>(async (items) => {
    groups.push([...items]);
    running++;
    await tick();
    running--;
    if (items.some(isBad)) throw new Error(`bad: ${items.find(isBad)}`);
    return items.map((item) => 2 * item);
  });
  return { double, groups, running: () => running };
}

it("what comes while a group is under way goes with the next one", async () => {
  const { double, groups } = doubling();
  const first = double(1);
  const others = [2, 3, 4].map(double);
  expect(await Promise.all([first, ...others])).toEqual([2, 4, 6, 8]);
  expect(await double(5)).toBe(10);
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
});

it("a group is never larger than its bound", async () => {
  const { double, groups } = doubling();
  const items = Array.from({ length: 3 * GROUP_MAX }, (_, at) => at);
  expect(await Promise.all(items.map(double))).toEqual(items.map((item) => 2 * item));
  expect(Math.max(...groups.map(({ length }) => length))).toBe(GROUP_MAX);
});

it("a bad one fails alone, wherever it is, and every other has its own result", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 150 }), fc.nat(9), async (items, bad) => {
      const { double, running } = doubling((item) => item === bad);
      const outcomes = await Promise.allSettled(items.map(double));
      expect(running()).toBe(0);
      for (const [at, outcome] of outcomes.entries()) {
        const item = items[at] ?? -1;
        if (item === bad) expect(outcome).toMatchObject({ reason: { message: `bad: ${bad}` } });
        else expect(outcome).toEqual({ status: "fulfilled", value: 2 * item });
      }
    }),
    { numRuns: 30 },
  );
});
