import { expect, it } from "vitest";
import { judgeSupply, type SupplyWanted, type SupplyWish } from "./supply.ts";

it.each<[SupplyWanted, bigint, bigint, SupplyWish | undefined]>([
  // wanted, balance, clearance → wish; the threshold is 100
  ["on", 101n, 0n, undefined],
  ["on", 100n, 0n, "cut"],
  ["on", 99n, 0n, "cut"],
  ["off", 99n, 0n, undefined],
  ["off", 100n, 0n, undefined],
  ["off", 101n, 0n, "restore"],
  ["off", 101n, 50n, undefined],
  ["off", 149n, 50n, undefined],
  ["off", 150n, 50n, "restore"],
  ["on", 149n, 50n, undefined],
])("R76 %s, balance %d, clearance %d: %s", (wanted, balance, clearanceMicros, wish) => {
  expect(judgeSupply(wanted, balance, { disablementMicros: 100n, clearanceMicros })).toBe(wish);
});

it("R76 a negative clearance is a fault", () => {
  const policy = { disablementMicros: 0n, clearanceMicros: -1n };
  expect(() => judgeSupply("on", 1n, policy)).toThrow("not negative");
});
