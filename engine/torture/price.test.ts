import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePriceListText } from "../contract/price-list/parse.ts";
import { PLAIN_LISTS, type PlainList, plainCost } from "./price.ts";

function listNamed(wanted: string): PlainList {
  const list = PLAIN_LISTS.find(({ name }) => name === wanted);
  if (list === undefined) throw new Error(`no list ${wanted}`);
  return list;
}

test.each([
  ["Flat", 0n, 0n],
  ["Flat", 1n, 153n], // 0.0001537 a Wh
  ["Flat", 10n, 1_537n],
  ["Flat", 1_000_000n, 153_700_000n],
  ["Two blocks", 10_000n, 919_000n],
  ["Two blocks", 10_001n, 919_251n],
  ["Two blocks", 20_000n, 3_432_000n],
])("%s: %d Wh cost %d micros", (name, quantity, micros) => {
  expect(plainCost(listNamed(name), quantity)).toBe(micros);
});

test("every list is one that can be published", () => {
  for (const { text } of PLAIN_LISTS) expect(parsePriceListText(text).ok).toBe(true);
});

test("more never costs less, and each Wh costs a price of the list", () => {
  const quantity = fc.bigInt({ min: 0n, max: 1n << 40n });
  fc.assert(
    fc.property(fc.constantFrom(...PLAIN_LISTS), quantity, (list, atoms) => {
      const step = plainCost(list, atoms + 1n) - plainCost(list, atoms);
      const prices = list.steps.map(({ priceP }) => priceP / 1_000_000n);
      expect(prices.some((price) => step === price || step === price + 1n)).toBe(true);
    }),
  );
});
