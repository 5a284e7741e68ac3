/**
 * R53: a payment is taken back, part by part as it was given: a balancing entry, after which the balance may be negative.
 */
import type { Bought, ModelAccount, Terms } from "./account.ts";
import { type Change, eventOf } from "./events.ts";
import { DEBT_MICROS_MAX, isHeld, least } from "./money.ts";
import { debtPartsMicros, type Parts } from "./parts.ts";
import { BUY_MICROS_MAX, boughtBy, holdsQuantity } from "./purchase.ts";

/**
 * The payment's parts; `isConfirmedRemoved`: also when it is used already. What was paid is the sum of the parts unless
 * `amountMicros` says it, as it must where the account holds quantity (R34). `vendedS`: when it was paid, 0 when unknown.
 */
export type Reversal = {
  readonly parts: Parts;
  readonly amountMicros?: bigint | undefined;
  readonly vendedS?: bigint;
  readonly isConfirmedRemoved: boolean;
  readonly number: bigint;
};

/** Takes a payment back, or refuses to. The judgement after it starts no cut. Week and period sums stay. */
export function reversePayment(
  terms: Terms,
  account: ModelAccount,
  reversal: Reversal,
  nowS: bigint,
): Change | "not_reversible" | "money_limit_exceeded" {
  const { parts, isConfirmedRemoved, number } = reversal;
  const paidMicros = reversal.amountMicros ?? sumOf(parts);
  const isPurchase = holdsQuantity(terms, account);
  if (!isHeld(sumOf(parts))) return "money_limit_exceeded";
  if (!canBePaid(isPurchase, parts, paidMicros)) return "not_reversible";
  const { paymentDebt, timeDebt1, timeDebt2, emergency } = account;
  const backMicros = parts.threshold + parts.balance;
  if (!isConfirmedRemoved && account.balanceMicros < backMicros) return "not_reversible";

  const isInvoked = parts.emergency > 0n && emergency.state === "enabled";
  const reversed: ModelAccount = {
    ...account,
    balanceMicros: account.balanceMicros - backMicros,
    paymentDebt: { ...paymentDebt, owedMicros: paymentDebt.owedMicros + parts.paymentDebt },
    accumulatedDebtMicros: account.accumulatedDebtMicros + parts.accumulatedDebt,
    timeDebt1: { ...timeDebt1, owedMicros: timeDebt1.owedMicros + parts.timeDebt1 },
    timeDebt2: { ...timeDebt2, owedMicros: timeDebt2.owedMicros + parts.timeDebt2 },
    emergency: {
      ...emergency,
      usedMicros: emergency.usedMicros + parts.emergency,
      state: isInvoked ? "invoked" : emergency.state,
    },
    creditsMicros: account.creditsMicros - paidMicros,
    bought: isPurchase ? withoutPayment(terms, account, reversal, nowS) : account.bought,
  };
  if (!isHeld(reversed.balanceMicros) || !areDebtsHeld(reversed)) return "money_limit_exceeded";
  const events = [eventOf(reversed, nowS, "vend.reversed", { number, amount: paidMicros })];
  if (isPurchase) {
    const amount = -quantityOf(parts);
    events.push(eventOf(reversed, nowS, "credit.bought", { number, amount }));
  }
  return { account: reversed, events };
}

/** What money came to is as much as was paid; R34: where quantity was bought, its debts are no more than that. */
function canBePaid(isPurchase: boolean, parts: Parts, paidMicros: bigint): boolean {
  if (!isPurchase) return paidMicros === sumOf(parts);
  return debtPartsMicros(parts) <= paidMicros && paidMicros <= BUY_MICROS_MAX;
}

/** R34: what the payment bought counts no more, if that was in the cycle that still lasts. */
function withoutPayment(
  terms: Terms,
  account: ModelAccount,
  { parts, vendedS = 0n }: Reversal,
  nowS: bigint,
): Bought {
  const bought = boughtBy(terms, account, nowS);
  if (vendedS === 0n || vendedS < bought.cycleS) return bought;
  const microAtoms = bought.microAtoms - least(bought.microAtoms, quantityOf(parts));
  return { ...bought, microAtoms };
}

/** R34: the parts that are quantity where quantity was bought. */
function quantityOf({ threshold, emergency, balance }: Parts): bigint {
  return threshold + emergency + balance;
}

function sumOf(parts: Parts): bigint {
  return Object.values(parts).reduce((sum, part) => sum + part, 0n);
}

function areDebtsHeld(account: ModelAccount): boolean {
  return [
    account.paymentDebt.owedMicros,
    account.accumulatedDebtMicros,
    account.timeDebt1.owedMicros,
    account.timeDebt2.owedMicros,
    account.emergency.usedMicros,
  ].every((owedMicros) => owedMicros <= DEBT_MICROS_MAX);
}
