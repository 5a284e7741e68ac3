/**
 * The engine's refusal of a command as the interface's problem.
 */
import type { COMMAND_REFUSALS } from "../../engine/contract/commands.ts";
import type { ProblemCode } from "../problems.ts";
import { Problem } from "../problems.ts";

/** Refusals that are problems of their own name; the others are `command_refused`, which names them. */
const TOLD = [
  "balance_limit_exceeded",
  "money_limit_exceeded",
  "register_invalid",
  "not_prepayment",
  "emergency_credit_not_selectable",
  "emergency_credit_not_repaid",
  "pots_full",
  "pot_expired",
  "not_reversible",
  "cut_forbidden_critical_need",
  "cut_forbidden_friendly_period",
  "cut_forbidden_no_notice",
  "cut_forbidden_stale_data",
  "mode_change_in_progress",
  "no_mode_change",
  "transfer_insufficient",
  "reading_outdated",
  "price_list_basis",
  "vend_below_minimum",
  "vend_above_maximum",
  "topup_cap_exceeded",
] as const satisfies readonly ((typeof COMMAND_REFUSALS)[number] & ProblemCode)[];

/** What to do about some of them. */
const MEND: Readonly<Record<string, string>> = {
  balance_limit_exceeded:
    "the balance would pass max_balance of the supply policy: a smaller amount",
  emergency_credit_not_selectable:
    "it is selectable while the balance is at or under its threshold in the supply policy",
  emergency_credit_not_repaid: "what was used of it is owed: a payment repays it first",
  pots_full: "an account holds at most four restricted credits: wait until one is used or expired",
  pot_expired: "expires_at has passed: give a later one",
  not_reversible:
    "the balance does not hold it any more: confirm with confirmed_removed that it was removed",
  cut_forbidden_critical_need: "somebody depends on supply: override needs two people",
  cut_forbidden_friendly_period: "wait for its end, or override",
  cut_forbidden_no_notice: "wait until the policy's notice was given so long ago, or override",
  cut_forbidden_stale_data: "wait for a reading, or override",
  mode_change_in_progress: "cancel the pending change first",
  transfer_insufficient:
    "the giver must stay at or over its cut-off and owe no emergency credit: a smaller amount",
  reading_outdated: "a later reading was accepted, or this one lies in the future",
  register_invalid: "the register cannot follow the last accepted one by the meter's limits",
  price_list_basis: "one account holds money, the other quantity: convert",
};

/** The problem of a refusal; `what` names what was asked. */
export function refusalProblem(fault: string, what: string): Problem {
  const code = TOLD.find((told) => told === fault) ?? "command_refused";
  const mend = MEND[fault];
  return new Problem(code, {
    detail: `the engine refused ${what} (${fault})${mend === undefined ? "" : `: ${mend}`}`,
  });
}
