/**
 * Where an account's two parts stand, and which accounts there are.
 */
import {
  COLD_BASE,
  COLD_BYTES,
  FLAG_OPEN,
  HOT_BASE,
  HOT_BYTES,
  HOT_FLAGS,
  STATE_BASE,
  STATE_SLOTS,
} from "./layout";

/** Address of the part that the common path touches. */
export function hotOf(slot: u32): u32 {
  return HOT_BASE + slot * HOT_BYTES;
}

/** Address of the rest. */
export function coldOf(slot: u32): u32 {
  return COLD_BASE + slot * COLD_BYTES;
}

/** Slots in use: all below this number have been opened or passed over. */
export function slotCount(): u32 {
  return load<u32>(STATE_BASE, STATE_SLOTS);
}

/** Whether there is an account in the slot. */
export function isOpen(slot: u32): bool {
  return slot < slotCount() && (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_OPEN) != 0;
}
