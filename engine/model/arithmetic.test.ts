import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf, floorDiv, roundHalfEven } from "./arithmetic.ts";

describe("R2 cost and carry", () => {
  it.each([
    // quantity, price, carry → cost, carry
    [1n, 333_333n, 0n, 0n, 333_333n],
    [1n, 333_333n, 333_333n, 0n, 666_666n],
    [1n, 333_333n, 666_666n, 0n, 999_999n],
    [1n, 333_333n, 999_999n, 1n, 333_332n],
    [4n, 333_333n, 0n, 1n, 333_332n],
    [3n, 250_000_000n, 999_999n, 750n, 999_999n],
    [1n, 1n, 999_999n, 1n, 0n],
    [0n, 77n, 12n, 0n, 12n],
    [1n, -1n, 0n, -1n, 999_999n],
    [2n, -500_000n, 0n, -1n, 0n],
    [2n ** 40n, 10n ** 13n, 999_999n, 10_995_116_277_760_000_000n, 999_999n],
  ])("R2 %d atoms at %d picos with carry %d", (quantity, price, carry, costMicros, carryP) => {
    expect(costOf(quantity, price, carry)).toEqual({ costMicros, carryP });
  });

  it("R2 a quantity cut in two costs what it costs whole, at prices of any sign", () => {
    const atoms = fc.bigInt({ min: 0n, max: 2n ** 40n });
    const price = fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n });
    const carry = fc.bigInt({ min: 0n, max: 999_999n });
    fc.assert(
      fc.property(atoms, atoms, price, carry, (first, second, p, c) => {
        const whole = costOf(first + second, p, c);
        const one = costOf(first, p, c);
        const two = costOf(second, p, one.carryP);
        expect(one.costMicros + two.costMicros).toBe(whole.costMicros);
        expect(two.carryP).toBe(whole.carryP);
      }),
    );
  });

  it("R2 refuses a carry of a whole micro", () => {
    expect(() => costOf(1n, 1n, 1_000_000n)).toThrow("a carry is less than a micro");
    expect(() => costOf(1n, 1n, -1n)).toThrow("a carry is less than a micro");
  });
});

describe("R2, R3 rounding", () => {
  it.each([
    [7n, 2n, 3n],
    [-7n, 2n, -4n],
    [-8n, 2n, -4n],
    [-1n, 1_000_000n, -1n],
    [0n, 5n, 0n],
  ])("R2 floor of %d ÷ %d is %d", (numerator, denominator, floor) => {
    expect(floorDiv(numerator, denominator)).toBe(floor);
  });

  it.each([
    [1n, 2n, 0n],
    [3n, 2n, 2n],
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-1n, 2n, 0n],
    [-3n, 2n, -2n],
    [-5n, 2n, -2n],
    [26n, 10n, 3n],
    [24n, 10n, 2n],
    [-26n, 10n, -3n],
    [-24n, 10n, -2n],
  ])("R3 %d ÷ %d rounds to %d", (numerator, denominator, rounded) => {
    expect(roundHalfEven(numerator, denominator)).toBe(rounded);
  });

  it("R2 refuses a denominator that is not positive", () => {
    expect(() => floorDiv(1n, 0n)).toThrow("a denominator is positive");
    expect(() => floorDiv(1n, -2n)).toThrow("a denominator is positive");
  });
});
