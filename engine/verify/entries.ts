/**
 * What a call of the kernel says that it did to each account: what it charged, granted and let expire.
 */
import {
  CHARGE_OF_TIME_DEBT,
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_CHARGE,
  EVENT_AMOUNT,
  EVENT_BYTES,
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

/**
 * Sums of one account. `isReset`: a debt was set or the tenant changed, after which counting begins anew. `commandNumber`:
 * of its last command in the batch, if there was one.
 */
export type Entries = {
  moneyMicros: bigint;
  quantityAtoms: bigint;
  isReset: boolean;
  commandNumber?: number;
};

/** Adds the outputs of the last call to the accounts' sums; gives how many rows there were. */
export function addEntries(view: DataView, into: Map<number, Entries>): number {
  const of = (slot: number): Entries => {
    const known = into.get(slot);
    if (known !== undefined) return known;
    const made = { moneyMicros: 0n, quantityAtoms: 0n, isReset: false };
    into.set(slot, made);
    return made;
  };
  const rows = view.getUint32(RUN_BASE + RUN_ROWS, true);
  for (let i = 0; i < rows; i++) {
    const entries = of(view.getUint32(ROW_ACCOUNT + i * 4, true) % SLOTS_MAX);
    entries.moneyMicros -= view.getBigInt64(ROW_COST + i * 8, true);
    entries.quantityAtoms += view.getBigInt64(ROW_QUANTITY + i * 8, true);
  }
  const charges = view.getUint32(RUN_BASE + RUN_CHARGE_ROWS, true);
  for (let i = 0; i < charges; i++) {
    const entries = of(view.getUint32(CHARGE_ROW_ACCOUNT + i * 4, true) % SLOTS_MAX);
    // A time debt that is collected is owed less by as much: nothing is lost to the account.
    const debt = view.getUint8(CHARGE_ROW_CHARGE + i) - CHARGE_OF_TIME_DEBT;
    const isOfDebt = debt >= 0 && debt < TIME_DEBTS_MAX;
    if (!isOfDebt) entries.moneyMicros -= view.getBigInt64(CHARGE_ROW_AMOUNT + i * 8, true);
  }
  for (let i = 0; i < view.getUint32(RUN_BASE + RUN_EVENTS, true); i++) {
    const at = EVENTS_BASE + i * EVENT_BYTES;
    const type = view.getUint16(at + EVENT_TYPE, true);
    const amount = view.getBigInt64(at + EVENT_AMOUNT, true);
    const entries = of(view.getUint32(at + EVENT_SLOT, true));
    if (type === EVENT_CREDIT_GRANTED) entries.moneyMicros += amount;
    if (type === EVENT_CREDIT_EXPIRED) entries.moneyMicros -= amount;
    if (type === EVENT_DEBT_CHANGED || type === EVENT_TENANCY_CHANGED) entries.isReset = true;
  }
  return rows;
}
