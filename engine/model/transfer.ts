/**
 * R90: credit that goes from one account to another of the same currency: two entries in one step; amounts are set aside
 * meanwhile.
 */
import assert from "node:assert/strict";
import type { ModelAccount, Terms } from "./account.ts";
import { type Change, eventOf } from "./events.ts";
import { DEBT_MICROS_MAX, isHeld, most } from "./money.ts";
import type { Policy } from "./policy.ts";

/** Sets an amount of more than 0 aside. */
export function reserve(
  policy: Policy,
  account: ModelAccount,
  amountMicros: bigint,
  nowS: bigint,
): Change | "not_prepayment" | "transfer_insufficient" | "money_limit_exceeded" {
  assert(amountMicros > 0n, "an amount is more than 0");
  if (account.mode === "credit") return "not_prepayment";
  if (!canSpare(policy, account, amountMicros)) return "transfer_insufficient";
  const reservedMicros = account.reservedMicros + amountMicros;
  if (reservedMicros > DEBT_MICROS_MAX) return "money_limit_exceeded";
  const balanceMicros = account.balanceMicros - amountMicros;
  const after = { ...account, balanceMicros, reservedMicros };
  return {
    account: after,
    events: [eventOf(after, nowS, "credit.reserved", { amount: amountMicros })],
  };
}

/** Gives back what was set aside. */
export function release(
  account: ModelAccount,
  amountMicros: bigint,
  nowS: bigint,
): Change | "transfer_insufficient" | "money_limit_exceeded" {
  if (amountMicros > account.reservedMicros) return "transfer_insufficient";
  const balanceMicros = account.balanceMicros + amountMicros;
  if (!isHeld(balanceMicros)) return "money_limit_exceeded";
  const after = {
    ...account,
    balanceMicros,
    reservedMicros: account.reservedMicros - amountMicros,
  };
  return {
    account: after,
    events: [eventOf(after, nowS, "credit.released", { amount: amountMicros })],
  };
}

/** An account and its terms. */
export type Side = { readonly terms: Terms; readonly account: ModelAccount };

/** What goes over; `isReserved`: out of what was set aside. */
export type Transfer = { readonly amountMicros: bigint; readonly isReserved: boolean };

/** Moves credit; it meets no debt of the receiver. Neither account is judged yet: first the giver is, then the receiver. */
export function transfer(
  giver: Side,
  receiver: Side | undefined,
  { amountMicros, isReserved }: Transfer,
  nowS: bigint,
):
  | { readonly giver: Change; readonly receiver: Change }
  | "account_unknown"
  | "not_prepayment"
  | "money_limit_exceeded"
  | "balance_limit_exceeded"
  | "transfer_insufficient" {
  if (receiver === undefined || receiver.terms.slot === giver.terms.slot) return "account_unknown";
  const [from, to] = [giver.account, receiver.account];
  if (to.mode === "credit" || from.mode === "credit") return "not_prepayment";
  const toBalanceMicros = to.balanceMicros + amountMicros;
  if (!isHeld(toBalanceMicros)) return "money_limit_exceeded";
  if (toBalanceMicros > receiver.terms.policy.balanceMaxMicros) return "balance_limit_exceeded";
  const canGive = isReserved
    ? amountMicros <= from.reservedMicros
    : canSpare(giver.terms.policy, from, amountMicros);
  if (!canGive) return "transfer_insufficient";

  const given: ModelAccount = {
    ...from,
    balanceMicros: from.balanceMicros - (isReserved ? 0n : amountMicros),
    reservedMicros: from.reservedMicros - (isReserved ? amountMicros : 0n),
    adjustmentsMicros: from.adjustmentsMicros - amountMicros,
  };
  const received: ModelAccount = {
    ...to,
    balanceMicros: toBalanceMicros,
    adjustmentsMicros: to.adjustmentsMicros + amountMicros,
  };
  const type = "credit.transferred";
  const gave = eventOf(given, nowS, type, { number: receiver.terms.slot, amount: -amountMicros });
  const got = eventOf(received, nowS, type, { number: giver.terms.slot, amount: amountMicros });
  return {
    giver: { account: given, events: [gave] },
    receiver: { account: received, events: [got] },
  };
}

/** What is given away leaves neither emergency credit owed nor a balance under the cut-off or 0. */
function canSpare(policy: Policy, account: ModelAccount, amountMicros: bigint): boolean {
  if (account.emergency.usedMicros > 0n) return false;
  return account.balanceMicros - amountMicros >= most(policy.disablementMicros, 0n);
}
