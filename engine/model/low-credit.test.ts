import { describe, expect, it } from "vitest";
import { judgeLowCredit } from "./low-credit.ts";
import type { Policy } from "./policy.ts";
import { accountOf, policyOf } from "./testing/accounts.ts";

const POLICY = policyOf({ lowCreditMicros: [10n, 5n, 0n], hysteresisMicros: 2n });

/** "low 1" with the severity's number behind a dot. */
function edgesOf(policy: Policy, alertLevel: number, balanceMicros: bigint) {
  const judged = judgeLowCredit(policy, accountOf({ alertLevel, balanceMicros }), 100n);
  const edges = judged.events.map(({ type, level, amount }) => {
    return `${type.slice(7)} ${level & 255}.${level >> 8} ${amount}`;
  });
  return { level: judged.account.alertLevel, edges };
}

describe("R80 low credit", () => {
  it.each<[number, bigint, number, string[]]>([
    // level, balance → level, edges
    [0, 11n, 0, []],
    [0, 10n, 1, ["low 1.1 10"]],
    [1, 10n, 1, []],
    [1, 12n, 1, []],
    [1, 13n, 0, ["recovered 1.1 10"]],
    [0, 5n, 2, ["low 1.1 10", "low 2.1 5"]],
    [0, -1n, 3, ["low 1.1 10", "low 2.1 5", "low 3.1 0"]],
    [3, 2n, 3, []],
    [3, 3n, 2, ["recovered 3.1 0"]],
    [3, 13n, 0, ["recovered 3.1 0", "recovered 2.1 5", "recovered 1.1 10"]],
    [2, 0n, 3, ["low 3.1 0"]],
    // of a policy with more thresholds
    [4, 0n, 3, []],
    [4, 3n, 2, ["recovered 3.1 0"]],
  ])("R80 at level %d a balance of %d gives level %d", (before, balance, level, edges) => {
    expect(edgesOf(POLICY, before, balance)).toEqual({ level, edges });
  });

  it("R81 each threshold says how urgent it is; a warning unless said", () => {
    const policy = policyOf({ ...POLICY, lowCreditSeverities: ["info", "critical"] });
    expect(edgesOf(policy, 0, 0n).edges).toEqual(["low 1.0 10", "low 2.2 5", "low 3.1 0"]);
  });

  it("R41, R80 what counts is the customer's own: pots that have not expired, too", () => {
    const pots = [{ amountMicros: 6n, expiresS: 101n }];
    const account = accountOf({ balanceMicros: 5n, pots });
    expect(judgeLowCredit(POLICY, account, 100n).events).toEqual([]);
    expect(judgeLowCredit(POLICY, account, 101n).events).toHaveLength(2);
  });
});

describe("R80 cool-off", () => {
  const policy = policyOf({ ...POLICY, coolOffS: 60n });

  it("R80 a level that fired waits for it, and the deeper ones with it; others have their own", () => {
    let account = accountOf({ balanceMicros: 10n });
    const judge = (nowS: bigint, balanceMicros: bigint): string[] => {
      const judged = judgeLowCredit(policy, { ...account, balanceMicros }, nowS);
      account = judged.account;
      return judged.events.map(({ type, level }) => `${type.slice(7)} ${level & 255}`);
    };
    expect(judge(100n, 10n)).toEqual(["low 1"]);
    expect(judge(110n, 13n)).toEqual(["recovered 1"]);
    // level 1 would fire, and 2 for the first time: both wait
    expect(judge(159n, 5n)).toEqual([]);
    expect(judge(160n, 5n)).toEqual(["low 1", "low 2"]);
    expect(account.alertS).toEqual([160n, 160n, 0n, 0n]);
    // a recovery never waits; level 3 has not fired yet
    expect(judge(161n, 8n)).toEqual(["recovered 2"]);
    expect(judge(162n, 0n)).toEqual([]);
    expect(judge(220n, 0n)).toEqual(["low 2", "low 3"]);
  });

  it("R80 without one nothing is kept, and what was kept is not asked", () => {
    const account = accountOf({ balanceMicros: 10n, alertS: [99n, 0n, 0n, 0n] });
    const judged = judgeLowCredit(POLICY, account, 100n);
    expect(judged.events).toHaveLength(1);
    expect(judged.account.alertS).toEqual([99n, 0n, 0n, 0n]);
  });
});

it("R80 thresholds that do not fall, and a negative hysteresis, are faults", () => {
  const account = accountOf();
  const rising = policyOf({ lowCreditMicros: [5n, 10n] });
  expect(() => judgeLowCredit(rising, account, 0n)).toThrow("thresholds fall");
  const backwards = policyOf({ hysteresisMicros: -1n });
  expect(() => judgeLowCredit(backwards, account, 0n)).toThrow("not negative");
});
