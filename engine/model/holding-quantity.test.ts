import { describe, expect, it } from "vitest";
import type { ModelAccount, Step, Terms } from "./account.ts";
import { applyExchange } from "./closing.ts";
import * as commands from "./commands.ts";
import { NO_PARTS } from "./parts.ts";
import { applyAcceptReading } from "./quarantine.ts";
import { applyReading, applyTick } from "./steps.ts";
import {
  type AccountChanges,
  accountOf,
  granted,
  listed,
  money,
  policyOf,
  timeDebtOf,
  told,
} from "./testing/accounts.ts";
import { flatList, utc } from "./testing/lists.ts";

const NOW = utc("2024-05-15T12:00Z");
const MAY = utc("2024-04-30T22:00Z");
const MIDNIGHT = utc("2024-05-15T22:00Z");
/** Micro-atoms in a kWh. */
const KWH = 1_000_000_000n;

const SOLD = flatList({
  accumulation_basis: "purchase",
  cycle: { every: "month" },
  rates: {
    all: [
      { from: "0", price: "0.10" },
      { from: "10", price: "0.20" },
    ],
  },
  charges: [
    { name: "standing", every: "day", amount: "0.30" },
    { name: "rent", every: "day", amount: "1.00", while: { disconnected: "drop" } },
  ],
});
/** Lists 0 and 2 are sold by quantity, list 1 by money. */
const LISTS = listed(SOLD, flatList(), flatList({ accumulation_basis: "purchase" }));
const TERMS: Terms = { ...LISTS, meter: {}, policy: policyOf(), slot: 7n };
const quantity = (changes: AccountChanges = {}) => accountOf(changes);
const inMoney = (changes: AccountChanges = {}) => accountOf({ listIndex: 1, ...changes });
const events = ({ outputs }: Step): string[] => told(outputs.events);
const pay = (account: ModelAccount, amount: string, terms = TERMS) =>
  commands.applyCredit(terms, account, { paidMicros: money(amount), number: 9n }, NOW);

describe("R34 payments", () => {
  it("R34, R50 debts are paid in money, what is left buys what lifts, repays and is kept", () => {
    const account = quantity({
      balanceMicros: -2n * KWH,
      emergency: { state: "invoked", usedMicros: 3n * KWH },
      paymentDebt: { owedMicros: money("1"), sharePpm: 100_000n },
      accumulatedDebtMicros: money("0.50"),
    });
    // 0.25 by share, 0.50; 1.75 left: ten kWh for 1.00, and 3.75 kWh for 0.75.
    const step = granted(pay(account, "2.50"));
    expect(step.outputs.parts).toEqual({
      ...NO_PARTS,
      paymentDebt: money("0.25"),
      accumulatedDebt: money("0.50"),
      threshold: 2n * KWH,
      emergency: 3n * KWH,
      balance: 8_750_000_000n,
    });
    expect(events(step)).toEqual([
      "vend.applied 2500000 @8750000000",
      "credit.bought 13750000000 @8750000000",
      "debt.cleared/4 500000 @8750000000",
      "emergency_credit.repaid 3000000000 @8750000000",
    ]);
    expect(step.outputs.events[1]?.number).toBe(9n);
    expect(step.account).toMatchObject({
      balanceMicros: 8_750_000_000n,
      creditsMicros: money("2.50"),
      bought: { cycleS: MAY, microAtoms: 13_750_000_000n },
    });
  });

  it("R34, R50 a payment that goes to debts buys nothing, and says so", () => {
    const terms = { ...TERMS, policy: policyOf({ waterfall: "debt_first" }) };
    const step = granted(pay(quantity({ accumulatedDebtMicros: money("5") }), "5", terms));
    expect(events(step)).toEqual([
      "vend.applied 5000000 @0",
      "credit.bought 0 @0",
      "debt.cleared/4 5000000 @0",
    ]);
    expect(step.account.bought).toEqual({ cycleS: MAY, microAtoms: 0n });
  });

  it.each<[string, AccountChanges, bigint, Terms["policy"], string]>([
    ["more money than 2^42", {}, 2n ** 42n + 1n, policyOf(), "money_limit_exceeded"],
    [
      "too little",
      {},
      99n,
      policyOf({ topup: { ...policyOf().topup, minMicros: 100n } }),
      "vend_below_minimum",
    ],
    [
      "quantity over the highest balance",
      {},
      100_001n,
      policyOf({ balanceMaxMicros: KWH }),
      "balance_limit_exceeded",
    ],
    ["a balance over 2^62", { balanceMicros: 2n ** 62n }, 1n, policyOf(), "money_limit_exceeded"],
    [
      "more bought than 2^62",
      { bought: { cycleS: MAY, microAtoms: 2n ** 62n - 4_999n } },
      1n,
      policyOf(),
      "money_limit_exceeded",
    ],
  ])("R34 refuses %s", (_name, changes, paidMicros, policy, refusal) => {
    const payment = { paidMicros, number: 9n };
    const terms = { ...TERMS, policy };
    expect(commands.applyCredit(terms, quantity(changes), payment, NOW)).toBe(refusal);
  });

  it("R34 takes 2^42 and just what fits", () => {
    const much = { paidMicros: 2n ** 42n, number: 9n };
    expect(commands.applyCredit(TERMS, quantity(), much, NOW)).not.toBeTypeOf("string");
    const full = { bought: { cycleS: MAY, microAtoms: 2n ** 62n - 5_000n } };
    const micro = { paidMicros: 1n, number: 9n };
    const step = granted(commands.applyCredit(TERMS, quantity(full), micro, NOW));
    expect(step.account.bought.microAtoms).toBe(2n ** 62n);
    const most = { ...TERMS, policy: policyOf({ balanceMaxMicros: KWH }) };
    expect(granted(pay(quantity(), "0.10", most)).account.balanceMicros).toBe(KWH);
  });
});

