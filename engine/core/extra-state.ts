/**
 * What an account has beside its hot and cold parts: debts, emergency credit, restricted pots and the rest of the extra
 * (layout.ts), as the world is told it.
 */
import {
  COLD_BASE,
  COLD_BYTES,
  COLD_EXTRA,
  COLD_LIST,
  COLD_POLICY,
  EMERGENCY_CONSUMED,
  EMERGENCY_INVOKED,
  EXTRA_ACCUMULATED_DEBT,
  EXTRA_BASE,
  EXTRA_BOUGHT,
  EXTRA_BOUGHT_CYCLE_S,
  EXTRA_BYTES,
  EXTRA_CRITICAL,
  EXTRA_DAYS_MEAN,
  EXTRA_DAYS_SEEN,
  EXTRA_EMERGENCY_STATE,
  EXTRA_EMERGENCY_USED,
  EXTRA_FLAGS,
  EXTRA_MODE,
  EXTRA_MODE_AT_S,
  EXTRA_MODE_PENDING,
  EXTRA_NOTICE_S,
  EXTRA_PAYMENT_DEBT,
  EXTRA_POT_FIRST,
  EXTRA_POTS,
  EXTRA_RESERVED,
  EXTRA_SUPPLY_VALUE,
  EXTRA_TIME_DEBTS,
  HOT_BALANCE,
  HOT_BASE,
  HOT_BYTES,
  LIST_BYTES,
  LIST_FIRST,
  LIST_TABLE,
  LIST_VERSION_BYTES,
  LIST_VERSIONS,
  LISTS_BASE,
  POLICIES_BASE,
  POLICY_BYTES,
  POLICY_DAYS_LEFT,
  POLICY_DISABLEMENT,
  POLICY_EMERGENCY_LIMIT,
  POLICY_EMERGENCY_THRESHOLD,
  POT_AMOUNT,
  POT_BYTES,
  POT_EXPIRES_S,
  TABLE_VEND_STEPS,
  TIME_DEBT_BYTES,
  TIME_DEBT_OWED,
} from "../../kernel-as/assembly/layout.ts";
import { PAYMENT_MODES } from "../contract/fields.ts";
import type { AccountState, EMERGENCY_STATUSES } from "../contract/queries.ts";

/** The part of an account's state that lies in its extra, and what follows from it. */
export type ExtraState = Pick<
  AccountState,
  | "holds"
  | "bought_micro_atoms"
  | "bought_cycle_s"
  | "payment_mode"
  | "mode_change"
  | "emergency_credit"
  | "debts"
  | "restricted_credit"
  | "reserved_micros"
  | "critical_need"
  | "notice_s"
  | "days_left"
  | "supply_limit_atoms_per_hour"
> & {
  /** Available credit over the disablement threshold (glossary), in micros, not negative. */
  availableMicros: bigint;
  /** Whether no credit is left: available credit is at or under the disablement threshold. */
  isExhausted: boolean;
};

type Status = (typeof EMERGENCY_STATUSES)[number];

