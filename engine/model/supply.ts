/**
 * R76 and the end of the ladder of R70, in its simplest form: when credit runs out, and when supply returns.
 */
import assert from "node:assert/strict";

/**
 * `disablement_threshold` and `clearance`, in micros. Without `automaticCut` (it is there unless said) credit that ran
 * out cuts nothing; `staleAfterS` is R20's, undefined for never.
 */
export type SupplyPolicy = {
  disablementMicros: bigint;
  clearanceMicros: bigint;
  automaticCut?: boolean;
  staleAfterS?: bigint;
};

/** What is wanted of the supply: `on`, or `off` since credit ran out or a person cut. Not what it is: that only the
 * meter reports. */
export type SupplyWanted = "on" | "off";

/** Whether credit or a person asked. */
export type SupplyCause = "automatic" | "manual";

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

/** What the account knows of its meter, for R73. */
export type Data = { t0: bigint | undefined; isQuarantined: boolean };

/** R73: whether a cut would rest on certain data: a reading is there, not stale (R20), and none waits in quarantine. */
export function isCertain(
  { t0, isQuarantined }: Data,
  { staleAfterS }: SupplyPolicy,
  nowS: bigint,
): boolean {
  if (t0 === undefined || isQuarantined) return false;
  return staleAfterS === undefined || nowS <= t0 + staleAfterS;
}
