import { describe, expect, it } from "vitest";
import { isNoticeOver, judgeExceeded, judgeNotice } from "./alerts.ts";
import { accountOf, policyOf, told } from "./testing/accounts.ts";

describe("R80 credit that is remarkably high", () => {
  const policy = policyOf({ exceedMicros: 100n, hysteresisMicros: 10n });

  it.each<[boolean, bigint, boolean, string[]]>([
    [false, 99n, false, []],
    [false, 100n, true, ["credit.exceeded 100 @100"]],
    [true, 100n, true, []],
    [true, 90n, true, []],
    [true, 89n, false, ["credit.recovered/9 100 @89"]],
    [false, 95n, false, []],
  ])("R80 exceeded %s, balance %d: %s", (isExceeded, balanceMicros, after, events) => {
    const judged = judgeExceeded(policy, accountOf({ isExceeded, balanceMicros }), 7n);
    expect([judged.account.isExceeded, told(judged.events)]).toEqual([after, events]);
  });

  it("R80 pots are credit, too; a policy without a limit forgets in silence", () => {
    const pots = [{ amountMicros: 50n, expiresS: 8n }];
    const rich = accountOf({ balanceMicros: 50n, pots });
    expect(judgeExceeded(policy, rich, 7n).events).toHaveLength(1);
    expect(judgeExceeded(policy, rich, 8n).events).toHaveLength(0);
    const judged = judgeExceeded(policyOf(), accountOf({ isExceeded: true }), 7n);
    expect([judged.account.isExceeded, judged.events]).toEqual([false, []]);
  });
});

describe("R73 the notice of a cut", () => {
  const policy = policyOf({
    notice: { leadS: 60n, thresholdMicros: 100n },
    hysteresisMicros: 10n,
    emergency: { limitMicros: 40n, thresholdMicros: 0n, autoInvoke: false },
  });

  it.each<[bigint, bigint, bigint, string[]]>([
    // given at, balance → given at
    [0n, 101n, 0n, []],
    [0n, 100n, 7n, ["supply.notice_due 100 @100"]],
    [3n, 100n, 3n, []],
    [3n, 110n, 3n, []],
    [3n, 111n, 0n, []],
  ])("R73 given at %d, balance %d: %d", (noticeS, balanceMicros, after, events) => {
    const judged = judgeNotice(policy, accountOf({ noticeS, balanceMicros }), 7n);
    expect([judged.account.noticeS, told(judged.events)]).toEqual([after, events]);
  });

  it("R73 emergency credit that was invoked counts as available", () => {
    const account = accountOf({ balanceMicros: 70n, emergency: { state: "invoked" } });
    expect(judgeNotice(policy, account, 7n).account.noticeS).toBe(0n);
  });

  it("R73 a policy without a lead forgets it in silence, and waits for none", () => {
    const judged = judgeNotice(policyOf(), accountOf({ noticeS: 3n }), 7n);
    expect([judged.account.noticeS, judged.events]).toEqual([0n, []]);
    expect(isNoticeOver(policyOf(), accountOf(), 7n)).toBe(true);
  });

  it.each<[bigint, bigint, boolean]>([
    [0n, 1_000n, false],
    [3n, 62n, false],
    [3n, 63n, true],
  ])("R73 given at %d it is over at %d: %s", (noticeS, nowS, isOver) => {
    expect(isNoticeOver(policy, accountOf({ noticeS }), nowS)).toBe(isOver);
  });
});
