/**
 * An account is opened in its slot.
 */

import { coldOf, hotOf, slotCount } from "./account";
import { isPolicy } from "./account-terms";
import { listOf, versionCount } from "./calendar";
import { takeMeter } from "./exchange";
import {
  CODE_APPLIED,
  CODE_POLICY_UNKNOWN,
  CODE_PRICE_LIST_UNKNOWN,
  COLD_ACCOUNT_ID,
  COLD_ACCOUNT_ID_BYTES,
  COLD_CHARGED_S,
  COLD_COMMAND_NUMBER,
  COLD_COMMAND_S,
  COLD_LIST,
  COLD_OPENED_S,
  COLD_POLICY,
  COLD_SUPPLY_WANTED,
  EVENT_ACCOUNT_OPENED,
  FLAG_OPEN,
  FLAG_RECORDED,
  HOT_FLAGS,
  LISTS_MAX,
  OPEN_ACCOUNT_ID,
  OPEN_GATEWAY,
  OPEN_LIST,
  OPEN_MAX_RATE,
  OPEN_MODULUS,
  OPEN_POLICY,
  OPEN_RECORDED,
  OPEN_RESOLUTION,
  STATE_BASE,
  STATE_SLOTS,
  SUPPLY_CONNECTED,
} from "./layout";
import { addEvent } from "./output";
import { schedule } from "./schedule";

/** Opens the account, by its command number 1. */
export function openAccount(record: u32, slot: u32, now: u32): u32 {
  const list = load<u32>(record, OPEN_LIST);
  const policy = load<u32>(record, OPEN_POLICY);
  if (list >= <u32>LISTS_MAX || versionCount(listOf(list)) == 0) return CODE_PRICE_LIST_UNKNOWN;
  if (!isPolicy(policy)) return CODE_POLICY_UNKNOWN;
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
  schedule(slot, now);
  // Credit is judged first when there is some, or something to judge it by; a new account's 0 warns nobody.
  addEvent(EVENT_ACCOUNT_OPENED, slot, now, 0, 1, 0);
  return CODE_APPLIED;
}