describe("R34, R53 reversals", () => {
  const parts = { ...NO_PARTS, accumulatedDebt: money("0.50"), emergency: KWH, balance: 4n * KWH };
  const paid = quantity({
    balanceMicros: 4n * KWH,
    creditsMicros: money("1"),
    bought: { cycleS: MAY, microAtoms: 6n * KWH },
  });
  const reverse = (
    account: ModelAccount,
    changes: Partial<Parameters<typeof commands.applyReverseCredit>[2]> = {},
  ) => {
    const reversal = { parts, amountMicros: money("1"), isConfirmedRemoved: false, number: 3n };
    const emergency = { ...policyOf().emergency, limitMicros: 5n * KWH };
    const terms = { ...TERMS, policy: policyOf({ emergency }) };
    return commands.applyReverseCredit(terms, account, { ...reversal, ...changes }, NOW);
  };

  it.each([
    ["of this cycle", MAY, KWH],
    ["of an earlier one", MAY - 1n, 6n * KWH],
    ["of nobody knows when", 0n, 6n * KWH],
  ])("R34, R53 a payment %s", (_name, vendedS, microAtoms) => {
    const step = granted(reverse(paid, { vendedS }));
    expect(events(step)).toEqual(["vend.reversed 1000000 @0", "credit.bought -5000000000 @0"]);
    expect(step.account).toMatchObject({
      balanceMicros: 0n,
      emergency: { state: "invoked", usedMicros: KWH },
      accumulatedDebtMicros: money("0.50"),
      creditsMicros: 0n,
      bought: { cycleS: MAY, microAtoms },
    });
  });

  it("R34 no more is taken from what was bought than that", () => {
    const before = { ...paid, bought: { cycleS: MAY, microAtoms: KWH } };
    expect(granted(reverse(before, { vendedS: NOW })).account.bought.microAtoms).toBe(0n);
    const old = { ...paid, bought: { cycleS: MAY - 9n, microAtoms: 6n * KWH } };
    expect(granted(reverse(old, { vendedS: NOW })).account.bought).toEqual({
      cycleS: MAY,
      microAtoms: 0n,
    });
  });

  it.each([
    ["less than its debts", { amountMicros: money("0.499999") }],
    ["more than 2^42", { amountMicros: 2n ** 42n + 1n }],
    [
      "no amount, so that quantity is taken for money",
      { amountMicros: undefined, parts: { ...parts, balance: 2n ** 42n } },
    ],
  ])("R34 refuses %s", (_name, changes) => {
    expect(reverse(quantity({ balanceMicros: 2n ** 60n }), changes)).toBe("not_reversible");
  });

  it("R53 of money the amount is the sum of the parts", () => {
    const reversal = { parts: { ...NO_PARTS, balance: 5n }, isConfirmedRemoved: true, number: 3n };
    const of = (amountMicros: bigint | undefined) =>
      commands.applyReverseCredit(TERMS, inMoney(), { ...reversal, amountMicros }, NOW);
    expect(of(4n)).toBe("not_reversible");
    expect(of(6n)).toBe("not_reversible");
    expect(granted(of(5n))).toEqual(granted(of(undefined)));
    expect(granted(of(5n)).account.bought).toEqual({ cycleS: 0n, microAtoms: 0n });
  });
});

