/**
 * Credit that moves between accounts which hold different things (R6, R90) through the kernel itself, worked out by hand:
 * quantity is sold from what was bought last down, and money buys. Slot 0 gives, slot 1 receives.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";
import { boughtIn, eur, kwh, SOLD, said, soldAt, stateIn } from "./testing/quantity.ts";

const kernel = new KernelSide();
const NEW_YEAR = utc("2024-01-01T00:00Z");
const FEBRUARY = utc("2024-02-01T00:00Z");
const [QUANTITY, MONEY, OTHER] = [0, 1, 2] as const;
const [UNKNOWN, BALANCE_LIMIT, MONEY_LIMIT, NOT_PREPAYMENT, INSUFFICIENT, BASIS] = [
  16, 22, 23, 26, 41, 44,
];

/** Lists: the page's by purchase, one by consumption, and one by purchase at 0.20. */
function world(giver: number, receiver: number, list = SOLD): World {
  const it = new World(kernel);
  it.version(list);
  it.list(MONEY, listOf());
  it.list(OTHER, soldAt("0.20"));
  it.policy();
  it.gateway();
  it.open(0, { price_list: giver });
  it.open(1, { price_list: receiver });
  return it;
}

type Fields = { reserved?: boolean; convert?: boolean; to_slot?: number };

function move(it: World, amount: bigint, fields: Fields = {}) {
  return it.ask("transfer_credit", 0, {
    to_slot: 1,
    amount_micros: `${amount}`,
    reserved: false,
    convert: true,
    ...fields,
  });
}

function codeOf({ answer }: { answer: string }): number {
  return Number(answer.split(" ")[0]);
}

function balances(it: World): bigint[] {
  return [it.balance(0), it.balance(1)];
}

describe("R90 quantity becomes money", () => {
  it.each([
    // 25.00 bought 100 kWh and the free 50: what is free is worth nothing and stays.
    ["what was free stays with the giver", 25, kwh(60), eur(2.5), kwh(10)],
    ["all that was bought", 25, kwh(150), eur(25), kwh(100)],
    ["of three blocks the last one first", 45, kwh(120), eur(20 + 5), kwh(50 + 20)],
    ["within the last block", 45, kwh(1), eur(0.4), kwh(1)],
    // 2 500 micro-atoms are a micro.
    ["what is not worth a micro stays", 45, 7_499n, 2n, 5_000n],
  ])("R90 %s", (_name, paid, amount, money, given) => {
    const it = world(QUANTITY, MONEY);
    it.credit(0, eur(paid));
    const before = it.balance(0);
    expect(said(move(it, amount))).toEqual([
      `0 credit.converted ${money}`,
      `0 credit.transferred ${-given}`,
      `1 credit.transferred ${money}`,
    ]);
    expect(balances(it)).toEqual([before - given, money]);
    expect(boughtIn(it)[0]).toBe(before - given);
    expect(it.account(0).adjustments).toBe(-given);
    expect(it.account(1).adjustments).toBe(money);
  });

  it("R90 what was not bought in this cycle is sold at the first block's price, and counts nothing less", () => {
    const it = world(QUANTITY, MONEY);
    it.credit(0, eur(25));
    it.nowS = FEBRUARY;
    expect(said(move(it, kwh(4)))[0]).toBe(`0 credit.converted ${eur(1)}`);
    expect(boughtIn(it)).toEqual([0n, FEBRUARY]);
    it.credit(0, eur(2));
    // 8 kWh of this month, then 4 more.
    expect(said(move(it, kwh(12)))[0]).toBe(`0 credit.converted ${eur(3)}`);
    expect(boughtIn(it)).toEqual([0n, FEBRUARY]);
    expect(it.balance(0)).toBe(kwh(150 - 4 + 8 - 12));
  });

  it("R90 a price that does not go up in micros: the giver gives what the money is worth, and no less", () => {
    // 333.333 micros a Wh.
    const it = world(QUANTITY, MONEY, soldAt("0.333333"));
    it.adjust(0, kwh(1));
    move(it, 1_000_000n);
    // 333 micros are 999 000.99 micro-atoms.
    expect(balances(it)).toEqual([kwh(1) - 999_001n, 333n]);
  });

  it("R90 of what was set aside the rest goes back to the balance", () => {
    const it = world(QUANTITY, MONEY);
    it.credit(0, eur(25));
    it.ask("reserve_credit", 0, { amount_micros: `${kwh(70)}` });
    move(it, kwh(60), { reserved: true });
    expect(balances(it)).toEqual([kwh(80 + 50), eur(2.5)]);
    expect(stateIn(it).reserved_micros).toBe(`${kwh(10)}`);
  });

  it("R90 no debt of the receiver is asked", () => {
    const it = world(QUANTITY, MONEY);
    it.credit(0, eur(25));
    it.ask("set_debt", 1, { debt: "accumulated_debt", owed_micros: `${eur(9)}` });
    move(it, kwh(60));
    expect(balances(it)[1]).toBe(eur(2.5));
  });
});

