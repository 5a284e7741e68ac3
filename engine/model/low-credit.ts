/**
 * R80, R81: low-credit alerts: on their edges, with hysteresis, cool-off and an explicit recovery.
 */
import assert from "node:assert/strict";
import type { ModelAccount } from "./account.ts";
import { type Change, eventOf, type ModelEvent } from "./events.ts";
import type { Policy, Severity } from "./policy.ts";
import { ownMicros } from "./pots.ts";

const SEVERITY_NUMBER: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** The level that an event of a threshold carries: its number from 1, and how urgent it is (R81) in the bits from 8 on. */
export function levelOf({ lowCreditSeverities }: Policy, threshold: number): number {
  const severity = lowCreditSeverities[threshold] ?? "warning";
  return (threshold + 1) | (SEVERITY_NUMBER[severity] << 8);
}

/**
 * Judges what is the customer's own. A threshold fires when it is at or under it, and has recovered when it is over it by
 * more than the hysteresis. `alertLevel` is how many have fired and not recovered; with falling thresholds those are
 * always the first ones. Each threshold passed gives its own alert: falling, the highest first; rising, the lowest first.
 * One that fired within the cool-off waits, and with it those under it.
 */
export function judgeLowCredit(policy: Policy, account: ModelAccount, nowS: bigint): Change {
  const { lowCreditMicros, hysteresisMicros, coolOffS } = policy;
  assert(hysteresisMicros >= 0n, "a hysteresis is not negative");
  for (const [threshold, limitMicros] of lowCreditMicros.entries()) {
    const above = lowCreditMicros[threshold - 1];
    assert(above === undefined || above > limitMicros, "thresholds fall");
  }
  const own = ownMicros(account, nowS);
  const alertS = [...account.alertS];
  const events: ModelEvent[] = [];
  const tell = (type: ModelEvent["type"], threshold: number, amount: bigint): void => {
    events.push(eventOf(account, nowS, type, { level: levelOf(policy, threshold), amount }));
  };
  // A policy with fewer thresholds than the one before knows nothing of the others.
  let level = Math.min(account.alertLevel, lowCreditMicros.length);
  for (const [threshold, limitMicros] of lowCreditMicros.entries()) {
    if (threshold < level) continue;
    if (own > limitMicros) break;
    const firedS = alertS[threshold] ?? 0n;
    if (coolOffS > 0n && firedS !== 0n && nowS < firedS + coolOffS) break;
    if (coolOffS > 0n) alertS[threshold] = nowS;
    level = threshold + 1;
    tell("credit.low", threshold, limitMicros);
  }
  for (let threshold = level - 1; threshold >= 0; threshold -= 1) {
    const limitMicros = lowCreditMicros[threshold];
    if (limitMicros === undefined || own <= limitMicros + hysteresisMicros) break;
    level = threshold;
    tell("credit.recovered", threshold, limitMicros);
  }
  return { account: { ...account, alertLevel: level, alertS }, events };
}
