/**
 * R70 … R76: the ladder when credit runs out, and the way back: what is wanted of the supply.
 */
import type { ModelAccount, SupplyCause, SupplyWanted, Terms } from "./account.ts";
import { isNoticeOver } from "./alerts.ts";
import { renewAllowance } from "./allowance.ts";
import { intervalAt, isCalm, isInWindow, jitterOf } from "./calendar.ts";
import { isCertain } from "./certain.ts";
import { type Change, eventOf, type ModelEvent } from "./events.ts";
import { most } from "./money.ts";
import { availableMicros } from "./pots.ts";

/** What could be asked of the supply; `value` is a limit's atoms an hour. */
export type Desired =
  | { readonly is: "connected" }
  | { readonly is: "limited"; readonly value: bigint }
  | { readonly is: "disconnected" };

/** What the level of supply.restore_requested says: 6, ready for reconnection; 0, connected. */
const READY_LEVEL = 6;

/**
 * Judges the supply at the end of a step. The numbers are the order of the rules. `mayCut` is false where a step must not
 * start a cut (R53).
 */
export function judgeSupply(
  terms: Terms,
  before: ModelAccount,
  nowS: bigint,
  mayCut: boolean,
): Change {
  const { policy } = terms;
  let account = before;
  const isOff = account.supplyWanted === "disconnected";
  const availableNow = availableMicros(policy, account, nowS);
  const hasCredit = availableNow > policy.disablementMicros;

  // 1. R78: what a person cut only a person restores.
  if (account.supplyCause === "manual" && isOff) return { account, events: [] };

  // 2. R78, R70: what a person restored holds until credit has come.
  if (account.supplyCause === "manual") {
    if (!hasCredit) return { account, events: [] };
    account = { ...account, supplyCause: "automatic" };
  }

  // 3. R75: what the load limit cut is back after its restoration, whatever the clearance.
  let isFree = false;
  if (account.supplyCause === "load_limit" && isOff) {
    if (nowS < account.load.cutS + policy.loadLimit.restorationS) return { account, events: [] };
    account = { ...account, supplyCause: "automatic" };
    isFree = true;
  }

  // 4. R70, R72, R74: the rungs.
  const isExhausted = account.mode === "prepayment" && !hasCredit;
  const hasAllowance = policy.dailyAllowance.atoms > 0n;
  if (isExhausted && hasAllowance) account = renewAllowance(terms, account, nowS);
  const allowanceLeft = isExhausted && hasAllowance && account.allowance.leftAtoms > 0n;
  const soft = softRung(terms, account, availableNow);
  const wouldCut = isExhausted && policy.automaticCut && !allowanceLeft;
  const withheld = withhold(account, wouldCut, hasCredit, nowS);
  account = withheld.account;
  let desired: Desired = wouldCut && !account.isCritical ? { is: "disconnected" } : soft;

  // 5. R76: back only with clearance.
  const isCleared = hasCredit && availableNow >= policy.disablementMicros + policy.clearanceMicros;
  const mayReturn =
    account.mode === "credit" || isFree || allowanceLeft || isCleared || account.isCritical;
  if (isOff && !mayReturn) desired = { is: "disconnected" };

  // 6. R71, R73: a cut that may not go yet waits.
  let warned: Change = { account, events: [] };
  if (desired.is === "disconnected" && !isOff) {
    const waitsFor = firstMissing(terms, account, nowS, mayCut);
    if (waitsFor !== undefined) desired = soft;
    if (waitsFor === "calm") warned = warnOfFriendlyEnd(terms, account, nowS);
  }
  account = warned.account;
  const events = [...withheld.events, ...warned.events];

  // 7. R18, R73: no limit by uncertain data.
  if (desired.is === "limited" && isDeeper(desired.value, account)) {
    if (!isCertain(policy, account, nowS)) return { account, events };
  }

  // 8. R70: on its edge.
  if (isWantedAlready(desired, account)) return { account, events };
  const asked = request(terms, account, desired, { cause: "automatic", nowS });
  return { account: asked.account, events: [...events, ...asked.events] };
}

/** R70: the rungs over the cut; R72: a critical need is never under the essential level. */
function softRung({ policy }: Terms, account: ModelAccount, availableNow: bigint): Desired {
  if (account.mode === "credit") return { is: "connected" };
  const { trickle, limit } = policy;
  if (availableNow <= trickle.thresholdMicros && trickle.atomsPerHour > 0n) {
    const essential = account.isCritical ? policy.essentialAtomsPerHour : 0n;
    return { is: "limited", value: most(trickle.atomsPerHour, essential) };
  }
  if (availableNow <= limit.thresholdMicros && limit.atomsPerHour > 0n) {
    return { is: "limited", value: limit.atomsPerHour };
  }
  return { is: "connected" };
}

