import { describe, expect, it } from "vitest";
import { Gate } from "./gate.ts";

describe("the gate", () => {
  it("never lets one alone run beside others, and lets all through in the end", async () => {
    const gate = new Gate();
    let sharing = 0;
    let alone = 0;
    let most = 0;
    const pause = () => new Promise((done) => setTimeout(done, Math.random() * 3));
    const works = Array.from({ length: 120 }, async (_, i) => {
      await pause();
      if (i % 7 === 0) {
        await gate.alone(async () => {
          alone += 1;
          expect([sharing, alone]).toEqual([0, 1]);
          await pause();
          expect([sharing, alone]).toEqual([0, 1]);
          alone -= 1;
        });
      } else {
        await gate.shared(async () => {
          sharing += 1;
          most = Math.max(most, sharing);
          expect(alone).toBe(0);
          await pause();
          sharing -= 1;
        });
      }
    });
    await Promise.all(works);
    expect(most).toBeGreaterThan(1);
  });

  it("opens again after work that failed", async () => {
    const gate = new Gate();
    await expect(gate.alone(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(gate.shared(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await gate.alone(async () => 1)).toBe(1);
    expect(await gate.shared(async () => 2)).toBe(2);
  });
});
