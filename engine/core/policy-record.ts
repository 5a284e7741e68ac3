/**
 * A supply policy as the kernel reads it (layout.ts, "POLICY"), and what must hold between its parts.
 */
import {
  COMMAND_POLICY,
  KIND_SET_POLICY,
  MARK_DAY,
  POLICY_ALLOWANCE,
  POLICY_ALLOWANCE_STACK,
  POLICY_ARREARS_SHARE,
  POLICY_AUTO_INVOKE,
  POLICY_AUTOMATIC_CUT,
  POLICY_BALANCE_MAX,
  POLICY_BYTES,
  POLICY_CHARGE_ESTIMATES,
  POLICY_CLEARANCE,
  POLICY_COOL_OFF_S,
  POLICY_DAY_START_S,
  POLICY_DAYS_LEFT,
  POLICY_DISABLEMENT,
  POLICY_EMERGENCY_LIMIT,
  POLICY_EMERGENCY_THRESHOLD,
  POLICY_ESSENTIAL_VALUE,
  POLICY_EXCEED,
  POLICY_FRIENDLY_CALENDAR,
  POLICY_FRIENDLY_JITTER_S,
  POLICY_FRIENDLY_WARNING_S,
  POLICY_HYSTERESIS,
  POLICY_LIMIT_THRESHOLD,
  POLICY_LIMIT_VALUE,
  POLICY_LOAD_LIMIT,
  POLICY_LOAD_PERIOD_S,
  POLICY_LOAD_RESTORATION_S,
  POLICY_LOW,
  POLICY_NOTICE_LEAD_S,
  POLICY_NOTICE_THRESHOLD,
  POLICY_READY,
  POLICY_RESTORE_DEADLINE_S,
  POLICY_SEVERITY,
  POLICY_STALE_AFTER_S,
  POLICY_THRESHOLD_FIRST,
  POLICY_THRESHOLDS,
  POLICY_TOPUP_CAP,
  POLICY_TOPUP_EVERY,
  POLICY_TOPUP_MAX,
  POLICY_TOPUP_MIN,
  POLICY_TRICKLE_THRESHOLD,
  POLICY_TRICKLE_VALUE,
  POLICY_USED,
  POLICY_WATERFALL,
  POLICY_WINDOW_CALENDAR,
} from "../../kernel-as/assembly/layout.ts";
import { MONEY_MAX, SEVERITIES, WATERFALLS } from "../contract/fields.ts";
import { EVERY_FLAG } from "./money-records.ts";
import { type CommandResult, directory, type Fault, type Op, putAmount } from "./record-body.ts";

type Policy = Op<"set_policy">;

/** The record that puts a policy; every fault between its parts at once. */
export function policyRecord(command: Policy): CommandResult {
  const faults = faultsOf(command);
  if (faults.length > 0) return { ok: false, faults };
  return directory(KIND_SET_POLICY, command.number, command.index, {
    bytes: COMMAND_POLICY + POLICY_BYTES,
    put(record) {
      const view = new DataView(record.buffer, record.byteOffset + COMMAND_POLICY, POLICY_BYTES);
      putAlerts(view, command);
      putCredit(view, command);
      putSupply(view, command);
    },
  });
}

function faultsOf(command: Policy): Fault[] {
  const low = command.low_credit_micros.map(BigInt);
  const disablement = BigInt(command.disablement_threshold_micros);
  const faults: Fault[] = [];
  const must = (holds: boolean, pointer: string, message: string): void => {
    if (!holds) faults.push({ pointer, message });
  };
  must(
    low.every((each, i) => i === 0 || each < (low[i - 1] ?? each)),
    "/low_credit_micros",
    "thresholds must fall from the first to the last",
  );
  must(
    (command.low_credit_severity?.length ?? low.length) === low.length,
    "/low_credit_severity",
    "give one severity for each threshold, or leave all out",
  );
  must(BigInt(command.hysteresis_micros) >= 0n, "/hysteresis_micros", "can't be negative");
  must(BigInt(command.clearance_micros) >= 0n, "/clearance_micros", "can't be negative");
  const { notice, limit, trickle, load_limit, daily_allowance, topup } = command;
  must(
    notice === undefined || BigInt(notice.threshold_micros) >= disablement,
    "/notice/threshold_micros",
    "must not lie under the disablement threshold, or no notice would come before the cut",
  );
  must(
    limit === undefined || limit.atoms_per_hour > 0,
    "/limit/atoms_per_hour",
    "must be above 0; leave the rung out instead",
  );
  must(
    trickle === undefined || trickle.atoms_per_hour > 0,
    "/trickle/atoms_per_hour",
    "must be above 0; leave the rung out instead",
  );
  must(
    load_limit === undefined || (load_limit.atoms_per_hour > 0 && load_limit.period_s > 0),
    "/load_limit",
    "needs a flow and a period above 0",
  );
  must(
    daily_allowance === undefined || BigInt(daily_allowance.atoms) > 0n,
    "/daily_allowance/atoms",
    "must be above 0; leave the allowance out instead",
  );
  must(
    topup?.cap_micros === undefined || topup.cap_every !== undefined,
    "/topup/cap_every",
    "a cap needs its period: day, week or month",
  );
  return faults;
}

