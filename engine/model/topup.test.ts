import { describe, expect, it } from "vitest";
import type { ModelAccount, Terms } from "./account.ts";
import {
  accountOf,
  granted,
  money,
  termsOf,
  timeDebtOf,
  told,
  worthMicros,
} from "./testing/accounts.ts";
import { utc } from "./testing/lists.ts";
import { topUp } from "./topup.ts";

const NOON = utc("2024-05-15T12:00Z"); // a Wednesday

/** A payment that is taken, or the refusal. */
function pay(terms: Terms, account: ModelAccount, amount: string, nowS = NOON) {
  return topUp(terms, account, { paidMicros: money(amount), number: 9n }, nowS);
}

/** The account of the page's vectors; its week is the one of `NOON`. */
const VECTOR = accountOf({
  balanceMicros: money("-3"),
  emergency: { state: "invoked", usedMicros: money("5") },
  accumulatedDebtMicros: money("1.20"),
  paymentDebt: {
    owedMicros: money("50"),
    sharePpm: 100_000n,
    weeklyCapMicros: money("5"),
    weekS: utc("2024-05-12T22:00Z"),
    weekUsedMicros: money("4"),
  },
});

describe("R50 what a payment leaves", () => {
  it.each([
    ["R50 20.00", "20", true, "9.80", "0"],
    ["R50 20.00, flag false", "20", false, "9.80", "0"],
    ["R50 4.20", "4.20", true, "-0.42", "5"],
    ["R50 4.20, flag false", "4.20", false, "-3", "2.42"],
  ])("%s", (_name, paid, restoreThresholdFirst, balance, used) => {
    const { account } = granted(pay(termsOf({ restoreThresholdFirst }), VECTOR, paid));
    expect(account.balanceMicros).toBe(money(balance));
    expect(account.emergency.usedMicros).toBe(money(used));
    expect(account.accumulatedDebtMicros).toBe(0n);
    expect(account.creditsMicros).toBe(money(paid));
    expect(worthMicros(account) - worthMicros(VECTOR)).toBe(money(paid));
  });

  it("R50 tells the payment, then each debt that it cleared, then emergency credit; each with the balance after all", () => {
    const account = accountOf({
      balanceMicros: money("-1"),
      emergency: { state: "consumed", usedMicros: money("5") },
      paymentDebt: { owedMicros: money("1") },
      accumulatedDebtMicros: money("2"),
      timeDebt1: timeDebtOf("3", "1"),
      timeDebt2: timeDebtOf("4", "1"),
    });
    const { events, account: after } = granted(
      pay(termsOf({ waterfall: "debt_first" }), account, "20"),
    );
    expect(told(events)).toEqual([
      "vend.applied 20000000 @4000000",
      "debt.cleared/3 1000000 @4000000",
      "debt.cleared/4 2000000 @4000000",
      "debt.cleared/1 3000000 @4000000",
      "debt.cleared/2 4000000 @4000000",
      "emergency_credit.repaid 5000000 @4000000",
    ]);
    expect(events.map(({ number }) => number)).toEqual([9n, 0n, 0n, 0n, 0n, 0n]);
    expect(after.emergency.state).toBe("enabled");
    expect(after.paymentDebt.weekUsedMicros).toBe(0n);
  });

  it("R62 repaid in part, emergency credit stays what it was; debts that were 0 before are not cleared", () => {
    const account = accountOf({ emergency: { state: "consumed", usedMicros: money("5") } });
    const { events, account: after } = granted(pay(termsOf(), account, "4.999999"));
    expect(told(events)).toEqual(["vend.applied 4999999 @0"]);
    expect(after.emergency).toMatchObject({ state: "consumed", usedMicros: 1n });
  });
});

