/**
 * Adding credit (R50-R53) through the kernel itself, worked out by hand: the waterfalls, their limits, and reversal. Money in
 * euros here; a Wh costs 250 micros.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
/** A Monday. */
const NEW_YEAR = "2024-01-01T00:00Z";
type Policy = Parameters<World["policy"]>[0];

/** Euros as micros. */
function eur(euros: number): bigint {
  return BigInt(Math.round(euros * 1e6));
}

function text(euros: number): string {
  return eur(euros).toString();
}

/** An account that was read once, so that it may be judged. */
function world(policy: Policy = {}): World {
  const it = World.of(undefined, kernel);
  it.nowS = utc(NEW_YEAR);
  it.read(0, NEW_YEAR, 0);
  it.policy({ ...EMERGENCY, ...policy });
  return it;
}

const EMERGENCY: Policy = {
  emergency: { limit_micros: text(5), threshold_micros: "0", auto_invoke: false },
};
const PAYMENT = { debt: "payment_debt", weekly_cap_micros: text(5) } as const;

/** The account of the page's table: balance -3.00, emergency used 5.00, accumulated 1.20, payment debt 50.00 at 10 %. */
function indebted(policy: Policy = {}): World {
  const it = world();
  // 4.00 of this week's cap are used by a payment of 40.00.
  it.ask("set_debt", 0, { ...PAYMENT, owed_micros: text(54), share_ppm: 100_000 });
  it.credit(0, eur(40));
  it.adjust(0, -eur(36));
  it.ask("activate_emergency_credit", 0, {});
  it.adjust(0, -eur(8));
  it.ask("set_debt", 0, { debt: "accumulated_debt", owed_micros: text(1.2) });
  expect(stateOf(it)).toEqual([-3, 5, 50, 1.2]);
  expect(it.account(0).extra.paymentWeekUsed).toBe(eur(4));
  it.policy({ ...EMERGENCY, ...policy });
  return it;
}

/** Balance, emergency owed, payment debt, accumulated debt, in euros. */
function stateOf(it: World): number[] {
  const { balance, extra } = it.account(0);
  const { emergencyUsed, paymentDebt, accumulatedDebt } = extra;
  return [balance, emergencyUsed, paymentDebt, accumulatedDebt].map((each) => Number(each) / 1e6);
}

/** The answer's parts in euros, or its code alone when it was refused. */
function partsOf(outcome: { answer: string }): number[] | number {
  const [code, , , parts = ""] = outcome.answer.split(" ");
  if (code !== "0") return Number(code);
  return parts.split("/").map((part) => Number(part) / 1e6);
}

function said({ events }: { events: readonly string[] }): string[] {
  return events.map((event) => {
    const { what, level, amount } =
      /^\d+ (?<what>\S+).* at \d+ level (?<level>\d+) .* amount (?<amount>-?\d+)$/.exec(event)
        ?.groups ?? {};
    return [what, ...(level === "0" ? [] : [level]), Number(amount) / 1e6].join(" ");
  });
}

describe("R50 the waterfall", () => {
  const FALSE: Policy = { restore_threshold_first: false };
  const VECTORS: [string, number, Policy, number[], number[]][] = [
    ["20.00", 20, {}, [1, 1.2, 0, 0, 3, 5, 9.8, 0], [9.8, 0, 49, 0]],
    ["20.00, flag false", 20, FALSE, [1, 1.2, 0, 0, 0, 5, 12.8, 0], [9.8, 0, 49, 0]],
    ["4.20", 4.2, {}, [0.42, 1.2, 0, 0, 2.58, 0, 0, 0], [-0.42, 5, 49.58, 0]],
    ["4.20, flag false", 4.2, FALSE, [0.42, 1.2, 0, 0, 0, 2.58, 0, 0], [-3, 2.42, 49.58, 0]],
  ];

  it.each(VECTORS)("R50 a top-up of %s", (_name, euros, policy, parts, state) => {
    const it = indebted(policy);
    expect(partsOf(it.credit(0, eur(euros)))).toEqual(parts);
    expect(stateOf(it)).toEqual(state);
  });

  it("R50 what is paid off is told, behind the payment", () => {
    const it = indebted();
    expect(said(it.credit(0, eur(20)))).toEqual([
      "vend.applied 20",
      "debt.cleared 4 1.2",
      "emergency_credit.repaid 5",
    ]);
  });

  it("R50 debt_first: all debts before anything, without share and cap", () => {
    const it = indebted({ waterfall: "debt_first" });
    timeDebts(it);
    expect(partsOf(it.credit(0, eur(60)))).toEqual([50, 1.2, 2, 1, 3, 2.8, 0, 0]);
    expect(stateOf(it)).toEqual([0, 2.2, 0, 0]);
    expect(it.account(0).extra.paymentWeekUsed).toBe(eur(4));
  });

  it("R50 share: a fixed share of each payment to arrears, in turn", () => {
    const it = indebted({ waterfall: "share", arrears_share_ppm: 250_000 });
    it.ask("set_debt", 0, { ...PAYMENT, owed_micros: text(2), share_ppm: 100_000 });
    timeDebts(it);
    expect(partsOf(it.credit(0, eur(20)))).toEqual([2, 1.2, 1.8, 0, 3, 5, 7, 0]);
  });

  it("R50 a share is rounded down to the micro", () => {
    const it = world();
    it.ask("set_debt", 0, { ...PAYMENT, owed_micros: text(1), share_ppm: 333_333 });
    expect(it.credit(0, 100n).answer).toBe("0 0 67 33/0/0/0/0/0/67/0");
  });

  it("R51 the cap's week begins on Monday, local", () => {
    const it = indebted();
    const paid = (at: string): unknown => {
      it.nowS = utc(at);
      return (partsOf(it.credit(0, eur(20))) as number[])[0];
    };
    expect(paid("2024-01-07T23:59Z")).toBe(1);
    expect(paid("2024-01-07T23:59Z")).toBe(0);
    expect(paid("2024-01-08T00:00Z")).toBe(2);
  });

  it("R42 a repeat gets the parts again, also after the account has moved on, and also where they took no room", () => {
    const it = indebted();
    const number = it.account(0).commandNumber + 1;
    const again = () =>
      kernel.apply({
        kind: "command",
        atS: it.nowS,
        command: { op: "credit", number, slot: 0, amount_micros: text(4.2) },
      }).answer;
    const first = again();
    it.read(0, "2024-01-01T01:00Z", 8);
    expect(again()).toBe(first);
    const simple = World.of(undefined, kernel);
    expect(simple.credit(0, 7n).answer).toBe("0 0 7 0/0/0/0/0/0/7/0");
    expect(simple.account(0).extra.index).toBe(0);
  });

  function timeDebts(it: World): void {
    const terms = { rate_micros: "0", every: "day" } as const;
    it.ask("set_debt", 0, { debt: "time_debt_1", owed_micros: text(2), ...terms });
    it.ask("set_debt", 0, { debt: "time_debt_2", owed_micros: text(1), ...terms });
  }
});

