/**
 * Answers to commands: the last one is kept for a repeat, with what its amount came to.
 */
import { extraOf, ownExtra } from "./extra";
import {
  CODE_GAP,
  CODE_STALE,
  COMMAND_AMOUNT,
  EXTRA_PARTS,
  EXTRA_PARTS_NUMBER,
  KIND_CHANGE_TENANCY,
  KIND_CREDIT,
  PART_BALANCE,
  PARTS_BYTES,
  RESULT_BALANCE,
  RESULT_CODE,
  RESULT_EXPECTED,
  RESULT_PARTS,
} from "./layout";
import { holdsQuantity } from "./purchase";

/** The kept answer for the last number, else a gap with the number expected, or stale. */
export function answer(result: u32, number: u32, before: u32, code: u32, balance: i64): void {
  const isKept = number == before + 1 || number == before;
  store<u32>(result, isKept ? code : number > before ? CODE_GAP : CODE_STALE, RESULT_CODE);
  store<u32>(result, isKept ? 0 : before + 1, RESULT_EXPECTED);
  store<i64>(result, isKept ? balance : 0, RESULT_BALANCE);
}

/**
 * Keeps the parts that a result holds. Money that went into the balance alone needs no room: the credit's amount tells it.
 */
export function keepParts(result: u32, kind: u32, slot: u32, number: u32): void {
  const parts = result + RESULT_PARTS;
  if (kind == KIND_CREDIT && isBalanceAlone(parts) && !holdsQuantity(slot)) return;
  const extra = ownExtra(slot);
  store<u32>(extra, number, EXTRA_PARTS_NUMBER);
  memory.copy(extra + EXTRA_PARTS, parts, PARTS_BYTES);
}

/** Puts the parts that were kept into the result of a repeat. */
export function repeatParts(result: u32, record: u32, kind: u32, slot: u32, number: u32): void {
  const extra = extraOf(slot);
  if (load<u32>(extra, EXTRA_PARTS_NUMBER) == number)
    memory.copy(result + RESULT_PARTS, extra + EXTRA_PARTS, PARTS_BYTES);
  else if (kind == KIND_CREDIT)
    store<i64>(result + RESULT_PARTS, load<i64>(record, COMMAND_AMOUNT), PART_BALANCE);
}

/** Whether commands of a kind come to parts. */
export function hasParts(kind: u32): bool {
  return kind == KIND_CREDIT || kind == KIND_CHANGE_TENANCY;
}

function isBalanceAlone(parts: u32): bool {
  for (let place: u32 = 0; place < <u32>PARTS_BYTES; place += 8)
    if (place != PART_BALANCE && load<i64>(parts + place) != 0) return false;
  return true;
}
