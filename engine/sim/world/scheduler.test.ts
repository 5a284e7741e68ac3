import { expect, it } from "vitest";
import { Scheduler, WORLD } from "./scheduler.ts";

it("runs events by time and, at one time, in the order they came", async () => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  for (const [name, at] of [
    ["c", 30],
    ["a", 10],
    ["b", 10],
    ["d", 30],
  ] as const)
    scheduler.after(at, WORLD, () => seen.push(`${name}${scheduler.nowUs}`));
  await scheduler.run(100);
  expect(seen).toEqual(["a10", "b10", "c30", "d30"]);
  expect(scheduler.nowUs).toBe(100);
});

it("lets all go on that can before time goes on", async () => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  scheduler.after(10, WORLD, async () => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    seen.push(`slow at ${scheduler.nowUs}`);
  });
  scheduler.after(11, WORLD, () => seen.push("next"));
  await scheduler.run(100);
  expect(seen).toEqual(["slow at 10", "next"]);
});

it("drops what was called off and what belongs to the dead", async () => {
  const scheduler = new Scheduler();
  const owner = { alive: true };
  let count = 0;
  const cancel = scheduler.after(5, WORLD, () => count++);
  scheduler.after(20, owner, () => count++);
  scheduler.after(10, WORLD, () => {
    owner.alive = false;
  });
  cancel();
  await scheduler.run(100);
  expect(count).toBe(0);
});

it("has a digest of all that was noted, with its time", async () => {
  const told = async (waitUs: number): Promise<string> => {
    const scheduler = new Scheduler();
    scheduler.after(waitUs, WORLD, () => scheduler.note("something"));
    await scheduler.run(100);
    return scheduler.digest();
  };
  expect(await told(5)).toBe(await told(5));
  expect(await told(5)).not.toBe(await told(6));
});
