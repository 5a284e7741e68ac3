/**
 * R76 and the end of the ladder of R70, in its simplest form: when credit runs out, and when supply returns.
 */
import assert from "node:assert/strict";

/** `disablement_threshold` and `clearance`, in micros. */
export type SupplyPolicy = { disablementMicros: bigint; clearanceMicros: bigint };

/** What is wanted of the supply: `on`, or `off` since credit ran out. Not what it is: that only the meter reports. */
export type SupplyWanted = "on" | "off";

/** The change to ask for. */
export type SupplyWish = "cut" | "restore";

/**
 * Judges a balance on its edge: cut wanted when it is at or under the threshold; restore wanted when it has reached
 * threshold + clearance and is over the threshold. Undefined where nothing changes.
 */
export function judgeSupply(
  wanted: SupplyWanted,
  balanceMicros: bigint,
  { disablementMicros, clearanceMicros }: SupplyPolicy,
): SupplyWish | undefined {
  assert(clearanceMicros >= 0n, "a clearance is not negative");
  const under = balanceMicros <= disablementMicros;
  const cleared = balanceMicros >= disablementMicros + clearanceMicros;
  if (wanted === "on" && under) return "cut";
  if (wanted === "off" && !under && cleared) return "restore";
  return undefined;
}
