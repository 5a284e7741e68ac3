import { describe, expect, it } from "vitest";
import { oneAhead } from "./one-ahead.ts";

/** Numbers, with a record of what was asked for; throws behind the last where there is a fault. */
async function* numbers(many: number, asked: number[], fault?: Error): AsyncGenerator<number> {
  try {
    for (let at = 1; at <= many; at++) {
      asked.push(at);
      yield at;
    }
    if (fault !== undefined) throw fault;
  } finally {
    asked.push(0);
  }
}

async function* never(): AsyncGenerator<number> {
  yield 1;
  await new Promise(() => undefined);
}

describe("one ahead", () => {
  it("gives all in order, and asks for one more than is worked on", async () => {
    const asked: number[] = [];
    const seen: number[] = [];
    for await (const item of oneAhead(numbers(4, asked))) {
      seen.push(item);
      await new Promise(setImmediate);
      expect(asked.filter((each) => each > 0)).toHaveLength(Math.min(4, item + 1));
    }
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it("gives all that came before a fault, then the fault", async () => {
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const item of oneAhead(numbers(2, [], new Error("gone")))) {
        seen.push(item);
        await new Promise(setImmediate);
      }
    };
    await expect(read()).rejects.toThrow("gone");
    expect(seen).toEqual([1, 2]);
  });

  it("ends its source when nobody comes back, and lets no fault go unheard", async () => {
    for (const many of [1, 3]) {
      const asked: number[] = [];
      for await (const _ of oneAhead(numbers(many, asked, new Error("gone")))) break;
      await new Promise(setImmediate);
      expect(asked.at(-1)).toBe(0);
    }
  });

  it("does not wait for what is still coming when it is left", async () => {
    for await (const _ of oneAhead(never())) break;
  });
});
