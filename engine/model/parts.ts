/**
 * R50, R51: what an amount of money came to, in the order of the waterfall; all of it, also zero parts.
 */

/** Micros (R34: threshold, emergency, balance and pots of accounts that hold quantity are micro-atoms), each 0 or more where money was paid in. */
export type Parts = {
  /** (a) */
  readonly paymentDebt: bigint;
  /** (b) */
  readonly accumulatedDebt: bigint;
  readonly timeDebt1: bigint;
  readonly timeDebt2: bigint;
  /** (c): lifts the balance to the disablement threshold. */
  readonly threshold: bigint;
  /** (d): repays emergency credit. */
  readonly emergency: bigint;
  /** (e): the rest to the balance. */
  readonly balance: bigint;
  /** Restricted pots. */
  readonly restricted: bigint;
};

/** What of it went to debts; money, whatever the account holds (R34). */
export function debtPartsMicros(parts: Parts): bigint {
  return parts.paymentDebt + parts.accumulatedDebt + parts.timeDebt1 + parts.timeDebt2;
}

/** Nothing to anything. */
export const NO_PARTS: Parts = {
  paymentDebt: 0n,
  accumulatedDebt: 0n,
  timeDebt1: 0n,
  timeDebt2: 0n,
  threshold: 0n,
  emergency: 0n,
  balance: 0n,
  restricted: 0n,
};
