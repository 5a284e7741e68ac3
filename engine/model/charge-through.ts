/**
 * R35, R36: charges by time and time debts, up to an instant.
 */
import { type Charged, type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { isFriendly } from "./calendar.ts";
import { collectionOf, type Moment } from "./collect.ts";
import { courseOf, type DueByList, dueOf } from "./course.ts";
import { spend } from "./days-left.ts";
import { DEBT_NUMBER, isTaken } from "./debts.ts";
import { eventOf, type ModelEvent } from "./events.ts";
import { DEBT_MICROS_MAX, isHeld, least } from "./money.ts";
import type { Charge } from "./price-list.ts";
import { holdsQuantity } from "./purchase.ts";

/** Rows of time debts, and how much more a row is whose charge went to the accumulated debt. */
const ROW = { timeDebt1: 32, timeDebt2: 33, toDebt: 64 } as const;

/** What one entry that fell due did: nothing, or a row. */
type Entry = { account: ModelAccount; charged?: Charged; cleared?: ModelEvent };

/**
 * All that falls due after `chargedThrough` up to and with `toS`. At one instant: charges of priority 0 in the order of
 * the list, time debt 1, time debt 2, other charges by priority and then in the order of the list. `nowS` is the step's
 * time, which events carry. Earlier instants than what is done already do nothing.
 */
export function chargeThrough(
  terms: Terms,
  account: ModelAccount,
  toS: bigint,
  nowS: bigint = toS,
): Step {
  const fromS = account.chargedThrough;
  if (fromS === undefined || toS <= fromS) return { account, outputs: NOTHING };
  let after = account;
  const charged: Charged[] = [];
  const events: ModelEvent[] = [];
  for (const due of dueOf(courseOf(terms, account), fromS, toS)) {
    const moment = { state: account.supplyState, isFriendly: isFriendly(terms, due.atS) };
    for (const turn of turnsOf(due)) {
      const entry = turn(terms, after, { due, moment, nowS });
      after = entry.account;
      if (entry.charged !== undefined) charged.push(entry.charged);
      if (entry.cleared !== undefined) events.push(entry.cleared);
    }
  }
  return { account: { ...after, chargedThrough: toS }, outputs: { ...NOTHING, charged, events } };
}

type When = { due: DueByList; moment: Moment; nowS: bigint };
type Turn = (terms: Terms, account: ModelAccount, when: When) => Entry;

/** R35: the order at one instant. */
function turnsOf({ charges }: DueByList): Turn[] {
  const turnOf =
    (charge: Charge): Turn =>
    (terms, account, when) => {
      return chargeOnce(terms, account, charge, when);
    };
  const others = charges.filter(({ priority }) => priority > 0);
  return [
    ...charges.filter(({ priority }) => priority === 0).map(turnOf),
    (terms, account, when) => takeDebt(terms, account, "timeDebt1", when),
    (terms, account, when) => takeDebt(terms, account, "timeDebt2", when),
    ...others.sort((a, b) => a.priority - b.priority || a.index - b.index).map(turnOf),
  ];
}

/** R36: a charge is collected, goes to the accumulated debt, or is dropped; none that could not be held. */
function chargeOnce(terms: Terms, account: ModelAccount, charge: Charge, when: When): Entry {
  const { atS, list, version } = when.due;
  const { index, amountMicros } = charge;
  const row = { atS, list, version: version.index, amountMicros };
  const collection = collectionOf(charge, when.moment);
  // R34: no money is collected of quantity: it is owed.
  const isOwed = collection === "collect" && holdsQuantity(terms, account);
  switch (isOwed ? "debt" : collection) {
    case "drop":
      return { account };
    case "debt": {
      const accumulatedDebtMicros = account.accumulatedDebtMicros + amountMicros;
      const fits = accumulatedDebtMicros >= 0n && accumulatedDebtMicros <= DEBT_MICROS_MAX;
      if (!fits) return { account };
      const owing = { ...account, accumulatedDebtMicros };
      return { account: owing, charged: { ...row, row: ROW.toDebt + index } };
    }
    case "collect": {
      if (!isHeld(account.balanceMicros - amountMicros)) return { account };
      return { account: collected(terms, account, amountMicros), charged: { ...row, row: index } };
    }
  }
}

/** R35: a time debt gives its rate, or what is left of it. */
function takeDebt(
  terms: Terms,
  account: ModelAccount,
  name: "timeDebt1" | "timeDebt2",
  { due, moment, nowS }: When,
): Entry {
  const debt = account[name];
  const isDue = debt.owedMicros > 0n && due.begins.includes(debt.every);
  if (!isDue || !isTaken(debt, moment)) return { account };
  const amountMicros = least(debt.rateMicros, debt.owedMicros);
  if (amountMicros === 0n) return { account };
  const paying = paidDebt(terms, account, amountMicros);
  if (paying === undefined) return { account };
  const owedMicros = debt.owedMicros - amountMicros;
  const taken = { ...paying, [name]: { ...debt, owedMicros } };
  const { atS, list, version } = due;
  const charged = { atS, list, version: version.index, row: ROW[name], amountMicros };
  if (owedMicros > 0n) return { account: taken, charged };
  const facts = { level: DEBT_NUMBER[name], amount: amountMicros };
  return { account: taken, charged, cleared: eventOf(taken, nowS, "debt.cleared", facts) };
}

/**
 * What a time debt takes comes from the balance or, R34, where that is quantity, goes to the accumulated debt; undefined where
 * it could not be held.
 */
function paidDebt(
  terms: Terms,
  account: ModelAccount,
  amountMicros: bigint,
): ModelAccount | undefined {
  if (holdsQuantity(terms, account)) {
    const accumulatedDebtMicros = account.accumulatedDebtMicros + amountMicros;
    if (accumulatedDebtMicros > DEBT_MICROS_MAX) return undefined;
    return { ...account, accumulatedDebtMicros };
  }
  if (!isHeld(account.balanceMicros - amountMicros)) return undefined;
  return collected(terms, account, amountMicros);
}

/** From the balance; R81: it counts for what the day has cost. */
function collected({ policy }: Terms, account: ModelAccount, amountMicros: bigint): ModelAccount {
  return spend(
    policy,
    { ...account, balanceMicros: account.balanceMicros - amountMicros },
    amountMicros,
  );
}
