/**
 * An account's state as one record of bytes, little-endian: what answers to questions for many accounts are made of. It
 * says what an `AccountState` says, without texts: those cost more to write and read than all the rest of a question.
 */
import { PAYMENT_MODES } from "./fields.ts";
import { type AccountState, CREDIT_STATUSES, EMERGENCY_STATUSES } from "./queries.ts";
import { SUPPLY_STATE_CODES, supplyStateOf } from "./supply.ts";

/** Places in a record. Amounts are i64, times u32 in epoch seconds and 0 for none, states the index in their list. */
export const RECORD = {
  flags: 0,
  creditStatus: 2,
  lowLevel: 3,
  /** States of supply by their codes (SUPPLY_STATE_CODES). */
  supplyState: 4,
  supplyWanted: 5,
  emergencyStatus: 6,
  pots: 7,
  supplyLimit: 8,
  supplyNumber: 12,
  commandNumber: 16,
  readS: 20,
  modeAtS: 24,
  noticeS: 28,
  /** A double; -1 for none. */
  daysLeft: 32,
  boughtCycleS: 40,
  priceList: 44,
  policy: 46,
  accountId: 48,
  balance: 64,
  available: 72,
  register: 80,
  emergencyLimit: 88,
  emergencyUsed: 96,
  timeDebt1: 104,
  timeDebt2: 112,
  paymentDebt: 120,
  accumulatedDebt: 128,
  reserved: 136,
  bought: 144,
  potFirst: 152,
} as const;

/** Bits of a record's flags. */
export const RECORD_FLAG = {
  holdsQuantity: 1,
  isRead: 2,
  quarantined: 4,
  stale: 8,
  estimated: 16,
  critical: 32,
  /** The present payment mode, and the one to come, are credit. */
  credit: 64,
  creditToCome: 128,
} as const;

/** Bytes of a restricted pot at the record's end: amount, and when it expires behind it. */
export const RECORD_POT_BYTES = 12;
export const RECORD_POT_EXPIRES = 8;
/** Most restricted pots of a record. */
export const RECORD_POTS_MAX = 4;
/** Longest record. */
export const RECORD_BYTES_MAX = RECORD.potFirst + RECORD_POTS_MAX * RECORD_POT_BYTES;

/** The length of the record at `at`. */
export function recordBytes(view: DataView, at: number): number {
  return RECORD.potFirst + view.getUint8(at + RECORD.pots) * RECORD_POT_BYTES;
}

/** The state in the record at `at`; throws a RangeError on a record that is none. */
export function stateIn(view: DataView, at: number, slot: number): AccountState {
  const u8 = (place: number): number => view.getUint8(at + place);
  const u32 = (place: number): number => view.getUint32(at + place, true);
  const digits = (place: number): string => view.getBigInt64(at + place, true).toString();
  const flags = view.getUint16(at + RECORD.flags, true);
  const is = (flag: number): boolean => (flags & flag) !== 0;
  const modeAtS = u32(RECORD.modeAtS);
  const daysLeft = view.getFloat64(at + RECORD.daysLeft, true);
  const bought = {
    bought_micro_atoms: digits(RECORD.bought),
    bought_cycle_s: u32(RECORD.boughtCycleS),
  };
  return {
    slot,
    account_id: uuidIn(view, at + RECORD.accountId),
    ...(is(RECORD_FLAG.holdsQuantity) ? { holds: "quantity", ...bought } : { holds: "money" }),
    balance_micros: digits(RECORD.balance),
    available_credit_micros: digits(RECORD.available),
    credit_status: named(CREDIT_STATUSES, u8(RECORD.creditStatus)),
    low_credit_level: u8(RECORD.lowLevel),
    supply_state: known(supplyStateOf(u8(RECORD.supplyState))),
    supply_wanted: wanted(known(supplyStateOf(u8(RECORD.supplyWanted)))),
    supply_limit_atoms_per_hour: u32(RECORD.supplyLimit),
    supply_number: u32(RECORD.supplyNumber),
    command_number: u32(RECORD.commandNumber),
    last_reading: is(RECORD_FLAG.isRead)
      ? { at_s: u32(RECORD.readS), register_atoms: digits(RECORD.register) }
      : null,
    quarantined: is(RECORD_FLAG.quarantined),
    stale: is(RECORD_FLAG.stale),
    estimated: is(RECORD_FLAG.estimated),
    payment_mode: modeOf(is(RECORD_FLAG.credit)),
    mode_change:
      modeAtS === 0 ? null : { mode: modeOf(is(RECORD_FLAG.creditToCome)), at_s: modeAtS },
    emergency_credit: {
      status: named(EMERGENCY_STATUSES, u8(RECORD.emergencyStatus)),
      limit_micros: digits(RECORD.emergencyLimit),
      used_micros: digits(RECORD.emergencyUsed),
    },
    debts: {
      time_debt_1: digits(RECORD.timeDebt1),
      time_debt_2: digits(RECORD.timeDebt2),
      payment_debt: digits(RECORD.paymentDebt),
      accumulated_debt: digits(RECORD.accumulatedDebt),
    },
    restricted_credit: Array.from({ length: u8(RECORD.pots) }, (_, i) => {
      const pot = RECORD.potFirst + i * RECORD_POT_BYTES;
      return { amount_micros: digits(pot), expires_s: u32(pot + RECORD_POT_EXPIRES) };
    }),
    reserved_micros: digits(RECORD.reserved),
    critical_need: is(RECORD_FLAG.critical),
    notice_s: u32(RECORD.noticeS) === 0 ? null : u32(RECORD.noticeS),
    days_left: daysLeft < 0 ? null : daysLeft,
    price_list: view.getUint16(at + RECORD.priceList, true),
    policy: view.getUint16(at + RECORD.policy, true),
  };
}

