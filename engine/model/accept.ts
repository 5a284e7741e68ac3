/**
 * R15, R42: what an accepted reading does to the account. It is not judged here.
 */
import { type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { arrive, arriveUnrated } from "./assign.ts";
import { chargeThrough } from "./charge-through.ts";
import { consume } from "./consume.ts";
import { courseOf } from "./course.ts";
import { type Crossing, tellCrossings } from "./crossings.ts";
import { giveBack } from "./estimate.ts";
import { type Change, eventOf, type ModelEvent } from "./events.ts";

/** An accepted reading: register, what it adds since the last actual one, and whether that register wrapped. */
export type Accepted = {
  atS: bigint;
  registerAtoms: bigint;
  deltaAtoms: bigint;
  rollover: boolean;
};

/** R15: the first reading of a meter charges nothing of its own. R75: load is measured anew from it. R37: lists begin. */
export function acceptOpening(
  terms: Terms,
  account: ModelAccount,
  { atS, registerAtoms }: { atS: bigint; registerAtoms: bigint },
  nowS: bigint,
): Step {
  const opened = { ...account, t0: atS, r0: registerAtoms };
  const begun = { ...opened, chargedThrough: account.chargedThrough ?? atS };
  const due = chargeThrough(terms, withoutLoad(begun), atS, nowS);
  const arrived = arriveUnrated(due.account, atS, nowS);
  const events = [...due.outputs.events, ...arrived.events];
  return { account: arrived.account, outputs: { ...due.outputs, verdict: "accepted", events } };
}

/**
 * R18: estimates are given back first. Then consumption and what is due on the way. R12: a wrap is told, then R37,
 * R30, R33: that another list, another version, a cycle began.
 */
export function acceptReading(
  terms: Terms,
  account: ModelAccount,
  { atS, registerAtoms, deltaAtoms, rollover }: Accepted,
  nowS: bigint,
): Step {
  const { account: base, returned } = giveBack(terms, account);
  if (base.t0 === undefined) throw new Error("a reading behind the opening has one before it");
  const course = courseOf(terms, base);
  const used = consume(terms, base, { fromS: base.t0, toS: atS, deltaAtoms }, nowS);
  const after = { ...used.account, t0: atS, r0: registerAtoms };
  const told: ModelEvent[] = rollover
    ? [eventOf(after, nowS, "reading.rollover", { amount: registerAtoms })]
    : [];
  const fromS = account.t0 ?? base.t0;
  const begun = begin(after, { course, fromS, toS: atS }, nowS);
  const { rated, charged } = used.outputs;
  const events = [...used.outputs.events, ...told, ...begun.events];
  const outputs = { ...NOTHING, rollover, returned, rated, charged, events };
  return { account: begun.account, outputs: { ...outputs, verdict: "accepted" } };
}

/** R37, R30, R33: a charged reading has come to an instant: what began by it, and that it did. */
export function begin(
  account: ModelAccount,
  span: Pick<Crossing, "course" | "fromS" | "toS">,
  nowS: bigint,
): Change {
  const arrived = arrive(account, span.toS, nowS);
  const hasOtherList = arrived.account !== account;
  const crossings = tellCrossings(arrived.account, { ...span, hasOtherList }, nowS);
  return { account: arrived.account, events: [...arrived.events, ...crossings] };
}

/** R16, R20: certain data clear what waited in quarantine, and a meter that was silent. */
export function cleared(account: ModelAccount): ModelAccount {
  return { ...account, quarantineRaised: [], isStale: false };
}

/** R75: the load limit's period begins with the next reading. */
export function withoutLoad(account: ModelAccount): ModelAccount {
  return { ...account, load: { ...account.load, fromS: 0n, quantityAtoms: 0n } };
}
