import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDeeperThan } from "./json-depth.ts";
import { requestIdOf } from "./request-id.ts";

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
    : 0;

describe("isDeeperThan", () => {
  it.each([
    ["{}", 0, true],
    ["{}", 1, false],
    ["[[1]]", 1, true],
    ['{"a":"[[[[{{{"}', 1, false],
    ['{"a\\"[[[":"\\\\"}', 1, false],
    ['["\\\\",[]]', 1, true],
    ["", 0, false],
    ["[[],[],[]]", 2, false],
  ])("%s past %i is %s", (text, most, expected) => {
    expect(isDeeperThan(text, most)).toBe(expected);
  });

  it("is what the parsed value says", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(6), (text, most) => {
        expect(isDeeperThan(text, most)).toBe(depthOf(JSON.parse(text)) > most);
      }),
    );
  });

  it("takes any text", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isDeeperThan(text, 3) === "boolean"));
  });
});

describe("requestIdOf", () => {
  it.each([
    ["abc-123", "abc-123"],
    ["a b", "own"],
    ["", "own"],
    ["x".repeat(129), "own"],
    ["a\nb", "own"],
    ["<script>", "own"],
    [undefined, "own"],
  ])("%j gives %s", (given, expected) => {
    expect(requestIdOf(given, "own")).toBe(expected);
  });
});
