import { describe, expect, it } from "vitest";
import { fuzz } from "./mbus.ts";

describe("mutated M-Bus telegrams", () => {
  it("are decoded or refused, none lets an error out, and the same seed says the same", async () => {
    const options = { count: 5_000, seed: 20_261_122 };
    const [first, second] = [await fuzz(options), await fuzz(options)];
    expect(first.thrown).toBe(0);
    expect(first.refused + first.decoded).toBe(options.count);
    expect(first.decoded).toBeGreaterThan(options.count / 20);
    expect(first.slowestMs).toBeLessThan(1_000);
    expect([second.refused, second.decoded]).toEqual([first.refused, first.decoded]);
  });
});
