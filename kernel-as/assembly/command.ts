/**
 * Commands of accounts and of the shard, each applied once and in the order of its number.
 */
import { coldOf, hotOf, isOpen } from "./account";
import { assignPolicy, setCritical } from "./account-terms";
import { adjust } from "./adjust";
import { answer, hasParts, keepParts, repeatParts } from "./answer";
import { assignList } from "./assignment";
import { cancelVersion } from "./cancel";
import { setDebt } from "./debt";
import { judgeByCalendar, judgeByPolicy, setCalendar, setGateway, setPolicy } from "./directory";
import { activateEmergency } from "./emergency";
import { exchangeMeter } from "./exchange";
import {
  CODE_ACCOUNT_OPEN,
  CODE_ACCOUNT_UNKNOWN,
  CODE_APPLIED,
  COLD_COMMAND_BALANCE,
  COLD_COMMAND_NUMBER,
  COLD_COMMAND_RESULT,
  COLD_COMMAND_S,
  COMMAND_NUMBER,
  COMMAND_SLOT,
  HOT_BALANCE,
  KIND_ACCEPT_READING,
  KIND_ACTIVATE_EMERGENCY,
  KIND_ADJUST,
  KIND_ASSIGN_LIST,
  KIND_ASSIGN_POLICY,
  KIND_CANCEL_MODE,
  KIND_CANCEL_VERSION,
  KIND_CHANGE_TENANCY,
  KIND_CREDIT,
  KIND_CUT,
  KIND_EXCHANGE_METER,
  KIND_GRANT_CREDIT,
  KIND_OPEN_ACCOUNT,
  KIND_REJECT_READING,
  KIND_RELEASE_CREDIT,
  KIND_RESERVE_CREDIT,
  KIND_RESTORE,
  KIND_REVERSE_CREDIT,
  KIND_SET_CALENDAR,
  KIND_SET_CRITICAL,
  KIND_SET_DEBT,
  KIND_SET_GATEWAY,
  KIND_SET_MODE,
  KIND_SET_POLICY,
  KIND_SET_PRICE_LIST,
  KIND_TRANSFER_CREDIT,
  PARTS_BYTES,
  RESULT_CODE,
  RESULT_PARTS,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_DONE,
  SLOTS_MAX,
  STATE_BASE,
  STATE_COMMAND_NUMBER,
  STATE_COMMAND_RESULT,
} from "./layout";
import { cancelMode, setMode } from "./mode";
import { openAccount } from "./open-account";
import { grantCredit } from "./pots";
import { setPriceList } from "./price-lists";
import { acceptReading, rejectReading } from "./quarantine";
import { reverseCredit } from "./reverse";
import { manualCut, manualRestore } from "./supply";
import { changeTenancy } from "./tenancy";
import { releaseCredit, reserveCredit, transferCredit } from "./transfer";
import { vend } from "./vend";

/** Applies a shard's command and writes its result; RUN_SUSPENDED when not all accounts that it concerns are judged yet. */
export function takeShardCommand(record: u32, kind: u32, now: u32, result: u32): u32 {
  if (load<u32>(RUN_BASE, RUN_DONE) != 0) return judgeAfter(record, kind, now);
  const number = load<u32>(record, COMMAND_NUMBER);
  const last = load<u32>(STATE_BASE, STATE_COMMAND_NUMBER);
  if (number == last + 1) {
    store<u32>(STATE_BASE, number, STATE_COMMAND_NUMBER);
    store<u32>(STATE_BASE, applyToShard(record, kind, now), STATE_COMMAND_RESULT);
  }
  const code = load<u32>(STATE_BASE, STATE_COMMAND_RESULT);
  answer(result, number, last, code, 0);
  const isNew = number == last + 1 && code == CODE_APPLIED;
  return isNew ? judgeAfter(record, kind, now) : RUN_COMPLETE;
}

function applyToShard(record: u32, kind: u32, now: u32): u32 {
  switch (kind) {
    case KIND_SET_PRICE_LIST:
      return setPriceList(record, now);
    case KIND_SET_POLICY:
      return setPolicy(record);
    case KIND_SET_GATEWAY:
      return setGateway(record);
    case KIND_SET_CALENDAR:
      return setCalendar(record);
    case KIND_CANCEL_VERSION:
      return cancelVersion(record, now);
    default:
      return unreachable();
  }
}

/** Judges the accounts that a policy or calendar concerns, from RUN_DONE on. */
function judgeAfter(record: u32, kind: u32, now: u32): u32 {
  if (kind == KIND_SET_POLICY) return judgeByPolicy(record, now);
  return kind == KIND_SET_CALENDAR ? judgeByCalendar(record, now) : RUN_COMPLETE;
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
    const code = apply(record, kind, now, result);
    store<u32>(cold, number, COLD_COMMAND_NUMBER);
    store<u32>(cold, code, COLD_COMMAND_RESULT);
    store<u32>(cold, now, COLD_COMMAND_S);
    store<i64>(cold, load<i64>(hotOf(slot), HOT_BALANCE), COLD_COMMAND_BALANCE);
    if (code != CODE_APPLIED) memory.fill(result + RESULT_PARTS, 0, PARTS_BYTES);
    else if (hasParts(kind)) keepParts(result, kind, slot, number);
  }
  const code = load<u32>(cold, COLD_COMMAND_RESULT);
  answer(result, number, last, code, load<i64>(cold, COLD_COMMAND_BALANCE));
  if (number == last && code == CODE_APPLIED && hasParts(kind))
    repeatParts(result, record, kind, slot, number);
}

function apply(record: u32, kind: u32, now: u32, result: u32): u32 {
  const slot = load<u32>(record, COMMAND_SLOT);
  const parts: u32 = result + RESULT_PARTS;
  switch (kind) {
    case KIND_OPEN_ACCOUNT:
      return CODE_ACCOUNT_OPEN;
    case KIND_CREDIT:
      return vend(record, slot, now, parts);
    case KIND_ADJUST:
      return adjust(record, slot, now);
    case KIND_CUT:
      return manualCut(record, slot, now);
    case KIND_RESTORE:
      return manualRestore(slot, now);
    case KIND_EXCHANGE_METER:
      return exchangeMeter(record, slot, now);
    case KIND_ACTIVATE_EMERGENCY:
      return activateEmergency(slot, now);
    case KIND_GRANT_CREDIT:
      return grantCredit(record, slot, now);
    case KIND_SET_DEBT:
      return setDebt(record, slot, now);
    case KIND_REVERSE_CREDIT:
      return reverseCredit(record, slot, now);
    case KIND_ACCEPT_READING:
      return acceptReading(record, slot, now);
    case KIND_REJECT_READING:
      return rejectReading(record, slot, now);
    case KIND_SET_MODE:
      return setMode(record, slot, now);
    case KIND_CANCEL_MODE:
      return cancelMode(slot, now);
    case KIND_CHANGE_TENANCY:
      return changeTenancy(record, slot, now, parts);
    case KIND_SET_CRITICAL:
      return setCritical(record, slot, now);
    case KIND_ASSIGN_POLICY:
      return assignPolicy(record, slot, now);
    case KIND_ASSIGN_LIST:
      return assignList(record, slot, now);
    case KIND_RESERVE_CREDIT:
      return reserveCredit(record, slot, now);
    case KIND_RELEASE_CREDIT:
      return releaseCredit(record, slot, now);
    case KIND_TRANSFER_CREDIT:
      return transferCredit(record, slot, now);
    default:
      return unreachable();
  }
}
