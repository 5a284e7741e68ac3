/**
 * What a call of the kernel says that it did to each account: what it charged, granted and let expire. Of an account that holds
 * quantity (R34) only that is counted: what was bought and used; what it paid and owes is money of its own.
 */
import {
  CHARGE_OF_TIME_DEBT,
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_CHARGE,
  EVENT_AMOUNT,
  EVENT_BYTES,
  EVENT_CREDIT_BOUGHT,
  EVENT_CREDIT_EXPIRED,
  EVENT_CREDIT_GRANTED,
  EVENT_DEBT_CHANGED,
  EVENT_SLOT,
  EVENT_TENANCY_CHANGED,
  EVENT_TYPE,
  EVENTS_BASE,
  ROW_ACCOUNT,
  ROW_COST,
  ROW_QUANTITY,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_EVENTS,
  RUN_ROWS,
  SLOTS_MAX,
  TIME_DEBTS_MAX,
} from "../../kernel-as/assembly/layout.ts";
import { holdsQuantity } from "../core/extra-state.ts";

const MICRO_ATOMS = 1_000_000n;

/**
 * Sums of one account; `heldMicros` is in what it holds, micros or micro-atoms. `isReset`: a debt was set or the tenant changed, after which counting begins anew. `commandNumber`:
 * of its last command in the batch, if there was one.
 */
export type Entries = {
  heldMicros: bigint;
  quantityAtoms: bigint;
  isReset: boolean;
  isQuantity: boolean;
  commandNumber?: number;
};

/** Adds the outputs of the last call to the accounts' sums; gives how many rows there were. */
export function addEntries(view: DataView, into: Map<number, Entries>): number {
  const of = (slot: number): Entries => {
    const known = into.get(slot);
    if (known !== undefined) return known;
    const isQuantity = holdsQuantity(view, slot);
    const made = { heldMicros: 0n, quantityAtoms: 0n, isReset: false, isQuantity };
    into.set(slot, made);
    return made;
  };
  const rows = view.getUint32(RUN_BASE + RUN_ROWS, true);
  for (let i = 0; i < rows; i++) {
    const entries = of(view.getUint32(ROW_ACCOUNT + i * 4, true) % SLOTS_MAX);
    const quantity = view.getBigInt64(ROW_QUANTITY + i * 8, true);
    const cost = view.getBigInt64(ROW_COST + i * 8, true);
    entries.heldMicros -= entries.isQuantity ? quantity * MICRO_ATOMS + cost : cost;
    entries.quantityAtoms += quantity;
  }
  const charges = view.getUint32(RUN_BASE + RUN_CHARGE_ROWS, true);
  for (let i = 0; i < charges; i++) {
    const entries = of(view.getUint32(CHARGE_ROW_ACCOUNT + i * 4, true) % SLOTS_MAX);
    // A time debt that is collected is owed less by as much: nothing is lost to the account.
    const debt = view.getUint8(CHARGE_ROW_CHARGE + i) - CHARGE_OF_TIME_DEBT;
    const isOfDebt = debt >= 0 && debt < TIME_DEBTS_MAX;
    if (!isOfDebt && !entries.isQuantity)
      entries.heldMicros -= view.getBigInt64(CHARGE_ROW_AMOUNT + i * 8, true);
  }
  for (let i = 0; i < view.getUint32(RUN_BASE + RUN_EVENTS, true); i++) {
    const at = EVENTS_BASE + i * EVENT_BYTES;
    const type = view.getUint16(at + EVENT_TYPE, true);
    const amount = view.getBigInt64(at + EVENT_AMOUNT, true);
    const entries = of(view.getUint32(at + EVENT_SLOT, true));
    if (type === EVENT_CREDIT_GRANTED || type === EVENT_CREDIT_BOUGHT) entries.heldMicros += amount;
    if (type === EVENT_CREDIT_EXPIRED) entries.heldMicros -= amount;
    const isReset = type === EVENT_DEBT_CHANGED && !entries.isQuantity;
    if (isReset || type === EVENT_TENANCY_CHANGED) entries.isReset = true;
  }
  return rows;
}
