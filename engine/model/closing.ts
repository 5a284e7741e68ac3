/**
 * R17, R92: a meter's closing register, and its exchange.
 */
import { acceptOpening, acceptReading, cleared, withoutLoad } from "./accept.ts";
import { type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { withoutWindow } from "./demand.ts";
import { canGiveBack, giveBack, lastActual } from "./estimate.ts";
import { eventOf } from "./events.ts";
import { isRegister, judge } from "./judge.ts";
import { judgeAccount } from "./judge-credit.ts";
import { payFromPots } from "./pots.ts";
import { boundsOfActual } from "./steps.ts";

/**
 * The closing register is judged as the meter's last reading; accepted it clears what was uncertain. Without one the last
 * actual reading's is taken. Not after that reading, it can only be that one again. Estimates are given back (R18). Nothing is
 * judged, and pots have not paid. A meter that was never read has none.
 */
export function closeMeter(
  terms: Terms,
  account: ModelAccount,
  atS: bigint,
  closingAtoms: bigint | undefined,
): Step | "register_invalid" {
  const last = lastActual(account);
  if (last === undefined) return { account, outputs: NOTHING };
  const registerAtoms = closingAtoms ?? last.registerAtoms;
  if (atS <= last.atS) {
    const isSame = registerAtoms === last.registerAtoms;
    if (!isSame || !canGiveBack(account)) return "register_invalid";
    const { account: base, returned } = giveBack(terms, account);
    return { account: base, outputs: { ...NOTHING, verdict: "duplicate", returned } };
  }
  const reading = { atS, registerAtoms, receivedAtS: atS };
  const bounds = boundsOfActual(terms, account);
  const { verdict, deltaAtoms, rollover } = judge(reading, last, terms.meter, bounds);
  if (verdict !== "accepted") return "register_invalid";
  const accepted = { atS, registerAtoms, deltaAtoms, rollover };
  const closed = acceptReading(terms, account, accepted, atS);
  return { ...closed, account: cleared(closed.account) };
}

/** R17: an exchange at `atS`. The old meter's closing register may be unknown, if it could not be read. */
export type Exchange = {
  atS: bigint;
  closingAtoms: bigint | undefined;
  openingAtoms: bigint;
  /** Of the command. */
  number: bigint;
};

/**
 * R17: the meter is exchanged, or, if its closing register is refused, nothing is. Then the new one's opening stands in its
 * place at the same instant; counters, carry, balance and debts stay with the usage point, the old meter's quarantine does
 * not. R75: load is measured anew; R38: so is the running window. `terms` are the old meter's.
 */
export function applyExchange(
  terms: Terms,
  account: ModelAccount,
  { atS, closingAtoms, openingAtoms, number }: Exchange,
): Step | "register_invalid" {
  if (!isRegister(openingAtoms)) return "register_invalid";
  const isFirst = account.t0 === undefined;
  const closed = isFirst
    ? openAt(terms, account, atS, openingAtoms)
    : closeMeter(terms, account, atS, closingAtoms);
  if (closed === "register_invalid") return closed;
  const paid = payFromPots(closed.account, account.balanceMicros, atS);
  const demand = withoutWindow(paid.demand);
  const exchanged = withoutLoad({ ...cleared(paid), demand, r0: openingAtoms });
  const event = eventOf(exchanged, atS, "meter.exchanged", { number, amount: openingAtoms });
  const outputs = { ...closed.outputs, events: [...closed.outputs.events, event] };
  return judgeAccount(terms, { account: exchanged, outputs }, atS);
}

/** The first meter that is read: its opening is a reading like any other. */
function openAt(
  terms: Terms,
  account: ModelAccount,
  atS: bigint,
  registerAtoms: bigint,
): Step | "register_invalid" {
  const bounds = boundsOfActual(terms, account);
  const reading = { atS, registerAtoms, receivedAtS: atS };
  const { verdict } = judge(reading, undefined, terms.meter, bounds);
  if (verdict !== "accepted") return "register_invalid";
  return acceptOpening(terms, account, { atS, registerAtoms }, atS);
}
