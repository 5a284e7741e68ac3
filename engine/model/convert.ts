/**
 * R90, R6: credit that goes to another account by way of money: quantity is worth what it cost when it was bought, and buys
 * by the receiver's price list.
 */
import type { ModelAccount, Terms } from "./account.ts";
import { type Change, eventOf } from "./events.ts";
import { canGive, type Moved, type Side, type Transfer, type TransferRefusal } from "./giving.ts";
import { isHeld } from "./money.ts";
import { BUY_MICROS_MAX, buy, holdsQuantity, type Purchase, type Sale, sell } from "./purchase.ts";

/** Converts between two accounts; neither is judged yet: first the giver is, then the receiver. */
export function convert(
  giver: Side,
  receiver: Side,
  what: Transfer,
  nowS: bigint,
): Moved | TransferRefusal {
  if (giver.account.mode === "credit" || receiver.account.mode === "credit")
    return "not_prepayment";
  if (!canGive(giver, what)) return "transfer_insufficient";
  const sale = saleOf(giver, what.amountMicros, nowS);
  if (sale.moneyMicros === 0n) return "transfer_insufficient";
  if (sale.moneyMicros > BUY_MICROS_MAX) return "money_limit_exceeded";
  const given = afterSale(giver.account, what, sale);
  if (!isHeld(given.balanceMicros)) return "money_limit_exceeded";
  const purchase = purchaseOf(receiver, sale.moneyMicros, nowS);
  const received = afterPurchase(receiver.account, purchase);
  const isFull = !isHeld(received.balanceMicros) || !isHeld(received.bought.microAtoms);
  if (isFull) return "money_limit_exceeded";
  if (received.balanceMicros > receiver.terms.policy.balanceMaxMicros)
    return "balance_limit_exceeded";
  return {
    giver: tellGiver(given, sale, receiver.terms, nowS),
    receiver: tellReceiver(received, purchase, giver.terms, nowS),
  };
}

/** What the giver's amount is worth; money is worth itself. */
function saleOf({ terms, account }: Side, amount: bigint, nowS: bigint): Sale {
  if (holdsQuantity(terms, account)) return sell(terms, account, amount, nowS);
  return { moneyMicros: amount, given: amount, bought: account.bought };
}

/** What the money is to the receiver. */
function purchaseOf({ terms, account }: Side, moneyMicros: bigint, nowS: bigint): Purchase {
  if (holdsQuantity(terms, account)) return buy(terms, account, moneyMicros, nowS);
  return { microAtoms: moneyMicros, bought: account.bought };
}

/** What is left over of the amount, for less than a micro or for nothing, stays with the giver. */
function afterSale(
  account: ModelAccount,
  { amountMicros, isReserved }: Transfer,
  { given, bought }: Sale,
): ModelAccount {
  const { balanceMicros, reservedMicros } = account;
  return {
    ...account,
    balanceMicros: isReserved ? balanceMicros + amountMicros - given : balanceMicros - given,
    reservedMicros: isReserved ? reservedMicros - amountMicros : reservedMicros,
    adjustmentsMicros: account.adjustmentsMicros - given,
    bought,
  };
}

function afterPurchase(account: ModelAccount, { microAtoms, bought }: Purchase): ModelAccount {
  return {
    ...account,
    balanceMicros: account.balanceMicros + microAtoms,
    adjustmentsMicros: account.adjustmentsMicros + microAtoms,
    bought,
  };
}

function tellGiver(account: ModelAccount, sale: Sale, to: Terms, nowS: bigint): Change {
  const number = to.slot;
  const { moneyMicros, given } = sale;
  const events = [
    eventOf(account, nowS, "credit.converted", { number, amount: moneyMicros }),
    eventOf(account, nowS, "credit.transferred", { number, amount: -given }),
  ];
  return { account, events };
}

function tellReceiver(
  account: ModelAccount,
  { microAtoms }: Purchase,
  from: Terms,
  nowS: bigint,
): Change {
  const facts = { number: from.slot, amount: microAtoms };
  return { account, events: [eventOf(account, nowS, "credit.transferred", facts)] };
}
