/**
 * R50 … R52: a payment: its limits, its week and period, what it pays, what it tells.
 */
import type { ModelAccount, Terms } from "./account.ts";
import { zoneAt } from "./course.ts";
import { DEBT_NUMBER } from "./debts.ts";
import { withEmergency } from "./emergency.ts";
import { type Change, eventOf, type ModelEvent } from "./events.ts";
import { lastMark } from "./last-mark.ts";
import { isHeld } from "./money.ts";
import { debtPartsMicros, type Parts } from "./parts.ts";
import { BUY_MICROS_MAX, buy, holdsQuantity, type Purchase } from "./purchase.ts";
import { creditRest, payDebts, splitPayment } from "./waterfall.ts";

/** A payment of more than 0 micros, with the number of its command. */
export type Payment = { readonly paidMicros: bigint; readonly number: bigint };

/** Why a payment is refused whole (R52). */
export type TopUpRefusal =
  | "not_prepayment"
  | "money_limit_exceeded"
  | "vend_below_minimum"
  | "vend_above_maximum"
  | "topup_cap_exceeded"
  | "balance_limit_exceeded";

/** Takes a payment, or refuses it and changes nothing. Nothing is judged yet. */
export function topUp(
  terms: Terms,
  account: ModelAccount,
  { paidMicros, number }: Payment,
  nowS: bigint,
): (Change & { readonly parts: Parts }) | TopUpRefusal {
  const { minMicros, maxMicros, capMicros } = terms.policy.topup;
  if (account.mode === "credit") return "not_prepayment";
  const isPurchase = holdsQuantity(terms, account);
  const isMuch = isPurchase
    ? paidMicros > BUY_MICROS_MAX
    : !isHeld(account.balanceMicros + paidMicros);
  if (isMuch) return "money_limit_exceeded";
  if (minMicros > 0n && paidMicros < minMicros) return "vend_below_minimum";
  if (maxMicros > 0n && paidMicros > maxMicros) return "vend_above_maximum";
  const topups = inPeriod(terms, account, nowS);
  const sumMicros = topups.sumMicros + paidMicros;
  if (capMicros > 0n && sumMicros > capMicros) return "topup_cap_exceeded";

  const current = inWeek(terms, account, nowS);
  const { parts, purchase } = isPurchase
    ? splitPurchase(terms, current, paidMicros, nowS)
    : { parts: splitPayment(terms.policy, current, paidMicros), purchase: undefined };
  const paid = {
    ...afterParts(terms, current, parts),
    bought: purchase?.bought ?? account.bought,
    topups: capMicros > 0n ? { ...topups, sumMicros } : account.topups,
    creditsMicros: account.creditsMicros + paidMicros,
  };
  if (!isHeld(paid.balanceMicros) || !isHeld(paid.bought.microAtoms)) return "money_limit_exceeded";
  if (paid.balanceMicros > terms.policy.balanceMaxMicros) return "balance_limit_exceeded";
  const events = [eventOf(paid, nowS, "vend.applied", { number, amount: paidMicros })];
  if (purchase !== undefined) {
    const amount = purchase.microAtoms;
    events.push(eventOf(paid, nowS, "credit.bought", { number, amount }));
  }
  return { account: paid, events: [...events, ...repaidEvents(paid, parts, nowS)], parts };
}

/** R34: debts are paid in money; what is left buys quantity, which is what credit is restored and repaid with. */
function splitPurchase(
  terms: Terms,
  account: ModelAccount,
  paidMicros: bigint,
  nowS: bigint,
): { readonly parts: Parts; readonly purchase: Purchase } {
  const debts = payDebts(terms.policy, account, paidMicros);
  const purchase = buy(terms, account, paidMicros - debtPartsMicros(debts), nowS);
  return { parts: creditRest(terms.policy, account, debts, purchase.microAtoms), purchase };
}

/** R52: the payments of the period that now is in: none yet, if it is another than the kept one. Kept only with a cap. */
function inPeriod(terms: Terms, account: ModelAccount, nowS: bigint) {
  const { topups } = account;
  const { capMicros, capEvery } = terms.policy.topup;
  if (capMicros === 0n) return topups;
  const periodS = lastMark(zoneAt(terms, account, nowS), capEvery, nowS);
  // An unknown period (0) is taken to be the kept one.
  return periodS === 0n || topups.periodS === periodS ? topups : { periodS, sumMicros: 0n };
}

/** R51: the cap's week starts Monday 00:00 local. Only the standard waterfall asks for it, and only while a debt is owed. */
function inWeek(terms: Terms, account: ModelAccount, nowS: bigint): ModelAccount {
  const { paymentDebt } = account;
  if (terms.policy.waterfall !== "standard" || paymentDebt.owedMicros === 0n) return account;
  const weekS = lastMark(zoneAt(terms, account, nowS), "week", nowS);
  // An unknown week (0) is taken to be the kept one.
  if (weekS === 0n || paymentDebt.weekS === weekS) return account;
  return { ...account, paymentDebt: { ...paymentDebt, weekS, weekUsedMicros: 0n } };
}

function afterParts({ policy }: Terms, account: ModelAccount, parts: Parts): ModelAccount {
  const { paymentDebt, timeDebt1, timeDebt2, emergency } = account;
  const usedMicros = emergency.usedMicros - parts.emergency;
  const isRepaid = parts.emergency > 0n && usedMicros === 0n;
  const countsWeek = policy.waterfall === "standard";
  return {
    ...withEmergency(account, { usedMicros, ...(isRepaid && { state: "enabled" }) }),
    balanceMicros: account.balanceMicros + parts.threshold + parts.balance,
    paymentDebt: {
      ...paymentDebt,
      owedMicros: paymentDebt.owedMicros - parts.paymentDebt,
      weekUsedMicros: paymentDebt.weekUsedMicros + (countsWeek ? parts.paymentDebt : 0n),
    },
    accumulatedDebtMicros: account.accumulatedDebtMicros - parts.accumulatedDebt,
    timeDebt1: { ...timeDebt1, owedMicros: timeDebt1.owedMicros - parts.timeDebt1 },
    timeDebt2: { ...timeDebt2, owedMicros: timeDebt2.owedMicros - parts.timeDebt2 },
  };
}

/** Each debt that came to 0 by its part, then emergency credit. */
function repaidEvents(paid: ModelAccount, parts: Parts, nowS: bigint): ModelEvent[] {
  const debts = [
    ["paymentDebt", parts.paymentDebt, paid.paymentDebt.owedMicros],
    ["accumulatedDebt", parts.accumulatedDebt, paid.accumulatedDebtMicros],
    ["timeDebt1", parts.timeDebt1, paid.timeDebt1.owedMicros],
    ["timeDebt2", parts.timeDebt2, paid.timeDebt2.owedMicros],
  ] as const;
  const events = debts
    .filter(([, amount, owedMicros]) => amount > 0n && owedMicros === 0n)
    .map(([debt, amount]) =>
      eventOf(paid, nowS, "debt.cleared", { level: DEBT_NUMBER[debt], amount }),
    );
  if (parts.emergency > 0n && paid.emergency.usedMicros === 0n) {
    events.push(eventOf(paid, nowS, "emergency_credit.repaid", { amount: parts.emergency }));
  }
  return events;
}
