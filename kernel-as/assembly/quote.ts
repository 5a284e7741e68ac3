/**
 * A payment that is only tried: the very vend is carried out, its outcome kept, and all that it touched put back. Whatever a
 * payment brings about, such as emergency credit that is drawn again, is in the outcome.
 */
import { coldOf, hotOf, isOpen } from "./account";
import { extraOf } from "./extra";
import {
  CODE_ACCOUNT_UNKNOWN,
  CODE_APPLIED,
  COLD_BYTES,
  COLD_COMMAND_NUMBER,
  COLD_EXTRA,
  COMMAND_AMOUNT,
  COMMAND_NUMBER,
  COMMAND_SLOT,
  DUE_BASE,
  EXTRA_BYTES,
  HOT_BYTES,
  INPUT_BASE,
  PARTS_BYTES,
  RESULT_BALANCE,
  RESULT_BYTES,
  RESULT_CODE,
  RESULT_PARTS,
  RESULTS_BASE,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_EVENTS,
  RUN_LATEST_S,
  RUN_ROWS,
  STATE_BASE,
  STATE_BYTES,
} from "./layout";
import { balanceOf } from "./money";
import { vend } from "./vend";

/** Where the parts are kept meanwhile, behind the record: the input area is free between two batches. */
const KEPT: u32 = INPUT_BASE + 4096;
const KEPT_HOT: u32 = KEPT + STATE_BYTES;
const KEPT_COLD: u32 = KEPT_HOT + HOT_BYTES;
const KEPT_EXTRA: u32 = KEPT_COLD + COLD_BYTES;
const KEPT_DUE: u32 = KEPT_EXTRA + EXTRA_BYTES;

/** Leaves the outcome of a payment as the first result of a batch, and gives its code. */
export function tryVend(slot: u32, now: u32, payment: i64): u32 {
  memory.fill(RESULTS_BASE, 0, RESULT_BYTES);
  const code = isOpen(slot) ? tryOpen(slot, now, payment) : CODE_ACCOUNT_UNKNOWN;
  store<u32>(RESULTS_BASE, code, RESULT_CODE);
  return code;
}

function tryOpen(slot: u32, now: u32, payment: i64): u32 {
  const parts: u32 = RESULTS_BASE + RESULT_PARTS;
  keep(slot);
  store<u32>(INPUT_BASE, slot, COMMAND_SLOT);
  store<u32>(INPUT_BASE, load<u32>(coldOf(slot), COLD_COMMAND_NUMBER) + 1, COMMAND_NUMBER);
  store<i64>(INPUT_BASE, payment, COMMAND_AMOUNT);
  store<u32>(RUN_BASE, now, RUN_LATEST_S);
  const code = vend(INPUT_BASE, slot, now, parts);
  if (code != CODE_APPLIED) memory.fill(parts, 0, PARTS_BYTES);
  store<i64>(RESULTS_BASE, balanceOf(slot), RESULT_BALANCE);
  putBack(slot);
  return code;
}

function keep(slot: u32): void {
  memory.copy(KEPT, STATE_BASE, STATE_BYTES);
  memory.copy(KEPT_HOT, hotOf(slot), HOT_BYTES);
  memory.copy(KEPT_COLD, coldOf(slot), COLD_BYTES);
  memory.copy(KEPT_EXTRA, extraOf(slot), EXTRA_BYTES);
  memory.copy(KEPT_DUE, DUE_BASE + slot * 4, 4);
}

/** An extra that was only given by the trial is nobody's again, and all zeros; events of the trial are none. */
function putBack(slot: u32): void {
  const extra = extraOf(slot);
  if (load<u32>(KEPT_COLD, COLD_EXTRA) == load<u32>(coldOf(slot), COLD_EXTRA))
    memory.copy(extra, KEPT_EXTRA, EXTRA_BYTES);
  else memory.fill(extra, 0, EXTRA_BYTES);
  memory.copy(STATE_BASE, KEPT, STATE_BYTES);
  memory.copy(hotOf(slot), KEPT_HOT, HOT_BYTES);
  memory.copy(coldOf(slot), KEPT_COLD, COLD_BYTES);
  memory.copy(DUE_BASE + slot * 4, KEPT_DUE, 4);
  store<u32>(RUN_BASE, 0, RUN_ROWS);
  store<u32>(RUN_BASE, 0, RUN_CHARGE_ROWS);
  store<u32>(RUN_BASE, 0, RUN_EVENTS);
}
