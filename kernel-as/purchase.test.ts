/**
 * Accounts that hold quantity (R34) through the kernel itself, worked out by hand: what money buys, block by block, what is
 * used of it, and what falls due. A Wh is 1 000 000 micro-atoms; at 0.25 a kWh a micro buys 4 000.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, utc, World } from "../engine/prove/testing/world.ts";
import {
  boughtBy as bought,
  boughtIn,
  eur,
  KWH,
  kwh,
  partsOf,
  SOLD,
  said,
  soldAt,
  stateIn,
} from "./testing/quantity.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const FEBRUARY = "2024-02-01T00:00Z";
const MONEY_LIMIT = 23;
/** Most money that buys at once, and most that is held. */
const BUY_MAX = 2n ** 42n;
const HELD_MAX = 2n ** 62n;

function world(list = SOLD): World {
  const it = World.of(list, kernel);
  it.read(0, NEW_YEAR, 0);
  return it;
}

describe("R34 what money buys", () => {
  it.each([
    ["a micro", 1n, 4_000n],
    ["part of the first block", eur(10), kwh(40)],
    ["all of it but a Wh's fraction", eur(24.999999), kwh(100) - 4_000n],
    ["all of it: the free one comes with it", eur(25), kwh(150)],
    ["some of the third", eur(45), kwh(200)],
    ["the most that buys at once", BUY_MAX, kwh(150) + (BUY_MAX - eur(25)) * 2_500n],
  ])("R34 %s", (_name, micros, quantity) => {
    const it = world();
    expect(bought(it, micros)).toBe(quantity);
    expect(it.balance(0)).toBe(quantity);
    expect(boughtIn(it)).toEqual([quantity, utc(NEW_YEAR)]);
    expect(stateIn(it).holds).toBe("quantity");
  });

  it("R34 a payment goes on where the one before it ended", () => {
    const it = world();
    expect(bought(it, eur(20))).toBe(kwh(80));
    expect(bought(it, eur(20))).toBe(kwh(20 + 50 + 37.5));
    expect(bought(it, eur(4))).toBe(kwh(10));
  });

  it("R34 the edge of a block is split to the micro-atom, and the micro that is begun is paid", () => {
    // 333.333 micros a Wh: the first Wh costs 334, and 333 buy no more than 0.999 of it.
    const rates = { all: blocksOf([0, "0.333333"], [1, "0.40"]) };
    const list = { ...SOLD, rates };
    expect(bought(world(list), 333n)).toBe(999_000n);
    expect(bought(world(list), 334n)).toBe(1_000_000n);
    expect(bought(world(list), 1_000n)).toBe(1_000_000n + 666n * 2_500n);
    const it = world(list);
    expect(bought(it, 100n)).toBe(300_000n);
    // 0.7 Wh are left of the block: 233.3331 micros.
    expect(bought(it, 234n)).toBe(700_000n);
  });

  it("R34 what is free at the front is there with the first payment, also where debts take all of it", () => {
    const it = world({ ...SOLD, rates: { all: blocksOf([0, "0"], [5_000, "0.25"]) } });
    it.ask("set_debt", 0, { debt: "accumulated_debt", owed_micros: `${eur(3)}` });
    expect(partsOf(it.credit(0, eur(2)))).toEqual([0n, eur(2), 0n, 0n, 0n, 0n, kwh(5), 0n]);
    expect(partsOf(it.credit(0, eur(1)))).toEqual([0n, eur(1), 0n, 0n, 0n, 0n, 0n, 0n]);
    expect(bought(it, 1n)).toBe(4_000n);
  });

  it("R3 R34 prices hold taxes", () => {
    const it = world({ ...SOLD, taxes: [{ name: "VAT", rate: "0.25" }] });
    expect(bought(it, eur(31.25))).toBe(kwh(150));
  });

  it("R33 R34 blocks count from 0 again in each cycle", () => {
    const it = world();
    bought(it, eur(25));
    it.tick("2024-01-31T23:59:59Z");
    expect(bought(it, eur(4))).toBe(kwh(10));
    it.nowS = utc(FEBRUARY);
    expect(bought(it, eur(25))).toBe(kwh(150));
    expect(boughtIn(it)).toEqual([kwh(150), utc(FEBRUARY)]);
  });

  it("R33 R34 a year's cycle is known also where the table begins late in it", () => {
    const it = World.of({ ...SOLD, cycle: { every: "year" } }, kernel, {
      coversFromS: utc("2024-12-01T00:00Z"),
      coversToS: utc("2026-01-01T00:00Z"),
    });
    it.nowS = utc("2024-12-24T00:00Z");
    bought(it, eur(25));
    expect(boughtIn(it)).toEqual([kwh(150), utc(NEW_YEAR)]);
    it.nowS = utc("2025-01-01T00:00Z");
    expect(bought(it, eur(25))).toBe(kwh(150));
  });

  it("R34 without cycles all is counted that was ever bought", () => {
    const it = world({ ...SOLD, cycle: { every: "none" } });
    bought(it, eur(25));
    it.nowS = utc("2034-01-01T00:00Z");
    expect(bought(it, eur(4))).toBe(kwh(10));
    expect(boughtIn(it)).toEqual([kwh(160), 0]);
  });

  it("R30 R34 the version of the time of payment says what it costs; before the first one that does", () => {
    const it = World.of(soldAt("0.50"), kernel, { effectiveFromS: utc(NEW_YEAR) });
    it.version(soldAt("0.20"), { effectiveFromS: utc(FEBRUARY) });
    it.nowS = utc("2023-12-31T00:00Z");
    expect(bought(it, eur(1))).toBe(kwh(2));
    it.nowS = utc("2024-01-31T23:59:59Z");
    expect(bought(it, eur(1))).toBe(kwh(2));
    it.nowS = utc(FEBRUARY);
    expect(bought(it, eur(1))).toBe(kwh(5));
  });
});

