/**
 * The steps that readings and time bring to an account, and a change of its terms. Each is pure and atomic (R42): it gives
 * the account after it and what it gave out. Its own work comes first, then pots pay for what it took (R41), then credit is
 * judged once.
 */
import { acceptOpening, acceptReading, begin, cleared } from "./accept.ts";
import {
  type Assignment,
  type ModelAccount,
  NOTHING,
  type Outputs,
  type Step,
  type Terms,
} from "./account.ts";
import { renewAllowance, takeAllowance } from "./allowance.ts";
import { chargeThrough } from "./charge-through.ts";
import { consume } from "./consume.ts";
import { courseOf, dearestOf } from "./course.ts";
import {
  actualAssignment,
  actualBalance,
  checkpoint,
  lastActual,
  lastReading,
} from "./estimate.ts";
import { eventOf, type ModelEvent } from "./events.ts";
import { type Bounds, judge, QUARANTINED, type Reading, type Verdict } from "./judge.ts";
import { judgeAccount } from "./judge-credit.ts";
import { countLoad } from "./load-limit.ts";
import { availableMicros, payFromPots } from "./pots.ts";
import { holdsQuantity, MICRO_ATOMS } from "./purchase.ts";
import { watch } from "./watch.ts";

/** R10 … R18, R30 … R36: a reading. An actual one is judged against the last actual one. */
export function applyReading(terms: Terms, account: ModelAccount, reading: Reading): Step {
  if (reading.quality === "estimated") return applyEstimate(terms, account, reading);
  const bounds = boundsOfActual(terms, account);
  const { verdict, ...judged } = judge(reading, lastActual(account), terms.meter, bounds);
  const { atS, registerAtoms } = reading;
  const nowS = reading.receivedAtS ?? atS;
  if (verdict !== "accepted") return refused(account, verdict, registerAtoms, nowS);
  if (account.t0 === undefined) {
    const opened = acceptOpening(terms, account, { atS, registerAtoms }, nowS);
    return judgeAccount(terms, paid(account, opened, nowS), nowS);
  }
  return judgeAccount(terms, take(terms, account, { atS, registerAtoms, ...judged }, nowS), nowS);
}

/** What an accepted reading behind the opening does before it is judged, pots, allowance and load with it. */
export function take(
  terms: Terms,
  account: ModelAccount,
  accepted: Parameters<typeof acceptReading>[2],
  nowS: bigint,
): Step {
  const { deltaAtoms, atS } = accepted;
  const fromS = lastActual(account)?.atS ?? atS;
  const used = paid(account, acceptReading(terms, account, accepted, nowS), nowS);
  const allowed = useAllowance(terms, account, used.account, { deltaAtoms, nowS });
  const loaded = countLoad(terms, allowed, { fromS, atS, deltaAtoms }, nowS);
  const events = [...used.outputs.events, ...loaded.events];
  return { account: loaded.account, outputs: { ...used.outputs, events } };
}

/** R74: what is used while credit is exhausted comes from the day's allowance. */
function useAllowance(
  terms: Terms,
  before: ModelAccount,
  after: ModelAccount,
  { deltaAtoms, nowS }: { deltaAtoms: bigint; nowS: bigint },
): ModelAccount {
  const { policy } = terms;
  const wasExhausted =
    before.mode === "prepayment" &&
    availableMicros(policy, before, nowS) <= policy.disablementMicros;
  if (policy.dailyAllowance.atoms === 0n || !wasExhausted) return after;
  return takeAllowance(renewAllowance(terms, after, nowS), deltaAtoms);
}

/** R41; R16, R20: and certain data clear what was uncertain. */
function paid(before: ModelAccount, { account, outputs }: Step, nowS: bigint): Step {
  return { account: cleared(payFromPots(account, before.balanceMicros, nowS)), outputs };
}

/**
 * R18: an estimate is charged only where the policy allows it and an actual reading of the kind would be accepted without a
 * wrap; else it is only recorded. It makes nothing certain.
 */