/** Writes the state as a record at `at`, and gives the record's length. What lies behind must be RECORD_BYTES_MAX at least. */
export function putState(view: DataView, at: number, state: AccountState): number {
  const u8 = (place: number, value: number): void => view.setUint8(at + place, value);
  const u32 = (place: number, value: number): void => view.setUint32(at + place, value, true);
  const i64 = (place: number, digits: string): void =>
    view.setBigInt64(at + place, BigInt(digits), true);
  const { emergency_credit: emergency, debts, restricted_credit: pots, last_reading: read } = state;
  view.setUint16(at + RECORD.flags, flagsOf(state), true);
  u8(RECORD.creditStatus, CREDIT_STATUSES.indexOf(state.credit_status));
  u8(RECORD.lowLevel, state.low_credit_level);
  u8(RECORD.supplyState, SUPPLY_STATE_CODES[state.supply_state]);
  u8(RECORD.supplyWanted, SUPPLY_STATE_CODES[state.supply_wanted]);
  u8(RECORD.emergencyStatus, EMERGENCY_STATUSES.indexOf(emergency.status));
  u8(RECORD.pots, pots.length);
  u32(RECORD.supplyLimit, state.supply_limit_atoms_per_hour);
  u32(RECORD.supplyNumber, state.supply_number);
  u32(RECORD.commandNumber, state.command_number);
  u32(RECORD.readS, read?.at_s ?? 0);
  u32(RECORD.modeAtS, state.mode_change?.at_s ?? 0);
  u32(RECORD.noticeS, state.notice_s ?? 0);
  view.setFloat64(at + RECORD.daysLeft, state.days_left ?? -1, true);
  u32(RECORD.boughtCycleS, state.bought_cycle_s ?? 0);
  view.setUint16(at + RECORD.priceList, state.price_list, true);
  view.setUint16(at + RECORD.policy, state.policy, true);
  putUuid(view, at + RECORD.accountId, state.account_id);
  i64(RECORD.balance, state.balance_micros);
  i64(RECORD.available, state.available_credit_micros);
  i64(RECORD.register, read?.register_atoms ?? "0");
  i64(RECORD.emergencyLimit, emergency.limit_micros);
  i64(RECORD.emergencyUsed, emergency.used_micros);
  i64(RECORD.timeDebt1, debts.time_debt_1);
  i64(RECORD.timeDebt2, debts.time_debt_2);
  i64(RECORD.paymentDebt, debts.payment_debt);
  i64(RECORD.accumulatedDebt, debts.accumulated_debt);
  i64(RECORD.reserved, state.reserved_micros);
  i64(RECORD.bought, state.bought_micro_atoms ?? "0");
  for (const [i, { amount_micros, expires_s }] of pots.entries()) {
    i64(RECORD.potFirst + i * RECORD_POT_BYTES, amount_micros);
    u32(RECORD.potFirst + i * RECORD_POT_BYTES + RECORD_POT_EXPIRES, expires_s);
  }
  return recordBytes(view, at);
}

function flagsOf(state: AccountState): number {
  return (
    (state.holds === "quantity" ? RECORD_FLAG.holdsQuantity : 0) |
    (state.last_reading !== null ? RECORD_FLAG.isRead : 0) |
    (state.quarantined ? RECORD_FLAG.quarantined : 0) |
    (state.stale ? RECORD_FLAG.stale : 0) |
    (state.estimated ? RECORD_FLAG.estimated : 0) |
    (state.critical_need ? RECORD_FLAG.critical : 0) |
    (state.payment_mode === "credit" ? RECORD_FLAG.credit : 0) |
    (state.mode_change?.mode === "credit" ? RECORD_FLAG.creditToCome : 0)
  );
}

function uuidIn(view: DataView, at: number): string {
  const hex = Buffer.from(view.buffer, view.byteOffset + at, 16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function putUuid(view: DataView, at: number, uuid: string): void {
  Buffer.from(view.buffer, view.byteOffset + at, 16).write(uuid.replaceAll("-", ""), "hex");
}

function modeOf(isCredit: boolean): AccountState["payment_mode"] {
  return PAYMENT_MODES[isCredit ? 1 : 0];
}

function named<Name>(names: readonly Name[], index: number): Name {
  return known(names[index]);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined)
    throw new RangeError("the record of an account has a state that is none");
  return value;
}

/** A supply is never wanted to be unknown. */
function wanted(state: AccountState["supply_state"]): AccountState["supply_wanted"] {
  return state === "unknown" ? "connected" : state;
}
