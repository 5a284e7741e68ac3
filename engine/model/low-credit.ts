/**
 * R80, R81: low-credit alerts: on their edges, with hysteresis and an explicit recovery.
 */
import assert from "node:assert/strict";

/** Thresholds from the highest to the lowest, and one hysteresis for all. */
export type LowCreditPolicy = { thresholdsMicros: readonly bigint[]; hysteresisMicros: bigint };

/** An edge. `threshold` is its index from 0. */
export type LowCreditAlert = { kind: "low" | "recovered"; threshold: number };

/**
 * Judges a balance. A threshold fires when the balance is at or under it, and has recovered when the balance is over it
 * by more than the hysteresis. `level` is how many have fired and not recovered; with falling thresholds those are
 * always the first ones. Each threshold passed gives its own alert: falling, the highest first; rising, the lowest first.
 */
export function judgeLowCredit(
  level: number,
  balanceMicros: bigint,
  { thresholdsMicros, hysteresisMicros }: LowCreditPolicy,
): { level: number; alerts: LowCreditAlert[] } {
  assert(hysteresisMicros >= 0n, "a hysteresis is not negative");
  const alerts: LowCreditAlert[] = [];
  // A policy with fewer thresholds than the one before knows nothing of the others.
  let after = Math.min(level, thresholdsMicros.length);
  for (const [threshold, limitMicros] of thresholdsMicros.entries()) {
    const above = thresholdsMicros[threshold - 1];
    assert(above === undefined || above > limitMicros, "thresholds fall");
    if (threshold >= after && balanceMicros <= limitMicros) {
      after = threshold + 1;
      alerts.push({ kind: "low", threshold });
    }
  }
  for (let threshold = after - 1; threshold >= 0; threshold -= 1) {
    const limitMicros = thresholdsMicros[threshold];
    if (limitMicros === undefined || balanceMicros <= limitMicros + hysteresisMicros) break;
    after = threshold;
    alerts.push({ kind: "recovered", threshold });
  }
  return { level: after, alerts };
}
