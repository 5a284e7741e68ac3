/**
 * R90: credit that is to go to another account: what is asked, and what the giver can give.
 */
import type { ModelAccount, Terms } from "./account.ts";
import type { Change } from "./events.ts";
import { most } from "./money.ts";
import type { Policy } from "./policy.ts";

/** An account and its terms. */
export type Side = { readonly terms: Terms; readonly account: ModelAccount };

/**
 * What goes over, in what the giver holds; `isReserved`: out of what was set aside. `converts`: by way of money, where one may
 * hold money and the other quantity (R6).
 */
export type Transfer = {
  readonly amountMicros: bigint;
  readonly isReserved: boolean;
  readonly converts?: boolean;
};

/** Both sides after it. */
export type Moved = { readonly giver: Change; readonly receiver: Change };

/** Why credit is not moved. */
export type TransferRefusal =
  | "account_unknown"
  | "price_list_basis"
  | "not_prepayment"
  | "money_limit_exceeded"
  | "balance_limit_exceeded"
  | "transfer_insufficient";

/** Whether the giver has what is to go over: set aside, or to spare. */
export function canGive({ terms, account }: Side, { amountMicros, isReserved }: Transfer): boolean {
  if (isReserved) return amountMicros <= account.reservedMicros;
  return canSpare(terms.policy, account, amountMicros);
}

/** What is given away leaves neither emergency credit owed nor a balance under the cut-off or 0. */
export function canSpare(policy: Policy, account: ModelAccount, amountMicros: bigint): boolean {
  if (account.emergency.usedMicros > 0n) return false;
  return account.balanceMicros - amountMicros >= most(policy.disablementMicros, 0n);
}
