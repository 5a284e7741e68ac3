/**
 * What a field of meters looks like to the registry.
 */
import { z } from "zod";
import { ROSTER_METERS_MAX, rosterMeter } from "../../../engine/contract/roster.ts";
import { moneyText } from "../../schemas.ts";

/** Most meters of one plan. */
const PLAN_METERS_MAX = 4 * ROSTER_METERS_MAX;

const { serial, service, driver, device, link, address } = rosterMeter.shape;

/** One meter: in which site and unit, how it is read, and what its account is credited with when it is opened. */
const planMeter = z.object({
  site: z.string().min(1).max(200),
  unit: z.string().min(1).max(200),
  serial,
  service,
  device,
  driver,
  link,
  address,
  openingCredit: moneyText,
  /** Register at which it rolls over, most that can pass in an hour, least step, in atoms; "0" where unknown. */
  modulusAtoms: z
    .string()
    .regex(/^\d{1,16}$/)
    .default("0"),
  maxRateAtomsPerHour: z
    .string()
    .regex(/^\d{1,16}$/)
    .default("0"),
  stepAtoms: z
    .string()
    .regex(/^\d{1,16}$/)
    .default("1"),
});

/** A plan as it is given: `openingCredit` is a decimal text of the currency, such as "3.50". */
export type PlanMeter = z.input<typeof planMeter>;
/** A checked plan: `openingCredit` in micros. */
export type CheckedMeter = z.output<typeof planMeter>;

/** A whole plan. */
export const plan = z.array(planMeter).max(PLAN_METERS_MAX);
