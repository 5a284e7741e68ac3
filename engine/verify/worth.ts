/**
 * What an account is worth and what it has taken in, straight from the shard's memory by its layout.
 */
import {
  COLD_ADJUSTMENTS,
  COLD_BASE,
  COLD_BYTES,
  COLD_CHARGED_QUANTITY_BASE,
  COLD_COMMAND_NUMBER,
  COLD_CREDITS,
  COLD_EXTRA,
  EXTRA_ACCUMULATED_DEBT,
  EXTRA_BASE,
  EXTRA_BYTES,
  EXTRA_EMERGENCY_USED,
  EXTRA_PAYMENT_DEBT,
  EXTRA_POT_FIRST,
  EXTRA_POTS,
  EXTRA_RESERVED,
  EXTRA_TIME_DEBTS,
  FLAG_OPEN,
  FLAG_READ,
  HOT_BALANCE,
  HOT_BASE,
  HOT_BYTES,
  HOT_FLAGS,
  HOT_REGISTER,
  POT_AMOUNT,
  POT_BYTES,
  TIME_DEBT_BYTES,
  TIME_DEBT_OWED,
  TIME_DEBTS_MAX,
} from "../../kernel-as/assembly/layout.ts";
import { holdsQuantity } from "../core/extra-state.ts";

/**
 * `worthMicros`: balance, pots and what is set aside, less all that is owed; of an account that holds quantity (R34) that alone,
 * in micro-atoms, less emergency credit. `paidMicros`: credits and adjustments, as the account remembers them; of quantity
 * adjustments alone, since what was bought is told by events. `quantityAtoms`: all that was ever charged of it, or 0 before the first reading.
 */
export type Worth = {
  worthMicros: bigint;
  paidMicros: bigint;
  quantityAtoms: bigint;
  commandNumber: number;
};

/** Reads an account; undefined where none is open. */
export function worthOf(view: DataView, slot: number): Worth | undefined {
  const hot = HOT_BASE + slot * HOT_BYTES;
  const cold = COLD_BASE + slot * COLD_BYTES;
  const flags = view.getUint32(hot + HOT_FLAGS, true);
  if ((flags & FLAG_OPEN) === 0) return undefined;
  const i64 = (at: number): bigint => view.getBigInt64(at, true);
  const extra = view.getUint32(cold + COLD_EXTRA, true);
  const isRead = (flags & FLAG_READ) !== 0;
  const isQuantity = holdsQuantity(view, slot);
  const owed = isQuantity ? 0n : debtsOf(view, extra);
  return {
    worthMicros: i64(hot + HOT_BALANCE) + heldBeside(view, extra) - owed,
    paidMicros: (isQuantity ? 0n : i64(cold + COLD_CREDITS)) + i64(cold + COLD_ADJUSTMENTS),
    quantityAtoms: isRead ? i64(hot + HOT_REGISTER) + i64(cold + COLD_CHARGED_QUANTITY_BASE) : 0n,
    commandNumber: view.getUint32(cold + COLD_COMMAND_NUMBER, true),
  };
}

/** What is set aside and in pots, less emergency credit; 0 of the extra that is nobody's. */
function heldBeside(view: DataView, index: number): bigint {
  const extra = EXTRA_BASE + index * EXTRA_BYTES;
  const i64 = (at: number): bigint => view.getBigInt64(extra + at, true);
  let held = i64(EXTRA_RESERVED) - i64(EXTRA_EMERGENCY_USED);
  for (let i = 0; i < view.getUint32(extra + EXTRA_POTS, true); i++)
    held += i64(EXTRA_POT_FIRST + i * POT_BYTES + POT_AMOUNT);
  return held;
}

function debtsOf(view: DataView, index: number): bigint {
  const extra = EXTRA_BASE + index * EXTRA_BYTES;
  const i64 = (at: number): bigint => view.getBigInt64(extra + at, true);
  let owed = i64(EXTRA_PAYMENT_DEBT) + i64(EXTRA_ACCUMULATED_DEBT);
  for (let i = 0; i < TIME_DEBTS_MAX; i++)
    owed += i64(EXTRA_TIME_DEBTS + i * TIME_DEBT_BYTES + TIME_DEBT_OWED);
  return owed;
}
