/**
 * The engine's refusal of a payment as the interface's problem.
 */
import type { COMMAND_REFUSALS } from "../../engine/contract/commands.ts";
import { type Holding, heldIn, heldText } from "../holding.ts";
import { Problem, type ProblemCode } from "../problems.ts";

type Refusal = (typeof COMMAND_REFUSALS)[number];

/** The problem of a payment that the engine refused; `what` names it. The balance is the one that the account has. */
export function vendRefusal(
  { code, balance_micros }: { code: Refusal; balance_micros: string },
  holding: Holding,
  what: string,
): Problem {
  return new Problem(refusalCode(code), {
    detail: `the engine refused ${what} (${code}); the balance is ${heldText(BigInt(balance_micros), holding)} ${heldIn(holding)}: use another id with an amount that fits`,
    errors: [{ pointer: "/amount", message: PLAIN[code] ?? "was refused" }],
  });
}

const PLAIN: Partial<Record<Refusal, string>> = {
  vend_below_minimum: "is under the least payment of the supply policy",
  vend_above_maximum: "is over the highest payment of the supply policy",
  topup_cap_exceeded: "would pass what the supply policy takes in its day, week or month",
  not_prepayment: "is for an account that is paid afterwards",
  balance_limit_exceeded: "would lift the balance over max_balance of the supply policy",
  money_limit_exceeded: "would lift the balance over what can be counted",
};

/** The code that the interface has for the engine's refusal. */
export function refusalCode(code: Refusal): ProblemCode {
  switch (code) {
    case "balance_limit_exceeded":
    case "money_limit_exceeded":
    case "vend_below_minimum":
    case "vend_above_maximum":
    case "topup_cap_exceeded":
    case "not_prepayment":
      return code;
    default:
      return "command_refused";
  }
}