function applyEstimate(terms: Terms, account: ModelAccount, reading: Reading): Step {
  const recorded: Step = { account, outputs: { ...NOTHING, verdict: "estimated" } };
  const { t0 } = account;
  if (t0 === undefined || !terms.policy.chargeEstimates) return recorded;
  const bounds = boundsOf(terms, account, account.balanceMicros);
  const asActual: Reading = { ...reading, quality: "actual" };
  const { verdict, rollover, deltaAtoms } = judge(
    asActual,
    lastReading(account),
    terms.meter,
    bounds,
  );
  if (verdict !== "accepted" || rollover) return recorded;

  const { atS, registerAtoms } = reading;
  const nowS = reading.receivedAtS ?? atS;
  const base = checkpoint(account);
  const estimated = { ...account, estimate: base };
  const used = consume(terms, estimated, { fromS: t0, toS: atS, deltaAtoms }, nowS);
  // R34: where quantity is held, rows cost nothing; the balance gave the quantity itself.
  const costMicros = holdsQuantity(terms, account)
    ? deltaAtoms * MICRO_ATOMS
    : used.outputs.rated.reduce((sum, piece) => sum + piece.costMicros, 0n);
  const estimate = {
    ...base,
    costMicros: base.costMicros + costMicros,
    quantityAtoms: base.quantityAtoms + deltaAtoms,
  };
  const after = { ...used.account, t0: atS, r0: registerAtoms, estimate };
  const span = { course: courseOf(terms, account), fromS: t0, toS: atS };
  const begun = begin(after, span, nowS);
  const events = [...used.outputs.events, ...begun.events];
  const outputs: Outputs = { ...used.outputs, verdict: "estimated", events };
  const settled = payFromPots(begun.account, account.balanceMicros, nowS);
  return judgeAccount(terms, { account: settled, outputs }, nowS);
}

/** R35: time alone, for accounts that are ticked: what is due up to and with `nowS` is charged; then R20, R76. */
export function applyTick(terms: Terms, account: ModelAccount, nowS: bigint): Step {
  const due = chargeThrough(terms, account, nowS);
  const after = payFromPots(due.account, account.balanceMicros, nowS);
  const watched = watch(terms.policy, after, nowS);
  const events = [...due.outputs.events, ...watched.events];
  return judgeAccount(
    terms,
    { account: watched.account, outputs: { ...due.outputs, events } },
    nowS,
  );
}

/** Another policy, another text of it, or another calendar: the account as it stands is judged by it. */
export function applyPolicy(terms: Terms, account: ModelAccount, nowS: bigint): Step {
  return judgeAccount(terms, { account, outputs: NOTHING }, nowS);
}

/** R72: whether somebody depends on the supply. */
export function applyCriticalNeed(
  terms: Terms,
  account: ModelAccount,
  isCritical: boolean,
  nowS: bigint,
): Step {
  return judgeAccount(terms, { account: { ...account, isCritical }, outputs: NOTHING }, nowS);
}

/** What an account brings to a verdict on an actual reading: as if there were no estimates. */
export function boundsOfActual(terms: Terms, account: ModelAccount): Bounds {
  return boundsOf(terms, actualAssignment(account), actualBalance(account));
}

function boundsOf(terms: Terms, assignment: Assignment, balanceMicros: bigint): Bounds {
  const course = courseOf(terms, assignment);
  const { list, next } = course;
  const firstVersionS = list.versions[0]?.fromS;
  const then = next && { atS: next.atS, firstVersionS: next.list.versions[0]?.fromS };
  return { firstVersionS, next: then, dearestMicros: dearestOf(course), balanceMicros };
}

/** The numbers by which events name the kinds of quarantine. */
const QUARANTINE_LEVEL: Readonly<Partial<Record<Verdict, number>>> = {
  conflict: 4,
  backwards: 6,
  implausible: 7,
  clock: 8,
  untariffed: 9,
};

/** A reading that is not accepted changes nothing of the meter; R16: it raises its kind's event once. */
function refused(
  account: ModelAccount,
  verdict: Verdict,
  registerAtoms: bigint,
  nowS: bigint,
): Step {
  const raises = QUARANTINED.includes(verdict) && !account.quarantineRaised.includes(verdict);
  if (!raises) return { account, outputs: { ...NOTHING, verdict } };
  const raised = { ...account, quarantineRaised: [...account.quarantineRaised, verdict] };
  const facts = { level: QUARANTINE_LEVEL[verdict] ?? 0, amount: registerAtoms };
  const events: ModelEvent[] = [eventOf(raised, nowS, "reading.quarantined", facts)];
  return { account: raised, outputs: { ...NOTHING, verdict, events } };
}
