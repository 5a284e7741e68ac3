/**
 * The refusal of an account that is not there.
 */
import { Problem } from "../problems.ts";

/** The refusal of an account that is not there, or another operator's. */
export function unknownAccount(id: string): Problem {
  return new Problem("account_unknown", { detail: `there is no account ${id}: check the id` });
}
