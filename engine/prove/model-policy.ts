/**
 * A policy's command as the model takes it. A part that is left out is off.
 */
import type { CalendarTerms } from "../model/calendar.ts";
import type { Policy, Rung } from "../model/policy.ts";
import type { Op } from "./model-account.ts";

/** A policy as it was put: what the model judges by, and the calendars that it names. */
export type PutPolicy = {
  policy: Policy;
  friendly: number | undefined;
  cutWindow: number | undefined;
};

/** Reads the command. */
export function putPolicyOf(command: Op<"set_policy">): PutPolicy {
  const { friendly, cut_window } = command;
  return {
    policy: { ...alertsOf(command), ...creditOf(command), ...supplyOf(command) },
    friendly: friendly?.calendar,
    cutWindow: cut_window,
  };
}

/** The calendars that a policy names. */
export function calendarTerms(
  { friendly, cutWindow }: PutPolicy,
  calendars: ReadonlyMap<number, NonNullable<CalendarTerms["friendly"]>>,
): CalendarTerms {
  return {
    friendly: friendly === undefined ? undefined : calendars.get(friendly),
    cutWindow: cutWindow === undefined ? undefined : calendars.get(cutWindow),
  };
}

type Alerts = Pick<
  Policy,
  | "lowCreditMicros"
  | "lowCreditSeverities"
  | "hysteresisMicros"
  | "coolOffS"
  | "exceedMicros"
  | "daysLeftWarning"
>;

function alertsOf(command: Op<"set_policy">): Alerts {
  const { exceed_micros, low_credit_severity, days_left_warning } = command;
  return {
    lowCreditMicros: command.low_credit_micros.map(BigInt),
    lowCreditSeverities: low_credit_severity ?? [],
    hysteresisMicros: BigInt(command.hysteresis_micros),
    coolOffS: BigInt(command.cool_off_s ?? 0),
    exceedMicros: exceed_micros === undefined ? undefined : BigInt(exceed_micros),
    daysLeftWarning: BigInt(days_left_warning ?? 0),
  };
}

type Credit = Pick<
  Policy,
  | "disablementMicros"
  | "clearanceMicros"
  | "balanceMaxMicros"
  | "emergency"
  | "waterfall"
  | "restoreThresholdFirst"
  | "arrearsSharePpm"
  | "topup"
>;

function creditOf(command: Op<"set_policy">): Credit {
  const { emergency, topup } = command;
  return {
    disablementMicros: BigInt(command.disablement_threshold_micros),
    clearanceMicros: BigInt(command.clearance_micros),
    balanceMaxMicros: BigInt(command.max_balance_micros),
    emergency: {
      limitMicros: BigInt(emergency?.limit_micros ?? 0),
      thresholdMicros: BigInt(emergency?.threshold_micros ?? 0),
      autoInvoke: emergency?.auto_invoke ?? false,
    },
    waterfall: command.waterfall ?? "standard",
    restoreThresholdFirst: command.restore_threshold_first ?? true,
    arrearsSharePpm: BigInt(command.arrears_share_ppm ?? 0),
    topup: {
      minMicros: BigInt(topup?.min_micros ?? 0),
      maxMicros: BigInt(topup?.max_micros ?? 0),
      capMicros: BigInt(topup?.cap_micros ?? 0),
      capEvery: topup?.cap_every ?? "day",
    },
  };
}

function supplyOf(command: Op<"set_policy">): Omit<Policy, keyof Alerts | keyof Credit> {
  const { notice, friendly, load_limit, daily_allowance } = command;
  return {
    automaticCut: command.automatic_cut,
    staleAfterS: BigInt(command.stale_after_s),
    notice: {
      leadS: BigInt(notice?.lead_s ?? 0),
      thresholdMicros: BigInt(notice?.threshold_micros ?? 0),
    },
    limit: rungOf(command.limit),
    trickle: rungOf(command.trickle),
    essentialAtomsPerHour: BigInt(command.essential_atoms_per_hour ?? 0),
    friendly: {
      jitterS: BigInt(friendly?.jitter_s ?? 0),
      warningS: BigInt(friendly?.warning_s ?? 0),
    },
    readyForReconnection: command.ready_for_reconnection ?? false,
    restoreDeadlineS: BigInt(command.restore_deadline_s ?? 0),
    chargeEstimates: command.charge_estimates ?? false,
    loadLimit: {
      atomsPerHour: BigInt(load_limit?.atoms_per_hour ?? 0),
      periodS: BigInt(load_limit?.period_s ?? 0),
      restorationS: BigInt(load_limit?.restoration_s ?? 0),
    },
    dailyAllowance: {
      atoms: BigInt(daily_allowance?.atoms ?? 0),
      stackDays: BigInt(daily_allowance?.stack_days ?? 1),
      dayStartS: BigInt(daily_allowance?.day_start_s ?? 0),
    },
  };
}

function rungOf(rung: { threshold_micros: string; atoms_per_hour: number } | undefined): Rung {
  return {
    thresholdMicros: BigInt(rung?.threshold_micros ?? 0),
    atomsPerHour: BigInt(rung?.atoms_per_hour ?? 0),
  };
}
