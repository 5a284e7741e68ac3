import { describe, expect, it } from "vitest";
import { dayStart, renewAllowance, takeAllowance } from "./allowance.ts";
import { accountOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { utc, utcText } from "./testing/lists.ts";

const HOUR_S = 3_600n;
const ALLOWANCE = { atoms: 1_000n, stackDays: 3n, dayStartS: 6n * HOUR_S };
const TERMS = termsOf({ dailyAllowance: ALLOWANCE });

describe("R74 an allowance's day", () => {
  it.each([
    ["2024-01-02T05:00Z", "2024-01-02T05:00:00Z"],
    ["2024-01-02T04:59:59Z", "2024-01-01T05:00:00Z"],
    // Counted in seconds from midnight: on the day of 23 hours the clock shows 07:00.
    ["2024-03-31T12:00Z", "2024-03-31T05:00:00Z"],
  ])("R74 at %s it began at %s", (at, began) => {
    expect(utcText(dayStart(TERMS, accountOf(), utc(at)))).toBe(began);
  });

  const renewed = (renewedS: bigint, leftAtoms: bigint, at: string) =>
    renewAllowance(TERMS, accountOf({ allowance: { renewedS, leftAtoms } }), utc(at)).allowance;
  const start = utc("2024-01-02T05:00Z");

  it.each<[string, bigint, bigint, string, bigint]>([
    ["the first time", 0n, 0n, "2024-01-02T08:00Z", 1_000n],
    ["the same day", start, 300n, "2024-01-03T04:59:59Z", 300n],
    ["the next day", start, 300n, "2024-01-03T05:00Z", 1_300n],
    ["two days later", start, 300n, "2024-01-04T12:00Z", 2_300n],
    ["stacked no higher than that", start, 300n, "2024-01-05T12:00Z", 3_000n],
    ["long after", start, 0n, "2024-12-31T12:00Z", 3_000n],
  ])("R74 %s", (_, renewedS, leftAtoms, at, left) => {
    const after = renewed(renewedS, leftAtoms, at);
    expect(after.leftAtoms).toBe(left);
    expect(after.renewedS).toBe(dayStart(TERMS, accountOf(), utc(at)));
  });

  it("R74 before the list's first version the day start is not known", () => {
    const lists = new Map([[0, { zone: "Europe/Madrid", versions: [] }]]);
    const account = accountOf();
    const after = renewAllowance({ ...TERMS, lists }, account, start);
    expect(after.allowance).toEqual({ renewedS: 1n, leftAtoms: 1_000n });
  });

  it("R74 no more is taken than is left", () => {
    const account = accountOf({ allowance: { renewedS: 1n, leftAtoms: 10n } });
    expect(takeAllowance(account, 4n).allowance.leftAtoms).toBe(6n);
    expect(takeAllowance(account, 11n).allowance.leftAtoms).toBe(0n);
  });
});

it("R74 the story: credit runs out, the day's allowance, the cut, the next day's", () => {
  const it = following(TERMS, accountOf({ balanceMicros: 100n }));
  it.read("2024-01-02T05:00Z", 0n);
  // The reading that uses up credit takes nothing from the allowance.
  expect(types(it.read("2024-01-02T06:00Z", 400n))).toEqual([]);
  expect(it.account.allowance.leftAtoms).toBe(1_000n);
  expect(types(it.read("2024-01-02T07:00Z", 1_399n))).toEqual([]);
  expect(it.account.allowance.leftAtoms).toBe(1n);
  expect(types(it.read("2024-01-02T08:00Z", 1_400n))).toEqual(["supply.cut_requested"]);
  // Midnight is not the day's start.
  expect(types(it.tick("2024-01-03T04:59:59Z"))).toEqual([]);
  expect(types(it.tick("2024-01-03T05:00:00Z"))).toEqual(["supply.restore_requested"]);
  expect(types(it.read("2024-01-03T06:00Z", 2_400n))).toEqual(["supply.cut_requested"]);
});
