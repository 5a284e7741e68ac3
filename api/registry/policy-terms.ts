/**
 * A supply policy's rungs and bounds as the registry keeps them, and as the engine is told them (R50-R81).
 */
import type { EngineCommand } from "../../engine/contract/commands.ts";
import type { ShardOrder } from "../engine/outbox.ts";
import type { supplyPolicies } from "./schema/pricing.ts";

type SetPolicy = Extract<EngineCommand, { op: "set_policy" }>;

/** A flow with the unit that it was given in. */
type Flow = { atoms_per_hour: number; unit: string };
/** A rung that limits supply to a flow. */
type FlowRung = { threshold_micros: string } & Flow;

/** What a policy says beside its first columns: as the engine takes it, with the units that people gave. */
export type PolicyTerms = Pick<
  SetPolicy,
  | "low_credit_severity"
  | "cool_off_s"
  | "exceed_micros"
  | "days_left_warning"
  | "emergency"
  | "notice"
  | "ready_for_reconnection"
  | "restore_deadline_s"
  | "charge_estimates"
  | "waterfall"
  | "restore_threshold_first"
  | "arrears_share_ppm"
  | "topup"
> & {
  limit?: FlowRung | undefined;
  trickle?: FlowRung | undefined;
  essential?: Flow | undefined;
  friendly?: { jitter_s: number; warning_s: number } | undefined;
  load_limit?: (Flow & { period_s: number; restoration_s: number }) | undefined;
  daily_allowance?: (NonNullable<SetPolicy["daily_allowance"]> & { unit: string }) | undefined;
};

/** Where a shard knows a policy and the calendars that it names. */
export type PolicyPlaces = {
  index: number;
  friendly: number | undefined;
  cutWindow: number | undefined;
};

/** The order that tells a shard of a policy. */
export function policyOrder(
  policy: typeof supplyPolicies.$inferSelect,
  { index, friendly, cutWindow }: PolicyPlaces,
): Extract<ShardOrder, { op: "set_policy" }> {
  const { terms } = policy;
  const { limit, trickle, essential, load_limit, daily_allowance, friendly: calm, ...same } = terms;
  return {
    op: "set_policy",
    index,
    low_credit_micros: policy.low_credit_micros.map(String),
    hysteresis_micros: String(policy.hysteresis_micros),
    disablement_threshold_micros: String(policy.disablement_threshold_micros),
    clearance_micros: String(policy.clearance_micros),
    max_balance_micros: String(policy.max_balance_micros),
    automatic_cut: policy.automatic_cut,
    stale_after_s: policy.stale_after_s,
    ...same,
    ...(limit && { limit: withoutUnit(limit) }),
    ...(trickle && { trickle: withoutUnit(trickle) }),
    ...(essential && { essential_atoms_per_hour: essential.atoms_per_hour }),
    ...(load_limit && { load_limit: withoutUnit(load_limit) }),
    ...(daily_allowance && { daily_allowance: withoutUnit(daily_allowance) }),
    ...(calm && friendly !== undefined && { friendly: { calendar: friendly, ...calm } }),
    ...(cutWindow !== undefined && { cut_window: cutWindow }),
  };
}

/** The units in which a policy names flows and quantities: they must be of the account's service. */
export function unitsOf({ limit, trickle, essential, load_limit, daily_allowance }: PolicyTerms) {
  const rungs = { limit, trickle, essential, load_limit, daily_allowance };
  return Object.entries(rungs).flatMap(([rung, terms]) =>
    terms === undefined ? [] : [{ rung, unit: terms.unit }],
  );
}

function withoutUnit<Terms extends { unit: string }>({ unit: _, ...rest }: Terms) {
  return rest;
}
