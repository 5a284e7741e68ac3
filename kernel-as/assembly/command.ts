/**
 * Commands of accounts and of the shard, each applied once and in the order of its number; the last answer is kept.
 */
import { coldOf, hotOf, isOpen, slotCount } from "./account";
import { MONEY_MAX } from "./arithmetic";
import { listOf, versionCount } from "./calendar";
import { schedule } from "./charge";
import { judgeByPolicy, setGateway, setPolicy, setPriceList } from "./directory";
import {
  CAUSE_MANUAL,
  CODE_ACCOUNT_OPEN,
  CODE_ACCOUNT_UNKNOWN,
  CODE_APPLIED,
  CODE_BALANCE_LIMIT,
  CODE_GAP,
  CODE_MONEY_LIMIT,
  CODE_POLICY_UNKNOWN,
  CODE_PRICE_LIST_UNKNOWN,
  CODE_REGISTER_INVALID,
  CODE_STALE,
  COLD_ACCOUNT_ID,
  COLD_ACCOUNT_ID_BYTES,
  COLD_ADJUSTMENTS,
  COLD_CHARGED_QUANTITY_BASE,
  COLD_CHARGED_S,
  COLD_COMMAND_BALANCE,
  COLD_COMMAND_NUMBER,
  COLD_COMMAND_RESULT,
  COLD_COMMAND_S,
  COLD_CREDITS,
  COLD_LIST,
  COLD_MODULUS,
  COLD_OPENED_S,
  COLD_POLICY,
  COLD_SUPPLY_WANTED,
  COMMAND_AMOUNT,
  COMMAND_NUMBER,
  COMMAND_SLOT,
  EVENT_ACCOUNT_ADJUSTED,
  EVENT_ACCOUNT_OPENED,
  EVENT_METER_EXCHANGED,
  EVENT_VEND_APPLIED,
  EXCHANGE_CLOSED,
  EXCHANGE_CLOSING,
  EXCHANGE_GATEWAY,
  EXCHANGE_MAX_RATE,
  EXCHANGE_MODULUS,
  EXCHANGE_OPENING,
  EXCHANGE_RESOLUTION,
  FLAG_OPEN,
  FLAG_READ,
  FLAG_RECORDED,
  HOT_BALANCE,
  HOT_FLAGS,
  HOT_GATEWAY,
  HOT_MAX_RATE,
  HOT_READ_S,
  HOT_REGISTER,
  HOT_RESOLUTION,
  KIND_ADJUST,
  KIND_CREDIT,
  KIND_CUT,
  KIND_EXCHANGE_METER,
  KIND_OPEN_ACCOUNT,
  KIND_RESTORE,
  KIND_SET_GATEWAY,
  KIND_SET_POLICY,
  KIND_SET_PRICE_LIST,
  LISTS_MAX,
  OPEN_ACCOUNT_ID,
  OPEN_GATEWAY,
  OPEN_LIST,
  OPEN_MAX_RATE,
  OPEN_MODULUS,
  OPEN_POLICY,
  OPEN_RECORDED,
  OPEN_RESOLUTION,
  POLICIES_MAX,
  POLICY_BALANCE_MAX,
  POLICY_USED,
  REGISTER_MAX,
  RESULT_BALANCE,
  RESULT_CODE,
  RESULT_EXPECTED,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_DONE,
  SLOTS_MAX,
  STATE_BASE,
  STATE_COMMAND_NUMBER,
  STATE_COMMAND_RESULT,
  STATE_SLOTS,
  SUPPLY_CONNECTED,
  SUPPLY_DISCONNECTED,
  VERDICT_ACCEPTED,
  VERDICT_CONFLICT,
  VERDICT_DUPLICATE,
  VERDICT_OPENING,
  VERDICT_ROLLOVER,
} from "./layout";
import { addEvent } from "./output";
import { accept, clearQuarantine, judgeReading, open } from "./register";
import { judge, policyOf, request } from "./supply";

