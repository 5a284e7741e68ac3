import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** What the page formats; it is a module of the browser's, loaded as it is. */
type Format = {
  microsOf(text: string): bigint | undefined;
  moneyText(micros: bigint, currency: string): string;
  quantityText(text: string, unit: string): string;
  daysText(days: number | null): string;
};
const address = new URL("./page/format.js", import.meta.url).href;
const { daysText, microsOf, moneyText, quantityText } = (await import(address)) as Format;

describe("money on the page", () => {
  test.each([
    ["12.345678", "12.34"],
    ["0.009999", "0.00"],
    ["0", "0.00"],
    ["-0.000001", "\u22120.01"],
    ["-3.001", "\u22123.01"],
    ["-3.000000", "\u22123.00"],
    ["1234567.89", "1,234,567.89"],
    ["4611686018427.387904", "4,611,686,018,427.38"],
  ])("%s EUR is shown as %s: credit rounded down, debt up", (text, shown) => {
    expect(moneyText(microsOf(text) ?? 1n, "EUR")).toBe(shown);
  });

  test("the currency says how many decimals there are", () => {
    expect(moneyText(12_345_678n, "JPY")).toBe("12");
    expect(moneyText(12_345_678n, "KWD")).toBe("12.345");
    expect(moneyText(12_345_678n, "not one")).toBe("12.34");
  });

  test.each(["", "1,5", "1e3", "abc", "1.2345678", " 1", "--1"])("'%s' is no amount", (text) => {
    expect(microsOf(text)).toBeUndefined();
  });

  test("what is shown is never more than there is, and less by under a cent", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (micros) => {
        const shown = moneyText(micros, "EUR").replaceAll(",", "").replace("\u2212", "-");
        const back = microsOf(shown) ?? 0n;
        expect(back <= micros && micros - back < 10_000n).toBe(true);
      }),
    );
  });
});

test.each([
  ["1234.5", "kWh", "1,234.5\u00a0kWh"],
  ["0.0129", "m³", "0.012\u00a0m³"],
  ["7", "m³", "7\u00a0m³"],
  ["7.100", "h", "7.1\u00a0h"],
])("%s %s is shown as %s", (text, unit, shown) => {
  expect(quantityText(text, unit)).toBe(shown);
});

test.each([
  [null, "\u2013"],
  [0, "used up"],
  [0.01, "1\u00a0h"],
  [0.5, "12\u00a0h"],
  [3.25, "3.3\u00a0days"],
  [44.9, "44\u00a0days"],
])("%s days are shown as %s", (days, shown) => {
  expect(daysText(days)).toBe(shown);
});
