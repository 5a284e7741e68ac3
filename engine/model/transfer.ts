/**
 * R90: credit that goes from one account to another of the same currency: two entries in one step; amounts are set aside
 * meanwhile.
 */
import assert from "node:assert/strict";
import type { ModelAccount } from "./account.ts";
import { convert } from "./convert.ts";
import { type Change, eventOf } from "./events.ts";
import {
  canGive,
  canSpare,
  type Moved,
  type Side,
  type Transfer,
  type TransferRefusal,
} from "./giving.ts";
import { DEBT_MICROS_MAX, isHeld } from "./money.ts";
import type { Policy } from "./policy.ts";
import { holdsQuantity } from "./purchase.ts";

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

/** Moves credit; it meets no debt of the receiver. Neither account is judged yet: first the giver is, then the receiver. */
export function transfer(
  giver: Side,
  receiver: Side | undefined,
  what: Transfer,
  nowS: bigint,
): Moved | TransferRefusal {
  const { amountMicros, isReserved } = what;
  if (receiver === undefined || receiver.terms.slot === giver.terms.slot) return "account_unknown";
  if (what.converts === true) return convert(giver, receiver, what, nowS);
  const [from, to] = [giver.account, receiver.account];
  const isOneUnit = holdsQuantity(giver.terms, from) === holdsQuantity(receiver.terms, to);
  if (!isOneUnit) return "price_list_basis";
  if (to.mode === "credit" || from.mode === "credit") return "not_prepayment";
  const toBalanceMicros = to.balanceMicros + amountMicros;
  if (!isHeld(toBalanceMicros)) return "money_limit_exceeded";
  if (toBalanceMicros > receiver.terms.policy.balanceMaxMicros) return "balance_limit_exceeded";
  if (!canGive(giver, what)) return "transfer_insufficient";

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
