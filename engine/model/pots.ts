/**
 * R41: restricted pots go before unrestricted money, soonest expiry first.
 */
import assert from "node:assert/strict";
import type { ModelAccount, Pot } from "./account.ts";
import { type Change, eventOf } from "./events.ts";
import { DEBT_MICROS_MAX, least } from "./money.ts";
import type { Policy } from "./policy.ts";

/** Most pots of an account. */
export const POTS_MAX = 4;

/** What is the customer's own: the balance and the pots that have not expired. */
export function ownMicros(account: ModelAccount, nowS: bigint): bigint {
  return account.pots
    .filter(({ expiresS }) => expiresS > nowS)
    .reduce((sum, { amountMicros }) => sum + amountMicros, account.balanceMicros);
}

/** What can be used: the own, and what is left of emergency credit that was invoked. */
export function availableMicros(policy: Policy, account: ModelAccount, nowS: bigint): bigint {
  const { state, usedMicros } = account.emergency;
  const leftMicros = policy.emergency.limitMicros - usedMicros;
  const canUse = state === "invoked" && leftMicros > 0n;
  return ownMicros(account, nowS) + (canUse ? leftMicros : 0n);
}

/**
 * R41: what a step took from the balance is paid from the pots, as far as they go: they give it back to the balance.
 * `beforeMicros` is the balance before consumption and charges of the step.
 */
export function payFromPots(
  account: ModelAccount,
  beforeMicros: bigint,
  nowS: bigint,
): ModelAccount {
  let takenMicros = beforeMicros - account.balanceMicros;
  if (takenMicros <= 0n) return account;
  let { balanceMicros } = account;
  const pots: Pot[] = [];
  for (const pot of account.pots) {
    const useMicros = pot.expiresS > nowS ? least(pot.amountMicros, takenMicros) : 0n;
    takenMicros -= useMicros;
    balanceMicros += useMicros;
    const amountMicros = pot.amountMicros - useMicros;
    if (amountMicros > 0n) pots.push({ ...pot, amountMicros });
  }
  return { ...account, balanceMicros, pots };
}

/** R41: pots that have come to their expiry are gone. */
export function expirePots(account: ModelAccount, nowS: bigint): Change {
  const gone = account.pots.filter(({ expiresS }) => expiresS <= nowS);
  if (gone.length === 0) return { account, events: [] };
  return {
    account: { ...account, pots: account.pots.filter(({ expiresS }) => expiresS > nowS) },
    events: gone.map(({ amountMicros }) =>
      eventOf(account, nowS, "credit.expired", { amount: amountMicros }),
    ),
  };
}

/** R41: grants restricted credit, more than 0. It stands behind pots of its own or an earlier expiry. */
export function grantPot(
  account: ModelAccount,
  pot: Pot,
  nowS: bigint,
): Change | "not_prepayment" | "pots_full" | "pot_expired" | "money_limit_exceeded" {
  assert(pot.amountMicros > 0n, "a pot holds more than 0");
  if (account.mode === "credit") return "not_prepayment";
  if (account.pots.length >= POTS_MAX) return "pots_full";
  if (pot.expiresS <= nowS) return "pot_expired";
  if (pot.amountMicros > DEBT_MICROS_MAX) return "money_limit_exceeded";
  const granted = {
    ...account,
    pots: [
      ...account.pots.filter(({ expiresS }) => expiresS <= pot.expiresS),
      pot,
      ...account.pots.filter(({ expiresS }) => expiresS > pot.expiresS),
    ],
  };
  const event = eventOf(granted, nowS, "credit.granted", { amount: pot.amountMicros });
  return { account: granted, events: [event] };
}
