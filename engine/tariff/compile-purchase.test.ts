import { describe, expect, test } from "vitest";
import { chargesEvery, listWith, tableOf } from "./testing/tables.ts";

describe("a table of a list by purchase", () => {
  test("R34 takes a micro-atom for a micro-atom, and sells by the list's own blocks", () => {
    const list = listWith({
      accumulation_basis: "purchase",
      cycle: { every: "month" },
      rates: {
        all: [
          { from: "0", price: "0.20" },
          { from: "100", price: "0" },
          { from: "150.5", price: "0.40" },
        ],
      },
      charges: chargesEvery("day"),
      taxes: [{ name: "VAT", rate: "0.25" }],
    });
    const table = tableOf(list, "2026-01-01T00:00Z", "2026-02-01T00:00Z");
    expect(table.periods).toEqual([[{ startAtoms: 0n, priceP: 10n ** 12n }]]);
    expect(table.vend).toEqual([
      { startAtoms: 0n, priceP: 250_000_000n },
      { startAtoms: 100_000n, priceP: 0n },
      { startAtoms: 150_500n, priceP: 500_000_000n },
    ]);
    expect(table.charges).toHaveLength(1);
    expect(tableOf(listWith({}), "2026-01-01T00:00Z", "2026-02-01T00:00Z").vend).toBeUndefined();
  });

  test("R34 has marks from 400 days before the span on, so that a year's cycle is known", () => {
    const list = listWith({ accumulation_basis: "purchase", cycle: { every: "year" } });
    const { fromS, marks } = tableOf(list, "2026-12-31T12:00Z", "2027-02-01T00:00Z");
    expect(fromS - (marks[0]?.atS ?? 0)).toBe(400 * 86_400);
    const begun = marks.filter(({ atS, flags }) => atS <= fromS && (flags & 1) !== 0).at(-1);
    expect(new Date((begun?.atS ?? 0) * 1_000).toISOString()).toBe("2025-12-31T23:00:00.000Z");
  });
});
