/**
 * The faults that the mutation check plants.
 */
import { COMMON_PATH_FAULTS } from "./faults/common-path.ts";
import { CREDIT_FAULTS } from "./faults/credit.ts";
import { PURCHASE_FAULTS } from "./faults/purchase.ts";
import { RATING_FAULTS } from "./faults/rating.ts";
import { SUPPLY_FAULTS } from "./faults/supply.ts";
import type { Fault } from "./plant.ts";

/** All faults. */
export const FAULTS: readonly Fault[] = [
  ...RATING_FAULTS,
  ...COMMON_PATH_FAULTS,
  ...CREDIT_FAULTS,
  ...PURCHASE_FAULTS,
  ...SUPPLY_FAULTS,
];
