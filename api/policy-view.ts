/**
 * Supply policies as the interface shows them.
 */
import { z } from "@hono/zod-openapi";
import { formatDecimal, formatMicros } from "../engine/contract/decimal.ts";
import { SEVERITIES, WATERFALLS } from "../engine/contract/fields.ts";
import { atomsIn, flowOut, flowView, quantityView } from "./policy-units.ts";
import type { SupplyPolicy } from "./registry/policies.ts";
import type { PolicyTerms } from "./registry/policy-terms.ts";
import { POLICY_UNITS } from "./registry/schema/pricing.ts";
import { currencyOut, moneyOut, timeOut } from "./schemas.ts";

const rungOut = z.object({ threshold: moneyOut, flow: flowOut }).nullable();

/** A policy as it is shown; a rung that is off is null. */
export const policyOut = z
  .object({
    supply_policy_id: z.uuid(),
    version: z.int().positive(),
    name: z.string(),
    currency: currencyOut,
    unit: z.enum(POLICY_UNITS).nullable(),
    low_credit_thresholds: z.array(moneyOut),
    low_credit_severities: z.array(z.enum(SEVERITIES)),
    hysteresis: moneyOut,
    cool_off_s: z.int(),
    exceeding: moneyOut.nullable(),
    days_left_warning: z.int(),
    disablement_threshold: moneyOut,
    clearance: moneyOut,
    max_balance: moneyOut,
    automatic_cut: z.boolean(),
    stale_after_s: z.int(),
    charge_estimates: z.boolean(),
    emergency_credit: z
      .object({ limit: moneyOut, threshold: moneyOut, auto_invoke: z.boolean() })
      .nullable(),
    notice: z.object({ lead_s: z.int(), threshold: moneyOut }).nullable(),
    limit: rungOut,
    trickle: rungOut,
    essential_flow: flowOut.nullable(),
    daily_allowance: z
      .object({ quantity: flowOut, stack_days: z.int(), day_start: z.string() })
      .nullable(),
    load_limit: z.object({ flow: flowOut, period_s: z.int(), restoration_s: z.int() }).nullable(),
    friendly_period: z
      .object({ calendar_id: z.uuid(), jitter_s: z.int(), warning_s: z.int() })
      .nullable(),
    cut_window: z.object({ calendar_id: z.uuid() }).nullable(),
    ready_for_reconnection: z.boolean(),
    restore_deadline_s: z.int(),
    waterfall: z.enum(WATERFALLS),
    restore_threshold_first: z.boolean(),
    arrears_share: z.string(),
    topup: z.object({
      min: moneyOut.nullable(),
      max: moneyOut.nullable(),
      cap: moneyOut.nullable(),
      cap_every: z.enum(["day", "week", "month"]).nullable(),
    }),
    created_at: timeOut,
  })
  .openapi("SupplyPolicy");

/** A policy as it is shown. */
export function policyView(row: SupplyPolicy): z.input<typeof policyOut> {
  const { terms } = row;
  // Exact: every amount was given in the unit.
  const held = (amount: bigint): string => formatMicros(amount / atomsIn(row.unit));
  return {
    supply_policy_id: row.id,
    version: row.version,
    name: row.name,
    currency: row.currency,
    unit: row.unit,
    low_credit_thresholds: row.low_credit_micros.map(held),
    low_credit_severities: terms.low_credit_severity ?? row.low_credit_micros.map(() => "warning"),
    hysteresis: held(row.hysteresis_micros),
    cool_off_s: terms.cool_off_s ?? 0,
    exceeding: terms.exceed_micros === undefined ? null : held(BigInt(terms.exceed_micros)),
    days_left_warning: terms.days_left_warning ?? 0,
    disablement_threshold: held(row.disablement_threshold_micros),
    clearance: held(row.clearance_micros),
    max_balance: held(row.max_balance_micros),
    automatic_cut: row.automatic_cut,
    stale_after_s: row.stale_after_s,
    charge_estimates: terms.charge_estimates ?? false,
    ...creditView(terms, held),
    ...supplyView(row, held),
    created_at: row.created_at.toISOString(),
  };
}

/** An amount of what is held, in its unit. */
type Held = (amount: bigint) => string;

function creditView({ emergency, topup, ...terms }: PolicyTerms, held: Held) {
  return {
    emergency_credit:
      emergency === undefined
        ? null
        : {
            limit: held(BigInt(emergency.limit_micros)),
            threshold: held(BigInt(emergency.threshold_micros)),
            auto_invoke: emergency.auto_invoke,
          },
    waterfall: terms.waterfall ?? ("standard" as const),
    restore_threshold_first: terms.restore_threshold_first ?? true,
    arrears_share: formatDecimal(BigInt(terms.arrears_share_ppm ?? 0), 6, 2),
    topup: {
      min: moneyOf(topup?.min_micros),
      max: moneyOf(topup?.max_micros),
      cap: moneyOf(topup?.cap_micros),
      cap_every: topup?.cap_every ?? null,
    },
  };
}

function supplyView(
  { terms, friendly_calendar_id, cut_window_calendar_id }: SupplyPolicy,
  held: Held,
) {
  const { notice, essential, daily_allowance, load_limit, friendly } = terms;
  return {
    notice:
      notice === undefined
        ? null
        : { lead_s: notice.lead_s, threshold: held(BigInt(notice.threshold_micros)) },
    limit: rungView(terms.limit, held),
    trickle: rungView(terms.trickle, held),
    essential_flow: essential === undefined ? null : flowView(essential),
    daily_allowance:
      daily_allowance === undefined
        ? null
        : {
            quantity: quantityView(daily_allowance),
            stack_days: daily_allowance.stack_days,
            day_start: new Date(daily_allowance.day_start_s * 1_000).toISOString().slice(11, 16),
          },
    load_limit:
      load_limit === undefined
        ? null
        : {
            flow: flowView(load_limit),
            period_s: load_limit.period_s,
            restoration_s: load_limit.restoration_s,
          },
    friendly_period:
      friendly === undefined || friendly_calendar_id === null
        ? null
        : { calendar_id: friendly_calendar_id, ...friendly },
    cut_window: cut_window_calendar_id === null ? null : { calendar_id: cut_window_calendar_id },
    ready_for_reconnection: terms.ready_for_reconnection ?? false,
    restore_deadline_s: terms.restore_deadline_s ?? 0,
  };
}

function rungView(given: PolicyTerms["limit"], held: Held): z.input<typeof rungOut> {
  if (given === undefined) return null;
  return { threshold: held(BigInt(given.threshold_micros)), flow: flowView(given) };
}

function moneyOf(micros: string | undefined): string | null {
  return micros === undefined ? null : formatMicros(BigInt(micros));
}
