import { describe, expect, it } from "vitest";
import { blockStartAtoms, chargeMicros, pricePicos, taxFactor } from "./prices.ts";
import { atomsPerUnit } from "./units.ts";

const NO_TAX = taxFactor([]);
const VAT = taxFactor([{ rate: "0.21" }]);

describe("R3 prices", () => {
  it.each([
    // 0.2412 × 10¹² ÷ 1 000
    ["0.2412", NO_TAX, "kWh", 241_200_000n],
    // 0.2412 × 1.21 = 0.291852
    ["0.2412", VAT, "kWh", 291_852_000n],
    ["1.2087", NO_TAX, "m³", 1_208_700n],
    ["1.2087", NO_TAX, "m3", 1_208_700n],
    // 10¹² ÷ 3 600 = 277 777 777.77…
    ["1", NO_TAX, "h", 277_777_778n],
    ["1", NO_TAX, "min", 16_666_666_667n],
    ["2", NO_TAX, "count", 2_000_000_000_000n],
    ["2", NO_TAX, "L", 2_000_000_000n],
    ["250", NO_TAX, "MWh", 250_000_000n],
    // halves go to the even pico
    ["0.0000000005", NO_TAX, "kWh", 0n],
    ["0.0000000015", NO_TAX, "kWh", 2n],
    ["0.0000000025", NO_TAX, "kWh", 2n],
    ["-0.0000000015", NO_TAX, "kWh", -2n],
    ["-0.05", NO_TAX, "kWh", -50_000_000n],
    // two taxes add up, they do not compound: 1 × (1 + 0.05 + 0.21)
    ["1", taxFactor([{ rate: "0.05" }, { rate: "0.21" }]), "kWh", 1_260_000_000n],
  ])("R3 %s with tax per %3$s", (price, factor, unit, picos) => {
    expect(pricePicos(price, factor, atomsPerUnit(unit))).toBe(picos);
  });

  it.each([
    ["0.3170", VAT, 383_570n],
    ["0.0000005", NO_TAX, 0n],
    ["0.0000015", NO_TAX, 2n],
    ["-1", NO_TAX, -1_000_000n],
  ])("R3 a charge of %s in micros", (amount, factor, micros) => {
    expect(chargeMicros(amount, factor)).toBe(micros);
  });

  it.each([
    ["0", "kWh", 0n],
    ["150", "kWh", 150_000n],
    ["3.5", "m³", 3_500_000n],
    ["0.5", "h", 1_800n],
    ["0.001", "kWh", 1n],
  ])("R33 a block from %s %s starts at %d atoms", (from, unit, atoms) => {
    expect(blockStartAtoms(from, atomsPerUnit(unit))).toBe(atoms);
  });
});

describe("misuse of prices", () => {
  it("R4 a price over 10¹³ picos an atom is out of range, either sign", () => {
    expect(pricePicos("10000", NO_TAX, 1_000n)).toBe(10n ** 13n);
    expect(pricePicos("-10000", NO_TAX, 1_000n)).toBe(-(10n ** 13n));
    expect(() => pricePicos("10000.000000001", NO_TAX, 1_000n)).toThrow("out of range");
    expect(() => pricePicos("-10000.000000001", NO_TAX, 1_000n)).toThrow("out of range");
  });

  it("R33 a block start within an atom is a fault", () => {
    expect(() => blockStartAtoms("0.0005", 1_000n)).toThrow("no whole atom");
    expect(() => blockStartAtoms("0.0001", 3_600n)).toThrow("no whole atom");
  });

  it("what is no plain decimal, and an unknown unit, are refused", () => {
    expect(() => pricePicos("1e3", NO_TAX, 1n)).toThrow("no plain decimal");
    expect(() => pricePicos("", NO_TAX, 1n)).toThrow("no plain decimal");
    expect(() => atomsPerUnit("gallon")).toThrow("not known");
  });
});