describe("R51 the cap's week starts Monday 00:00 local", () => {
  /** Half of each payment, at most 5.00 a week. */
  const CAPPED = accountOf({
    paymentDebt: { owedMicros: money("50"), sharePpm: 500_000n, weeklyCapMicros: money("5") },
  });
  /** (a) of payments of 8.00 one after the other. */
  function payments(timezone: string, times: string[]): string[] {
    const terms = termsOf({}, { timezone });
    let account = CAPPED;
    return times.map((time) => {
      const paid = granted(pay(terms, account, "8", utc(time)));
      account = paid.account;
      return `${paid.parts.paymentDebt / 1_000_000n}`;
    });
  }

  it("R51 over a Monday", () => {
    const times = [
      "2024-05-13T12:00Z",
      "2024-05-14T12:00Z",
      "2024-05-19T12:00Z",
      "2024-05-19T21:59:59Z",
      "2024-05-19T22:00:00Z", // Monday 00:00 in Madrid
      "2024-05-26T21:59:59Z",
    ];
    expect(payments("Europe/Madrid", times)).toEqual(["4", "1", "0", "0", "4", "1"]);
  });

  it("R51 over weeks of 167 and 169 hours", () => {
    // The clock goes forward on Sunday 31 March: Monday begins at 22:00Z, not at 23:00Z.
    const spring = ["2024-03-24T23:00Z", "2024-03-31T21:59:59Z", "2024-03-31T22:00Z"];
    expect(payments("Europe/Madrid", spring)).toEqual(["4", "1", "4"]);
    // It falls back on Sunday 27 October: Monday begins at 23:00Z.
    const autumn = ["2024-10-20T22:00Z", "2024-10-27T22:59:59Z", "2024-10-27T23:00Z"];
    expect(payments("Europe/Madrid", autumn)).toEqual(["4", "1", "4"]);
    // In Cairo that day's midnight does not exist: the date begins at 01:00.
    const skipped = ["2024-04-25T12:00Z", "2024-04-28T20:59:59Z", "2024-04-28T21:00Z"];
    expect(payments("Africa/Cairo", skipped)).toEqual(["4", "1", "4"]);
  });

  it("R51 the week is looked at only while a debt is owed, and counts the standard waterfall alone", () => {
    const free = granted(pay(termsOf(), accountOf(), "8")).account;
    expect(free.paymentDebt).toEqual(accountOf().paymentDebt);
    const first = granted(pay(termsOf({ waterfall: "debt_first" }), CAPPED, "8")).account;
    expect(first.paymentDebt).toEqual({ ...CAPPED.paymentDebt, owedMicros: money("42") });
    const counted = granted(pay(termsOf(), CAPPED, "8")).account;
    expect(counted.paymentDebt).toMatchObject({
      weekS: utc("2024-05-12T22:00Z"),
      weekUsedMicros: money("4"),
    });
  });
});

describe("R52 limits refuse a payment whole and change nothing", () => {
  const topup = {
    minMicros: money("5"),
    maxMicros: money("50"),
    capMicros: money("60"),
    capEvery: "day",
  } as const;
  const BOUNDED = termsOf({ topup, balanceMaxMicros: money("100") });

  it.each([
    ["under the minimum", "4.999999", "0", "vend_below_minimum"],
    ["the minimum", "5", "0", undefined],
    ["the maximum", "50", "0", undefined],
    ["over the maximum", "50.000001", "0", "vend_above_maximum"],
    ["up to the highest balance", "50", "50", undefined],
    ["over the highest balance", "50", "50.000001", "balance_limit_exceeded"],
  ])("R52 %s", (_name, paid, balance, refusal) => {
    const account = accountOf({ balanceMicros: money(balance) });
    const result = pay(BOUNDED, account, paid);
    expect(typeof result === "string" ? result : undefined).toBe(refusal);
  });

  it("R52 what goes to debts does not count for the highest balance", () => {
    const account = accountOf({
      balanceMicros: money("99"),
      emergency: { usedMicros: money("9") },
    });
    expect(granted(pay(BOUNDED, account, "10")).account.balanceMicros).toBe(money("100"));
    expect(pay(BOUNDED, account, "10.000001")).toBe("balance_limit_exceeded");
  });

  it("R52 in credit mode nothing is vended, and no more is taken than can be held", () => {
    expect(pay(BOUNDED, accountOf({ mode: "credit" }), "1")).toBe("not_prepayment");
    const full = accountOf({ balanceMicros: 2n ** 62n - 1_000_000n });
    expect(pay(termsOf(), full, "1.000001")).toBe("money_limit_exceeded");
    expect(granted(pay(termsOf(), full, "1")).account.balanceMicros).toBe(2n ** 62n);
    // Asked for before the limits of the policy.
    expect(pay(termsOf({ topup: { ...topup, minMicros: 2n ** 61n } }), full, "2")).toBe(
      "money_limit_exceeded",
    );
  });

  it.each([
    ["day", "2024-05-15T21:59:59Z", "2024-05-15T22:00:00Z"],
    ["week", "2024-05-19T21:59:59Z", "2024-05-19T22:00:00Z"],
    ["month", "2024-05-31T21:59:59Z", "2024-05-31T22:00:00Z"],
    ["month", "2024-10-31T22:59:59Z", "2024-10-31T23:00:00Z"],
  ] as const)("R52 the cap of a %s", (capEvery, before, after) => {
    const terms = termsOf({ topup: { ...topup, capEvery } });
    const first = granted(pay(terms, accountOf(), "45", utc(before))).account;
    expect(first.topups.sumMicros).toBe(money("45"));
    expect(pay(terms, first, "15.000001", utc(before))).toBe("topup_cap_exceeded");
    const second = granted(pay(terms, first, "15", utc(before))).account;
    expect(second.topups.sumMicros).toBe(money("60"));
    expect(pay(terms, second, "5", utc(before))).toBe("topup_cap_exceeded");
    const next = granted(pay(terms, second, "50", utc(after))).account;
    expect(next.topups).toEqual({ periodS: utc(after), sumMicros: money("50") });
  });

  it("R52 without a cap the sum is left alone", () => {
    const topups = { periodS: 5n, sumMicros: 6n };
    expect(granted(pay(termsOf(), accountOf({ topups }), "8")).account.topups).toEqual(topups);
  });
});
