import { expect, it } from "vitest";
import { daysAt } from "./days-left.ts";

it.each([
  [10_000_000n, 2_000_000n, 5],
  [10_000_000n, 3_000_000n, 3.3],
  [1n, 2_000_000n, 0],
  [0n, 2_000_000n, 0],
  [-5n, 2_000_000n, 0],
  [10_000_000n, 0n, null],
  [10_000_000n, -1n, null],
  [10_000_000n, undefined, null],
])("%s micros at %s a day last %s days", (available, perDay, days) => {
  expect(daysAt(available, perDay)).toBe(days);
});
