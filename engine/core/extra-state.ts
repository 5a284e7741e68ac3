/**
 * What an account has beside its hot and cold parts: debts, emergency credit, restricted pots and the rest of the extra
 * (layout.ts), written into the record by which the world is told of it.
 */
import {
  COLD_BASE,
  COLD_BYTES,
  COLD_LIST,
  EMERGENCY_CONSUMED,
  EMERGENCY_INVOKED,
  EXTRA_ACCUMULATED_DEBT,
  EXTRA_BOUGHT,
  EXTRA_BOUGHT_CYCLE_S,
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
  LIST_BYTES,
  LIST_FIRST,
  LIST_TABLE,
  LIST_VERSION_BYTES,
  LIST_VERSIONS,
  LISTS_BASE,
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
import { EMERGENCY_STATUSES } from "../contract/queries.ts";
import {
  RECORD,
  RECORD_FLAG,
  RECORD_POT_BYTES,
  RECORD_POT_EXPIRES,
} from "../contract/state-record.ts";

const CREDIT_MODE = 1;
const DISABLED = EMERGENCY_STATUSES.indexOf("disabled");
const ENABLED = EMERGENCY_STATUSES.indexOf("enabled");
const SELECTABLE = EMERGENCY_STATUSES.indexOf("selectable");
const INVOKED = EMERGENCY_STATUSES.indexOf("invoked");
const IN_USE = EMERGENCY_STATUSES.indexOf("in_use");
const CONSUMED = EMERGENCY_STATUSES.indexOf("consumed");

/** Where an account's extra and its policy begin, and its balance. */
export type ExtraPlace = { extra: number; policy: number; balance: bigint };
/** A record: its memory, and where it begins. */
export type RecordPlace = { view: DataView; at: number };

/**
 * Writes what lies in the extra of an open account, and what follows from it, into a record. `nowS`: restricted credit that has
 * expired by then counts no more. Gives the record's flags that lie in the extra, and whether no credit is left: available
 * credit is at or under the disablement threshold.
 */
export function putExtra(
  view: DataView,
  { extra, policy, balance }: ExtraPlace,
  nowS: number,
  record: RecordPlace,
): { flags: number; isExhausted: boolean } {
  const { view: out, at } = record;
  const own = balance + putPots(view, extra, nowS, record);
  const over =
    own +
    putEmergency(view, { extra, policy, balance: own }, record) -
    view.getBigInt64(policy + POLICY_DISABLEMENT, true);
  const available = over > 0n ? over : 0n;
  out.setBigInt64(at + RECORD.available, available, true);
  copy(view, extra + EXTRA_TIME_DEBTS + TIME_DEBT_OWED, out, at + RECORD.timeDebt1);
  const second = extra + EXTRA_TIME_DEBTS + TIME_DEBT_BYTES + TIME_DEBT_OWED;
  copy(view, second, out, at + RECORD.timeDebt2);
  copy(view, extra + EXTRA_PAYMENT_DEBT, out, at + RECORD.paymentDebt);
  copy(view, extra + EXTRA_ACCUMULATED_DEBT, out, at + RECORD.accumulatedDebt);
  copy(view, extra + EXTRA_RESERVED, out, at + RECORD.reserved);
  out.setUint32(at + RECORD.supplyLimit, view.getUint32(extra + EXTRA_SUPPLY_VALUE, true), true);
  out.setUint32(at + RECORD.modeAtS, view.getUint32(extra + EXTRA_MODE_AT_S, true), true);
  out.setUint32(at + RECORD.noticeS, view.getUint32(extra + EXTRA_NOTICE_S, true), true);
  const hasMean =
    view.getUint32(policy + POLICY_DAYS_LEFT, true) > 0 &&
    view.getUint32(extra + EXTRA_DAYS_SEEN, true) > 0;
  const mean = hasMean ? view.getBigInt64(extra + EXTRA_DAYS_MEAN, true) : 0n;
  out.setFloat64(at + RECORD.daysLeft, mean > 0n ? Number(available / mean) : -1, true);
  return { flags: flagsOf(view, extra), isExhausted: over <= 0n };
}

/** Writes what an account that holds quantity has bought; of another there is nothing to tell. */
export function putBought(view: DataView, extra: number, { view: out, at }: RecordPlace): void {
  copy(view, extra + EXTRA_BOUGHT, out, at + RECORD.bought);
  const cycleS = view.getUint32(extra + EXTRA_BOUGHT_CYCLE_S, true);
  out.setUint32(at + RECORD.boughtCycleS, cycleS, true);
}

/** R34: whether the account's price list is rated by purchase; all versions of a list are alike in it. */
export function holdsQuantity(view: DataView, slot: number): boolean {
  const index = view.getUint32(COLD_BASE + slot * COLD_BYTES + COLD_LIST, true);
  const list = LISTS_BASE + index * LIST_BYTES;
  const last = view.getUint32(list + LIST_VERSIONS, true) - 1;
  const version = list + LIST_FIRST + last * LIST_VERSION_BYTES;
  return view.getUint8(view.getUint32(version + LIST_TABLE, true) + TABLE_VEND_STEPS) !== 0;
}

/** Copies an amount. */
function copy(from: DataView, place: number, to: DataView, at: number): void {
  to.setUint32(at, from.getUint32(place, true), true);
  to.setUint32(at + 4, from.getUint32(place + 4, true), true);
}

function flagsOf(view: DataView, extra: number): number {
  const isCredit = view.getUint32(extra + EXTRA_MODE, true) === CREDIT_MODE;
  const becomesCredit =
    view.getUint32(extra + EXTRA_MODE_AT_S, true) !== 0 &&
    view.getUint32(extra + EXTRA_MODE_PENDING, true) === CREDIT_MODE;
  const isCritical = (view.getUint32(extra + EXTRA_FLAGS, true) & EXTRA_CRITICAL) !== 0;
  return (
    (isCredit ? RECORD_FLAG.credit : 0) |
    (becomesCredit ? RECORD_FLAG.creditToCome : 0) |
    (isCritical ? RECORD_FLAG.critical : 0)
  );
}

/** Writes the restricted credit that still counts, and gives its sum. */
function putPots(view: DataView, extra: number, nowS: number, record: RecordPlace): bigint {
  const many = view.getUint32(extra + EXTRA_POTS, true);
  let kept = 0;
  let sum = 0n;
  for (let i = 0; i < many; i++) {
    const pot = extra + EXTRA_POT_FIRST + i * POT_BYTES;
    const expiresS = view.getUint32(pot + POT_EXPIRES_S, true);
    if (expiresS <= nowS) continue;
    const at = record.at + RECORD.potFirst + kept * RECORD_POT_BYTES;
    copy(view, pot + POT_AMOUNT, record.view, at);
    record.view.setUint32(at + RECORD_POT_EXPIRES, expiresS, true);
    sum += view.getBigInt64(pot + POT_AMOUNT, true);
    kept++;
  }
  record.view.setUint8(record.at + RECORD.pots, kept);
  return sum;
}

/** R60-R62: writes what emergency credit is to a customer; gives what of it can still be used. */
function putEmergency(
  view: DataView,
  { extra, policy, balance: own }: ExtraPlace,
  { view: out, at }: RecordPlace,
): bigint {
  const used = view.getBigInt64(extra + EXTRA_EMERGENCY_USED, true);
  const state = view.getUint32(extra + EXTRA_EMERGENCY_STATE, true);
  const limit = view.getBigInt64(policy + POLICY_EMERGENCY_LIMIT, true);
  const threshold = view.getBigInt64(policy + POLICY_EMERGENCY_THRESHOLD, true);
  let status = own <= threshold ? SELECTABLE : ENABLED;
  if (limit === 0n) status = DISABLED;
  if (state === EMERGENCY_INVOKED) status = used > 0n ? IN_USE : INVOKED;
  if (state === EMERGENCY_CONSUMED) status = CONSUMED;
  out.setUint8(at + RECORD.emergencyStatus, status);
  out.setBigInt64(at + RECORD.emergencyLimit, limit, true);
  out.setBigInt64(at + RECORD.emergencyUsed, used, true);
  return state === EMERGENCY_INVOKED && limit > used ? limit - used : 0n;
}
