/**
 * Supply policies as the interface takes them (R50-R81).
 */
import { z } from "@hono/zod-openapi";
import { formatMicros } from "../engine/contract/decimal.ts";
import {
  DEBT_MICROS_MAX,
  POLICY_MICROS_MAX,
  SEVERITIES,
  THRESHOLDS_MAX,
  WATERFALLS,
} from "../engine/contract/fields.ts";
import { atomsIn, flowText, type PolicyUnit, quantityText } from "./policy-units.ts";
import type { NewPolicy } from "./registry/policies.ts";
import type { PolicyTerms } from "./registry/policy-terms.ts";
import { NAME_MAX } from "./registry/schema/columns.ts";
import { POLICY_UNITS } from "./registry/schema/pricing.ts";
import {
  currencyText,
  moneyText,
  notNegativeMoney,
  plainText,
  positiveMoney,
  shareText,
} from "./schemas.ts";

/** Longest span that a policy asks for, in seconds: a year. */
const SPAN_S_MAX = 31_536_000;
const BEYOND = `is beyond ± ${formatMicros(POLICY_MICROS_MAX)}`;

const within = (micros: bigint): boolean =>
  micros <= POLICY_MICROS_MAX && micros >= -POLICY_MICROS_MAX;
const amount = moneyText.refine(within, BEYOND);
const notNegative = notNegativeMoney.refine(within, BEYOND);
const positive = positiveMoney.refine(within, BEYOND);
const spanS = z.int().min(0).max(SPAN_S_MAX);
const longSpanS = z.int().min(1).max(SPAN_S_MAX);
const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day as HH:MM from 00:00 to 23:59");

const rung = z.strictObject({ threshold: amount, flow: flowText });

/** The terms of a policy: all but its name and currency. What is left out is off. */
const termsBody = z.strictObject({
  low_credit_thresholds: z
    .array(amount)
    .max(THRESHOLDS_MAX)
    .refine(falls, "must fall from the highest to the lowest")
    .openapi({ example: ["5.00", "2.00"] }),
  low_credit_severities: z.array(z.enum(SEVERITIES)).max(THRESHOLDS_MAX).optional(),
  hysteresis: notNegative.prefault("0"),
  cool_off_s: spanS.optional(),
  exceeding: amount.optional(),
  days_left_warning: z.int().min(0).max(1_000).optional(),
  disablement_threshold: amount.prefault("0"),
  clearance: notNegative.prefault("0"),
  max_balance: positive.openapi({ example: "1000.00" }),
  automatic_cut: z.boolean().default(true),
  stale_after_s: spanS
    .default(86_400)
    .openapi({ description: "No automatic cut when the last reading is older; 0: never stale" }),
  charge_estimates: z.boolean().optional(),
  emergency_credit: z
    .strictObject({
      limit: positive.refine((micros) => micros <= DEBT_MICROS_MAX, "is beyond DEBT_MICROS_MAX"),
      threshold: amount.prefault("0"),
      auto_invoke: z.boolean().default(false),
    })
    .optional(),
  notice: z.strictObject({ lead_s: spanS, threshold: amount }).optional(),
  limit: rung.optional(),
  trickle: rung.optional(),
  essential_flow: flowText.optional(),
  daily_allowance: z
    .strictObject({
      quantity: quantityText,
      stack_days: z.int().min(1).max(366).default(1),
      day_start: clock.default("06:00"),
    })
    .optional(),
  load_limit: z
    .strictObject({ flow: flowText, period_s: longSpanS, restoration_s: spanS })
    .optional(),
  friendly_period: z
    .strictObject({
      calendar_id: z.uuid(),
      jitter_s: spanS.default(0),
      warning_s: spanS.default(0),
    })
    .optional(),
  cut_window: z.strictObject({ calendar_id: z.uuid() }).optional(),
  ready_for_reconnection: z.boolean().optional(),
  restore_deadline_s: spanS.optional(),
  waterfall: z.enum(WATERFALLS).optional(),
  restore_threshold_first: z.boolean().optional(),
  arrears_share: shareText.optional(),
  topup: z
    .strictObject({
      min: positive.optional(),
      max: positive.optional(),
      cap: positive.optional(),
      cap_every: z.enum(["day", "week", "month"]).optional(),
    })
    .optional(),
});
type Terms = z.output<typeof termsBody>;

