/**
 * What else it means that an account holds quantity (R34), through the kernel itself: credits that are taken back, lists,
 * modes and tenants. A Wh is 1 000 000 micro-atoms; at 0.25 a kWh a micro buys 4 000.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";
import {
  boughtBy as bought,
  boughtIn,
  eur,
  kwh,
  partsOf,
  SOLD,
  said,
  soldAt,
} from "./testing/quantity.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const FEBRUARY = "2024-02-01T00:00Z";
const NOT_REVERSIBLE = 34;
const PRICE_LIST_BASIS = 44;
/** Most money that buys at once. */
const BUY_MAX = 2n ** 42n;

function world(list = SOLD): World {
  const it = World.of(list, kernel);
  it.read(0, NEW_YEAR, 0);
  return it;
}

describe("R34 R53 reversal", () => {
  const NONE = {
    payment_debt: "0",
    accumulated_debt: "0",
    time_debt_1: "0",
    time_debt_2: "0",
    threshold: "0",
    emergency: "0",
    balance: "0",
  };
  const back = (amount: bigint, balance: bigint, vendedS = 0, debt = 0n) => ({
    parts: { ...NONE, accumulated_debt: `${debt}`, balance: `${balance}` },
    confirmed_removed: false,
    ...(amount > 0n && { amount_micros: `${amount}` }),
    vended_s: vendedS,
  });

  it("R53 takes the quantity back that it bought, out of the cycle's count, too", () => {
    const it = world();
    it.credit(0, eur(4));
    it.credit(0, eur(25));
    const outcome = it.ask("reverse_credit", 0, back(eur(25), kwh(84 + 50 + 10), it.nowS));
    expect(said(outcome)).toEqual([`0 vend.reversed ${eur(25)}`, `0 credit.bought ${-kwh(144)}`]);
    expect(it.balance(0)).toBe(kwh(16));
    expect(boughtIn(it)).toEqual([kwh(16), utc(NEW_YEAR)]);
    expect(it.account(0).credits).toBe(eur(4));
    expect(bought(it, eur(25))).toBe(kwh(144));
  });

  it("R53 of what was bought in a cycle that is over, this one counts nothing less", () => {
    const it = world();
    it.credit(0, eur(25));
    it.nowS = utc(FEBRUARY);
    it.credit(0, eur(1));
    const late = it.ask("reverse_credit", 0, back(eur(25), kwh(150), utc(FEBRUARY) - 1));
    expect(said(late)).toHaveLength(2);
    expect(boughtIn(it)).toEqual([kwh(4), utc(FEBRUARY)]);
    // Without its time it counts as long ago; in a new cycle nothing is bought.
    it.ask("reverse_credit", 0, back(eur(1), kwh(2)));
    expect(boughtIn(it)).toEqual([kwh(4), utc(FEBRUARY)]);
    it.nowS = utc("2024-03-01T00:00Z");
    it.ask("reverse_credit", 0, back(eur(1), kwh(2), utc(FEBRUARY)));
    expect(boughtIn(it)).toEqual([0n, utc("2024-03-01T00:00Z")]);
  });

  it("R53 an amount that can't have paid for the parts is refused", () => {
    const it = world();
    it.credit(0, eur(25));
    const ask = (amount: bigint, debt: bigint) =>
      Number(it.ask("reverse_credit", 0, back(amount, 1n, 0, debt)).answer.split(" ")[0]);
    expect(ask(eur(1) - 1n, eur(1))).toBe(NOT_REVERSIBLE);
    expect(ask(BUY_MAX + 1n, eur(1))).toBe(NOT_REVERSIBLE);
    expect(ask(eur(1), eur(1))).toBe(0);
    // The sum of the parts, which is more than was ever paid.
    expect(Number(it.ask("reverse_credit", 0, back(0n, BUY_MAX)).answer.split(" ")[0])).toBe(
      NOT_REVERSIBLE,
    );
  });

  it("R53 where money is held the amount is the sum of the parts", () => {
    const it = world(listOf());
    it.credit(0, 10n);
    const ask = (amount: bigint) =>
      Number(it.ask("reverse_credit", 0, back(amount, 7n, 0, 2n)).answer.split(" ")[0]);
    expect([ask(8n), ask(10n), ask(9n)]).toEqual([NOT_REVERSIBLE, NOT_REVERSIBLE, 0]);
    expect(said(it.ask("reverse_credit", 0, back(0n, 3n)))).toEqual(["0 vend.reversed 3"]);
  });

  it("R53 used quantity is not given back, unless its use is known", () => {
    const it = world();
    it.credit(0, eur(1));
    it.read(0, "2024-01-01T01:00Z", 1);
    const ask = back(eur(1), kwh(4), it.nowS);
    expect(it.ask("reverse_credit", 0, ask).answer).toMatch(/^34 /);
    expect(it.ask("reverse_credit", 0, { ...ask, confirmed_removed: true }).answer).toMatch(/^0 /);
    expect(it.balance(0)).toBe(-kwh(0.001));
  });
});

