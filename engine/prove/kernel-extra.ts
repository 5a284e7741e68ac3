/**
 * Reads what only some accounts have, straight by the layout. An account without it has the first one: all zeros.
 */
import {
  EMERGENCY_CONSUMED,
  EMERGENCY_INVOKED,
  EXTRA_ACCUMULATED_DEBT,
  EXTRA_ALERT_S,
  EXTRA_ALLOWANCE_LEFT,
  EXTRA_ALLOWANCE_S,
  EXTRA_BASE,
  EXTRA_BASE_CARRY,
  EXTRA_BASE_COUNTERS,
  EXTRA_BASE_READ_S,
  EXTRA_BASE_REGISTER,
  EXTRA_BOUGHT,
  EXTRA_BOUGHT_CYCLE_S,
  EXTRA_BYTES,
  EXTRA_CRITICAL,
  EXTRA_DAYS_LOW,
  EXTRA_DAYS_MEAN,
  EXTRA_DAYS_SEEN,
  EXTRA_DEMAND_MAX,
  EXTRA_DEMAND_QUANTITY,
  EXTRA_DEMAND_WINDOW_S,
  EXTRA_EMERGENCY_STATE,
  EXTRA_EMERGENCY_USED,
  EXTRA_ESTIMATED_COST,
  EXTRA_ESTIMATED_QUANTITY,
  EXTRA_EXCEEDED,
  EXTRA_FLAGS,
  EXTRA_FRIENDLY_WARNED_S,
  EXTRA_LOAD_CUT_S,
  EXTRA_LOAD_FROM_S,
  EXTRA_LOAD_QUANTITY,
  EXTRA_MODE,
  EXTRA_MODE_AT_S,
  EXTRA_MODE_CAP,
  EXTRA_MODE_PENDING,
  EXTRA_MODE_SHARE,
  EXTRA_NEXT_LIST,
  EXTRA_NEXT_LIST_S,
  EXTRA_NOTICE_S,
  EXTRA_OFFERED,
  EXTRA_PAYMENT_CAP,
  EXTRA_PAYMENT_DEBT,
  EXTRA_PAYMENT_SHARE,
  EXTRA_PAYMENT_WEEK_S,
  EXTRA_PAYMENT_WEEK_USED,
  EXTRA_POT_FIRST,
  EXTRA_POTS,
  EXTRA_RESERVED,
  EXTRA_RESTORE_S,
  EXTRA_SPENT_TODAY,
  EXTRA_SUPPLY_VALUE,
  EXTRA_TIME_DEBTS,
  EXTRA_TOPUP_PERIOD_S,
  EXTRA_TOPUP_SUM,
  EXTRA_WITHHELD,
  MARK_DAY,
  MARK_MONTH,
  MARK_WEEK,
  PERIODS_MAX,
  POT_AMOUNT,
  POT_BYTES,
  POT_EXPIRES_S,
  THRESHOLDS_MAX,
  TIME_DEBT_BYTES,
  TIME_DEBT_EVERY,
  TIME_DEBT_OWED,
  TIME_DEBT_RATE,
  TIME_DEBT_WHILE,
  TIME_DEBTS_MAX,
  WHILE_DISCONNECTED,
  WHILE_FRIENDLY,
  WHILE_LIMITED,
} from "../../kernel-as/assembly/layout.ts";
import { PAYMENT_MODES } from "../contract/fields.ts";

/** An extra in plain values. Instants of 0 are none. */
export type KernelExtra = ReturnType<typeof extraIn>;

