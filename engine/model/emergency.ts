/**
 * R60 … R62, R40: emergency credit: offered, invoked, in use, exhausted, and back again.
 */
import type { ModelAccount } from "./account.ts";
import {
  type Change,
  type EventFacts,
  eventOf,
  type ModelEvent,
  type ModelEventType,
} from "./events.ts";
import { least } from "./money.ts";
import type { Policy } from "./policy.ts";
import { ownMicros } from "./pots.ts";

/** Judges emergency credit at a step's end; in credit mode there is none. The letters are the order of the rules. */
export function judgeEmergency(policy: Policy, before: ModelAccount, nowS: bigint): Change {
  if (before.mode === "credit") return { account: before, events: [] };
  let account = before;
  const events: ModelEvent[] = [];
  const tell = (type: ModelEventType, facts: EventFacts): void => {
    events.push(eventOf(account, nowS, type, facts));
  };
  const { limitMicros, thresholdMicros, autoInvoke } = policy.emergency;
  // Nothing below moves what is the customer's own before it is asked for the last time.
  const own = ownMicros(account, nowS);

  // a. R62: a top-up that lifted credit over the threshold returns what was invoked and not used.
  const isOver = own > thresholdMicros || limitMicros === 0n;
  if (account.emergency.state === "invoked" && account.emergency.usedMicros === 0n && isOver) {
    account = withEmergency(account, { state: "enabled" });
  }

  // b. R60: offered when it can be selected, once until credit has been over the threshold and the hysteresis.
  const selectable = isSelectable(policy, account, nowS);
  if (selectable && !account.emergency.isOffered) {
    account = withEmergency(account, { isOffered: true });
    tell("emergency_credit.offered", { amount: limitMicros });
  }
  if (limitMicros === 0n || own > thresholdMicros + policy.hysteresisMicros) {
    account = withEmergency(account, { isOffered: false });
  }

  // c. R60: invoked by itself, which is recorded as the reason.
  if (selectable && autoInvoke) {
    account = withEmergency(account, { state: "invoked" });
    tell("emergency_credit.invoked", { level: 1, amount: limitMicros });
  }

  // d. R40: what took the balance below the cut-off is taken from emergency credit.
  const { state, usedMicros } = account.emergency;
  const lackMicros = policy.disablementMicros - account.balanceMicros;
  if (state === "invoked" && lackMicros > 0n && usedMicros < limitMicros) {
    const movedMicros = least(limitMicros - usedMicros, lackMicros);
    account = {
      ...withEmergency(account, { usedMicros: usedMicros + movedMicros }),
      balanceMicros: account.balanceMicros + movedMicros,
    };
    if (usedMicros === 0n) tell("emergency_credit.in_use", { amount: movedMicros });
  }

  // e. R62: consumed when the pot is empty.
  const used = account.emergency.usedMicros;
  if (account.emergency.state === "invoked" && used > 0n && used >= limitMicros) {
    account = withEmergency(account, { state: "consumed" });
    tell("emergency_credit.exhausted", { amount: used });
  }

  // f. R62: repaid.
  if (account.emergency.state === "consumed" && used === 0n) {
    account = withEmergency(account, { state: "enabled" });
  }
  return { account, events };
}

/**
 * R60, R61: somebody asks for emergency credit. Asking again succeeds and changes nothing; it is refused while it is
 * owed and while credit is over the threshold.
 */
export function activateEmergency(
  policy: Policy,
  account: ModelAccount,
  nowS: bigint,
): Change | "not_prepayment" | "emergency_credit_not_repaid" | "emergency_credit_not_selectable" {
  const { state, usedMicros } = account.emergency;
  if (account.mode === "credit") return "not_prepayment";
  if (state === "invoked") return { account, events: [] };
  if (state === "consumed" || usedMicros > 0n) return "emergency_credit_not_repaid";
  if (!isSelectable(policy, account, nowS)) return "emergency_credit_not_selectable";
  const invoked = withEmergency(account, { state: "invoked" });
  const amount = policy.emergency.limitMicros;
  return {
    account: invoked,
    events: [eventOf(invoked, nowS, "emergency_credit.invoked", { amount })],
  };
}

/** R60: "selectable when balance ≤ threshold and nothing is owed from before". */
export function isSelectable({ emergency }: Policy, account: ModelAccount, nowS: bigint): boolean {
  const { state, usedMicros } = account.emergency;
  const isFree = state === "enabled" && usedMicros === 0n;
  const isLow = ownMicros(account, nowS) <= emergency.thresholdMicros;
  return emergency.limitMicros > 0n && isFree && isLow;
}

/** The account with something else of its emergency credit. */
export function withEmergency(
  account: ModelAccount,
  changes: Partial<ModelAccount["emergency"]>,
): ModelAccount {
  return { ...account, emergency: { ...account.emergency, ...changes } };
}