describe("R34 consumption and time", () => {
  const read = quantity({
    t0: NOW - 3_600n,
    r0: 100n,
    chargedThrough: NOW - 3_600n,
    balanceMicros: 5n * KWH,
  });

  it("R34 an atom takes a million millionths, and costs no money", () => {
    const terms = { ...TERMS, policy: policyOf({ daysLeftWarning: 1n }) };
    const { account, outputs } = applyReading(terms, read, { atS: NOW, registerAtoms: 1_600n });
    expect(outputs.rated).toEqual([
      { list: 0, version: 0, period: "all", block: 0, quantityAtoms: 1_500n, costMicros: 0n },
    ]);
    expect(account).toMatchObject({
      balanceMicros: 3_500_000_000n,
      carryP: 0n,
      counters: { all: 1_500n },
    });
    expect(account.days.spentTodayMicros).toBe(1_500_000_000n);
  });

  it("R34, R18 estimates take quantity and give it back", () => {
    const terms = { ...TERMS, policy: policyOf({ chargeEstimates: true }) };
    const estimated = applyReading(terms, read, {
      atS: NOW,
      registerAtoms: 1_100n,
      quality: "estimated",
    });
    expect(estimated.account.balanceMicros).toBe(4n * KWH);
    expect(estimated.account.estimate).toMatchObject({ costMicros: KWH, quantityAtoms: 1_000n });
    const actual = applyReading(terms, estimated.account, { atS: NOW + 60n, registerAtoms: 600n });
    expect(actual.outputs.returned).toMatchObject({ quantityAtoms: 1_000n, costMicros: 0n });
    expect(actual.account.balanceMicros).toBe(4_500_000_000n);
  });

  it("R16, R17, R18 estimates that could not be given back stay", () => {
    const estimate = {
      ...read,
      t0: NOW - 3_600n,
      r0: 100n,
      costMicros: KWH,
      quantityAtoms: 1_000n,
    };
    const on = (balanceMicros: bigint) => ({ ...read, r0: 1_100n, balanceMicros, estimate });
    const held = on(2n ** 62n - KWH);
    const full = on(2n ** 62n - KWH + 1n);
    const baseline = { atS: NOW, registerAtoms: 0n, as: "baseline" as const };
    expect(granted(applyAcceptReading(TERMS, held, baseline, NOW)).account.balanceMicros).toBe(
      2n ** 62n,
    );
    expect(applyAcceptReading(TERMS, full, baseline, NOW)).toBe("register_invalid");
    const again = { atS: NOW - 3_600n, closingAtoms: 100n, openingAtoms: 0n, number: 2n };
    expect(granted(applyExchange(TERMS, held, again)).account.balanceMicros).toBe(2n ** 62n);
    expect(applyExchange(TERMS, full, again)).toBe("register_invalid");
  });

  it("R34, R35 charges by time are owed, and time debts move to what is owed", () => {
    const account = {
      ...read,
      timeDebt1: timeDebtOf("0.40", "0.25"),
      timeDebt2: timeDebtOf("0.10", "0.10"),
    };
    const { account: after, outputs } = applyTick(TERMS, account, MIDNIGHT);
    expect(outputs.charged.map(({ row, amountMicros }) => [row, amountMicros])).toEqual([
      [64, money("0.30")],
      [65, money("1")],
      [32, money("0.25")],
      [33, money("0.10")],
    ]);
    expect(events({ account: after, outputs })).toEqual(["debt.cleared/2 100000 @5000000000"]);
    expect(after).toMatchObject({
      balanceMicros: 5n * KWH,
      accumulatedDebtMicros: money("1.65"),
      timeDebt1: { owedMicros: money("0.15") },
      timeDebt2: { owedMicros: 0n },
    });
  });

  it("R34, R36 what is dropped is not owed; what could not be held is skipped", () => {
    const cut = { ...read, supplyState: "disconnected" as const };
    expect(applyTick(TERMS, cut, MIDNIGHT).outputs.charged).toEqual([]);
    const full = {
      ...read,
      accumulatedDebtMicros: 2n ** 58n,
      timeDebt1: timeDebtOf("0.40", "0.25"),
    };
    const { account, outputs } = applyTick(TERMS, full, MIDNIGHT);
    expect(outputs.charged).toEqual([]);
    expect(account.timeDebt1.owedMicros).toBe(money("0.40"));
  });
});

