/**
 * R91: "mode change credit ↔ prepayment moves standing credit and debt in the same step; future-dated and cancellable".
 */
import type { ModeChange, ModelAccount, PaymentMode, Terms } from "./account.ts";
import { debtsMicros } from "./debts.ts";
import { type Change, eventOf } from "./events.ts";
import { DEBT_MICROS_MAX, isHeld } from "./money.ts";
import { holdsQuantity } from "./purchase.ts";

/** Levels of mode.changed. */
const MODE_NUMBER: Readonly<Record<PaymentMode, number>> = { prepayment: 0, credit: 1 };

/** Asks for a mode: from `atS` on, or at once if that is not later than now. The mode that is there already changes nothing. */
export function setMode(
  terms: Terms,
  account: ModelAccount,
  change: ModeChange,
  nowS: bigint,
): Change | "price_list_basis" | "mode_change_in_progress" | "money_limit_exceeded" {
  // R34: quantity is bought before it is used.
  if (holdsQuantity(terms, account)) return "price_list_basis";
  if (account.modeChange !== undefined) return "mode_change_in_progress";
  if (account.mode === change.mode) return { account, events: [] };
  if (change.atS > nowS) return { account: { ...account, modeChange: change }, events: [] };
  return changeMode(account, change, nowS) ?? "money_limit_exceeded";
}

/** Takes back a change that is pending. */
export function cancelMode(account: ModelAccount): ModelAccount | "no_mode_change" {
  if (account.modeChange === undefined) return "no_mode_change";
  return { ...account, modeChange: undefined };
}

/** At a step's end: the pending change, once its time has come. What can't be held stays pending. */
export function applyModeDue(account: ModelAccount, nowS: bigint): Change {
  const change = account.modeChange;
  if (change === undefined || nowS < change.atS) return { account, events: [] };
  return changeMode(account, change, nowS) ?? { account, events: [] };
}

/** Undefined where a sum would pass its bound. */
function changeMode(account: ModelAccount, change: ModeChange, nowS: bigint): Change | undefined {
  const moved = change.mode === "credit" ? toCredit(account) : toPrepayment(account, change);
  const isWithin = isHeld(moved.balanceMicros) && moved.paymentDebt.owedMicros <= DEBT_MICROS_MAX;
  if (!isWithin) return undefined;
  const changed = { ...moved, mode: change.mode, modeChange: undefined };
  const level = MODE_NUMBER[change.mode];
  return { account: changed, events: [eventOf(changed, nowS, "mode.changed", { level })] };
}

/** Whatever is owed becomes a negative balance; what belongs to prepayment is forgotten. Pots and terms of debts stay. */
function toCredit(account: ModelAccount): ModelAccount {
  const owedMicros = account.emergency.usedMicros + debtsMicros(account);
  return {
    ...account,
    balanceMicros: account.balanceMicros - owedMicros,
    emergency: { state: "enabled", usedMicros: 0n, isOffered: false },
    paymentDebt: { ...account.paymentDebt, owedMicros: 0n },
    accumulatedDebtMicros: 0n,
    timeDebt1: { ...account.timeDebt1, owedMicros: 0n },
    timeDebt2: { ...account.timeDebt2, owedMicros: 0n },
    alertLevel: 0,
    isExceeded: false,
    days: { ...account.days, isWarned: false },
    noticeS: 0n,
    isCutWithheld: false,
  };
}

/** A negative balance becomes payment debt, which payments recover by the change's share and cap. */
function toPrepayment(
  account: ModelAccount,
  { sharePpm, weeklyCapMicros }: ModeChange,
): ModelAccount {
  const { balanceMicros, paymentDebt } = account;
  if (balanceMicros >= 0n) return account;
  const owedMicros = paymentDebt.owedMicros - balanceMicros;
  return {
    ...account,
    balanceMicros: 0n,
    paymentDebt: { ...paymentDebt, owedMicros, sharePpm, weeklyCapMicros },
  };
}
