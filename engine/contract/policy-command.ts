/**
 * The commands that put a supply policy or a calendar into a shard's directory.
 */
import { z } from "zod";
import { COMMAND_BYTES_MAX } from "./command-limits.ts";
import {
  atomsPerHour,
  atomsText,
  debtText,
  directoryIndex,
  epochS,
  microsText,
  number,
  paidText,
  policyText,
  SEVERITIES,
  sharePpm,
  THRESHOLDS_MAX,
  WATERFALLS,
} from "./fields.ts";

const shard = { number };

/**
 * Puts a supply policy at an index of the shard's directory. Thresholds fall from the highest to the lowest. A part that
 * is left out is off; so is one of 0 where 0 means nothing.
 */
export const setPolicy = z.object({
  op: z.literal("set_policy"),
  ...shard,
  index: directoryIndex,
  low_credit_micros: z.array(policyText).max(THRESHOLDS_MAX),
  /** One for each threshold; `warning` where it is left out (R81). */
  low_credit_severity: z.array(z.enum(SEVERITIES)).max(THRESHOLDS_MAX).optional(),
  hysteresis_micros: policyText,
  disablement_threshold_micros: policyText,
  clearance_micros: policyText,
  max_balance_micros: microsText,
  automatic_cut: z.boolean(),
  /** No automatic cut when the last reading is older than this (R20); 0: never stale. */
  stale_after_s: epochS,
  /** A low-credit alert is not repeated sooner (R80). */
  cool_off_s: epochS.optional(),
  /** Credit that is remarkably high (R80). */
  exceed_micros: policyText.optional(),
  /** Warns when the trailing mean leaves so few days (R81). */
  days_left_warning: z.int().nonnegative().max(1_000).optional(),
  emergency: z
    .object({ limit_micros: debtText, threshold_micros: policyText, auto_invoke: z.boolean() })
    .optional(),
  /** A cut needs a notice so long before (R73), given when credit comes down to the threshold. */
  notice: z.object({ lead_s: epochS, threshold_micros: policyText }).optional(),
  /** Rungs between notice and cut (R70): flows that the meter limits the supply to. */
  limit: z.object({ threshold_micros: policyText, atoms_per_hour: atomsPerHour }).optional(),
  trickle: z.object({ threshold_micros: policyText, atoms_per_hour: atomsPerHour }).optional(),
  /** The least flow for a critical need (R72). */
  essential_atoms_per_hour: atomsPerHour.optional(),
  /** When no cut happens (R71): a calendar's index. */
  friendly: z
    .object({ calendar: z.int().nonnegative().max(255), jitter_s: epochS, warning_s: epochS })
    .optional(),
  /** The only time when cuts happen (R73): a calendar's index. */
  cut_window: z.int().nonnegative().max(255).optional(),
  /** A restore waits for somebody at the meter (R76). */
  ready_for_reconnection: z.boolean().optional(),
  restore_deadline_s: epochS.optional(),
  /** Estimated readings are charged, and trued up by the next actual one (R18). */
  charge_estimates: z.boolean().optional(),
  /** Mean flow over a period above which the supply is cut for a while (R75). */
  load_limit: z
    .object({ atoms_per_hour: atomsPerHour, period_s: epochS, restoration_s: epochS })
    .optional(),
  /** What may be used each day when credit has run out (R74). */
  daily_allowance: z
    .object({
      atoms: atomsText,
      stack_days: z.int().positive().max(366),
      day_start_s: z.int().nonnegative().max(86_399),
    })
    .optional(),
  waterfall: z.enum(WATERFALLS).optional(),
  /** Whether a payment lifts the balance to the threshold before it repays emergency credit (R50); true where left out. */
  restore_threshold_first: z.boolean().optional(),
  /** Of the waterfall `share`: what part of each payment goes to arrears. */
  arrears_share_ppm: sharePpm.optional(),
  /** Bounds of a payment and of payments in a day, week or month (R52). */
  topup: z
    .object({
      min_micros: paidText,
      max_micros: paidText,
      cap_micros: paidText,
      cap_every: z.enum(["day", "week", "month"]),
    })
    .partial()
    .optional(),
});
/** Puts a calendar at an index of the shard's directory; `text` is its JSON (engine/contract/calendar), compiled for the span. */
export const setCalendar = z.object({
  op: z.literal("set_calendar"),
  ...shard,
  index: z.int().nonnegative().max(255),
  covers_from_s: epochS,
  covers_to_s: epochS,
  text: z.string().max(COMMAND_BYTES_MAX),
});
