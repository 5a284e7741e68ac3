import { describe, expect, it } from "vitest";
import type { ModelAccount, Terms } from "./account.ts";
import { applyCredit, applySetPaymentMode } from "./commands.ts";
import { readPriceList } from "./price-list.ts";
import type { PriceListJson } from "./price-list-json.ts";
import { rateReadings } from "./rate-readings.ts";
import {
  accountOf,
  granted,
  listed,
  money,
  policyOf,
  termsOf,
  timeDebtOf,
  told,
} from "./testing/accounts.ts";
import { following } from "./testing/follow.ts";
import { flatList, utc, utcText } from "./testing/lists.ts";

const NOON = "2024-05-15T12:00Z";

/** Bought at 0.10 a kWh up to 50 kWh in the month, 0.30 up to 60, then 0.20: 100, 300 and 200 micros a Wh. */
function bought(changes: Partial<PriceListJson> = {}): PriceListJson {
  return flatList({
    accumulation_basis: "purchase",
    cycle: { every: "month" },
    rates: {
      all: [
        { from: "0", price: "0.10" },
        { from: "50", price: "0.30" },
        { from: "60", price: "0.20" },
      ],
    },
    ...changes,
  });
}

const TERMS: Terms = { ...termsOf(), ...listed(bought()) };

function pay(account: ModelAccount, amount: string, at = NOON, terms = TERMS) {
  return applyCredit(terms, account, { paidMicros: money(amount), number: 4n }, utc(at));
}

/** What a payment bought: atoms on the balance, atoms of the cycle, money left. */
function shortly({ balanceMicros, purchases }: ModelAccount): [bigint, bigint, bigint] {
  expect(balanceMicros % 1_000_000n).toBe(0n);
  return [balanceMicros / 1_000_000n, purchases.boughtAtoms, purchases.restMicros];
}

describe("R34 a payment buys quantity by what the cycle has bought", () => {
  it.each<[string, string, bigint, bigint, [bigint, bigint, bigint]]>([
    // payment, bought before, rest before → atoms, bought, rest
    ["within a block", "1", 0n, 0n, [10_000n, 10_000n, 0n]],
    ["to a block's end", "5", 0n, 0n, [50_000n, 50_000n, 0n]],
    ["over one edge", "5.03", 0n, 0n, [50_100n, 50_100n, 0n]],
    ["over both", "9", 0n, 0n, [65_000n, 65_000n, 0n]],
    ["from within the second", "3", 55_000n, 0n, [12_500n, 67_500n, 0n]],
    ["at an edge", "0.0003", 50_000n, 0n, [1n, 50_001n, 0n]],
    ["too little for an atom", "0.000099", 0n, 0n, [0n, 0n, 99n]],
    ["with what was left before", "0.000001", 0n, 99n, [1n, 1n, 0n]],
    ["too little for the next block's atom", "0.0003", 49_999n, 0n, [1n, 50_000n, 200n]],
    ["and then with more", "0.0001", 50_000n, 200n, [1n, 50_001n, 0n]],
  ])("R34 %s", (_, amount, boughtAtoms, restMicros, expected) => {
    const cycleS = utc("2024-04-30T22:00Z");
    const account = accountOf({ purchases: { cycleS, boughtAtoms, restMicros } });
    const after = granted(pay(account, amount)).account;
    expect(shortly(after)).toEqual(expected);
    expect(after.creditsMicros).toBe(money(amount));
  });

  it("R34 a cost is rounded up, an atom is never given away", () => {
    // 333 333.333… picos an atom: one atom costs a micro, three a micro.
    const terms = {
      ...TERMS,
      ...listed(bought({ rates: { all: [{ from: "0", price: "0.000333333" }] } })),
    };
    const after = granted(pay(accountOf(), "0.000001", NOON, terms)).account;
    expect(shortly(after)).toEqual([3n, 3n, 0n]);
    const edged = bought({
      rates: {
        all: [
          { from: "0", price: "0.000333333" },
          { from: "0.001", price: "1" },
        ],
      },
    });
    const one = granted(pay(accountOf(), "0.000001", NOON, { ...TERMS, ...listed(edged) })).account;
    expect(shortly(one)).toEqual([1n, 1n, 0n]);
  });

  it("R34 with tax", () => {
    const taxes = [{ name: "VAT", rate: "0.25" }];
    const terms = { ...TERMS, ...listed(bought({ taxes })) };
    expect(shortly(granted(pay(accountOf(), "1", NOON, terms)).account)).toEqual([
      8_000n,
      8_000n,
      0n,
    ]);
  });

  it("R34, R33 from a cycle's local midnight on nothing is bought yet; the rest stays", () => {
    const may = granted(pay(accountOf(), "5.0001", "2024-05-31T21:59:59Z")).account;
    expect(shortly(may)).toEqual([50_000n, 50_000n, 100n]);
    expect(utcText(may.purchases.cycleS)).toBe("2024-04-30T22:00:00Z");
    const still = granted(pay(may, "0.0002", "2024-05-31T21:59:59Z")).account;
    expect(shortly(still)).toEqual([50_001n, 50_001n, 0n]);
    const june = granted(pay(may, "0.0002", "2024-05-31T22:00Z")).account;
    expect(shortly(june)).toEqual([50_003n, 3n, 0n]);
    expect(utcText(june.purchases.cycleS)).toBe("2024-05-31T22:00:00Z");
  });

  it.each([
    ["day", "2024-05-14T22:00:00Z"],
    ["week", "2024-05-12T22:00:00Z"],
    ["quarter", "2024-03-31T22:00:00Z"],
    ["year", "2023-12-31T23:00:00Z"],
  ] as const)("R33 the cycle of a %s", (every, began) => {
    const terms = { ...TERMS, ...listed(bought({ cycle: { every } })) };
    const { purchases } = granted(pay(accountOf(), "1", NOON, terms)).account;
    expect(utcText(purchases.cycleS)).toBe(began);
  });

  it("R33 without a cycle all that was ever bought counts", () => {
    const terms = { ...TERMS, ...listed(bought({ cycle: { every: "none" } })) };
    const first = granted(pay(accountOf(), "5", "2020-05-15T12:00Z", terms)).account;
    expect(shortly(granted(pay(first, "0.30", NOON, terms)).account)).toEqual([
      51_000n,
      51_000n,
      0n,
    ]);
  });

  it("R30 by the version in force at the payment", () => {
    const dear = bought({
      effective_from: "2024-05-15T12:00Z",
      rates: { all: [{ from: "0", price: "1" }] },
    });
    const lists = listed([bought({ effective_from: "2020-01-01T00:00Z" }), dear]);
    const before = granted(
      pay(accountOf(), "1", "2024-05-15T11:59:59Z", { ...TERMS, ...lists }),
    ).account;
    const from = granted(pay(accountOf(), "1", NOON, { ...TERMS, ...lists })).account;
    expect([shortly(before)[0], shortly(from)[0]]).toEqual([10_000n, 1_000n]);
  });
});

