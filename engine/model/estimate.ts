/**
 * R18: estimates that were charged, and how the next actual reading trues them up.
 */
import type { Assignment, Estimate, ModelAccount, Returned, Terms } from "./account.ts";
import { spend } from "./days-left.ts";
import type { LastReading } from "./judge.ts";
import { isHeld } from "./money.ts";
import { holdsQuantity } from "./purchase.ts";

/** The last reading of any kind, as the next estimate is judged against; undefined before the opening. */
export function lastReading({ t0, r0 }: ModelAccount): LastReading | undefined {
  return t0 === undefined || r0 === undefined ? undefined : { atS: t0, registerAtoms: r0 };
}

/** The last actual reading, as the next actual one is judged against. */
export function lastActual(account: ModelAccount): LastReading | undefined {
  const { estimate } = account;
  if (estimate === undefined) return lastReading(account);
  return { atS: estimate.t0, registerAtoms: estimate.r0 };
}

/** The balance as it would be without estimates. */
export function actualBalance({ balanceMicros, estimate }: ModelAccount): bigint {
  return balanceMicros + (estimate?.costMicros ?? 0n);
}

/** Whether estimates can be given back: what the balance then is can be held. */
export function canGiveBack(account: ModelAccount): boolean {
  return isHeld(actualBalance(account));
}

/** R37: the lists as they would stand without estimates. */
export function actualAssignment(account: ModelAccount): Assignment {
  return account.estimate ?? account;
}

/** What stands before the first estimate of a row. */
export function checkpoint(account: ModelAccount): Estimate {
  const { estimate, t0, r0, counters, carryP, listIndex, nextList } = account;
  if (estimate !== undefined) return estimate;
  if (t0 === undefined || r0 === undefined) throw new Error("no estimate comes before the opening");
  return { t0, r0, counters, carryP, listIndex, nextList, costMicros: 0n, quantityAtoms: 0n };
}

/**
 * Gives back what estimates have come to, as if there had been none; R37: a change of list that they completed is pending
 * again. Charges by time are not given back.
 */
export function giveBack(
  terms: Terms,
  account: ModelAccount,
): { account: ModelAccount; returned: Returned | undefined } {
  const { estimate } = account;
  if (estimate === undefined) return { account, returned: undefined };
  const { costMicros, quantityAtoms, ...base } = estimate;
  const { t0, r0 } = base;
  const balanceMicros = account.balanceMicros + costMicros;
  const before = { ...account, ...base, balanceMicros, estimate: undefined };
  return {
    account: spend(terms.policy, before, -costMicros),
    returned: {
      atS: t0,
      registerAtoms: r0,
      quantityAtoms,
      // R34: where quantity is held, estimates cost no money.
      costMicros: holdsQuantity(terms, account) ? 0n : costMicros,
    },
  };
}