describe("R90 money becomes quantity", () => {
  it("R90 block by block, and counts as bought", () => {
    const it = world(MONEY, QUANTITY);
    it.credit(0, eur(50));
    expect(said(move(it, eur(29)))).toEqual([
      `0 credit.converted ${eur(29)}`,
      `0 credit.transferred ${-eur(29)}`,
      `1 credit.transferred ${kwh(160)}`,
    ]);
    expect(balances(it)).toEqual([eur(21), kwh(160)]);
    expect(boughtIn(it, 1)).toEqual([kwh(160), NEW_YEAR]);
    move(it, eur(4));
    expect(balances(it)).toEqual([eur(17), kwh(170)]);
    expect(it.account(1).adjustments).toBe(kwh(170));
  });

  it("R6 quantity of one list becomes quantity of another by the money between", () => {
    const it = world(QUANTITY, OTHER);
    it.credit(0, eur(45));
    expect(said(move(it, kwh(10)))).toEqual([
      `0 credit.converted ${eur(4)}`,
      `0 credit.transferred ${-kwh(10)}`,
      `1 credit.transferred ${kwh(20)}`,
    ]);
    expect([boughtIn(it)[0], boughtIn(it, 1)[0]]).toEqual([kwh(190), kwh(20)]);
  });

  it("R90 money becomes money as it is", () => {
    const it = world(MONEY, MONEY);
    it.credit(0, eur(5));
    expect(said(move(it, eur(2)))[0]).toBe(`0 credit.converted ${eur(2)}`);
    expect(balances(it)).toEqual([eur(3), eur(2)]);
  });
});

describe("R90 without conversion", () => {
  it("R90 quantity moves one to one, and what was bought stays counted where it was", () => {
    const it = world(QUANTITY, OTHER);
    it.credit(0, eur(25));
    expect(said(move(it, kwh(60), { convert: false }))).toEqual([
      `0 credit.transferred ${-kwh(60)}`,
      `1 credit.transferred ${kwh(60)}`,
    ]);
    expect([boughtIn(it)[0], boughtIn(it, 1)[0]]).toEqual([kwh(150), 0n]);
  });

  it("R90 money and quantity do not mix", () => {
    for (const [giver, receiver] of [
      [QUANTITY, MONEY],
      [MONEY, QUANTITY],
    ] as const) {
      const it = world(giver, receiver);
      expect(codeOf(move(it, 1n, { convert: false, to_slot: 7 }))).toBe(UNKNOWN);
      expect(codeOf(move(it, 1n, { convert: false }))).toBe(BASIS);
    }
  });
});

