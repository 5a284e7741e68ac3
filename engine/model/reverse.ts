/**
 * R53: a payment is taken back, part by part as it was given: a balancing entry, after which the balance may be negative.
 */
import type { ModelAccount } from "./account.ts";
import { type Change, eventOf } from "./events.ts";
import { DEBT_MICROS_MAX, isHeld } from "./money.ts";
import type { Parts } from "./parts.ts";

/** The payment's parts; `isConfirmedRemoved`: also when it is used already. */
export type Reversal = {
  readonly parts: Parts;
  readonly isConfirmedRemoved: boolean;
  readonly number: bigint;
};

/** Takes a payment back, or refuses to. The judgement after it starts no cut. Week and period sums stay. */
export function reversePayment(
  account: ModelAccount,
  { parts, isConfirmedRemoved, number }: Reversal,
  nowS: bigint,
): Change | "not_reversible" | "money_limit_exceeded" {
  const { paymentDebt, timeDebt1, timeDebt2, emergency } = account;
  const backMicros = parts.threshold + parts.balance;
  if (!isConfirmedRemoved && account.balanceMicros < backMicros) return "not_reversible";

  const isInvoked = parts.emergency > 0n && emergency.state === "enabled";
  const sumMicros = Object.values(parts).reduce((sum, part) => sum + part, 0n);
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
    creditsMicros: account.creditsMicros - sumMicros,
  };
  if (!isHeld(reversed.balanceMicros) || !areDebtsHeld(reversed)) return "money_limit_exceeded";
  const event = eventOf(reversed, nowS, "vend.reversed", { number, amount: sumMicros });
  return { account: reversed, events: [event] };
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
