import { describe, expect, it } from "vitest";
import type { Terms } from "./account.ts";
import { boughtBy, buy, sell } from "./purchase.ts";
import { accountOf, listed, termsOf } from "./testing/accounts.ts";
import { utc } from "./testing/lists.ts";

const NOW = utc("2024-05-15T12:00Z");
/** Micro-atoms in a kWh. */
const KWH = 1_000_000_000n;

/** Ten kWh at 0.10, ten for nothing, then 0.30 each; a month at a time, in Madrid. */
const TERMS = termsOf(
  {},
  {
    accumulation_basis: "purchase",
    cycle: { every: "month" },
    rates: {
      all: [
        { from: "0", price: "0.10" },
        { from: "10", price: "0" },
        { from: "20", price: "0.30" },
      ],
    },
  },
);
const MAY = utc("2024-04-30T22:00Z");
const having = (microAtoms: bigint) => accountOf({ bought: { cycleS: MAY, microAtoms } });

describe("R34 what money buys", () => {
  it.each([
    ["within a block", 0n, 500_000n, 5n * KWH],
    ["just a block: the free one behind it, too", 0n, 1_000_000n, 20n * KWH],
    ["almost a block", 0n, 999_999n, 9_999_990_000n],
    ["over three blocks", 0n, 1_300_000n, 21n * KWH],
    ["from the middle of the free one", 15n * KWH, 300_000n, 6n * KWH],
    ["a micro, rounded down by less than one", 20n * KWH, 1n, 3_333n],
    ["the last of a block for a whole micro", 10n * KWH - 1n, 1n, 10n * KWH + 1n],
    ["nothing, where the next is free", 10n * KWH, 0n, 10n * KWH],
    ["nothing, where it is not", 0n, 0n, 0n],
    ["at the end of the free one", 20n * KWH, 600_000n, 2n * KWH],
  ])("R34 %s", (_name, before, paidMicros, microAtoms) => {
    expect(buy(TERMS, having(before), paidMicros, NOW)).toEqual({
      microAtoms,
      bought: { cycleS: MAY, microAtoms: before + microAtoms },
    });
  });

  it("R34 in a new cycle nothing is bought yet, also where it is asked for nothing", () => {
    const june = utc("2024-05-31T22:00Z");
    expect(buy(TERMS, having(5n * KWH), 0n, june)).toEqual({
      microAtoms: 0n,
      bought: { cycleS: june, microAtoms: 0n },
    });
    expect(buy(TERMS, having(10n * KWH), 100_000n, june).microAtoms).toBe(KWH);
    expect(buy(TERMS, having(10n * KWH), 100_000n, june - 1n).microAtoms).toBe(
      10n * KWH + 333_333_333n,
    );
  });

  it("R34 the version in force counts, before the first that one; cycles are its own", () => {
    const list = (effective_from: string, price: string, start_day: number) => ({
      name: "sold",
      service: "electricity",
      unit: "kWh",
      currency: "EUR",
      timezone: "Europe/Madrid",
      accumulation_basis: "purchase" as const,
      effective_from,
      cycle: { every: "month" as const, start_day },
      rates: { all: [{ from: "0", price }] },
    });
    const terms: Terms = {
      ...TERMS,
      ...listed([list("2024-05-10", "0.20", 1), list("2024-05-20", "0.40", 12)]),
    };
    const bought = (at: string) => buy(terms, accountOf(), 1_000_000n, utc(at));
    expect(bought("2024-05-05T12:00Z")).toEqual({
      microAtoms: 5n * KWH,
      bought: { cycleS: 0n, microAtoms: 5n * KWH },
    });
    expect(bought("2024-05-15T12:00Z").bought).toEqual({ cycleS: MAY, microAtoms: 5n * KWH });
    expect(bought("2024-05-25T12:00Z").bought).toEqual({
      cycleS: utc("2024-05-11T22:00Z"),
      microAtoms: (5n * KWH) / 2n,
    });
  });

  it.each([
    ["none", undefined, 0n],
    ["day", undefined, utc("2024-05-14T22:00Z")],
    ["week", undefined, utc("2024-05-12T22:00Z")],
    ["month", 31, utc("2024-04-29T22:00Z")],
    ["quarter", 15, utc("2024-04-14T22:00Z")],
    ["year", 1, utc("2023-12-31T23:00Z")],
  ] as const)("R33 a cycle of %s from day %s", (every, start_day, cycleS) => {
    const cycle = { every, ...(start_day !== undefined && { start_day }) };
    const terms = termsOf({}, { accumulation_basis: "purchase", cycle });
    expect(boughtBy(terms, accountOf(), NOW).cycleS).toBe(cycleS);
  });
});

describe("R6 what quantity is worth", () => {
  it.each([
    ["within a block", 5n * KWH, 2n * KWH, 200_000n, 2n * KWH, 3n * KWH],
    [
      "down through the free block, which stays",
      21n * KWH,
      12n * KWH,
      400_000n,
      2n * KWH,
      19n * KWH,
    ],
    ["more than was bought in the cycle", KWH, 3n * KWH, 300_000n, 3n * KWH, 0n],
    ["nothing was bought in it", 0n, KWH, 100_000n, KWH, 0n],
    ["whole micros", 20n * KWH + 5_000n, 5_000n, 1n, 3_334n, 20n * KWH + 1_666n],
    ["less than a micro", 5n, 5n, 0n, 0n, 5n],
    ["what was free", 20n * KWH, 10n * KWH, 0n, 0n, 20n * KWH],
  ])("R6 %s", (_name, before, amount, moneyMicros, given, after) => {
    expect(sell(TERMS, having(before), amount, NOW)).toEqual({
      moneyMicros,
      given,
      bought: { cycleS: MAY, microAtoms: after },
    });
  });

  it("R6 in a new cycle all of it is worth the first block's price", () => {
    const june = utc("2024-05-31T22:00Z");
    expect(sell(TERMS, having(21n * KWH), KWH, june)).toEqual({
      moneyMicros: 100_000n,
      given: KWH,
      bought: { cycleS: june, microAtoms: 0n },
    });
  });
});