/** Applies a shard's command and writes its result; RUN_SUSPENDED when a policy's accounts are not all judged yet. */
export function takeShardCommand(record: u32, kind: u32, now: u32, result: u32): u32 {
  if (load<u32>(RUN_BASE, RUN_DONE) != 0) return judgeByPolicy(record, now);
  const number = load<u32>(record, COMMAND_NUMBER);
  const last = load<u32>(STATE_BASE, STATE_COMMAND_NUMBER);
  if (number == last + 1) {
    store<u32>(STATE_BASE, number, STATE_COMMAND_NUMBER);
    let code: u32 = CODE_APPLIED;
    if (kind == KIND_SET_PRICE_LIST) code = setPriceList(record);
    else if (kind == KIND_SET_POLICY) code = setPolicy(record);
    else if (kind == KIND_SET_GATEWAY) code = setGateway(record);
    else unreachable();
    store<u32>(STATE_BASE, code, STATE_COMMAND_RESULT);
  }
  const code = load<u32>(STATE_BASE, STATE_COMMAND_RESULT);
  answer(result, number, last, code, 0);
  const isNew = number == last + 1 && code == CODE_APPLIED;
  return isNew && kind == KIND_SET_POLICY ? judgeByPolicy(record, now) : RUN_COMPLETE;
}

/** Applies an account's command and writes its result. */
export function takeAccountCommand(record: u32, kind: u32, now: u32, result: u32): void {
  const slot = load<u32>(record, COMMAND_SLOT);
  const number = load<u32>(record, COMMAND_NUMBER);
  assert(slot < <u32>SLOTS_MAX);
  if (!isOpen(slot)) {
    const code =
      kind == KIND_OPEN_ACCOUNT && number == 1
        ? openAccount(record, slot, now)
        : CODE_ACCOUNT_UNKNOWN;
    store<u32>(result, code, RESULT_CODE);
    return;
  }
  const cold = coldOf(slot);
  const last = load<u32>(cold, COLD_COMMAND_NUMBER);
  if (number == last + 1) {
    const code = apply(record, kind, slot, now);
    store<u32>(cold, number, COLD_COMMAND_NUMBER);
    store<u32>(cold, code, COLD_COMMAND_RESULT);
    store<u32>(cold, now, COLD_COMMAND_S);
    store<i64>(cold, load<i64>(hotOf(slot), HOT_BALANCE), COLD_COMMAND_BALANCE);
  }
  answer(
    result,
    number,
    last,
    load<u32>(cold, COLD_COMMAND_RESULT),
    load<i64>(cold, COLD_COMMAND_BALANCE),
  );
}

/** The kept answer for the last number, else a gap with the number expected, or stale. */
function answer(result: u32, number: u32, before: u32, code: u32, balance: i64): void {
  const isKept = number == before + 1 || number == before;
  store<u32>(result, isKept ? code : number > before ? CODE_GAP : CODE_STALE, RESULT_CODE);
  store<u32>(result, isKept ? 0 : before + 1, RESULT_EXPECTED);
  store<i64>(result, isKept ? balance : 0, RESULT_BALANCE);
}

function apply(record: u32, kind: u32, slot: u32, now: u32): u32 {
  if (kind == KIND_CREDIT) return addMoney(record, slot, now, COLD_CREDITS, EVENT_VEND_APPLIED);
  if (kind == KIND_ADJUST)
    return addMoney(record, slot, now, COLD_ADJUSTMENTS, EVENT_ACCOUNT_ADJUSTED);
  if (kind == KIND_EXCHANGE_METER) return exchangeMeter(record, slot, now);
  if (kind == KIND_OPEN_ACCOUNT) return CODE_ACCOUNT_OPEN;
  assert(kind == KIND_CUT || kind == KIND_RESTORE);
  request(slot, kind == KIND_CUT ? SUPPLY_DISCONNECTED : SUPPLY_CONNECTED, CAUSE_MANUAL, now);
  judge(slot, now);
  return CODE_APPLIED;
}

function openAccount(record: u32, slot: u32, now: u32): u32 {
  const list = load<u32>(record, OPEN_LIST);
  const policy = load<u32>(record, OPEN_POLICY);
  if (list >= <u32>LISTS_MAX || versionCount(listOf(list)) == 0) return CODE_PRICE_LIST_UNKNOWN;
  if (policy >= <u32>POLICIES_MAX || load<u32>(policyOf(policy), POLICY_USED) == 0)
    return CODE_POLICY_UNKNOWN;
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const recorded = load<u32>(record, OPEN_RECORDED) != 0;
  store<u32>(hot, FLAG_OPEN | (recorded ? FLAG_RECORDED : 0), HOT_FLAGS);
  takeMeter(
    slot,
    load<u32>(record, OPEN_GATEWAY),
    load<u32>(record, OPEN_MAX_RATE),
    load<u32>(record, OPEN_RESOLUTION),
    load<i64>(record, OPEN_MODULUS),
  );
  store<u32>(cold, list, COLD_LIST);
  store<u32>(cold, policy, COLD_POLICY);
  store<u32>(cold, now, COLD_OPENED_S);
  store<u32>(cold, now, COLD_CHARGED_S);
  store<u32>(cold, SUPPLY_CONNECTED, COLD_SUPPLY_WANTED);
  store<u32>(cold, 1, COLD_COMMAND_NUMBER);
  store<u32>(cold, now, COLD_COMMAND_S);
  memory.copy(cold + COLD_ACCOUNT_ID, record + OPEN_ACCOUNT_ID, COLD_ACCOUNT_ID_BYTES);
  store<u32>(STATE_BASE, max(slotCount(), slot + 1), STATE_SLOTS);
  schedule(slot);
  // Credit is judged first when there is some, or something to judge it by; a new account's 0 warns nobody.
  addEvent(EVENT_ACCOUNT_OPENED, slot, now, 0, 1, 0);
  return CODE_APPLIED;
}

