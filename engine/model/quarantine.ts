/**
 * R16: a person's word on a reading that waits in quarantine.
 */
import { cleared, withoutLoad } from "./accept.ts";
import { type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { arriveUnrated } from "./assign.ts";
import { chargeThrough } from "./charge-through.ts";
import { courseOf, cyclesOf } from "./course.ts";
import { canGiveBack, giveBack, lastActual } from "./estimate.ts";
import { eventOf } from "./events.ts";
import {
  DELTA_ATOMS_MAX,
  fits,
  INTERVAL_S_MAX,
  isBefore,
  isRegister,
  isUntariffed,
  type LastReading,
} from "./judge.ts";
import { judgeAccount } from "./judge-credit.ts";
import { payFromPots } from "./pots.ts";
import { boundsOfActual, take } from "./steps.ts";

/** What is accepted: that it was used, or that counting begins anew with it. */
export type Acceptance = {
  atS: bigint;
  registerAtoms: bigint;
  as: "consumption" | "baseline";
};

/** Levels of reading.accepted. */
const LEVEL = { consumption: 0, baseline: 1 } as const;

/**
 * The reading is accepted, whatever the meter's highest rate and its clock; it must be later than the last actual one, and
 * not in the future. What was uncertain is so no longer.
 */
export function applyAcceptReading(
  terms: Terms,
  account: ModelAccount,
  acceptance: Acceptance,
  nowS: bigint,
): Step | "reading_outdated" | "register_invalid" {
  const last = lastActual(account);
  const { atS, registerAtoms, as } = acceptance;
  if (last === undefined || atS <= last.atS || atS > nowS) return "reading_outdated";
  if (!isRegister(registerAtoms)) return "register_invalid";
  const taken =
    as === "baseline"
      ? beginAnew(terms, account, acceptance, nowS)
      : takeConsumption(terms, account, acceptance, { last, nowS });
  if (taken === undefined) return "register_invalid";
  const after = cleared(taken.account);
  const facts = { level: LEVEL[as], amount: registerAtoms };
  const event = eventOf(after, nowS, "reading.accepted", facts);
  const outputs = { ...taken.outputs, events: [...taken.outputs.events, event] };
  return judgeAccount(terms, { account: after, outputs }, nowS);
}

/** A reading like any other that is accepted; R12: where it is less than the last, the register wrapped, if it can. */
function takeConsumption(
  terms: Terms,
  account: ModelAccount,
  { atS, registerAtoms }: Acceptance,
  { last, nowS }: { last: LastReading; nowS: bigint },
): Step | undefined {
  const plain = registerAtoms - last.registerAtoms;
  const rollover = plain < 0n;
  const deltaAtoms = rollover ? plain + (terms.meter.modulus ?? 0n) : plain;
  const bounds = boundsOfActual(terms, account);
  const isRatable =
    deltaAtoms >= 0n &&
    deltaAtoms <= DELTA_ATOMS_MAX &&
    fits(deltaAtoms, bounds) &&
    atS - last.atS <= INTERVAL_S_MAX &&
    !isUntariffed(last.atS, atS, bounds);
  if (!isRatable) return undefined;
  return take(terms, account, { atS, registerAtoms, deltaAtoms, rollover }, nowS);
}

/** Nothing is consumed by what lies before; estimates are given back. R33: a cycle that began on the way has begun. */
function beginAnew(
  terms: Terms,
  account: ModelAccount,
  { atS, registerAtoms }: Acceptance,
  nowS: bigint,
): Step | undefined {
  if (isBefore(atS, boundsOfActual(terms, account)) || !canGiveBack(account)) return undefined;
  const { account: base, returned } = giveBack(terms, account);
  const isNewCycle =
    base.t0 !== undefined && cyclesOf(courseOf(terms, base), base.t0, atS).length > 0;
  const counters = isNewCycle ? {} : base.counters;
  const begun = withoutLoad({ ...base, t0: atS, r0: registerAtoms, counters });
  // R35: time went on; what the account owes by it is collected, as at an opening.
  const due = chargeThrough(terms, begun, atS, nowS);
  const arrived = arriveUnrated(due.account, atS, nowS);
  const events = [...due.outputs.events, ...arrived.events];
  const paid = payFromPots(arrived.account, account.balanceMicros, nowS);
  return { account: paid, outputs: { ...due.outputs, verdict: "accepted", returned, events } };
}

/** The reading is void; nothing of the meter's waits any longer. */
export function applyRejectReading(
  terms: Terms,
  account: ModelAccount,
  registerAtoms: bigint,
  nowS: bigint,
): Step {
  const after = { ...account, quarantineRaised: [] };
  const event = eventOf(after, nowS, "reading.rejected", { amount: registerAtoms });
  return judgeAccount(terms, { account: after, outputs: { ...NOTHING, events: [event] } }, nowS);
}
