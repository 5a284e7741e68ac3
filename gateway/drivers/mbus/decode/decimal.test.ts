import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDecimal, decimalOfFloat32, floorTo, formatDecimal } from "./decimal.ts";

function bitsOf(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0);
}

describe("an exact decimal", () => {
  it.each([
    [0n, 0, "0"],
    [0n, -3, "0"],
    [5n, 3, "5000"],
    [-5n, 3, "-5000"],
    [12345n, -3, "12.345"],
    [12000n, -3, "12"],
    [-5n, -3, "-0.005"],
    [9223372036854775807n, -3, "9223372036854775.807"],
  ])("%d × 10^%d is %s", (digits, exponent, text) => {
    expect(formatDecimal({ digits, exponent })).toBe(text);
  });

  it.each([
    [12999n, -3, 0, 12n],
    [-12001n, -3, 0, -13n],
    [-12000n, -3, 0, -12n],
    [5n, 3, 0, 5000n],
    [45600n, -3, -6, 45600000n],
  ])("%d × 10^%d in steps of 10^%d is %d, floored", (digits, exponent, to, steps) => {
    expect(floorTo({ digits, exponent }, to)).toBe(steps);
  });

  it("adds what is of different scale", () => {
    const sum = addDecimal({ digits: 5n, exponent: 1 }, { digits: 1n, exponent: -2 });
    expect(formatDecimal(sum)).toBe("50.01");
  });
});

describe("a float's exact expansion", () => {
  it("is the float again, for every finite one", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const exact = decimalOfFloat32(bitsOf(value));
        expect(exact && Number(formatDecimal(exact))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "%d has none",
    (value) => {
      expect(decimalOfFloat32(bitsOf(value))).toBeUndefined();
    },
  );
});