describe("R52 limits of a payment", () => {
  it("R52 under the least, over the most, and over the highest balance after the waterfall", () => {
    const it = indebted({
      topup: { min_micros: text(4), max_micros: text(50) },
      max_balance_micros: text(9.8),
    });
    expect(partsOf(it.credit(0, eur(3.99)))).toBe(29);
    expect(partsOf(it.credit(0, eur(50.01)))).toBe(30);
    expect(partsOf(it.credit(0, eur(20.000002)))).toBe(22);
    expect(stateOf(it)).toEqual([-3, 5, 50, 1.2]);
    expect(it.account(0).extra.paymentWeekUsed).toBe(eur(4));
    expect(partsOf(it.credit(0, eur(20)))).toEqual([1, 1.2, 0, 0, 3, 5, 9.8, 0]);
  });

  it("R52 the cap of a period counts what was paid in it, not what was refused", () => {
    const it = world({ topup: { cap_micros: text(10), cap_every: "day" } });
    expect(partsOf(it.credit(0, eur(6)))).toEqual([0, 0, 0, 0, 0, 0, 6, 0]);
    expect(partsOf(it.credit(0, eur(4.01)))).toBe(31);
    expect(partsOf(it.credit(0, eur(4)))).toEqual([0, 0, 0, 0, 0, 0, 4, 0]);
    expect(partsOf(it.credit(0, 1n))).toBe(31);
    it.nowS = utc("2024-01-02T00:00Z");
    expect(partsOf(it.credit(0, eur(10)))).toEqual([0, 0, 0, 0, 0, 0, 10, 0]);
  });

  it("R52 what can't be held is refused before the least", () => {
    const it = world({ topup: { min_micros: text(4) } });
    it.adjust(0, 2n ** 62n);
    expect(partsOf(it.credit(0, 1n))).toBe(23);
  });
});

describe("R53 reversal", () => {
  const parts = (changes: Record<string, string>) => ({
    payment_debt: "0",
    accumulated_debt: "0",
    time_debt_1: "0",
    time_debt_2: "0",
    threshold: "0",
    emergency: "0",
    balance: "0",
    ...changes,
  });

  it("R53 gives back part by part; emergency credit that was repaid is owed again", () => {
    const it = indebted();
    it.credit(0, eur(20));
    const back = parts({
      payment_debt: text(1),
      accumulated_debt: text(1.2),
      threshold: text(3),
      emergency: text(5),
      balance: text(9.8),
    });
    expect(it.ask("reverse_credit", 0, { parts: back, confirmed_removed: false }).answer).toMatch(
      /^34 /,
    );
    const outcome = it.ask("reverse_credit", 0, { parts: back, confirmed_removed: true });
    expect(said(outcome)).toEqual(["vend.reversed 20", "emergency_credit.exhausted 5"]);
    expect(stateOf(it)).toEqual([-3, 5, 50, 1.2]);
  });

  it("R53 only while it is unused, and never cuts by itself", () => {
    const it = world();
    it.policy({ automatic_cut: true });
    it.credit(0, eur(2));
    const back = { parts: parts({ balance: text(2) }), confirmed_removed: false };
    it.read(0, "2024-01-01T01:00Z", 1);
    expect(it.ask("reverse_credit", 0, back).answer).toMatch(/^34 /);
    it.adjust(0, 250n);
    expect(said(it.ask("reverse_credit", 0, back))).toEqual(["vend.reversed 2"]);
    expect(it.account(0)).toMatchObject({ balance: 0n, supplyWanted: "connected" });
    expect(said(it.tick("2024-01-01T01:01Z"))).toEqual(["supply.cut_requested 0"]);
  });

  it("R53 a debt that can't be held refuses it", () => {
    const it = world();
    it.ask("set_debt", 0, { debt: "accumulated_debt", owed_micros: `${2n ** 58n}` });
    const back = { parts: parts({ accumulated_debt: "1" }), confirmed_removed: true };
    expect(it.ask("reverse_credit", 0, back).answer).toMatch(/^23 /);
  });
});