describe("R34 what stays as it is held", () => {
  it("R34, R91 there is no mode but prepayment", () => {
    const change = { mode: "credit", atS: NOW, sharePpm: 0n, weeklyCapMicros: 0n } as const;
    expect(commands.applySetPaymentMode(TERMS, quantity(), change, NOW)).toBe("price_list_basis");
    const same = { ...change, mode: "prepayment" } as const;
    expect(commands.applySetPaymentMode(TERMS, quantity(), same, NOW)).toBe("price_list_basis");
    expect(commands.applySetPaymentMode(TERMS, inMoney(), same, NOW)).not.toBeTypeOf("string");
  });

  it.each([
    [0, 1, "price_list_basis"],
    [1, 0, "price_list_basis"],
    [0, 3, "price_list_unknown"],
    [0, 2, undefined],
  ])("R34, R37 from list %d to %d", (listIndex, to, refusal) => {
    const assignment = { listIndex: to, atS: 0n, livesByClock: false };
    const account = accountOf({ listIndex, bought: { cycleS: MAY, microAtoms: 5n } });
    const step = commands.applyAssignPriceList(TERMS, account, assignment, NOW);
    if (refusal !== undefined) return expect(step).toBe(refusal);
    expect(granted(step).account.bought).toEqual(account.bought);
  });

  it("R34, R92 who leaves owes money, and leaves quantity", () => {
    const account = quantity({
      balanceMicros: 5n * KWH,
      reservedMicros: KWH,
      emergency: { state: "invoked", usedMicros: 2n * KWH },
      accumulatedDebtMicros: money("1.50"),
      pots: [{ amountMicros: 7n, expiresS: NOW + 1n }],
      bought: { cycleS: MAY, microAtoms: KWH },
    });
    const leaving = { closingAtoms: undefined, number: 2n };
    const step = granted(commands.applyChangeTenancy(TERMS, account, leaving, NOW));
    expect(step.outputs.events.at(-1)).toMatchObject({
      type: "tenancy.changed",
      amount: -money("1.50"),
    });
    expect(step.outputs.parts).toEqual({
      ...NO_PARTS,
      accumulatedDebt: money("1.50"),
      emergency: 2n * KWH,
      balance: 6n * KWH,
      restricted: 7n,
    });
    expect(step.account.bought).toEqual({ cycleS: 0n, microAtoms: 0n });
  });
});