/** Reads an account that is open. `nowS`: restricted credit that has expired by then counts no more. */
export function extraStateOf(view: DataView, slot: number, nowS: number): ExtraState {
  const cold = COLD_BASE + slot * COLD_BYTES;
  const policy = POLICIES_BASE + view.getUint32(cold + COLD_POLICY, true) * POLICY_BYTES;
  const extra = EXTRA_BASE + view.getUint32(cold + COLD_EXTRA, true) * EXTRA_BYTES;
  const u32 = (at: number): number => view.getUint32(extra + at, true);
  const i64 = (at: number): bigint => view.getBigInt64(extra + at, true);
  const pots = potsOf(view, extra).filter(({ expiresS }) => expiresS > nowS);
  const balance = view.getBigInt64(HOT_BASE + slot * HOT_BYTES + HOT_BALANCE, true);
  const own = pots.reduce((sum, { amount }) => sum + amount, balance);
  const emergency = emergencyOf(view, { extra, policy, own });
  const disablement = view.getBigInt64(policy + POLICY_DISABLEMENT, true);
  const over = own + emergency.left - disablement;
  const availableMicros = over > 0n ? over : 0n;
  const mean = i64(EXTRA_DAYS_MEAN);
  const hasMean =
    view.getUint32(policy + POLICY_DAYS_LEFT, true) > 0 && u32(EXTRA_DAYS_SEEN) > 0 && mean > 0n;
  const modeAtS = u32(EXTRA_MODE_AT_S);
  const bought = {
    bought_micro_atoms: i64(EXTRA_BOUGHT).toString(),
    bought_cycle_s: u32(EXTRA_BOUGHT_CYCLE_S),
  };
  return {
    ...(holdsQuantity(view, slot) ? { holds: "quantity", ...bought } : { holds: "money" }),
    payment_mode: modeOf(u32(EXTRA_MODE)),
    mode_change: modeAtS === 0 ? null : { mode: modeOf(u32(EXTRA_MODE_PENDING)), at_s: modeAtS },
    emergency_credit: emergency.told,
    debts: {
      time_debt_1: i64(EXTRA_TIME_DEBTS + TIME_DEBT_OWED).toString(),
      time_debt_2: i64(EXTRA_TIME_DEBTS + TIME_DEBT_BYTES + TIME_DEBT_OWED).toString(),
      payment_debt: i64(EXTRA_PAYMENT_DEBT).toString(),
      accumulated_debt: i64(EXTRA_ACCUMULATED_DEBT).toString(),
    },
    restricted_credit: pots.map(({ amount, expiresS }) => {
      return { amount_micros: amount.toString(), expires_s: expiresS };
    }),
    reserved_micros: i64(EXTRA_RESERVED).toString(),
    critical_need: (u32(EXTRA_FLAGS) & EXTRA_CRITICAL) !== 0,
    notice_s: u32(EXTRA_NOTICE_S) === 0 ? null : u32(EXTRA_NOTICE_S),
    days_left: hasMean ? Number(availableMicros / mean) : null,
    supply_limit_atoms_per_hour: u32(EXTRA_SUPPLY_VALUE),
    availableMicros,
    isExhausted: over <= 0n,
  };
}

/** R34: whether the account's price list is rated by purchase; all versions of a list are alike in it. */
export function holdsQuantity(view: DataView, slot: number): boolean {
  const index = view.getUint32(COLD_BASE + slot * COLD_BYTES + COLD_LIST, true);
  const list = LISTS_BASE + index * LIST_BYTES;
  const last = view.getUint32(list + LIST_VERSIONS, true) - 1;
  const version = list + LIST_FIRST + last * LIST_VERSION_BYTES;
  return view.getUint8(view.getUint32(version + LIST_TABLE, true) + TABLE_VEND_STEPS) !== 0;
}

function potsOf(view: DataView, extra: number): { amount: bigint; expiresS: number }[] {
  return Array.from({ length: view.getUint32(extra + EXTRA_POTS, true) }, (_, i) => {
    const pot = extra + EXTRA_POT_FIRST + i * POT_BYTES;
    return {
      amount: view.getBigInt64(pot + POT_AMOUNT, true),
      expiresS: view.getUint32(pot + POT_EXPIRES_S, true),
    };
  });
}

/** R60-R62: what emergency credit is to a customer, and what of it can still be used. */
function emergencyOf(
  view: DataView,
  { extra, policy, own }: { extra: number; policy: number; own: bigint },
): { told: AccountState["emergency_credit"]; left: bigint } {
  const used = view.getBigInt64(extra + EXTRA_EMERGENCY_USED, true);
  const state = view.getUint32(extra + EXTRA_EMERGENCY_STATE, true);
  const limit = view.getBigInt64(policy + POLICY_EMERGENCY_LIMIT, true);
  const threshold = view.getBigInt64(policy + POLICY_EMERGENCY_THRESHOLD, true);
  const left = state === EMERGENCY_INVOKED && limit > used ? limit - used : 0n;
  let status: Status = own <= threshold ? "selectable" : "enabled";
  if (limit === 0n) status = "disabled";
  if (state === EMERGENCY_INVOKED) status = used > 0n ? "in_use" : "invoked";
  if (state === EMERGENCY_CONSUMED) status = "consumed";
  const told = { status, limit_micros: limit.toString(), used_micros: used.toString() };
  return { told, left };
}

function modeOf(mode: number): AccountState["payment_mode"] {
  return PAYMENT_MODES[mode] ?? "prepayment";
}
