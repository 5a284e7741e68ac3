/**
 * The end of a step: what credit has come to, judged once, in one order. Each rule sees what the ones before it left.
 */
import type { ModelAccount, Step, Terms } from "./account.ts";
import { judgeExceeded, judgeNotice } from "./alerts.ts";
import { arriveUnread } from "./assign.ts";
import { judgeDaysLeft } from "./days-left.ts";
import { judgeEmergency } from "./emergency.ts";
import type { Change } from "./events.ts";
import { judgeLowCredit } from "./low-credit.ts";
import { applyModeDue } from "./mode.ts";
import { expirePots } from "./pots.ts";
import { judgeSupply } from "./supply.ts";

/** One rule of the order. */
type Rule = (account: ModelAccount) => Change;

/** Judges the account that a step left; its events come behind the step's own. `mayCut` is false for a reversal (R53). */
export function judgeAccount(
  terms: Terms,
  { account, outputs }: Step,
  nowS: bigint,
  mayCut = true,
): Step {
  const { policy } = terms;
  const prepaid =
    (rule: Rule): Rule =>
    (given) =>
      given.mode === "prepayment" ? rule(given) : { account: given, events: [] };
  const judged = inTurn(account, [
    (given) => arriveUnread(given, nowS), // R37, before all that is judged
    (given) => expirePots(given, nowS), // 1. R41
    (given) => applyModeDue(given, nowS), // 2. R91
    prepaid((given) => judgeEmergency(policy, given, nowS)), // 3. R60 … R62, R40
    prepaid((given) => judgeLowCredit(policy, given, nowS)), // 4. R80
    prepaid((given) => judgeExceeded(policy, given, nowS)), // 5. R80
    prepaid((given) => judgeDaysLeft(policy, given, nowS)), // 6. R81
    prepaid((given) => judgeNotice(policy, given, nowS)), // 7. R73
    (given) => judgeSupply(terms, given, nowS, mayCut), // 8. R70 … R76
  ]);
  return {
    account: judged.account,
    outputs: { ...outputs, events: [...outputs.events, ...judged.events] },
  };
}

function inTurn(before: ModelAccount, rules: readonly Rule[]): Change {
  let account = before;
  const events = rules.flatMap((rule) => {
    const change = rule(account);
    account = change.account;
    return change.events;
  });
  return { account, events };
}
