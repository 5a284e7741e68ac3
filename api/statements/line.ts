/**
 * Lines of a statement: what moved an account's balance, in order.
 */

/**
 * What a line is. `emergency_credit` and `restricted_credit`: what these paid in the balance's place (R40, R41);
 * `debt_repaid` and `emergency_repaid`: parts of a payment that did not reach the balance (R50), or came back with its
 * reversal; `mode_change`: what was owed came into the balance, or left it (R91); `tenancy`: what was settled (R92);
 * `credit_granted`, `credit_expired`, `debt_changed`, `emergency_invoked` and `charge_to_debt` do not move the balance and
 * say their amount as `beside`; `brought_forward`: what was before the oldest rows, where older ones are kept no more;
 * `other`: what nothing stored accounts for.
 */
export const LINE_KINDS = [
  "brought_forward",
  "consumption",
  "charge",
  "charge_to_debt",
  "demand",
  "time_debt",
  "vend",
  "debt_repaid",
  "emergency_repaid",
  "reversal",
  "adjustment",
  "transfer",
  "reserved",
  "released",
  "emergency_invoked",
  "emergency_credit",
  "credit_granted",
  "credit_expired",
  "restricted_credit",
  "debt_changed",
  "mode_change",
  "tenancy",
  "other",
] as const;
/** What a line is. */
export type LineKind = (typeof LINE_KINDS)[number];

/**
 * A line: over [fromS, toS) where it is a sum of what was taken, else at fromS. `amount` and `beside` in what the account
 * holds, as the engine counts it (debts and charges of quantity in micros). `number` is the account's command number.
 */
export type Line = {
  kind: LineKind;
  fromS: number;
  toS: number;
  amount: bigint;
  beside?: bigint;
  quantityAtoms?: bigint;
  entries?: number;
  /** The version and charge that named it (reports/statement.ts). */
  charge?: { tariff: number; code: number };
  number?: number;
  debt?: string;
};
