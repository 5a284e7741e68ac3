/**
 * The faults that the mutation check plants, by the kernel's files.
 */
import type { Fault } from "./plant.ts";

/** All faults. */
export const FAULTS: readonly Fault[] = [
  {
    file: "arithmetic.ts",
    what: "R2 a division that truncates",
    from: "return a % b < 0 ? quotient - 1 : quotient;",
    to: "return quotient;",
  },
  {
    file: "arithmetic.ts",
    what: "R2 the carry is left out of the cost",
    from: "<i64>load<u32>(step, STEP_PRICE_LO) + <i64>carry;\n  return quantity",
    to: "<i64>load<u32>(step, STEP_PRICE_LO);\n  return quantity",
  },
];
