import { describe, expect, it } from "vitest";
import type { EmergencyState } from "./account.ts";
import { activateEmergency, judgeEmergency } from "./emergency.ts";
import type { Policy } from "./policy.ts";
import { accountOf, granted, money, policyOf, told, worthMicros } from "./testing/accounts.ts";

const NOW = 1_000n;
/** 10.00, to be selected at or under 2.00; hysteresis 0.50; cut-off 0. */
const EMERGENCY = {
  limitMicros: money("10"),
  thresholdMicros: money("2"),
  autoInvoke: false,
};
const POLICY = policyOf({ emergency: EMERGENCY, hysteresisMicros: money("0.50") });
const AUTOMATIC = policyOf({ ...POLICY, emergency: { ...EMERGENCY, autoInvoke: true } });
const NONE = policyOf({ ...POLICY, emergency: { ...EMERGENCY, limitMicros: 0n } });

/** An account: its balance, and its emergency credit: state, used, offered. */
function holding(balance: string, state: EmergencyState, used = "0", isOffered = false) {
  const emergency = { state, usedMicros: money(used), isOffered };
  return accountOf({ balanceMicros: money(balance), emergency });
}

/** The same from a text: "2.50 invoked 0 offered". */
function heldAs(text: string) {
  const [balance = "", state = "", used = "", offered] = text.split(" ");
  return holding(balance, state as EmergencyState, used, offered === "offered");
}

describe("R60 … R62, R40 each transition", () => {
  it.each<[string, Policy, string, string, string[]]>([
    // policy, before: balance state used offered → after: balance state used offered, events
    ["over the threshold nothing", POLICY, "2.000001 enabled 0", "2.000001 enabled 0", []],
    [
      "R60 offered at the threshold",
      POLICY,
      "2 enabled 0",
      "2 enabled 0 offered",
      ["emergency_credit.offered 10000000 @2000000"],
    ],
    ["R60 offered once", POLICY, "1 enabled 0 offered", "1 enabled 0 offered", []],
    [
      "R60 still offered within the hysteresis",
      POLICY,
      "2.50 enabled 0 offered",
      "2.50 enabled 0 offered",
      [],
    ],
    [
      "R60 over the hysteresis it may be offered again",
      POLICY,
      "2.500001 enabled 0 offered",
      "2.500001 enabled 0",
      [],
    ],
    ["R60 a policy without it offers none", NONE, "1 enabled 0 offered", "1 enabled 0", []],
    ["R60 not offered while owed", POLICY, "1 enabled 3", "1 enabled 3", []],
    [
      "R60 invoked by itself",
      AUTOMATIC,
      "2 enabled 0",
      "2 invoked 0 offered",
      [
        "emergency_credit.offered 10000000 @2000000",
        "emergency_credit.invoked/1 10000000 @2000000",
      ],
    ],
    [
      "R60 invoked by itself, offered before",
      AUTOMATIC,
      "1 enabled 0 offered",
      "1 invoked 0 offered",
      ["emergency_credit.invoked/1 10000000 @1000000"],
    ],
    [
      "R62 invoked and unused it returns over the threshold",
      POLICY,
      "2.000001 invoked 0 offered",
      "2.000001 enabled 0 offered",
      [],
    ],
    ["R62 it does not at the threshold", POLICY, "2 invoked 0 offered", "2 invoked 0 offered", []],
    [
      "R62 it does when the policy has none any more",
      NONE,
      "1 invoked 0 offered",
      "1 enabled 0",
      [],
    ],
    ["R62 it does not while some is used", POLICY, "3 invoked 0.50 offered", "3 invoked 0.50", []],
    [
      "R40 at the cut-off nothing is taken of it",
      POLICY,
      "0 invoked 0 offered",
      "0 invoked 0 offered",
      [],
    ],
    [
      "R62 in use when the balance passes the cut-off",
      POLICY,
      "-0.000001 invoked 0 offered",
      "0 invoked 0.000001 offered",
      ["emergency_credit.in_use 1 @0"],
    ],
    ["R40 more of it, told once", POLICY, "-3 invoked 2 offered", "0 invoked 5 offered", []],
    [
      "R62 consumed when it is empty",
      POLICY,
      "-8 invoked 2 offered",
      "0 consumed 10 offered",
      ["emergency_credit.exhausted 10000000 @0"],
    ],
    [
      "R40 then the balance below the cut-off",
      POLICY,
      "-12 invoked 0 offered",
      "-2 consumed 10 offered",
      [
        "emergency_credit.in_use 10000000 @-2000000",
        "emergency_credit.exhausted 10000000 @-2000000",
      ],
    ],
    ["R40 not invoked, not used", POLICY, "-3 enabled 0 offered", "-3 enabled 0 offered", []],
    ["R40 consumed, no more of it", POLICY, "-3 consumed 10 offered", "-3 consumed 10 offered", []],
    [
      "R62 repaid in part it stays consumed",
      POLICY,
      "0 consumed 4 offered",
      "0 consumed 4 offered",
      [],
    ],
    [
      "R62 repaid it is enabled, to be offered at the next judgement",
      POLICY,
      "0 consumed 0 offered",
      "0 enabled 0 offered",
      [],
    ],
    [
      "R62 consumed by a limit that shrank",
      policyOf({ ...POLICY, emergency: { ...EMERGENCY, limitMicros: money("2") } }),
      "-1 invoked 3 offered",
      "-1 consumed 3 offered",
      ["emergency_credit.exhausted 3000000 @-1000000"],
    ],
  ])("%s", (_name, policy, before, after, events) => {
    const account = heldAs(before);
    const judged = judgeEmergency(policy, account, NOW);
    expect(judged.account).toEqual(heldAs(after));
    expect(told(judged.events)).toEqual(events);
    expect(worthMicros(judged.account)).toBe(worthMicros(account));
  });

  it("R60 … R62 by itself from plenty into nothing in one step, event by event", () => {
    const { events, account } = judgeEmergency(AUTOMATIC, holding("-12", "enabled"), NOW);
    expect(told(events)).toEqual([
      "emergency_credit.offered 10000000 @-12000000",
      "emergency_credit.invoked/1 10000000 @-12000000",
      "emergency_credit.in_use 10000000 @-2000000",
      "emergency_credit.exhausted 10000000 @-2000000",
    ]);
    expect(events.every(({ atS }) => atS === NOW)).toBe(true);
    expect(account).toEqual(holding("-2", "consumed", "10", true));
  });

  it("R40 to a cut-off that is not 0", () => {
    const policy = policyOf({ ...POLICY, disablementMicros: money("1") });
    expect(judgeEmergency(policy, holding("-2", "invoked"), NOW).account).toMatchObject({
      balanceMicros: money("1"),
      emergency: { usedMicros: money("3") },
    });
  });

  it("R41, R60 a pot counts for what is left, not for what is below the cut-off", () => {
    const pots = [{ amountMicros: money("5"), expiresS: NOW + 1n }];
    const offered = judgeEmergency(POLICY, { ...holding("1", "enabled"), pots }, NOW);
    expect(offered.events).toEqual([]);
    const later = judgeEmergency(POLICY, { ...holding("1", "enabled"), pots }, NOW + 1n);
    expect(told(later.events)).toEqual(["emergency_credit.offered 10000000 @1000000"]);
    const used = judgeEmergency(POLICY, { ...holding("-4", "invoked"), pots }, NOW);
    expect(used.account.emergency.usedMicros).toBe(money("4"));
  });

  it("R91 in credit mode there is none", () => {
    const account = { ...holding("-4", "enabled"), mode: "credit" } as const;
    expect(judgeEmergency(AUTOMATIC, account, NOW)).toEqual({ account, events: [] });
  });
});