/** Credit is bounded by the policy's highest balance (R52); an adjustment only by what can be held. */
function addMoney(record: u32, slot: u32, now: u32, total: u32, event: u32): u32 {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const amount = load<i64>(record, COMMAND_AMOUNT);
  assert(amount >= -MONEY_MAX && amount <= MONEY_MAX);
  const balance = load<i64>(hot, HOT_BALANCE) + amount;
  if (balance > MONEY_MAX || balance < -MONEY_MAX) return CODE_MONEY_LIMIT;
  const most = load<i64>(policyOf(load<u32>(cold, COLD_POLICY)), POLICY_BALANCE_MAX);
  if (event == EVENT_VEND_APPLIED && balance > most) return CODE_BALANCE_LIMIT;
  store<i64>(hot, balance, HOT_BALANCE);
  store<i64>(cold + total, load<i64>(cold + total) + amount);
  addEvent(event, slot, now, 0, load<u32>(record, COMMAND_NUMBER), amount);
  judge(slot, now);
  return CODE_APPLIED;
}

/**
 * Closes the old meter at its last register, which is judged as its last reading, and begins with the new one; counters
 * and balance stay (R17).
 */
function exchangeMeter(record: u32, slot: u32, now: u32): u32 {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const opening = load<i64>(record, EXCHANGE_OPENING);
  if (opening < 0 || opening > REGISTER_MAX) return CODE_REGISTER_INVALID;
  if ((load<u32>(hot, HOT_FLAGS) & FLAG_READ) == 0) {
    if (judgeReading(slot, now, opening, 0) != VERDICT_OPENING) return CODE_REGISTER_INVALID;
    open(slot, now, opening);
  } else {
    const before = load<i64>(hot, HOT_REGISTER);
    const isClosed = load<u32>(record, EXCHANGE_CLOSED) != 0;
    const closing = isClosed ? load<i64>(record, EXCHANGE_CLOSING) : before;
    const verdict = judgeClosing(slot, now, closing);
    if (verdict == VERDICT_ACCEPTED || verdict == VERDICT_ROLLOVER)
      accept(slot, now, closing, verdict, now);
    else if (verdict != VERDICT_DUPLICATE) return CODE_REGISTER_INVALID;
    const base = load<i64>(cold, COLD_CHARGED_QUANTITY_BASE) + closing - opening;
    store<i64>(cold, base, COLD_CHARGED_QUANTITY_BASE);
    store<i64>(hot, opening, HOT_REGISTER);
  }
  clearQuarantine(slot);
  takeMeter(
    slot,
    load<u32>(record, EXCHANGE_GATEWAY),
    load<u32>(record, EXCHANGE_MAX_RATE),
    load<u32>(record, EXCHANGE_RESOLUTION),
    load<i64>(record, EXCHANGE_MODULUS),
  );
  addEvent(EVENT_METER_EXCHANGED, slot, now, 0, load<u32>(record, COMMAND_NUMBER), opening);
  judge(slot, now);
  return CODE_APPLIED;
}

/** Not after the last reading, the closing can only be that one again. */
function judgeClosing(slot: u32, now: u32, closing: i64): u32 {
  const hot = hotOf(slot);
  if (now > load<u32>(hot, HOT_READ_S)) return judgeReading(slot, now, closing, 0);
  return closing == load<i64>(hot, HOT_REGISTER) ? VERDICT_DUPLICATE : VERDICT_CONFLICT;
}

function takeMeter(slot: u32, gateway: u32, maxRate: u32, resolution: u32, modulus: i64): void {
  const hot = hotOf(slot);
  store<u32>(hot, gateway, HOT_GATEWAY);
  store<u32>(hot, maxRate, HOT_MAX_RATE);
  store<u32>(hot, resolution, HOT_RESOLUTION);
  store<i64>(coldOf(slot), modulus, COLD_MODULUS);
}