/** Reads the extra of this index; `isPurchase`: of an account that holds quantity (R34). */
export function extraIn(view: DataView, index: number, isPurchase = false) {
  const extra = EXTRA_BASE + index * EXTRA_BYTES;
  const u32 = (at: number): number => view.getUint32(extra + at, true);
  const i64 = (at: number): bigint => view.getBigInt64(extra + at, true);
  const flags = u32(EXTRA_FLAGS);
  return {
    index,
    emergencyState: emergencyStateOf(u32(EXTRA_EMERGENCY_STATE)),
    emergencyUsed: i64(EXTRA_EMERGENCY_USED),
    isOffered: (flags & EXTRA_OFFERED) !== 0,
    isCritical: (flags & EXTRA_CRITICAL) !== 0,
    isWithheld: (flags & EXTRA_WITHHELD) !== 0,
    isExceeded: (flags & EXTRA_EXCEEDED) !== 0,
    isDaysLow: (flags & EXTRA_DAYS_LOW) !== 0,
    mode: PAYMENT_MODES[u32(EXTRA_MODE)] ?? "nameless",
    modeAtS: u32(EXTRA_MODE_AT_S),
    modePending: PAYMENT_MODES[u32(EXTRA_MODE_PENDING)] ?? "nameless",
    modeShare: u32(EXTRA_MODE_SHARE),
    modeCap: i64(EXTRA_MODE_CAP),
    accumulatedDebt: i64(EXTRA_ACCUMULATED_DEBT),
    paymentDebt: i64(EXTRA_PAYMENT_DEBT),
    paymentShare: u32(EXTRA_PAYMENT_SHARE),
    paymentCap: i64(EXTRA_PAYMENT_CAP),
    paymentWeekS: u32(EXTRA_PAYMENT_WEEK_S),
    paymentWeekUsed: i64(EXTRA_PAYMENT_WEEK_USED),
    timeDebts: Array.from({ length: TIME_DEBTS_MAX }, (_, i) =>
      timeDebtIn(view, extra + EXTRA_TIME_DEBTS + i * TIME_DEBT_BYTES),
    ),
    pots: Array.from({ length: u32(EXTRA_POTS) }, (_, i) => {
      const pot = EXTRA_POT_FIRST + i * POT_BYTES;
      return { amount: i64(pot + POT_AMOUNT), expiresS: u32(pot + POT_EXPIRES_S) };
    }),
    reserved: i64(EXTRA_RESERVED),
    noticeS: u32(EXTRA_NOTICE_S),
    friendlyWarnedS: u32(EXTRA_FRIENDLY_WARNED_S),
    restoreS: u32(EXTRA_RESTORE_S),
    supplyValue: u32(EXTRA_SUPPLY_VALUE),
    loadFromS: u32(EXTRA_LOAD_FROM_S),
    loadCutS: u32(EXTRA_LOAD_CUT_S),
    loadQuantity: i64(EXTRA_LOAD_QUANTITY),
    allowanceLeft: i64(EXTRA_ALLOWANCE_LEFT),
    allowanceS: u32(EXTRA_ALLOWANCE_S),
    alertS: Array.from({ length: THRESHOLDS_MAX }, (_, i) => u32(EXTRA_ALERT_S + i * 4)),
    daysSeen: u32(EXTRA_DAYS_SEEN),
    daysMean: i64(EXTRA_DAYS_MEAN),
    spentToday: i64(EXTRA_SPENT_TODAY),
    topupSum: i64(EXTRA_TOPUP_SUM),
    topupPeriodS: u32(EXTRA_TOPUP_PERIOD_S),
    baseReadS: u32(EXTRA_BASE_READ_S),
    baseCarry: u32(EXTRA_BASE_CARRY),
    baseRegister: i64(EXTRA_BASE_REGISTER),
    baseCounters: Array.from({ length: PERIODS_MAX }, (_, i) => i64(EXTRA_BASE_COUNTERS + i * 8)),
    nextList: u32(EXTRA_NEXT_LIST) === 0 ? undefined : u32(EXTRA_NEXT_LIST) - 1,
    nextListS: u32(EXTRA_NEXT_LIST_S),
    // What was bought stands where others gather demand.
    demandWindowS: isPurchase ? 0 : u32(EXTRA_DEMAND_WINDOW_S),
    demandQuantity: isPurchase ? 0n : i64(EXTRA_DEMAND_QUANTITY),
    boughtCycleS: isPurchase ? u32(EXTRA_BOUGHT_CYCLE_S) : 0,
    bought: isPurchase ? i64(EXTRA_BOUGHT) : 0n,
    demandMost: i64(EXTRA_DEMAND_MAX),
    estimatedCost: i64(EXTRA_ESTIMATED_COST),
    estimatedQuantity: i64(EXTRA_ESTIMATED_QUANTITY),
  };
}

function timeDebtIn(view: DataView, at: number) {
  const states = view.getUint32(at + TIME_DEBT_WHILE, true);
  return {
    owed: view.getBigInt64(at + TIME_DEBT_OWED, true),
    rate: view.getBigInt64(at + TIME_DEBT_RATE, true),
    every: everyOf(view.getUint32(at + TIME_DEBT_EVERY, true)),
    disconnected: (states & WHILE_DISCONNECTED) !== 0,
    limited: (states & WHILE_LIMITED) !== 0,
    friendly: (states & WHILE_FRIENDLY) !== 0,
  };
}

function everyOf(flag: number): string {
  if (flag === MARK_DAY) return "day";
  if (flag === MARK_WEEK) return "week";
  return flag === MARK_MONTH ? "month" : "never";
}

function emergencyStateOf(state: number): string {
  if (state === EMERGENCY_INVOKED) return "invoked";
  return state === EMERGENCY_CONSUMED ? "consumed" : "enabled";
}
