/**
 * Another meter at the same usage point: counters, balance and debts stay (R17).
 */
import { coldOf, hotOf } from "./account";
import { closeMeter } from "./closing";
import { forgetWindow } from "./demand";
import { actualRegister } from "./estimate";
import {
  CODE_APPLIED,
  CODE_REGISTER_INVALID,
  COLD_CHARGED_QUANTITY_BASE,
  COLD_MODULUS,
  COMMAND_NUMBER,
  EVENT_METER_EXCHANGED,
  EXCHANGE_CLOSED,
  EXCHANGE_CLOSING,
  EXCHANGE_GATEWAY,
  EXCHANGE_MAX_RATE,
  EXCHANGE_MODULUS,
  EXCHANGE_OPENING,
  EXCHANGE_RESOLUTION,
  FLAG_READ,
  HOT_FLAGS,
  HOT_GATEWAY,
  HOT_MAX_RATE,
  HOT_REGISTER,
  HOT_RESOLUTION,
  REGISTER_MAX,
  VERDICT_OPENING,
} from "./layout";
import { balanceOf } from "./money";
import { addEvent } from "./output";
import { payFromPots } from "./pots";
import { clearQuarantine, judgeReading, open } from "./register";
import { judge } from "./supply";

/** Closes the old meter at its last register, or at what was read last, and begins with the new one. */
export function exchangeMeter(record: u32, slot: u32, now: u32): u32 {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const before = balanceOf(slot);
  const opening = load<i64>(record, EXCHANGE_OPENING);
  if (opening < 0 || opening > REGISTER_MAX) return CODE_REGISTER_INVALID;
  if ((load<u32>(hot, HOT_FLAGS) & FLAG_READ) == 0) {
    if (judgeReading(slot, now, opening, 0) != VERDICT_OPENING) return CODE_REGISTER_INVALID;
    open(slot, now, opening, now);
  } else {
    const isClosed = load<u32>(record, EXCHANGE_CLOSED) != 0;
    const closing = isClosed ? load<i64>(record, EXCHANGE_CLOSING) : actualRegister(slot);
    const code = closeMeter(slot, now, closing);
    if (code != CODE_APPLIED) return code;
    const base = load<i64>(cold, COLD_CHARGED_QUANTITY_BASE) + closing - opening;
    store<i64>(cold, base, COLD_CHARGED_QUANTITY_BASE);
    store<i64>(hot, opening, HOT_REGISTER);
  }
  clearQuarantine(slot);
  forgetWindow(slot);
  takeMeter(
    slot,
    load<u32>(record, EXCHANGE_GATEWAY),
    load<u32>(record, EXCHANGE_MAX_RATE),
    load<u32>(record, EXCHANGE_RESOLUTION),
    load<i64>(record, EXCHANGE_MODULUS),
  );
  payFromPots(slot, before, now);
  addEvent(EVENT_METER_EXCHANGED, slot, now, 0, load<u32>(record, COMMAND_NUMBER), opening);
  judge(slot, now);
  return CODE_APPLIED;
}

/** Makes a meter the account's. */
export function takeMeter(
  slot: u32,
  gateway: u32,
  maxRate: u32,
  resolution: u32,
  modulus: i64,
): void {
  const hot = hotOf(slot);
  store<u32>(hot, gateway, HOT_GATEWAY);
  store<u32>(hot, maxRate, HOT_MAX_RATE);
  store<u32>(hot, resolution, HOT_RESOLUTION);
  store<i64>(coldOf(slot), modulus, COLD_MODULUS);
}
