/**
 * What only some accounts need: an extra, given when something that is not zero is first kept in it. Accounts without one
 * read the extra 0, which is all zeros.
 */
import { coldOf } from "./account";
import {
  COLD_EXTRA,
  EXTRA_BASE,
  EXTRA_BYTES,
  EXTRA_FLAGS,
  EXTRA_SLOT,
  SLOTS_MAX,
  STATE_BASE,
  STATE_EXTRAS,
} from "./layout";

/** Address of the account's extra, to read; of the all-zero one while it has none. */
export function extraOf(slot: u32): u32 {
  return EXTRA_BASE + load<u32>(coldOf(slot), COLD_EXTRA) * EXTRA_BYTES;
}

/** Address of the account's own extra, to write: given now if it had none. Call it only to keep what is not zero. */
export function ownExtra(slot: u32): u32 {
  const cold = coldOf(slot);
  if (load<u32>(cold, COLD_EXTRA) == 0) {
    const index = load<u32>(STATE_BASE, STATE_EXTRAS);
    assert(index >= 1 && index <= <u32>SLOTS_MAX);
    store<u32>(STATE_BASE, index + 1, STATE_EXTRAS);
    store<u32>(cold, index, COLD_EXTRA);
    store<u32>(EXTRA_BASE + index * EXTRA_BYTES, slot, EXTRA_SLOT);
  }
  return extraOf(slot);
}

/** Keeps a word at a place of the account's extra, where it is another than there. */
export function keepWord(slot: u32, place: u32, value: u32): void {
  if (load<u32>(extraOf(slot) + place) != value) store<u32>(ownExtra(slot) + place, value);
}

/** Keeps an amount or quantity at a place of the account's extra, where it is another than there. */
export function keepLong(slot: u32, place: u32, value: i64): void {
  if (load<i64>(extraOf(slot) + place) != value) store<i64>(ownExtra(slot) + place, value);
}

/** Whether one of the account's EXTRA_* flags is set. */
export function hasFlag(slot: u32, flag: u32): bool {
  return (load<u32>(extraOf(slot), EXTRA_FLAGS) & flag) != 0;
}

/** Sets one of the account's EXTRA_* flags, or clears it. */
export function setFlag(slot: u32, flag: u32, isSet: bool): void {
  const flags = load<u32>(extraOf(slot), EXTRA_FLAGS);
  keepWord(slot, EXTRA_FLAGS, isSet ? flags | flag : flags & ~flag);
}