/** R72: a cut that a critical need holds back is told to a person once, until credit is there again. */
function withhold(
  account: ModelAccount,
  wouldCut: boolean,
  hasCredit: boolean,
  nowS: bigint,
): Change {
  if (hasCredit) return { account: { ...account, isCutWithheld: false }, events: [] };
  if (!wouldCut || !account.isCritical || account.isCutWithheld) return { account, events: [] };
  const withheld = { ...account, isCutWithheld: true };
  return { account: withheld, events: [eventOf(withheld, nowS, "supply.cut_withheld")] };
}

/** R53, R71, R73: the first thing that a cut still lacks. */
function firstMissing(
  terms: Terms,
  account: ModelAccount,
  nowS: bigint,
  mayCut: boolean,
): "leave" | "certain" | "calm" | "notice" | "window" | undefined {
  const jitterS = jitterOf(terms.slot, terms.policy.friendly.jitterS);
  if (!mayCut) return "leave";
  if (!isCertain(terms.policy, account, nowS)) return "certain";
  if (!isCalm(terms, jitterS, nowS)) return "calm";
  if (!isNoticeOver(terms.policy, account, nowS)) return "notice";
  if (!isInWindow(terms, nowS)) return "window";
  return undefined;
}

/** R71: "a warning goes out n minutes before the end if a cut would follow", once for each end. */
function warnOfFriendlyEnd(terms: Terms, account: ModelAccount, nowS: bigint): Change {
  const { warningS } = terms.policy.friendly;
  const inside = terms.friendly && intervalAt(terms.friendly, nowS);
  if (inside === undefined || warningS === 0n) return { account, events: [] };
  const { endS } = inside;
  if (nowS < endS - warningS || account.friendlyWarnedS === endS) return { account, events: [] };
  const warned = { ...account, friendlyWarnedS: endS };
  return {
    account: warned,
    events: [eventOf(warned, nowS, "friendly_period.ending", { number: endS })],
  };
}

/** Connected and ready are the least deep, then limits, a smaller one deeper, then disconnected. */
function isDeeper(value: bigint, { supplyWanted, supplyValue }: ModelAccount): boolean {
  if (supplyWanted === "disconnected") return false;
  return supplyWanted !== "limited" || value < supplyValue;
}

function isWantedAlready(desired: Desired, { supplyWanted, supplyValue }: ModelAccount): boolean {
  switch (desired.is) {
    case "connected":
      return supplyWanted === "connected" || supplyWanted === "ready";
    case "limited":
      return supplyWanted === "limited" && supplyValue === desired.value;
    case "disconnected":
      return supplyWanted === "disconnected";
  }
}

/**
 * R77: asks for it, under the meter's next number. R76: where the policy says so, a supply that is reported disconnected
 * becomes ready for somebody at the meter to restore; a restore has a deadline.
 */
export function request(
  { policy }: Terms,
  account: ModelAccount,
  desired: Desired,
  { cause, nowS }: { cause: SupplyCause; nowS: bigint },
): Change {
  const number = account.supplyNumber + 1n;
  const wanted = wantedOf(account, desired, policy.readyForReconnection);
  const asked: ModelAccount = {
    ...account,
    supplyWanted: wanted,
    supplyValue: desired.is === "limited" ? desired.value : 0n,
    supplyCause: cause,
    supplyNumber: number,
    restoreS: desired.is === "connected" && policy.restoreDeadlineS > 0n ? nowS : 0n,
  };
  return { account: asked, events: [requestEvent(asked, nowS)] };
}

function wantedOf(
  { supplyWanted, supplyState }: ModelAccount,
  desired: Desired,
  readyForReconnection: boolean,
): SupplyWanted {
  if (desired.is !== "connected") return desired.is;
  const isOff = supplyWanted === "disconnected" && supplyState === "disconnected";
  return readyForReconnection && isOff ? "ready" : "connected";
}

function requestEvent(asked: ModelAccount, nowS: bigint): ModelEvent {
  const facts = { number: asked.supplyNumber, cause: asked.supplyCause };
  switch (asked.supplyWanted) {
    case "disconnected":
      return eventOf(asked, nowS, "supply.cut_requested", facts);
    case "limited":
      return eventOf(asked, nowS, "supply.limit_requested", {
        ...facts,
        amount: asked.supplyValue,
      });
    case "ready":
      return eventOf(asked, nowS, "supply.restore_requested", { ...facts, level: READY_LEVEL });
    case "connected":
      return eventOf(asked, nowS, "supply.restore_requested", facts);
  }
}
