import { describe, expect, it } from "vitest";
import { NOTHING } from "./account.ts";
import { eventOf } from "./events.ts";
import { judgeAccount } from "./judge-credit.ts";
import type { Policy } from "./policy.ts";
import { accountOf, policyOf, termsOf } from "./testing/accounts.ts";
import { types } from "./testing/follow.ts";

const NOW = 10_000n;
/** Everything that a judgement can say. */
const ALL: Partial<Policy> = policyOf({
  lowCreditMicros: [100n, 0n],
  exceedMicros: 1_000n,
  daysLeftWarning: 2n,
  notice: { leadS: 1n, thresholdMicros: 50n },
  emergency: { limitMicros: 40n, thresholdMicros: 10n, autoInvoke: true },
});
const READ = {
  t0: 9_000n,
  r0: 0n,
  days: { spentTodayMicros: 0n, meanMicros: 10n, seen: 3n, isWarned: false },
};

describe("the order of judgement", () => {
  it("R41 pots, R60 emergency, R80 low, R81 days, R73 notice, R70 supply, behind the step's own events", () => {
    const account = accountOf({
      ...READ,
      balanceMicros: -50n,
      noticeS: 0n,
      pots: [{ amountMicros: 500n, expiresS: NOW }],
    });
    const own = { ...NOTHING, events: [eventOf(account, NOW, "account.adjusted")] };
    const step = judgeAccount(termsOf(ALL), { account, outputs: own }, NOW);
    expect(types(step.outputs)).toEqual([
      "account.adjusted",
      "credit.expired",
      "emergency_credit.offered",
      "emergency_credit.invoked",
      "emergency_credit.in_use",
      "emergency_credit.exhausted",
      "credit.low",
      "credit.low",
      "credit.low",
      "supply.notice_due",
    ]);
    // What emergency credit gave is on the balance that alerts are told with.
    expect(step.outputs.events.map(({ balanceMicros }) => balanceMicros)).toEqual([
      -50n,
      -50n,
      -50n,
      -50n,
      -10n,
      -10n,
      -10n,
      -10n,
      -10n,
      -10n,
    ]);
    const later = judgeAccount(termsOf(ALL), { account: step.account, outputs: NOTHING }, NOW + 1n);
    expect(types(later.outputs)).toEqual(["supply.cut_requested"]);
  });

  it("R80 credit that exceeds is told before days that recover", () => {
    const days = { ...READ.days, isWarned: true };
    const account = accountOf({ ...READ, days, balanceMicros: 1_000n, alertLevel: 2 });
    const step = judgeAccount(termsOf(ALL), { account, outputs: NOTHING }, NOW);
    expect(step.outputs.events.map(({ type, level }) => [type, level & 255])).toEqual([
      ["credit.recovered", 2],
      ["credit.recovered", 1],
      ["credit.exceeded", 0],
      ["credit.recovered", 8],
    ]);
  });

  it("R91 in credit mode only pots, the mode and the supply are judged", () => {
    const account = accountOf({
      ...READ,
      mode: "credit",
      balanceMicros: -50n,
      supplyWanted: "disconnected",
      pots: [{ amountMicros: 500n, expiresS: NOW }],
    });
    const step = judgeAccount(termsOf(ALL), { account, outputs: NOTHING }, NOW);
    expect(types(step.outputs)).toEqual(["credit.expired", "supply.restore_requested"]);
    expect(step.account).toMatchObject({ alertLevel: 0, noticeS: 0n });
  });

  it("R91 a change to prepayment is judged as prepayment at once", () => {
    const modeChange = { mode: "prepayment", atS: NOW, sharePpm: 0n, weeklyCapMicros: 0n } as const;
    const account = accountOf({ ...READ, mode: "credit", balanceMicros: 60n, modeChange });
    const step = judgeAccount(termsOf(ALL), { account, outputs: NOTHING }, NOW);
    expect(types(step.outputs)).toEqual(["mode.changed", "credit.low"]);
  });

  it("R53 a reversal may warn, but not cut", () => {
    const account = accountOf({ ...READ, balanceMicros: 0n });
    const terms = termsOf({ lowCreditMicros: [0n] });
    const step = judgeAccount(terms, { account, outputs: NOTHING }, NOW, false);
    expect(types(step.outputs)).toEqual(["credit.low"]);
    const next = judgeAccount(terms, { account: step.account, outputs: NOTHING }, NOW);
    expect(types(next.outputs)).toEqual(["supply.cut_requested"]);
  });

  it("R80 what was said is not said again: a second judgement says nothing", () => {
    const account = accountOf({ ...READ, balanceMicros: 5n });
    const first = judgeAccount(termsOf(ALL), { account, outputs: NOTHING }, NOW);
    const second = judgeAccount(termsOf(ALL), { account: first.account, outputs: NOTHING }, NOW);
    expect(second.account).toEqual(first.account);
    expect(second.outputs.events).toEqual([]);
  });
});
