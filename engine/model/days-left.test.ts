import { describe, expect, it } from "vitest";
import { closeDay, daysLeft, judgeDaysLeft, spend } from "./days-left.ts";
import { accountOf, money, policyOf, termsOf, told } from "./testing/accounts.ts";
import { following } from "./testing/follow.ts";
import { utc } from "./testing/lists.ts";

const POLICY = policyOf({ daysLeftWarning: 3n, disablementMicros: 5n });

function days(spentTodayMicros: bigint, meanMicros: bigint, seen: bigint, isWarned = false) {
  return { spentTodayMicros, meanMicros, seen, isWarned };
}

describe("R81 the trailing mean", () => {
  it.each<[bigint, bigint, bigint, bigint, bigint]>([
    // spent, mean, seen → mean, seen
    [70n, 0n, 0n, 70n, 1n],
    [70n, 0n, 1n, 10n, 2n],
    [0n, 70n, 1n, 60n, 2n],
    [0n, 71n, 2n, 60n, 3n], // −71/7 is −10.14…, floored −11
    [76n, 70n, 255n, 70n, 255n], // 6/7 floored
    [77n, 70n, 254n, 71n, 255n],
    [-70n, 0n, 5n, -10n, 6n],
  ])(
    "R81 a day of %d on a mean of %d after %d days gives %d",
    (spent, mean, seen, after, count) => {
      const account = accountOf({ days: days(spent, mean, seen) });
      expect(closeDay(POLICY, account).days).toEqual(days(0n, after, count));
    },
  );

  it("R81 is not tracked where no policy asks for it", () => {
    const account = accountOf({ days: days(1n, 2n, 3n) });
    expect(closeDay(policyOf(), account)).toBe(account);
    expect(spend(policyOf(), account, 9n)).toBe(account);
    const judged = judgeDaysLeft(policyOf(), { ...account, days: days(1n, 2n, 3n, true) }, 0n);
    expect([judged.account.days, judged.events]).toEqual([days(0n, 0n, 0n), []]);
  });
});

describe("R81 days left", () => {
  it.each<[bigint, bigint, bigint, bigint | undefined]>([
    // balance, mean, seen: the cut-off is 5
    [25n, 10n, 1n, 2n],
    [24n, 10n, 1n, 1n],
    [4n, 10n, 1n, 0n],
    [25n, 10n, 0n, undefined],
    [25n, 0n, 9n, undefined],
    [25n, -3n, 9n, undefined],
  ])("R81 balance %d at %d a day after %d days: %s", (balanceMicros, mean, seen, left) => {
    const account = accountOf({ balanceMicros, days: days(0n, mean, seen) });
    expect(daysLeft(POLICY, account, 0n)).toBe(left);
  });

  it.each<[boolean, bigint, bigint, boolean, string[]]>([
    // warned, balance, mean → warned
    [false, 45n, 10n, false, []],
    [false, 44n, 10n, true, ["credit.low/8 3 @44"]],
    [true, 44n, 10n, true, []],
    [true, 54n, 10n, true, []],
    [true, 55n, 10n, false, ["credit.recovered/8 5 @55"]],
    [true, 44n, 0n, false, ["credit.recovered/8 0 @44"]],
    [false, 44n, 0n, false, []],
  ])("R81 warned %s, balance %d at %d a day", (isWarned, balanceMicros, mean, after, events) => {
    const account = accountOf({ balanceMicros, days: days(0n, mean, 2n, isWarned) });
    const judged = judgeDaysLeft(POLICY, account, 0n);
    expect([judged.account.days.isWarned, told(judged.events)]).toEqual([after, events]);
  });
});

describe("R81 what a local day costs", () => {
  it("R81 consumption up to its midnight belongs to it, what falls due then to the next", () => {
    const charges = [{ name: "standing", every: "day" as const, amount: "1" }];
    const terms = termsOf({ daysLeftWarning: 1n, automaticCut: false }, { charges });
    const it = following(terms, accountOf({ balanceMicros: money("100") }));
    it.read("2024-01-01T11:00Z", 0n);
    // Twelve hours of the first day, twelve of the second: 6 kWh each, 1.50
    it.read("2024-01-02T11:00Z", 12_000n);
    expect(it.account.days).toEqual(days(money("2.5"), money("1.5"), 1n));
    // 16 kWh in 48 hours, over two midnights: 6 kWh less than 16 at 11:00 UTC of the second day
    it.read("2024-01-04T11:00Z", 28_000n);
    // second day: 2.50 + 4 kWh; third: 1.00 + 8 kWh; fourth so far: 1.00 + 4 kWh
    const second = 1_500_000n + 285_714n; // + (3.50 − 1.50) / 7
    const third = second + (3_000_000n - second) / 7n;
    expect(it.account.days).toEqual(days(money("2"), third, 3n));
  });

  it("R81 a tick counts what it charges, but closes no day", () => {
    const charges = [{ name: "standing", every: "day" as const, amount: "1" }];
    const terms = termsOf({ daysLeftWarning: 1n, automaticCut: false }, { charges });
    const opened = accountOf({ chargedThrough: utc("2024-01-01T11:00Z") });
    const it = following(terms, opened);
    it.tick("2024-01-03T11:00Z");
    expect(it.account.days).toEqual(days(money("2"), 0n, 0n));
  });

  it("R81 a midnight at the end of an interval closes the day with it", () => {
    const it = following(termsOf({ daysLeftWarning: 1n, automaticCut: false }));
    it.read("2024-01-01T22:00Z", 0n);
    it.read("2024-01-01T23:00Z", 4_000n);
    expect(it.account.days).toEqual(days(0n, money("1"), 1n, true));
  });
});
