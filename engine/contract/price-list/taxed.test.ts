import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divideHalfEven, taxedAmountMicros, taxedPriceP } from "./taxed.ts";

const ONE = 10n ** 18n;
/** A decimal of up to 18 places, as the parser keeps it. */
const dec = (text: string): bigint => {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(18, "0"));
};
const taxes = (...rates: string[]) => rates.map((rate, i) => ({ name: `${i}`, rate: dec(rate) }));

describe("rounding half to even", () => {
  test.each([
    [5n, 10n, 0n],
    [15n, 10n, 2n],
    [25n, 10n, 2n],
    [35n, 10n, 4n],
    [-5n, 10n, 0n],
    [-15n, 10n, -2n],
    [-25n, 10n, -2n],
    [24n, 10n, 2n],
    [26n, 10n, 3n],
    [-26n, 10n, -3n],
    [0n, 3n, 0n],
    [4n, 2n, 2n],
  ])("%d / %d is %d", (numerator, denominator, rounded) => {
    expect(divideHalfEven(numerator, denominator)).toBe(rounded);
  });

  test("is never further than a half, and symmetric", () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt({ min: 1n, max: 10n ** 40n }),
        (numerator, denominator) => {
          const rounded = divideHalfEven(numerator, denominator);
          const offBy = numerator - rounded * denominator;
          expect((offBy < 0n ? -offBy : offBy) * 2n <= denominator).toBe(true);
          expect(divideHalfEven(-numerator, denominator)).toBe(-rounded);
        },
      ),
    );
  });
});

describe("prices with taxes (R3)", () => {
  test.each([
    ["0.2412", ["0.21"], 1_000n, 291_852_000n],
    ["0.2412", ["0.10", "0.11"], 1_000n, 291_852_000n],
    ["0.1105", [], 1_000n, 110_500_000n],
    // A half pico per Wh: to the even one, both ways.
    ["0.0000000005", [], 1_000n, 0n],
    ["0.0000000015", [], 1_000n, 2n],
    ["0.0000000025", [], 1_000n, 2n],
    // A third of a price per second is rounded once, after the tax.
    ["1", ["0.2"], 3_600n, 333_333_333n],
    ["0.0000005", ["0.00000000001"], 1_000_000n, 1n],
  ])("%s with %j over %d atoms is %d picos", (price, rates, atoms, priceP) => {
    expect(taxedPriceP(dec(price), taxes(...rates), atoms)).toBe(priceP);
  });

  test("amounts are rounded to micros the same way", () => {
    expect(taxedAmountMicros(dec("0.3170"), taxes("0.21"))).toBe(383_570n);
    expect(taxedAmountMicros(dec("0.0000005"), [])).toBe(0n);
    expect(taxedAmountMicros(dec("0.0000015"), [])).toBe(2n);
    expect(taxedAmountMicros(-ONE, taxes("0.21"))).toBe(-1_210_000n);
  });
});
