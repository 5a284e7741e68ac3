import { describe, expect, it } from "vitest";
import { NO_PARTS, type Parts } from "./parts.ts";
import { reversePayment } from "./reverse.ts";
import {
  accountOf,
  granted,
  money,
  termsOf,
  timeDebtOf,
  told,
  worthMicros,
} from "./testing/accounts.ts";

const NOW = 1_000n;
const reverse = (
  account: Parameters<typeof reversePayment>[1],
  parts: Partial<Parts>,
  isConfirmedRemoved = false,
) =>
  reversePayment(
    termsOf(),
    account,
    { parts: { ...NO_PARTS, ...parts }, isConfirmedRemoved, number: 9n },
    NOW,
  );

describe("R53 a payment is taken back part by part", () => {
  it("R53 the second vector of R50 and back", () => {
    const paid = accountOf({
      balanceMicros: money("9.80"),
      paymentDebt: { owedMicros: money("49"), weekS: 5n, weekUsedMicros: money("5") },
      topups: { periodS: 5n, sumMicros: money("20") },
      creditsMicros: money("20"),
    });
    const parts = {
      paymentDebt: money("1"),
      accumulatedDebt: money("1.20"),
      threshold: money("3"),
      emergency: money("5"),
      balance: money("9.80"),
    };
    expect(reverse(paid, parts)).toBe("not_reversible"); // (c) is used up: 9.80 of 12.80 are there
    const { account, events } = granted(reverse(paid, parts, true));
    expect(account).toEqual({
      ...paid,
      balanceMicros: money("-3"),
      emergency: { state: "invoked", usedMicros: money("5"), isOffered: false },
      accumulatedDebtMicros: money("1.20"),
      // Week and period stay as they are.
      paymentDebt: { ...paid.paymentDebt, owedMicros: money("50") },
      creditsMicros: 0n,
    });
    expect(told(events)).toEqual(["vend.reversed 20000000 @-3000000"]);
    expect(events[0]?.number).toBe(9n);
    expect(worthMicros(paid) - worthMicros(account)).toBe(money("20"));
  });

  it("R53 time debts come back as well", () => {
    const paid = accountOf({ timeDebt1: timeDebtOf("1", "1"), timeDebt2: timeDebtOf("2", "1") });
    const parts = { timeDebt1: money("3"), timeDebt2: money("4") };
    const { account } = granted(reverse(paid, parts));
    expect(account.timeDebt1).toEqual(timeDebtOf("4", "1"));
    expect(account.timeDebt2).toEqual(timeDebtOf("6", "1"));
  });

  it.each([
    ["enabled", "0", "enabled"],
    ["enabled", "1", "invoked"],
    ["invoked", "1", "invoked"],
    ["consumed", "1", "consumed"],
  ] as const)(
    "R53 emergency credit that was %s, with %s to take back, is %s",
    (state, part, after) => {
      const account = accountOf({ emergency: { state, usedMicros: money("2") } });
      const reversed = granted(reverse(account, { emergency: money(part) })).account;
      expect(reversed.emergency).toMatchObject({
        state: after,
        usedMicros: money("2") + money(part),
      });
    },
  );

  it.each([
    // balance, (c), (e), confirmed → balance after, or the refusal
    ["10", "3", "7", false, "0"],
    ["9.999999", "3", "7", false, "not_reversible"],
    ["9.999999", "3", "7", true, "-0.000001"],
    ["-1", "0", "0", true, "-1"],
    ["-1", "0", "0", false, "not_reversible"],
  ])(
    "R53 from %s, %s and %s back, confirmed %s: %s",
    (balance, threshold, rest, confirmed, expected) => {
      const account = accountOf({ balanceMicros: money(balance) });
      const result = reverse(
        account,
        { threshold: money(threshold), balance: money(rest) },
        confirmed,
      );
      if (expected === "not_reversible") expect(result).toBe(expected);
      else expect(granted(result).account.balanceMicros).toBe(money(expected));
    },
  );

  it("R4 never beyond what can be held", () => {
    const low = accountOf({ balanceMicros: 1n - 2n ** 62n });
    expect(granted(reverse(low, { balance: 1n }, true)).account.balanceMicros).toBe(-(2n ** 62n));
    expect(reverse(low, { balance: 2n }, true)).toBe("money_limit_exceeded");
    const full = 2n ** 58n;
    const indebted = accountOf({
      emergency: { usedMicros: full },
      paymentDebt: { owedMicros: full },
      accumulatedDebtMicros: full,
      timeDebt1: { ...timeDebtOf("0", "0"), owedMicros: full },
      timeDebt2: { ...timeDebtOf("0", "0"), owedMicros: full },
    });
    expect(granted(reverse(indebted, {})).account).toEqual(indebted);
    for (const part of ["paymentDebt", "accumulatedDebt", "timeDebt1", "timeDebt2", "emergency"]) {
      expect([part, reverse(indebted, { [part]: 1n })]).toEqual([part, "money_limit_exceeded"]);
    }
  });
});
