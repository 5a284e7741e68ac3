import fc from "fast-check";
import { expect, test } from "vitest";
import { OWNED_PATTERN, ownedShards } from "./owned-shards.ts";

test.each([
  ["", 4, [0, 1, 2, 3]],
  ["0-1", 4, [0, 1]],
  ["3,0-1", 4, [0, 1, 3]],
  ["2", 4, [2]],
  ["1-2,2-3", 4, [1, 2, 3]],
])("%j of %i shards names %j", (named, shards, owned) => {
  expect(OWNED_PATTERN.test(named)).toBe(true);
  expect(ownedShards(named, shards)).toEqual(owned);
});

test.each(["4", "3-4", "2-1", "0-3,9"])("%j is refused where there are four shards", (named) => {
  expect(() => ownedShards(named, 4)).toThrow(/DRAWDOWN_ENGINE_SHARDS names .*shards are 0 to 3/);
});

test.each(["a", "1-", "-1", "1,,2", "1 2", "0-1-2"])("%j is no list of shards", (named) => {
  expect(OWNED_PATTERN.test(named)).toBe(false);
});

test("lists that together name every shard once give every shard to exactly one engine", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_024 }), fc.integer({ min: 0, max: 1_023 }), (n, at) => {
      const cut = at % n;
      const lists = cut === 0 ? [""] : [`0-${cut - 1}`, `${cut}-${n - 1}`];
      const given = lists.flatMap((list) => ownedShards(list, n));
      expect(given).toEqual(ownedShards("", n));
    }),
  );
});
