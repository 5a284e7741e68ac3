import { describe, expect, it } from "vitest";
import { accountOf, money, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { dailyList, utc } from "./testing/lists.ts";

const ESTIMATES = { chargeEstimates: true } as const;

/** 250 micros a Wh; opened at noon with 1000 on the meter and 10.00. */
function opened(terms = termsOf(ESTIMATES)) {
  const it = following(terms, accountOf({ balanceMicros: money("10") }));
  it.read("2024-01-01T12:00Z", 1_000n);
  return it;
}

describe("R18 estimates are charged where the policy allows it", () => {
  it("R18 else they are only recorded", () => {
    const it = opened(termsOf());
    const before = it.account;
    const out = it.estimate("2024-01-01T13:00Z", 5_000n);
    expect([out.verdict, out.rated, it.account]).toEqual(["estimated", [], before]);
  });

  it("R18 and trued up by the next actual one, here downwards", () => {
    const it = opened();
    const first = it.estimate("2024-01-01T13:00Z", 5_000n);
    expect(first).toMatchObject({ verdict: "estimated", rated: [{ costMicros: money("1") }] });
    it.estimate("2024-01-01T14:00Z", 9_000n);
    expect(it.account).toMatchObject({ balanceMicros: money("8"), t0: utc("2024-01-01T14:00Z") });
    expect(it.account.estimate).toMatchObject({
      t0: utc("2024-01-01T12:00Z"),
      r0: 1_000n,
      costMicros: money("2"),
      quantityAtoms: 8_000n,
    });

    const actual = it.read("2024-01-01T15:00Z", 3_000n);
    expect(actual.returned).toEqual({
      atS: utc("2024-01-01T12:00Z"),
      registerAtoms: 1_000n,
      quantityAtoms: 8_000n,
      costMicros: money("2"),
    });
    expect(actual.rated).toMatchObject([{ quantityAtoms: 2_000n, costMicros: money("0.5") }]);
    expect(it.account).toMatchObject({
      balanceMicros: money("9.5"),
      counters: { all: 2_000n },
      estimate: undefined,
    });
  });

  it("R18 an actual one may be as old as the first estimate, and later than the last", () => {
    const it = opened();
    it.estimate("2024-01-01T14:00Z", 5_000n);
    const actual = it.read("2024-01-01T13:00Z", 1_400n, "2024-01-01T14:30Z");
    expect([actual.verdict, it.account.balanceMicros]).toEqual(["accepted", money("9.9")]);
    expect(it.account.t0).toBe(utc("2024-01-01T13:00Z"));
  });

  it("R18 what is not accepted leaves estimates as they are", () => {
    const it = opened();
    it.estimate("2024-01-01T14:00Z", 5_000n);
    const before = it.account;
    expect(it.read("2024-01-01T12:00Z", 1_000n).verdict).toBe("duplicate");
    expect(it.read("2024-01-01T11:00Z", 999n).verdict).toBe("late");
    expect(it.account).toEqual(before);
    expect(it.read("2024-01-01T15:00Z", 999n).verdict).toBe("backwards");
    expect(it.account).toEqual({ ...before, quarantineRaised: ["backwards"] });
  });

  it.each<[string, string, bigint]>([
    ["before the last reading", "2024-01-01T11:00Z", 1_100n],
    ["at it", "2024-01-01T12:00Z", 1_100n],
    ["less than it", "2024-01-01T13:00Z", 999n],
    ["a wrap", "2024-01-01T13:00Z", 5n],
    ["more than the meter can", "2024-01-01T13:00Z", 200_000n],
  ])("R18 an estimate %s is only recorded, and raises nothing", (_, at, register) => {
    const meter = { modulus: 1_005n, maxRatePerHour: 10_000n };
    const it = opened(termsOf(ESTIMATES, {}, { meter }));
    const before = it.account;
    expect(it.estimate(at, register).events).toEqual([]);
    expect(it.account).toEqual(before);
  });

  it("R18 an estimate is no opening", () => {
    const it = following(termsOf(ESTIMATES));
    expect(it.estimate("2024-01-01T12:00Z", 5n).verdict).toBe("estimated");
    expect(it.account.t0).toBeUndefined();
  });
});

describe("R18 they never start a cut or a limit", () => {
  it("R18 alerts yes; the next actual one decides", () => {
    const trickle = { thresholdMicros: money("5"), atomsPerHour: 9n };
    const it = opened(termsOf({ ...ESTIMATES, trickle, lowCreditMicros: [0n] }));
    expect(types(it.estimate("2024-01-01T13:00Z", 42_000n))).toEqual(["credit.low"]);
    expect(it.account.balanceMicros).toBe(money("-0.25"));
    expect(types(it.tick("2024-01-01T13:30Z"))).toEqual([]);
    const actual = it.read("2024-01-01T14:00Z", 25_000n);
    expect(types(actual)).toEqual(["credit.recovered", "supply.limit_requested"]);
  });

  it("R16, R20 they make nothing certain", () => {
    const it = opened(termsOf({ ...ESTIMATES, staleAfterS: 3_600n }));
    it.read("2024-01-01T12:30Z", 5n);
    it.tick("2024-01-01T14:00Z");
    it.estimate("2024-01-01T14:00Z", 2_000n);
    expect(it.account).toMatchObject({ isStale: true, quarantineRaised: ["backwards"] });
  });
});

describe("R18 trued up with the prices and counters of then", () => {
  it("R32 across a switch of periods", () => {
    // a until 18:00 local, then c: 100 and 400 micros a Wh
    const json = dailyList({ "00:00": "a", "18:00": "c" });
    const it = opened(termsOf(ESTIMATES, json));
    // 16:00 to 20:00 UTC; 18:00 in Madrid is 17:00 UTC
    it.read("2024-01-01T16:00Z", 1_000n);
    it.estimate("2024-01-01T18:00Z", 3_000n);
    expect(it.account.balanceMicros).toBe(money("9.5"));
    expect(it.account.counters).toEqual({ a: 1_000n, c: 1_000n });
    const actual = it.read("2024-01-01T20:00Z", 5_000n);
    expect(actual.rated).toMatchObject([
      { period: "a", quantityAtoms: 1_000n },
      { period: "c", quantityAtoms: 3_000n },
    ]);
    expect(it.account.balanceMicros).toBe(money("8.7"));
    expect(it.account.counters).toEqual({ a: 1_000n, c: 3_000n });
  });

  it("R33 across a cycle start: counters of before come back, and go again", () => {
    const rates = {
      all: [
        { from: "0", price: "0.10" },
        { from: "2", price: "0.20" },
      ],
    };
    const it = opened(termsOf(ESTIMATES, { cycle: { every: "day" }, rates }));
    // 2 kWh until 22:00 UTC; midnight in Madrid is 23:00 UTC
    it.read("2024-01-01T22:00Z", 3_000n);
    expect(it.account.counters).toEqual({ all: 2_000n });
    it.estimate("2024-01-02T01:00Z", 6_000n);
    // 1 kWh in the second block, then 2 kWh in the first of the new day
    expect(it.account.balanceMicros).toBe(money("9.4"));
    expect(it.account.counters).toEqual({ all: 2_000n });
    it.read("2024-01-01T22:30Z", 3_500n, "2024-01-02T01:00Z");
    expect(it.account.balanceMicros).toBe(money("9.7"));
    expect(it.account.counters).toEqual({ all: 2_500n });
  });

  it("R2 the carry comes back, too", () => {
    // 1.5 micros an atom
    const it = opened(termsOf(ESTIMATES, { rates: { all: [{ from: "0", price: "0.0015" }] } }));
    it.read("2024-01-01T12:10Z", 1_001n);
    expect(it.account.carryP).toBe(500_000n);
    it.estimate("2024-01-01T13:00Z", 1_002n);
    expect(it.account.carryP).toBe(0n);
    it.read("2024-01-01T14:00Z", 1_001n);
    expect(it.account).toMatchObject({ carryP: 500_000n, balanceMicros: money("10") - 1n });
  });

  it("R35 charges by time are not given back, nor taken twice", () => {
    const charges = [{ name: "standing", every: "day" as const, amount: "1" }];
    const it = opened(termsOf(ESTIMATES, { charges }));
    expect(it.estimate("2024-01-02T12:00Z", 1_000n).charged).toHaveLength(1);
    expect(it.read("2024-01-02T13:00Z", 1_000n).charged).toHaveLength(0);
    expect(it.account.balanceMicros).toBe(money("9"));
  });

  it("R41 pots see what both come to", () => {
    const it = opened();
    const pots = [{ amountMicros: money("1"), expiresS: utc("2025-01-01T00:00Z") }];
    it.account = { ...it.account, pots };
    it.estimate("2024-01-01T13:00Z", 3_000n);
    expect(it.account).toMatchObject({
      balanceMicros: money("10"),
      pots: [{ amountMicros: money("0.5") }],
    });
    // The actual one is 0.25 dearer than the estimate.
    it.read("2024-01-01T14:00Z", 4_000n);
    expect(it.account).toMatchObject({
      balanceMicros: money("10"),
      pots: [{ amountMicros: money("0.25") }],
    });
  });

  it("R81 the day's cost is given back where it is tracked", () => {
    const it = opened(termsOf({ ...ESTIMATES, daysLeftWarning: 1n }));
    it.estimate("2024-01-01T13:00Z", 5_000n);
    expect(it.account.days.spentTodayMicros).toBe(money("1"));
    it.read("2024-01-01T14:00Z", 2_000n);
    expect(it.account.days.spentTodayMicros).toBe(money("0.25"));
  });
});