describe("R34 limits", () => {
  it("R34 more money than buys at once is refused, before the limits of a payment", () => {
    const it = world();
    it.policy({ topup: { max_micros: "1" } });
    expect(bought(it, BUY_MAX + 1n)).toBe(MONEY_LIMIT);
    expect(bought(it, BUY_MAX)).toBe(30);
  });

  it("R34 the lowest price and the highest", () => {
    // A micro a Wh, 10^6 picos: the most money buys 2^42 x 10^6 micro-atoms, and then no more is counted.
    const low = world(soldAt("0.001"));
    expect(bought(low, BUY_MAX)).toBe(BUY_MAX * 1_000_000n);
    expect(low.credit(0, BUY_MAX).answer).toMatch(/^23 /);
    expect(boughtIn(low)[0]).toBe(BUY_MAX * 1_000_000n);
    // 10^12 picos: a micro for a micro-atom.
    expect(bought(world(soldAt("1000")), 7n)).toBe(7n);
  });

  it("R4 R34 a balance beyond all that is held is refused, and so is a free block without end", () => {
    const it = world(soldAt("0.25"));
    it.adjust(0, HELD_MAX - 7_999n);
    expect(bought(it, 2n)).toBe(MONEY_LIMIT);
    expect(bought(it, 1n)).toBe(4_000n);
    const rates = {
      all: [
        { from: "0", price: "0" },
        { from: "1000000000000000", price: "1" },
      ],
    };
    expect(bought(world({ ...SOLD, rates }), 1n)).toBe(MONEY_LIMIT);
  });

  it("R52 the highest balance is one of quantity, the limits of a payment are money", () => {
    const it = world();
    it.policy({
      max_balance_micros: `${kwh(150)}`,
      topup: { min_micros: `${eur(1)}`, cap_micros: `${eur(30)}`, cap_every: "day" },
    });
    expect(bought(it, eur(0.5))).toBe(29);
    expect(bought(it, eur(25.000001))).toBe(22);
    expect(boughtIn(it)).toEqual([0n, 0]);
    expect(bought(it, eur(25))).toBe(kwh(150));
    expect(bought(it, eur(6))).toBe(31);
  });
});

describe("R34 the waterfall", () => {
  it("R50 debts are paid in money; what that leaves buys, and lifts, repays and fills in quantity", () => {
    const it = world();
    it.policy({
      disablement_threshold_micros: `${-kwh(2)}`,
      emergency: { limit_micros: `${kwh(5)}`, threshold_micros: "0", auto_invoke: false },
    });
    it.ask("activate_emergency_credit", 0, {});
    // 8 kWh: 2 down to the threshold, 5 of emergency credit, 1 below it.
    it.read(0, "2024-01-01T01:00Z", 8_000);
    it.ask("set_debt", 0, { debt: "payment_debt", owed_micros: `${eur(50)}`, share_ppm: 100_000 });
    it.ask("set_debt", 0, { debt: "accumulated_debt", owed_micros: `${eur(1)}` });
    expect([it.balance(0), stateIn(it).emergency_credit.used_micros]).toEqual([
      -kwh(3),
      `${kwh(5)}`,
    ]);
    // 0.40 and 1.00 of 4.00 go to debts; 2.60 buy 10.4 kWh.
    const outcome = it.credit(0, eur(4));
    expect(partsOf(outcome)).toEqual([eur(0.4), eur(1), 0n, 0n, kwh(1), kwh(5), kwh(4.4), 0n]);
    expect(said(outcome)).toEqual([
      `0 vend.applied ${eur(4)}`,
      `0 credit.bought ${kwh(10.4)}`,
      `0 debt.cleared 4 ${eur(1)}`,
      `0 emergency_credit.repaid ${kwh(5)}`,
    ]);
    expect(it.balance(0)).toBe(kwh(2.4));
  });

  it("R42 a repeat gets the parts again, also where all went into the balance", () => {
    const it = world();
    const command = { op: "credit", number: 2, slot: 0, amount_micros: "100" } as const;
    const apply = () => kernel.apply({ kind: "command", atS: it.nowS, command });
    const first = apply();
    expect(first.answer).toBe("0 0 400000 0/0/0/0/0/0/400000/0");
    expect(apply().answer).toBe(first.answer);
    expect(apply().events).toEqual([]);
  });
});

