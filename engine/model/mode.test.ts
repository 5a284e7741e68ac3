import { describe, expect, it } from "vitest";
import type { ModeChange, PaymentMode } from "./account.ts";
import { applyModeDue, cancelMode, setMode } from "./mode.ts";
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
const TERMS = termsOf();
const to = (mode: PaymentMode, atS = 0n): ModeChange => {
  return { mode, atS, sharePpm: 250_000n, weeklyCapMicros: money("5") };
};

/** Prepaid, with something of all that there can be. */
const PREPAID = accountOf({
  balanceMicros: money("-3"),
  pots: [{ amountMicros: money("2"), expiresS: NOW + 9n }],
  reservedMicros: money("4"),
  emergency: { state: "consumed", usedMicros: money("5"), isOffered: true },
  paymentDebt: { owedMicros: money("50"), sharePpm: 100_000n, weekS: 7n, weekUsedMicros: 8n },
  accumulatedDebtMicros: money("1.20"),
  timeDebt1: timeDebtOf("2", "0.10"),
  timeDebt2: timeDebtOf("3", "0.10", { every: "month" }),
  alertLevel: 2,
  alertS: [1n, 2n, 0n, 0n],
  isExceeded: true,
  days: { spentTodayMicros: 1n, meanMicros: 2n, seen: 3n, isWarned: true },
  noticeS: 6n,
  isCutWithheld: true,
});
const CREDIT = accountOf({ mode: "credit" });

describe("R91 from prepayment to credit", () => {
  it("R91 all that is owed becomes a negative balance, what belongs to prepayment is forgotten", () => {
    const { account, events } = granted(setMode(TERMS, PREPAID, to("credit"), NOW));
    expect(account).toEqual({
      ...PREPAID,
      mode: "credit",
      balanceMicros: money("-64.20"),
      emergency: { state: "enabled", usedMicros: 0n, isOffered: false },
      paymentDebt: { ...PREPAID.paymentDebt, owedMicros: 0n },
      accumulatedDebtMicros: 0n,
      timeDebt1: timeDebtOf("0", "0.10"),
      timeDebt2: timeDebtOf("0", "0.10", { every: "month" }),
      alertLevel: 0,
      isExceeded: false,
      days: { ...PREPAID.days, isWarned: false },
      noticeS: 0n,
      isCutWithheld: false,
    });
    expect(told(events)).toEqual(["mode.changed/1 0 @-64200000"]);
    expect(worthMicros(account)).toBe(worthMicros(PREPAID));
  });
});

describe("R91 from credit to prepayment", () => {
  it("R91 a negative balance becomes payment debt, by the change's share and cap; the week goes on", () => {
    const paymentDebt = { owedMicros: money("1"), weekS: 7n, weekUsedMicros: 8n };
    const before = accountOf({ mode: "credit", balanceMicros: money("-64.20"), paymentDebt });
    const { account, events } = granted(setMode(TERMS, before, to("prepayment"), NOW));
    expect(account).toEqual({
      ...before,
      mode: "prepayment",
      balanceMicros: 0n,
      paymentDebt: {
        owedMicros: money("65.20"),
        sharePpm: 250_000n,
        weeklyCapMicros: money("5"),
        weekS: 7n,
        weekUsedMicros: 8n,
      },
    });
    expect(told(events)).toEqual(["mode.changed 0 @0"]);
    expect(worthMicros(account)).toBe(worthMicros(before));
  });

  it("R91 with credit nothing moves", () => {
    const before = accountOf({ mode: "credit", balanceMicros: money("7") });
    const { account, events } = granted(setMode(TERMS, before, to("prepayment"), NOW));
    expect(account).toEqual({ ...before, mode: "prepayment" });
    expect(told(events)).toEqual(["mode.changed 0 @7000000"]);
  });
});

describe("R91 now, later, not at all", () => {
  it("R91 the mode that is there changes nothing", () => {
    expect(setMode(TERMS, PREPAID, to("prepayment"), NOW)).toEqual({
      account: PREPAID,
      events: [],
    });
    expect(setMode(TERMS, CREDIT, to("credit", NOW + 1n), NOW)).toEqual({
      account: CREDIT,
      events: [],
    });
  });

  it("R91 a time that is not later than now is now", () => {
    expect(granted(setMode(TERMS, CREDIT, to("prepayment", NOW), NOW)).account.mode).toBe(
      "prepayment",
    );
  });

  it("R91 a later change waits, is the only one, and can be cancelled", () => {
    const change = to("prepayment", NOW + 1n);
    const waiting = granted(setMode(TERMS, CREDIT, change, NOW));
    expect(waiting).toEqual({ account: { ...CREDIT, modeChange: change }, events: [] });
    for (const mode of ["prepayment", "credit"] as const) {
      expect(setMode(TERMS, waiting.account, to(mode), NOW)).toBe("mode_change_in_progress");
    }
    expect(applyModeDue(waiting.account, NOW)).toEqual({ account: waiting.account, events: [] });
    const due = applyModeDue(waiting.account, NOW + 1n);
    expect(due.account).toEqual({ ...CREDIT, mode: "prepayment" });
    expect(told(due.events)).toEqual(["mode.changed 0 @0"]);
    expect(cancelMode(waiting.account)).toEqual(CREDIT);
    expect(cancelMode(CREDIT)).toBe("no_mode_change");
  });

  it("R4 what can't be held is refused; when it was to come later, it waits on", () => {
    const deep = accountOf({
      balanceMicros: money("3") - 2n ** 62n,
      accumulatedDebtMicros: money("3") + 1n,
    });
    expect(setMode(TERMS, deep, to("credit"), NOW)).toBe("money_limit_exceeded");
    const owing = accountOf({ mode: "credit", balanceMicros: -(2n ** 58n) - 1n });
    expect(setMode(TERMS, owing, to("prepayment"), NOW)).toBe("money_limit_exceeded");
    const waiting = { ...owing, modeChange: to("prepayment", NOW - 1n) };
    expect(applyModeDue(waiting, NOW)).toEqual({ account: waiting, events: [] });
    const held = { ...waiting, balanceMicros: waiting.balanceMicros + 1n };
    expect(applyModeDue(held, NOW).account.paymentDebt.owedMicros).toBe(2n ** 58n);
  });
});
