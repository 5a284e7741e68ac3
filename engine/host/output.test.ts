import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { afterEnd, QUICK_ENDS_MAX, STEADY_MS } from "./backoff.ts";
import { eachLine, LINE_CHARS_MAX } from "./lines.ts";
import { LOG_BYTES_MAX } from "./log-file.ts";
import { openRoleLog, worthTelling } from "./role-log.ts";
import { temporaryFolder } from "./testing.ts";

const folder = temporaryFolder("output");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function linesOf(chunks: readonly string[]): Promise<string[]> {
  const stream = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
  const lines: string[] = [];
  eachLine(stream, (line) => lines.push(line));
  await new Promise((resolve) => stream.once("close", resolve));
  return lines;
}

describe("eachLine", () => {
  it("gives the same lines however the stream is cut", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.nat(60), async (whole, cut) => {
        const expected = whole.split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(
          await linesOf([whole.slice(0, cut), whole.slice(cut)].filter((part) => part !== "")),
        ).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("cuts a line that has no end", async () => {
    const [long, next] = await linesOf(["x".repeat(LINE_CHARS_MAX), "y".repeat(10), "\nnext\n"]);
    expect(long).toBe("x".repeat(LINE_CHARS_MAX));
    expect(next).toBe("next");
  });
});

describe("afterEnd", () => {
  it("waits longer each time, then gives up", () => {
    const waits: (number | undefined)[] = [];
    let backoff = { quickEnds: 0 };
    for (let end = 0; end <= QUICK_ENDS_MAX; end++) {
      const next = afterEnd(backoff, 10);
      waits.push(next.waitMs);
      backoff = next.backoff;
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, undefined]);
  });

  it("begins anew after a steady run", () => {
    expect(afterEnd({ quickEnds: QUICK_ENDS_MAX }, STEADY_MS)).toEqual({
      backoff: { quickEnds: 1 },
      waitMs: 250,
    });
  });
});

describe("worthTelling", () => {
  it.each([
    ["", undefined],
    ["plain words", "plain words"],
    ['{"level":30,"msg":"all well"}', undefined],
    ['{"level":40,"msg":"slow disk"}', "slow disk"],
    ['{"level":50,"msg":"failed","err":{"message":"no space"}}', "failed: no space"],
    ['{"level":50,"msg":"no space","err":{"message":"no space"}}', "no space"],
    ["{broken", "{broken"],
  ])("%s", (line, expected) => {
    expect(worthTelling(line)).toBe(expected);
  });
});

describe("openRoleLog", () => {
  it("tells at most so many lines in a while, and logs all", () => {
    const path = join(folder, "logs", "chatty.log");
    const said: string[] = [];
    const log = openRoleLog("chatty", path, (line) => said.push(line));
    for (let i = 0; i < 100; i++) log.take(`trouble ${i}`);
    log.close();
    expect(said).toHaveLength(21);
    expect(said.at(-1)).toContain("more of these");
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(101);
  });

  it("sets a long log aside", () => {
    const path = join(folder, "logs", "long.log");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    truncateSync(path, LOG_BYTES_MAX - 5);
    const log = openRoleLog("long", path, () => undefined);
    log.take('{"level":30}');
    log.take('{"level":30}');
    log.close();
    expect(statSync(`${path}.1`).size).toBeGreaterThan(LOG_BYTES_MAX);
    expect(statSync(path).size).toBe(13);
  });
});