describe("R50 the waterfall: debts in money, the rest in quantity", () => {
  it("R50 debts first, then the threshold, emergency credit and the balance in millionths", () => {
    const account = accountOf({
      balanceMicros: money("-3000"),
      emergency: { state: "invoked", usedMicros: money("5000") },
      accumulatedDebtMicros: money("1.20"),
      paymentDebt: { owedMicros: money("50"), sharePpm: 100_000n },
    });
    const { account: after, outputs } = granted(pay(account, "4"));
    // 0.40 and 1.20 of 4.00; 2.40 buy 24 000 atoms: 3 000, 5 000 and 16 000.
    expect(outputs.parts).toMatchObject({
      paymentDebt: money("0.4"),
      accumulatedDebt: money("1.2"),
      threshold: money("3000"),
      emergency: money("5000"),
      balance: money("16000"),
    });
    expect(after).toMatchObject({ balanceMicros: money("16000"), accumulatedDebtMicros: 0n });
    expect(told(outputs.events).slice(0, 1)).toEqual(["vend.applied 4000000 @16000000000"]);
  });

  it.each<[string, ReturnType<typeof policyOf>, bigint, string | undefined]>([
    ["as much as may be paid", policyOf(), 2n ** 42n, undefined],
    ["a micro more", policyOf(), 2n ** 42n + 1n, "money_limit_exceeded"],
    [
      "up to the highest balance of 10 kWh",
      policyOf({ balanceMaxMicros: money("10000") }),
      1_000_000n,
      undefined,
    ],
    [
      "an atom more",
      policyOf({ balanceMaxMicros: money("10000") }),
      1_000_100n,
      "balance_limit_exceeded",
    ],
  ])("R52 %s", (_, policy, paidMicros, refusal) => {
    const result = applyCredit(
      { ...TERMS, policy },
      accountOf(),
      { paidMicros, number: 1n },
      utc(NOON),
    );
    expect(typeof result === "string" ? result : undefined).toBe(refusal);
  });

  it("R52 more than any balance holds", () => {
    const cheap = listed(bought({ rates: { all: [{ from: "0", price: "0.000000001" }] } }));
    expect(pay(accountOf(), "4000000", NOON, { ...TERMS, ...cheap })).toBe(
      "balance_limit_exceeded",
    );
  });
});

