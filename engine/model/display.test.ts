import { expect, it } from "vitest";
import { shownBalance, shownDebt } from "./display.ts";

it.each([
  // micros, exponent → balance shown, debt shown
  [1_239_999n, 2, 123n, 124n],
  [1_230_000n, 2, 123n, 123n],
  [-1n, 2, -1n, 0n],
  [-1_230_001n, 2, -124n, -123n],
  [999_999n, 0, 0n, 1n],
  [1_234_567n, 3, 1_234n, 1_235n],
])("R5 %d micros at exponent %d", (micros, exponent, balance, debt) => {
  expect(shownBalance(micros, exponent)).toBe(balance);
  expect(shownDebt(micros, exponent)).toBe(debt);
});
