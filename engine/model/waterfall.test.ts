import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_PARTS, type Parts } from "./parts.ts";
import type { Policy } from "./policy.ts";
import { accountOf, money, policyOf, timeDebtOf } from "./testing/accounts.ts";
import { splitPayment } from "./waterfall.ts";

/** The account of the page's vectors. */
const VECTOR = accountOf({
  balanceMicros: money("-3"),
  emergency: { state: "invoked", usedMicros: money("5") },
  accumulatedDebtMicros: money("1.20"),
  paymentDebt: {
    owedMicros: money("50"),
    sharePpm: 100_000n,
    weeklyCapMicros: money("5"),
    weekUsedMicros: money("4"),
  },
});
/** The same with time debts. */
const INDEBTED = {
  ...VECTOR,
  timeDebt1: timeDebtOf("2", "0.10"),
  timeDebt2: timeDebtOf("3", "0.10"),
};

/** Parts in the order (a) (b) time debt 1, 2 (c) (d) (e), as amounts. */
function partsOf([a, b, t1, t2, c, d, e]: string[]): Parts {
  return {
    ...NO_PARTS,
    paymentDebt: money(a ?? ""),
    accumulatedDebt: money(b ?? ""),
    timeDebt1: money(t1 ?? ""),
    timeDebt2: money(t2 ?? ""),
    threshold: money(c ?? ""),
    emergency: money(d ?? ""),
    balance: money(e ?? ""),
  };
}

describe("R50 the waterfall, standard: the four vectors", () => {
  it.each([
    ["R50 top-up of 20.00", "20", true, ["1", "1.20", "0", "0", "3", "5", "9.80"]],
    ["R50 top-up of 20.00, flag false", "20", false, ["1", "1.20", "0", "0", "0", "5", "12.80"]],
    ["R50 top-up of 4.20", "4.20", true, ["0.42", "1.20", "0", "0", "2.58", "0", "0"]],
    ["R50 top-up of 4.20, flag false", "4.20", false, ["0.42", "1.20", "0", "0", "0", "2.58", "0"]],
  ])("%s", (_name, paid, restoreThresholdFirst, expected) => {
    const policy = policyOf({ restoreThresholdFirst });
    expect(splitPayment(policy, VECTOR, money(paid))).toEqual(partsOf(expected));
  });

  it("R50 time debts get nothing of it", () => {
    const parts = splitPayment(policyOf(), INDEBTED, money("20"));
    expect(parts).toEqual(splitPayment(policyOf(), VECTOR, money("20")));
  });

  it.each([
    // paid in micros, share, owed, cap, used → (a)
    [9n, 100_000n, 50n, 50n, 0n, 0n],
    [10n, 100_000n, 50n, 50n, 0n, 1n],
    [19n, 100_000n, 50n, 50n, 0n, 1n],
    [1_000n, 100_000n, 50n, 500n, 0n, 50n],
    [1_000n, 100_000n, 500n, 50n, 0n, 50n],
    [1_000n, 100_000n, 500n, 50n, 49n, 1n],
    [1_000n, 100_000n, 500n, 50n, 50n, 0n],
    [1_000n, 100_000n, 500n, 50n, 51n, 0n],
    [1_000n, 1_000_000n, 5_000n, 5_000n, 0n, 1_000n],
    [1_000n, 0n, 5_000n, 5_000n, 0n, 0n],
  ])("R50 (a) of %d at %d millionths, %d owed, cap %d with %d used: %d", (paid, ...rest) => {
    const [sharePpm, owedMicros, weeklyCapMicros, weekUsedMicros, expected] = rest;
    const paymentDebt = { owedMicros, sharePpm, weeklyCapMicros, weekUsedMicros };
    const parts = splitPayment(policyOf(), accountOf({ paymentDebt }), paid);
    expect(parts).toEqual({ ...NO_PARTS, paymentDebt: expected, balance: paid - expected });
  });

  it.each([
    // disablement threshold, balance, paid → (c), (e)
    ["0", "0", "1", "0", "1"],
    ["2", "-1", "5", "3", "2"],
    ["2", "-1", "3", "3", "0"],
    ["-2", "-1", "3", "0", "3"],
    ["-2", "-3", "3", "1", "2"],
  ])("R50 (c) to a cut-off of %s from %s with %s", (cutOff, balance, paid, threshold, rest) => {
    const policy = policyOf({ disablementMicros: money(cutOff) });
    const parts = splitPayment(policy, accountOf({ balanceMicros: money(balance) }), money(paid));
    expect(parts).toEqual({ ...NO_PARTS, threshold: money(threshold), balance: money(rest) });
  });
});