function putAlerts(view: DataView, command: Policy): void {
  view.setUint32(POLICY_USED, 1, true);
  view.setUint32(POLICY_THRESHOLDS, command.low_credit_micros.length, true);
  for (const [i, each] of command.low_credit_micros.entries()) {
    putAmount(view, POLICY_LOW + i * 8, each);
    const severity = command.low_credit_severity?.[i] ?? "warning";
    view.setUint8(POLICY_SEVERITY + i, SEVERITIES.indexOf(severity));
  }
  putAmount(view, POLICY_HYSTERESIS, command.hysteresis_micros);
  view.setUint32(POLICY_COOL_OFF_S, command.cool_off_s ?? 0, true);
  putAmount(view, POLICY_EXCEED, command.exceed_micros ?? MONEY_MAX.toString());
  view.setUint32(POLICY_DAYS_LEFT, command.days_left_warning ?? 0, true);
}

function putCredit(view: DataView, command: Policy): void {
  const { emergency, topup } = command;
  putAmount(view, POLICY_DISABLEMENT, command.disablement_threshold_micros);
  putAmount(view, POLICY_CLEARANCE, command.clearance_micros);
  putAmount(view, POLICY_BALANCE_MAX, command.max_balance_micros);
  view.setUint32(POLICY_AUTO_INVOKE, emergency?.auto_invoke === true ? 1 : 0, true);
  putAmount(view, POLICY_EMERGENCY_LIMIT, emergency?.limit_micros ?? "0");
  putAmount(view, POLICY_EMERGENCY_THRESHOLD, emergency?.threshold_micros ?? "0");
  view.setUint32(POLICY_WATERFALL, WATERFALLS.indexOf(command.waterfall ?? "standard"), true);
  view.setUint32(POLICY_THRESHOLD_FIRST, command.restore_threshold_first === false ? 0 : 1, true);
  view.setUint32(POLICY_ARREARS_SHARE, command.arrears_share_ppm ?? 0, true);
  putAmount(view, POLICY_TOPUP_MIN, topup?.min_micros ?? "0");
  putAmount(view, POLICY_TOPUP_MAX, topup?.max_micros ?? "0");
  putAmount(view, POLICY_TOPUP_CAP, topup?.cap_micros ?? "0");
  view.setUint32(
    POLICY_TOPUP_EVERY,
    topup?.cap_every === undefined ? MARK_DAY : EVERY_FLAG[topup.cap_every],
    true,
  );
}

function putSupply(view: DataView, command: Policy): void {
  const { notice, limit, trickle, friendly, load_limit, daily_allowance } = command;
  const u32 = (at: number, value: number | undefined): void => view.setUint32(at, value ?? 0, true);
  u32(POLICY_AUTOMATIC_CUT, command.automatic_cut ? 1 : 0);
  u32(POLICY_STALE_AFTER_S, command.stale_after_s);
  u32(POLICY_NOTICE_LEAD_S, notice?.lead_s);
  putAmount(view, POLICY_NOTICE_THRESHOLD, notice?.threshold_micros ?? "0");
  u32(POLICY_LIMIT_VALUE, limit?.atoms_per_hour);
  putAmount(view, POLICY_LIMIT_THRESHOLD, limit?.threshold_micros ?? "0");
  u32(POLICY_TRICKLE_VALUE, trickle?.atoms_per_hour);
  putAmount(view, POLICY_TRICKLE_THRESHOLD, trickle?.threshold_micros ?? "0");
  u32(POLICY_ESSENTIAL_VALUE, command.essential_atoms_per_hour);
  u32(POLICY_FRIENDLY_CALENDAR, friendly === undefined ? 0 : friendly.calendar + 1);
  u32(POLICY_FRIENDLY_JITTER_S, friendly?.jitter_s);
  u32(POLICY_FRIENDLY_WARNING_S, friendly?.warning_s);
  u32(POLICY_WINDOW_CALENDAR, command.cut_window === undefined ? 0 : command.cut_window + 1);
  u32(POLICY_READY, command.ready_for_reconnection === true ? 1 : 0);
  u32(POLICY_RESTORE_DEADLINE_S, command.restore_deadline_s);
  u32(POLICY_CHARGE_ESTIMATES, command.charge_estimates === true ? 1 : 0);
  u32(POLICY_LOAD_LIMIT, load_limit?.atoms_per_hour);
  u32(POLICY_LOAD_PERIOD_S, load_limit?.period_s);
  u32(POLICY_LOAD_RESTORATION_S, load_limit?.restoration_s);
  putAmount(view, POLICY_ALLOWANCE, daily_allowance?.atoms ?? "0");
  u32(POLICY_ALLOWANCE_STACK, daily_allowance?.stack_days);
  u32(POLICY_DAY_START_S, daily_allowance?.day_start_s);
}
