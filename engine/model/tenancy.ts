/**
 * R92: change of tenancy: settlement for who leaves, a clean begin for who comes; debts never pass on.
 */
import { type ModelAccount, openAccount, type Terms } from "./account.ts";
import { debtsMicros } from "./debts.ts";
import { type Change, eventOf } from "./events.ts";
import { NO_PARTS, type Parts } from "./parts.ts";
import { holdsQuantity } from "./purchase.ts";

/** What is settled, after the closing reading and what pots paid of it. */
export function settleTenancy(
  terms: Terms,
  account: ModelAccount,
  number: bigint,
  nowS: bigint,
): Change & { readonly parts: Parts } {
  const parts = partsOf(account);
  // What the leaving customer is owed, or, if negative, owes; pots are forfeited.
  // R34: quantity is no money; the parts tell what is left of it.
  const creditMicros = holdsQuantity(terms, account) ? 0n : parts.balance - parts.emergency;
  const amount = creditMicros - debtsMicros(account);
  const expired = account.pots.map(({ amountMicros }) =>
    eventOf(account, nowS, "credit.expired", { amount: amountMicros }),
  );
  const changed = eventOf(account, nowS, "tenancy.changed", { number, amount });
  return { account: asNew(account), events: [...expired, changed], parts };
}

function partsOf(account: ModelAccount): Parts {
  return {
    ...NO_PARTS,
    paymentDebt: account.paymentDebt.owedMicros,
    accumulatedDebt: account.accumulatedDebtMicros,
    timeDebt1: account.timeDebt1.owedMicros,
    timeDebt2: account.timeDebt2.owedMicros,
    emergency: account.emergency.usedMicros,
    balance: account.balanceMicros + account.reservedMicros,
    restricted: account.pots.reduce((sum, { amountMicros }) => sum + amountMicros, 0n),
  };
}

/** A new account, but for what belongs to the usage point: price lists, meter, mode, supply, quarantine. */
function asNew(account: ModelAccount): ModelAccount {
  return {
    ...openAccount(account.chargedThrough, account.listIndex),
    nextList: account.nextList,
    t0: account.t0,
    r0: account.r0,
    mode: account.mode,
    supplyWanted: account.supplyWanted,
    supplyValue: account.supplyValue,
    supplyCause: account.supplyCause,
    supplyNumber: account.supplyNumber,
    supplyState: account.supplyState,
    restoreS: account.restoreS,
    friendlyWarnedS: account.friendlyWarnedS,
    isStale: account.isStale,
    quarantineRaised: account.quarantineRaised,
  };
}