describe("R90 refusals of a conversion, in their order", () => {
  it("R90 the same account, or none", () => {
    const it = world(QUANTITY, MONEY);
    expect([codeOf(move(it, 1n, { to_slot: 0 })), codeOf(move(it, 1n, { to_slot: 9 }))]).toEqual([
      UNKNOWN,
      UNKNOWN,
    ]);
  });

  it("R91 an account that is billed afterwards", () => {
    const it = world(QUANTITY, MONEY);
    it.ask("set_payment_mode", 1, { mode: "credit", at_s: 0 });
    expect(codeOf(move(it, 1n))).toBe(NOT_PREPAYMENT);
  });

  it("R90 what the giver can't spare, before what it is worth", () => {
    const it = world(QUANTITY, MONEY);
    it.credit(0, eur(1));
    expect(codeOf(move(it, kwh(4) + 1n))).toBe(INSUFFICIENT);
    expect(codeOf(move(it, 1n, { reserved: true }))).toBe(INSUFFICIENT);
    expect(codeOf(move(it, kwh(4)))).toBe(0);
  });

  it("R90 what is not worth a micro, or free", () => {
    const it = world(QUANTITY, MONEY);
    it.credit(0, eur(25));
    expect(codeOf(move(it, kwh(50)))).toBe(INSUFFICIENT);
    expect(codeOf(move(it, kwh(50) + 3_999n))).toBe(INSUFFICIENT);
    expect(codeOf(move(it, kwh(50) + 4_000n))).toBe(0);
    expect(balances(it)).toEqual([kwh(150) - 4_000n, 1n]);
  });

  it("R90 more money than moves at once: of money, and of quantity however much", () => {
    const it = world(MONEY, QUANTITY);
    it.adjust(0, 2n ** 60n);
    expect(codeOf(move(it, 2n ** 42n + 1n))).toBe(MONEY_LIMIT);
    expect(codeOf(move(it, 2n ** 42n))).toBe(0);
    const dear = world(QUANTITY, MONEY, soldAt("1000"));
    dear.adjust(0, 2n ** 60n);
    expect(codeOf(move(dear, 2n ** 42n + 1n))).toBe(MONEY_LIMIT);
    expect(codeOf(move(dear, 2n ** 58n))).toBe(MONEY_LIMIT);
    expect(codeOf(move(dear, 2n ** 42n))).toBe(0);
    expect(balances(dear)).toEqual([2n ** 60n - 2n ** 42n, 2n ** 42n]);
  });

  it("R90 several blocks that come to more together", () => {
    const rates = { all: blocksOf([0, "1000"], [3_000_000, "1000"]) };
    const it = world(QUANTITY, MONEY, { ...SOLD, rates });
    // 3 000 Wh x 1 000 a block: 3 x 10^12 micros each.
    it.credit(0, 3n * 10n ** 12n);
    it.credit(0, 3n * 10n ** 12n);
    expect(codeOf(move(it, 6n * 10n ** 12n))).toBe(MONEY_LIMIT);
    expect(codeOf(move(it, 4n * 10n ** 12n))).toBe(0);
  });

  it("R90 what the giver's or the receiver's balance can't hold", () => {
    const it = world(QUANTITY, MONEY, {
      ...SOLD,
      rates: { all: blocksOf([0, "0.25"], [1_000, "0"], [9_000, "1"]) },
    });
    it.credit(0, eur(0.25));
    it.ask("reserve_credit", 0, { amount_micros: `${kwh(9)}` });
    it.adjust(0, 2n ** 62n);
    expect(codeOf(move(it, kwh(9), { reserved: true }))).toBe(MONEY_LIMIT);
    it.adjust(0, -kwh(8));
    it.adjust(1, 2n ** 62n);
    expect(codeOf(move(it, kwh(9), { reserved: true }))).toBe(MONEY_LIMIT);
    it.adjust(1, -eur(0.25));
    expect(codeOf(move(it, kwh(9), { reserved: true }))).toBe(0);
    expect(balances(it)).toEqual([2n ** 62n, 2n ** 62n]);
  });

  it("R90 more than the receiver may buy in a cycle, or hold by its policy", () => {
    const it = world(MONEY, OTHER, soldAt("0.20"));
    it.list(3, soldAt("0.001"));
    it.open(2, { price_list: 3 });
    it.adjust(0, 2n ** 60n);
    it.credit(2, 2n ** 42n);
    it.adjust(2, -(2n ** 62n));
    expect(codeOf(move(it, 2n ** 42n, { to_slot: 2 }))).toBe(MONEY_LIMIT);
    it.policy({ max_balance_micros: `${kwh(5)}` });
    expect(codeOf(move(it, eur(1) + 1n))).toBe(BALANCE_LIMIT);
    expect(boughtIn(it, 1)).toEqual([0n, 0]);
    expect(codeOf(move(it, eur(1)))).toBe(0);
  });
});
