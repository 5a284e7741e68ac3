/**
 * R73: whether a cut or a limit would rest on certain data.
 */
import type { ModelAccount } from "./account.ts";
import type { Policy } from "./policy.ts";

/** A reading is there, an actual one (R18), not too old (R20), and none waits in quarantine (R16). */
export function isCertain({ staleAfterS }: Policy, account: ModelAccount, nowS: bigint): boolean {
  const { t0, quarantineRaised, estimate } = account;
  if (t0 === undefined || quarantineRaised.length > 0 || estimate !== undefined) return false;
  return staleAfterS === 0n || nowS <= t0 + staleAfterS;
}