describe("R34 what is used, and what falls due", () => {
  const STANDING = { name: "standing", every: "day" as const, amount: "0.30" };

  it("R34 consumption takes quantity, and costs nothing", () => {
    const it = world();
    it.credit(0, eur(1));
    expect(it.read(0, "2024-01-01T01:00Z", 1_234).readings).toEqual([
      "0 accepted 1234: 1/all/0 1234 0",
    ]);
    expect(it.balance(0)).toBe(kwh(4 - 1.234));
    it.read(0, "2024-02-02T01:00Z", 5_000);
    expect(it.balance(0)).toBe(-KWH);
  });

  it("R18 R34 estimates give and take quantity", () => {
    const it = world();
    it.policy({ charge_estimates: true });
    it.credit(0, eur(1));
    expect(it.read(0, "2024-01-01T01:00Z", 500, "estimated").readings).toEqual([
      "0 estimated 500: 0/none/0 500 0",
    ]);
    expect(it.balance(0)).toBe(kwh(3.5));
    it.read(0, "2024-01-01T02:00Z", 700);
    expect(it.balance(0)).toBe(kwh(3.3));
  });

  it("R35 charges are owed in money until the next payment, and are dropped where they were", () => {
    const dropped = { ...STANDING, name: "service", while: { friendly: "drop" as const } };
    const it = world({ ...SOLD, charges: [STANDING, dropped] });
    it.calendar({
      name: "2 January",
      timezone: "UTC",
      special_days: [{ date: "2024-01-02", periods: [{ from: "00:00", to: "00:01" }] }],
    });
    it.policy({ friendly: { calendar: 0, jitter_s: 0, warning_s: 0 } });
    it.credit(0, eur(1));
    const second = utc("2024-01-02T00:00Z");
    expect(it.tick("2024-01-02T00:00Z").charges).toEqual([`0 ${second} 1/64 ${eur(0.3)}`]);
    expect(it.tick("2024-01-03T00:00Z").charges).toHaveLength(2);
    expect([it.balance(0), stateIn(it).debts.accumulated_debt]).toEqual([kwh(4), `${eur(0.9)}`]);
    expect(partsOf(it.credit(0, eur(1)))).toEqual([0n, eur(0.9), 0n, 0n, 0n, 0n, kwh(0.4), 0n]);
  });

  it("R35 a debt by time becomes one that the next payment settles", () => {
    const it = world();
    const terms = { rate_micros: `${eur(2)}`, every: "day" } as const;
    it.ask("set_debt", 0, { debt: "time_debt_1", owed_micros: `${eur(3)}`, ...terms });
    const at = utc("2024-01-03T00:00Z");
    const outcome = it.tick("2024-01-03T00:00Z");
    expect(outcome.charges).toEqual([`0 ${at - 86_400} 1/32 ${eur(2)}`, `0 ${at} 1/32 ${eur(1)}`]);
    expect(said(outcome)).toEqual([`0 debt.cleared 1 ${eur(1)}`]);
    expect(stateIn(it).debts).toMatchObject({
      time_debt_1: "0",
      accumulated_debt: `${eur(3)}`,
    });
    expect(it.balance(0)).toBe(0n);
  });

  it("R35 what the accumulated debt can't hold stays owed", () => {
    const it = world({ ...SOLD, charges: [STANDING] });
    it.ask("set_debt", 0, { debt: "accumulated_debt", owed_micros: `${2n ** 58n - 1n}` });
    const terms = { rate_micros: "2", every: "day" } as const;
    it.ask("set_debt", 0, { debt: "time_debt_2", owed_micros: "5", ...terms });
    expect(it.tick("2024-01-02T00:00Z").charges).toEqual([]);
    expect(stateIn(it).debts.time_debt_2).toBe("5");
  });

  it("R38 what was bought outlives readings, ticks and another meter", () => {
    const it = world();
    it.credit(0, eur(45));
    it.read(0, "2024-01-01T01:00Z", 10);
    it.exchange(0, 10, 0);
    it.read(0, "2024-01-01T02:00Z", 10);
    it.tick("2024-01-01T03:00Z");
    expect(boughtIn(it)).toEqual([kwh(200), utc(NEW_YEAR)]);
  });

  it("R80 thresholds are of quantity", () => {
    const it = world();
    it.policy({ low_credit_micros: [`${kwh(1)}`], automatic_cut: true });
    it.credit(0, eur(1));
    expect(said(it.read(0, "2024-01-01T01:00Z", 2_999))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T01:01Z", 3_000))).toEqual([`0 credit.low 257 ${kwh(1)}`]);
    expect(said(it.read(0, "2024-01-01T01:02Z", 4_000))).toEqual(["0 supply.cut_requested 0"]);
  });

  it("R81 days left are counted by quantity, not by what is owed in money", () => {
    const it = world({ ...SOLD, charges: [STANDING] });
    it.policy({ days_left_warning: 1 });
    it.credit(0, eur(5));
    it.read(0, "2024-01-02T00:00Z", 4_000);
    expect(stateIn(it).days_left).toBe(4);
  });
});