describe("R50 debt_first: all debts before anything", () => {
  it.each([
    ["0.50", ["0.50", "0", "0", "0", "0", "0", "0"]],
    ["50.50", ["50", "0.50", "0", "0", "0", "0", "0"]],
    ["52", ["50", "1.20", "0.80", "0", "0", "0", "0"]],
    ["55", ["50", "1.20", "2", "1.80", "0", "0", "0"]],
    ["60", ["50", "1.20", "2", "3", "3", "0.80", "0"]],
    ["70", ["50", "1.20", "2", "3", "3", "5", "5.80"]],
  ])("R50 debt_first, top-up of %s: no share, no cap", (paid, expected) => {
    const policy = policyOf({ waterfall: "debt_first" });
    expect(splitPayment(policy, INDEBTED, money(paid))).toEqual(partsOf(expected));
  });

  it("R50 debt_first, flag false", () => {
    const policy = policyOf({ waterfall: "debt_first", restoreThresholdFirst: false });
    const expected = partsOf(["50", "1.20", "2", "3", "0", "3.80", "0"]);
    expect(splitPayment(policy, INDEBTED, money("60"))).toEqual(expected);
  });
});

describe("R50 share: a fixed share of each payment to arrears", () => {
  it.each([
    ["20", 250_000n, ["5", "0", "0", "0", "3", "5", "7"]],
    ["60", 900_000n, ["50", "1.20", "2", "0.80", "3", "3", "0"]],
    ["100", 1_000_000n, ["50", "1.20", "2", "3", "3", "5", "35.80"]],
    ["20", 0n, ["0", "0", "0", "0", "3", "5", "12"]],
    ["0.000003", 500_000n, ["0.000001", "0", "0", "0", "0.000002", "0", "0"]],
  ])("R50 share, top-up of %s at %d millionths", (paid, arrearsSharePpm, expected) => {
    const policy = policyOf({ waterfall: "share", arrearsSharePpm });
    expect(splitPayment(policy, INDEBTED, money(paid))).toEqual(partsOf(expected));
  });

  it("R50 share, flag false", () => {
    const arrearsSharePpm = 250_000n;
    const policy = policyOf({ waterfall: "share", arrearsSharePpm, restoreThresholdFirst: false });
    const expected = partsOf(["5", "0", "0", "0", "0", "5", "10"]);
    expect(splitPayment(policy, INDEBTED, money("20"))).toEqual(expected);
  });
});

it("R50 parts are never negative, never more than is owed, and sum up to the payment", () => {
  const amount = fc.bigInt({ min: 0n, max: 2n ** 58n });
  const any = fc.record({
    paid: fc.bigInt({ min: 1n, max: 2n ** 61n }),
    balanceMicros: fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
    owed: fc.tuple(amount, amount, amount, amount, amount),
    sharePpm: fc.bigInt({ min: 0n, max: 1_000_000n }),
    weeklyCapMicros: amount,
    weekUsedMicros: amount,
    waterfall: fc.constantFrom<Policy["waterfall"]>("standard", "debt_first", "share"),
    restoreThresholdFirst: fc.boolean(),
    disablementMicros: fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
  });
  fc.assert(
    fc.property(any, (given) => {
      const [payment, accumulated, time1, time2, used] = given.owed;
      const { sharePpm, weeklyCapMicros, weekUsedMicros } = given;
      const account = accountOf({
        balanceMicros: given.balanceMicros,
        emergency: { usedMicros: used },
        paymentDebt: { owedMicros: payment, sharePpm, weeklyCapMicros, weekUsedMicros },
        accumulatedDebtMicros: accumulated,
        timeDebt1: { ...accountOf().timeDebt1, owedMicros: time1 },
        timeDebt2: { ...accountOf().timeDebt2, owedMicros: time2 },
      });
      const policy = policyOf({ ...given, arrearsSharePpm: sharePpm });
      const parts = splitPayment(policy, account, given.paid);
      const all = Object.values(parts);
      expect(all.every((part) => part >= 0n)).toBe(true);
      expect(all.reduce((sum, part) => sum + part, 0n)).toBe(given.paid);
      expect(parts.paymentDebt <= payment && parts.accumulatedDebt <= accumulated).toBe(true);
      expect(parts.timeDebt1 <= time1 && parts.timeDebt2 <= time2).toBe(true);
      expect(parts.emergency <= used).toBe(true);
    }),
  );
});

it("R50 a payment of nothing is a fault", () => {
  expect(() => splitPayment(policyOf(), VECTOR, 0n)).toThrow("more than 0");
  expect(() => splitPayment(policyOf(), VECTOR, -1n)).toThrow("more than 0");
});