/** The terms of a policy, checked between their parts. */
export const policyTermsBody = termsBody
  .check(({ value, issues }) => {
    issues.push(...faultsBetween(value));
  })
  .openapi("SupplyPolicyTerms");
/** A policy as it is asked for. */
export const policyBody = termsBody
  .extend({
    name: plainText(NAME_MAX),
    currency: currencyText,
    unit: z.enum(POLICY_UNITS).optional().openapi({
      description:
        "For accounts that hold quantity (R34): balances, thresholds and emergency credit are in it; bounds of payments stay money",
    }),
  })
  .check(({ value, issues }) => {
    issues.push(...faultsBetween(value), ...faultsOfUnit(value));
  })
  .openapi("SupplyPolicyRequest");

type Issue = { code: "custom"; message: string; path: string[]; input: unknown };

function faultsBetween(terms: Terms): Issue[] {
  const issues: Issue[] = [];
  const must = (holds: boolean, path: string[], message: string): void => {
    if (!holds) issues.push({ code: "custom", path, message, input: terms });
  };
  const { low_credit_thresholds: low, low_credit_severities: severities, topup, notice } = terms;
  must(
    severities === undefined || severities.length === low.length,
    ["low_credit_severities"],
    "must be as many as the thresholds, or be left out",
  );
  must(
    notice === undefined || notice.threshold >= terms.disablement_threshold,
    ["notice", "threshold"],
    "must not lie under disablement_threshold, or no notice would come before the cut",
  );
  must(
    (topup?.cap === undefined) === (topup?.cap_every === undefined),
    ["topup", "cap_every"],
    "must stand with cap: day, week or month",
  );
  must(
    topup?.min === undefined || topup.max === undefined || topup.min <= topup.max,
    ["topup", "max"],
    "must not be under min",
  );
  return issues;
}

/** No unit is so large that what is bounded in money would pass the bound by more than this many times. */
function faultsOfUnit(terms: Terms & { unit?: PolicyUnit | undefined }): Issue[] {
  if (terms.unit === undefined) return [];
  const most = POLICY_MICROS_MAX / atomsIn(terms.unit);
  const amounts: [string[], bigint | undefined][] = [
    ...terms.low_credit_thresholds.map((each, at): [string[], bigint] => [
      ["low_credit_thresholds", String(at)],
      each,
    ]),
    [["hysteresis"], terms.hysteresis],
    [["exceeding"], terms.exceeding],
    [["disablement_threshold"], terms.disablement_threshold],
    [["clearance"], terms.clearance],
    [["max_balance"], terms.max_balance],
    [["emergency_credit", "threshold"], terms.emergency_credit?.threshold],
    [["notice", "threshold"], terms.notice?.threshold],
    [["limit", "threshold"], terms.limit?.threshold],
    [["trickle", "threshold"], terms.trickle?.threshold],
  ];
  const limit = terms.emergency_credit?.limit ?? 0n;
  const beyond = amounts.filter(([, each = 0n]) => each > most || each < -most);
  if (limit > DEBT_MICROS_MAX / atomsIn(terms.unit))
    beyond.push([["emergency_credit", "limit"], limit]);
  return beyond.map(([path]) => {
    const message = `is more ${terms.unit} than can be counted`;
    return { code: "custom", path, message, input: terms };
  });
}

/** The columns of the terms; amounts of what is held go from the unit to millionths of an atom. */
export function policyColumns(
  given: Terms,
  unit: PolicyUnit | null,
): Omit<NewPolicy, "operator_id" | "name" | "currency" | "unit"> {
  const terms = scaled(given, (amount) => amount * atomsIn(unit));
  return {
    low_credit_micros: terms.low_credit_thresholds,
    hysteresis_micros: terms.hysteresis,
    disablement_threshold_micros: terms.disablement_threshold,
    clearance_micros: terms.clearance,
    max_balance_micros: terms.max_balance,
    automatic_cut: terms.automatic_cut,
    stale_after_s: terms.stale_after_s,
    terms: termsOf(terms),
    friendly_calendar_id: terms.friendly_period?.calendar_id ?? null,
    cut_window_calendar_id: terms.cut_window?.calendar_id ?? null,
  };
}

