import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PriceListFault } from "./fault.ts";
import { readJson } from "./json-text.ts";
import { DEPTH_MAX, TEXT_MAX } from "./limits.ts";
import { parsePriceListText } from "./parse.ts";
import { EXAMPLE_TEXT } from "./testing/example.ts";

function read(text: string): { json: ReturnType<typeof readJson>; faults: PriceListFault[] } {
  const faults: PriceListFault[] = [];
  return { json: readJson(text, faults), faults };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("JSON text", () => {
  test.each([
    ['{"a": 1,}', 'a key in double quotes at line 1, column 9, found "}"'],
    ['{"a": 1\n "b": 2}', '"," or "}" at line 2, column 2'],
    ["[1, 2", '"," or "]" at line 1, column 6, found the end'],
    ['{"a" 1}', '":" at line 1, column 6'],
    ["", "a value at line 1, column 1, found the end"],
    ["{} {}", "the end at line 1, column 4"],
    ['{"a": nul}', "a value at line 1, column 7"],
    ['{"a": 01}', '"," or "}" at line 1, column 8'],
    ['"\\x"', "sound escapes at line 1, column 1"],
    ['["a\nb"]', "sound escapes at line 1, column 2"],
    ["'a'", "a value at line 1, column 1"],
    ["[".repeat(DEPTH_MAX + 1), `no more than ${DEPTH_MAX} levels`],
  ])("%j is refused with its place", (text, message) => {
    const { json, faults } = read(text);
    expect(json).toBeUndefined();
    expect(faults).toHaveLength(1);
    expect(faults[0]?.pointer).toBe("");
    expect(faults[0]?.message).toContain(message);
  });

  test.each([
    ["a quote that is never closed", `"${"a".repeat(TEXT_MAX - 1)}`],
    ["escapes without end", `"${"\\\\".repeat(TEXT_MAX / 2 - 1)}`],
    ["digits without end", `[${"1".repeat(TEXT_MAX - 1)}`],
    ["blanks without end", `[${" ".repeat(TEXT_MAX - 1)}`],
    ["brackets without end", "[{".repeat(TEXT_MAX / 2)],
  ])("%s is refused without delay", (_, text) => {
    const { json, faults } = read(text);
    expect([json, faults.length]).toEqual([undefined, 1]);
  });

  test("keys that stand twice are faults at their pointers", () => {
    const { json, faults } = read('{"a/b": [{"x": 1, "y": 2, "\\u0078": 3}], "a/b": 4}');
    expect(json).toEqual({ value: { "a/b": 4 } });
    expect(faults.map((fault) => fault.pointer)).toEqual(["/a~1b/0/x", "/a~1b"]);
  });

  test("a list with a key twice is refused beside its other faults", () => {
    const text = EXAMPLE_TEXT.replace('"rates": {', '"rates": { "flat": [],').replace("EUR", "eur");
    const result = parsePriceListText(text);
    expect(result.ok ? [] : result.faults.map((fault) => fault.pointer)).toEqual([
      "/rates/flat",
      "/currency",
    ]);
  });

  test("a byte order mark at the start is taken", () => {
    expect(parsePriceListText(`\uFEFF${EXAMPLE_TEXT}`).ok).toBe(true);
  });

  test("a text over TEXT_MAX is refused unread", () => {
    expect(read(" ".repeat(TEXT_MAX + 1)).faults[0]?.message).toContain(`${TEXT_MAX}`);
  });

  test("is taken exactly where JSON.parse takes it, with the same value", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 3 }), (json, place, put) => {
        const at = place % (json.length + 1);
        for (const text of [json, json.slice(0, at) + put + json.slice(at + 1)]) {
          const { json: read_ } = read(text);
          expect(read_ !== undefined).toBe(isJson(text));
          if (read_ !== undefined) expect(read_.value).toEqual(JSON.parse(text));
        }
      }),
    );
  });
});
