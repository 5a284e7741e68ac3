/**
 * What people ask of an account's money: each command is one step (R42). It is refused with a code and changes nothing,
 * or gives the account after it and what it gave out. `nowS` is the step's time.
 */
import assert from "node:assert/strict";
import {
  type ModeChange,
  type ModelAccount,
  NOTHING,
  type Pot,
  type Step,
  type Terms,
} from "./account.ts";
import { assignList, type ListAssignment } from "./assign.ts";
import { closeMeter } from "./closing.ts";
import { type DebtSetting, setDebt } from "./debts.ts";
import { activateEmergency } from "./emergency.ts";
import { type Change, eventOf } from "./events.ts";
import type { Side, Transfer } from "./giving.ts";
import { judgeAccount } from "./judge-credit.ts";
import { cancelMode, setMode } from "./mode.ts";
import { isHeld } from "./money.ts";
import type { Parts } from "./parts.ts";
import { grantPot, payFromPots } from "./pots.ts";
import { type Reversal, reversePayment } from "./reverse.ts";
import { settleTenancy } from "./tenancy.ts";
import { type Payment, topUp } from "./topup.ts";
import { release, reserve, transfer } from "./transfer.ts";

/** Why a command is refused. */
export type Refusal =
  | "not_prepayment"
  | "money_limit_exceeded"
  | "vend_below_minimum"
  | "vend_above_maximum"
  | "topup_cap_exceeded"
  | "balance_limit_exceeded"
  | "pots_full"
  | "pot_expired"
  | "not_reversible"
  | "emergency_credit_not_selectable"
  | "emergency_credit_not_repaid"
  | "mode_change_in_progress"
  | "no_mode_change"
  | "transfer_insufficient"
  | "account_unknown"
  | "price_list_unknown"
  | "reading_outdated"
  | "register_invalid"
  | "price_list_basis";

/** R50 … R52: a payment. */
export function applyCredit(
  terms: Terms,
  account: ModelAccount,
  payment: Payment,
  nowS: bigint,
): Step | Refusal {
  return judged(terms, topUp(terms, account, payment, nowS), nowS);
}

/** An adjustment of the balance, of either sign; it meets no debt. */
export function applyAdjust(
  terms: Terms,
  account: ModelAccount,
  { amountMicros, number }: { readonly amountMicros: bigint; readonly number: bigint },
  nowS: bigint,
): Step | Refusal {
  const balanceMicros = account.balanceMicros + amountMicros;
  if (!isHeld(balanceMicros)) return "money_limit_exceeded";
  const adjustmentsMicros = account.adjustmentsMicros + amountMicros;
  const adjusted = { ...account, balanceMicros, adjustmentsMicros };
  const event = eventOf(adjusted, nowS, "account.adjusted", { number, amount: amountMicros });
  return judged(terms, { account: adjusted, events: [event] }, nowS);
}

/** R41: restricted credit. */
export function applyGrantCredit(
  terms: Terms,
  account: ModelAccount,
  pot: Pot,
  nowS: bigint,
): Step | Refusal {
  return judged(terms, grantPot(account, pot, nowS), nowS);
}

/** R60, R61: emergency credit. Asked for again it changes nothing, but the account is judged. */
export function applyActivateEmergency(
  terms: Terms,
  account: ModelAccount,
  nowS: bigint,
): Step | Refusal {
  return judged(terms, activateEmergency(terms.policy, account, nowS), nowS);
}

/** A debt and its terms. Nothing is judged. */
export function applySetDebt(account: ModelAccount, setting: DebtSetting, nowS: bigint): Step {
  return stepOf(setDebt(account, setting, nowS));
}

/** R53: a payment is taken back; that never cuts by itself. */
export function applyReverseCredit(
  terms: Terms,
  account: ModelAccount,
  reversal: Reversal,
  nowS: bigint,
): Step | Refusal {
  const reversed = reversePayment(terms, account, reversal, nowS);
  if (typeof reversed === "string") return reversed;
  return judgeAccount(terms, stepOf(reversed), nowS, false);
}

/** R91: a change of mode. Of the mode that is there already nothing comes, not even a judgement. */
export function applySetPaymentMode(
  terms: Terms,
  account: ModelAccount,
  change: ModeChange,
  nowS: bigint,
): Step | Refusal {
  const moved = setMode(terms, account, change, nowS);
  if (typeof moved !== "string" && moved.account === account) return stepOf(moved);
  return judged(terms, moved, nowS);
}

/** R91: the change that is pending is taken back. Nothing is judged. */
export function applyCancelModeChange(account: ModelAccount): Step | Refusal {
  const cancelled = cancelMode(account);
  return typeof cancelled === "string" ? cancelled : stepOf({ account: cancelled, events: [] });
}

/** R30, R37: another price list. Nothing is judged. */
export function applyAssignPriceList(
  terms: Terms,
  account: ModelAccount,
  assignment: ListAssignment,
  nowS: bigint,
): Step | Refusal {
  const assigned = assignList(terms, account, assignment, nowS);
  return typeof assigned === "string" ? assigned : stepOf({ account: assigned, events: [] });
}

/** R90: credit is set aside. */
export function applyReserveCredit(
  terms: Terms,
  account: ModelAccount,
  amountMicros: bigint,
  nowS: bigint,
): Step | Refusal {
  return judged(terms, reserve(terms.policy, account, amountMicros, nowS), nowS);
}

/** R90: what was set aside comes back. */
export function applyReleaseCredit(
  terms: Terms,
  account: ModelAccount,
  amountMicros: bigint,
  nowS: bigint,
): Step | Refusal {
  return judged(terms, release(account, amountMicros, nowS), nowS);
}

/** R90: both sides of a transfer in one step: the giver's entry and judgement, then the receiver's. */
export function applyTransferCredit(
  giver: Side,
  receiver: Side | undefined,
  what: Transfer,
  nowS: bigint,
): { readonly giver: Step; readonly receiver: Step } | Refusal {
  const moved = transfer(giver, receiver, what, nowS);
  if (typeof moved === "string") return moved;
  assert(receiver !== undefined, "credit that moved has a receiver");
  return {
    giver: judgeAccount(giver.terms, stepOf(moved.giver), nowS),
    receiver: judgeAccount(receiver.terms, stepOf(moved.receiver), nowS),
  };
}

/**
 * R92: another tenant: the closing register (the last actual reading unless given) is the last that the leaving one pays
 * for; pots pay of it what they can.
 */
export function applyChangeTenancy(
  terms: Terms,
  account: ModelAccount,
  { closingAtoms, number }: { readonly closingAtoms: bigint | undefined; readonly number: bigint },
  nowS: bigint,
): Step | Refusal {
  const closed = closeMeter(terms, account, nowS, closingAtoms);
  if (closed === "register_invalid") return closed;
  const paid = payFromPots(closed.account, account.balanceMicros, nowS);
  const settled = settleTenancy(terms, paid, number, nowS);
  const events = [...closed.outputs.events, ...settled.events];
  const outputs = { ...closed.outputs, events, parts: settled.parts };
  return judgeAccount(terms, { account: settled.account, outputs }, nowS);
}

function judged(
  terms: Terms,
  change: (Change & { readonly parts?: Parts }) | Refusal,
  nowS: bigint,
): Step | Refusal {
  return typeof change === "string" ? change : judgeAccount(terms, stepOf(change), nowS);
}

function stepOf({ account, events, parts }: Change & { readonly parts?: Parts }): Step {
  return { account, outputs: { ...NOTHING, events, parts } };
}