describe("R60, R61 asking for it", () => {
  it.each([
    [
      "R61 over the threshold",
      POLICY,
      holding("2.000001", "enabled"),
      "emergency_credit_not_selectable",
    ],
    ["R61 where there is none", NONE, holding("1", "enabled"), "emergency_credit_not_selectable"],
    [
      "R61 while it is owed",
      POLICY,
      holding("1", "enabled", "0.000001"),
      "emergency_credit_not_repaid",
    ],
    [
      "R61 while it is consumed",
      POLICY,
      holding("1", "consumed", "10"),
      "emergency_credit_not_repaid",
    ],
    [
      "R91 in credit mode",
      POLICY,
      { ...holding("1", "invoked"), mode: "credit" as const },
      "not_prepayment",
    ],
  ])("%s it is refused", (_name, policy, account, refusal) => {
    expect(activateEmergency(policy, account, NOW)).toBe(refusal);
  });

  it("R60 at the threshold it is invoked; asking again succeeds and changes nothing", () => {
    const first = granted(activateEmergency(POLICY, holding("2", "enabled", "0", true), NOW));
    expect(first.account).toEqual(holding("2", "invoked", "0", true));
    expect(told(first.events)).toEqual(["emergency_credit.invoked 10000000 @2000000"]);
    const again = granted(activateEmergency(POLICY, first.account, NOW));
    expect(again).toEqual({ account: first.account, events: [] });
    const inUse = holding("9", "invoked", "1", true);
    expect(activateEmergency(POLICY, inUse, NOW)).toEqual({ account: inUse, events: [] });
  });
});