describe("R34 what is used takes quantity", () => {
  it("R34 atom by atom, whatever the blocks", () => {
    const it = following(TERMS, accountOf({ balanceMicros: money("60000") }));
    it.read(NOON, 0n);
    const out = it.read("2024-05-16T12:00Z", 55_001n);
    expect(out.rated).toMatchObject([
      { block: 0, quantityAtoms: 55_001n, costMicros: money("55001") },
    ]);
    expect(it.account).toMatchObject({ balanceMicros: money("4999"), carryP: 0n });
  });

  it("R34, R36 charges and time debts become accumulated debt; what is dropped is dropped", () => {
    const charges = [
      { name: "standing", every: "day", amount: "0.10" } as const,
      {
        name: "pump",
        every: "day",
        amount: "0.01",
        priority: 1,
        while: { limited: "drop" },
      } as const,
    ];
    const terms = { ...TERMS, ...listed(bought({ charges })) };
    const account = accountOf({
      balanceMicros: money("5"),
      chargedThrough: utc(NOON),
      timeDebt1: timeDebtOf("0.70", "0.50"),
    });
    const it = following(terms, account);
    expect(
      it.tick("2024-05-15T23:00Z").charged.map(({ row, amountMicros }) => [row, amountMicros]),
    ).toEqual([
      [64, 100_000n],
      [32, 500_000n],
      [65, 10_000n],
    ]);
    it.account = { ...it.account, supplyState: "limited" };
    const out = it.tick("2024-05-16T23:00Z");
    expect(out.charged.map(({ row }) => row)).toEqual([64, 32]);
    expect(told(out.events)).toEqual(["debt.cleared/1 200000 @5000000"]);
    expect(it.account).toMatchObject({
      balanceMicros: money("5"),
      accumulatedDebtMicros: money("0.91"),
      timeDebt1: { owedMicros: 0n },
    });
  });

  it("R34 what the accumulated debt can't hold is left out", () => {
    const full = accountOf({
      chargedThrough: utc(NOON),
      accumulatedDebtMicros: 2n ** 58n - 1n,
      timeDebt1: timeDebtOf("0.70", "0.50"),
    });
    const it = following(TERMS, full);
    expect(it.tick("2024-05-15T23:00Z").charged).toEqual([]);
    expect(it.account.timeDebt1.owedMicros).toBe(money("0.70"));
  });

  it("R34 recorded readings come to quantity", () => {
    const readings = [0n, 3n, 10n].map((register, k) => ({
      at: utc(NOON) + BigInt(k) * 3_600n,
      register,
    }));
    const [meter] = rateReadings({ priceList: bought(), meters: [{ meterId: "m", readings }] });
    expect(meter).toMatchObject({ quantity: 10n, consumptionCost: 10_000_000n });
  });
});

describe("R34 what there can't be", () => {
  it("R91 credit mode", () => {
    const change = { mode: "credit", atS: 0n, sharePpm: 0n, weeklyCapMicros: 0n } as const;
    expect(applySetPaymentMode(TERMS, accountOf(), change, utc(NOON))).toBe("not_prepayment");
    expect(
      applySetPaymentMode(TERMS, accountOf(), { ...change, mode: "prepayment" }, utc(NOON)),
    ).toMatchObject({
      account: accountOf(),
    });
  });

  it.each<[string, unknown, string]>([
    [
      "two rates",
      bought({
        rates: { a: [{ from: "0", price: "1" }], b: [{ from: "0", price: "1" }] },
        schedule: [{ at: { "00:00": "a" } }],
      }),
      "one rate",
    ],
    ["a price of 0", bought({ rates: { all: [{ from: "0", price: "0" }] } }), "costs something"],
    [
      "versions of another basis",
      [
        flatList({ effective_from: "2020-01-01T00:00Z" }),
        bought({ effective_from: "2021-01-01T00:00Z" }),
      ],
      "share their accumulation basis",
    ],
  ])("R34 %s", (_, json, fault) => {
    expect(() => readPriceList(json)).toThrow(fault);
  });
});