describe("R34 R92 what else a list by purchase means", () => {
  const code = ({ answer }: { answer: string }): number => Number(answer.split(" ")[0]);

  it("R91 no change of mode, whichever is asked for", () => {
    const it = world();
    expect(code(it.ask("set_payment_mode", 0, { mode: "credit", at_s: 0 }))).toBe(PRICE_LIST_BASIS);
    expect(code(it.ask("set_payment_mode", 0, { mode: "prepayment", at_s: 0 }))).toBe(
      PRICE_LIST_BASIS,
    );
  });

  it("R37 no list of the other basis, neither way, and none that is not there", () => {
    const it = world();
    it.list(1, listOf());
    it.list(2, soldAt("0.20"));
    const to = (slot: number, price_list: number) =>
      code(it.ask("assign_price_list", slot, { price_list, at_s: it.nowS + 60 }));
    it.open(1, { price_list: 1 });
    expect([to(0, 3), to(0, 1), to(1, 0), to(0, 2)]).toEqual([
      18,
      PRICE_LIST_BASIS,
      PRICE_LIST_BASIS,
      0,
    ]);
  });

  it("R37 another list by purchase goes on with what was bought", () => {
    const it = world();
    it.list(1, { ...SOLD, rates: { all: blocksOf([0, "1"], [40_000, "0.10"]) } });
    it.credit(0, eur(10));
    it.ask("assign_price_list", 0, { price_list: 1, at_s: it.nowS + 60 });
    it.nowS += 60;
    expect(bought(it, eur(1))).toBe(kwh(10));
  });

  it("R30 no version of the other basis, also where its place is wrong besides", () => {
    const it = world();
    expect(
      code(
        it.version(listOf(), {
          effectiveFromS: utc("1999-01-01T00:00Z"),
          coversToS: utc("2009-01-01T00:00Z"),
        }),
      ),
    ).toBe(PRICE_LIST_BASIS);
    const other = world(listOf());
    expect(code(other.version(SOLD, { effectiveFromS: utc(FEBRUARY) }))).toBe(PRICE_LIST_BASIS);
  });

  it("R92 who leaves is owed no money for quantity; the parts tell what there was", () => {
    const it = world();
    it.credit(0, eur(25));
    it.ask("set_debt", 0, { debt: "accumulated_debt", owed_micros: `${eur(2)}` });
    it.ask("reserve_credit", 0, { amount_micros: `${kwh(10)}` });
    const outcome = it.ask("change_tenancy", 0, {});
    expect(partsOf(outcome)).toEqual([0n, eur(2), 0n, 0n, 0n, 0n, kwh(150), 0n]);
    expect(said(outcome)).toEqual([`0 tenancy.changed ${-eur(2)}`]);
    expect(boughtIn(it)).toEqual([0n, 0]);
    expect(bought(it, eur(1))).toBe(kwh(4));
  });
});