/** The terms with every amount of what is held changed; bounds of payments and shares stay. */
function scaled(terms: Terms, change: (amount: bigint) => bigint): Terms {
  const { emergency_credit: emergency, notice, limit, trickle, exceeding } = terms;
  return {
    ...terms,
    low_credit_thresholds: terms.low_credit_thresholds.map(change),
    hysteresis: change(terms.hysteresis),
    disablement_threshold: change(terms.disablement_threshold),
    clearance: change(terms.clearance),
    max_balance: change(terms.max_balance),
    ...(exceeding !== undefined && { exceeding: change(exceeding) }),
    ...(emergency && {
      emergency_credit: {
        ...emergency,
        limit: change(emergency.limit),
        threshold: change(emergency.threshold),
      },
    }),
    ...(notice && { notice: { ...notice, threshold: change(notice.threshold) } }),
    ...(limit && { limit: { ...limit, threshold: change(limit.threshold) } }),
    ...(trickle && { trickle: { ...trickle, threshold: change(trickle.threshold) } }),
  };
}

function termsOf(terms: Terms): PolicyTerms {
  const {
    emergency_credit: emergency,
    notice,
    friendly_period: calm,
    daily_allowance,
    topup,
  } = terms;
  const all: PolicyTerms = {
    low_credit_severity: terms.low_credit_severities,
    cool_off_s: terms.cool_off_s,
    exceed_micros: textOf(terms.exceeding),
    days_left_warning: terms.days_left_warning,
    emergency: emergency && {
      limit_micros: String(emergency.limit),
      threshold_micros: String(emergency.threshold),
      auto_invoke: emergency.auto_invoke,
    },
    notice: notice && { lead_s: notice.lead_s, threshold_micros: String(notice.threshold) },
    limit: rungOf(terms.limit),
    trickle: rungOf(terms.trickle),
    essential: terms.essential_flow,
    ready_for_reconnection: terms.ready_for_reconnection,
    restore_deadline_s: terms.restore_deadline_s,
    charge_estimates: terms.charge_estimates,
    friendly: calm && { jitter_s: calm.jitter_s, warning_s: calm.warning_s },
    load_limit: terms.load_limit && {
      ...terms.load_limit.flow,
      period_s: terms.load_limit.period_s,
      restoration_s: terms.load_limit.restoration_s,
    },
    daily_allowance: daily_allowance && {
      ...daily_allowance.quantity,
      stack_days: daily_allowance.stack_days,
      day_start_s: secondOf(daily_allowance.day_start),
    },
    waterfall: terms.waterfall,
    restore_threshold_first: terms.restore_threshold_first,
    arrears_share_ppm: terms.arrears_share,
    topup: topup && {
      min_micros: textOf(topup.min),
      max_micros: textOf(topup.max),
      cap_micros: textOf(topup.cap),
      cap_every: topup.cap_every,
    },
  };
  // Without the members that are off, as JSON does it: what is kept is what is told.
  return JSON.parse(JSON.stringify(all)) as PolicyTerms;
}

type Rung = z.output<typeof rung>;

function rungOf(given: Rung | undefined): PolicyTerms["limit"] {
  return given && { threshold_micros: String(given.threshold), ...given.flow };
}

function textOf(micros: bigint | undefined): string | undefined {
  return micros === undefined ? undefined : String(micros);
}

function secondOf(clockText: string): number {
  const [hours = "0", minutes = "0"] = clockText.split(":");
  return Number(hours) * 3_600 + Number(minutes) * 60;
}

function falls(thresholds: readonly bigint[]): boolean {
  return thresholds.every((value, at) => at === 0 || value < (thresholds[at - 1] ?? value));
}
