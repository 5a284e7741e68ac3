/**
 * R78: a person cuts or restores.
 */
import { type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { isNoticeOver } from "./alerts.ts";
import { isFriendly } from "./calendar.ts";
import { judgeAccount } from "./judge-credit.ts";
import { request } from "./supply.ts";

/** Why a cut by hand is refused. */
export type CutRefusal =
  | "cut_forbidden_critical_need"
  | "cut_forbidden_friendly_period"
  | "cut_forbidden_no_notice"
  | "cut_forbidden_stale_data";

/** A person cuts; refused where an automatic cut would not come, unless with the right to override that. */
export function applyCut(
  terms: Terms,
  account: ModelAccount,
  { override }: { override: boolean },
  nowS: bigint,
): Step | CutRefusal {
  const refusal = override ? undefined : refusalOf(terms, account, nowS);
  if (refusal !== undefined) return refusal;
  const asked = request(terms, account, { is: "disconnected" }, { cause: "manual", nowS });
  const outputs = { ...NOTHING, events: asked.events };
  return judgeAccount(terms, { account: asked.account, outputs }, nowS);
}

/** A person restores: that holds until credit has come. Asked for each time, under its own number. */
export function applyRestore(terms: Terms, account: ModelAccount, nowS: bigint): Step {
  const asked = request(terms, account, { is: "connected" }, { cause: "manual", nowS });
  const outputs = { ...NOTHING, events: asked.events };
  return judgeAccount(terms, { account: asked.account, outputs }, nowS);
}

function refusalOf(terms: Terms, account: ModelAccount, nowS: bigint): CutRefusal | undefined {
  if (account.isCritical) return "cut_forbidden_critical_need";
  if (isFriendly(terms, nowS)) return "cut_forbidden_friendly_period";
  if (account.mode === "prepayment" && !isNoticeOver(terms.policy, account, nowS)) {
    return "cut_forbidden_no_notice";
  }
  return account.isStale ? "cut_forbidden_stale_data" : undefined;
}
