/**
 * R77: what a meter reports of its supply: only that changes the state that it is said to be in.
 */
import { type ModelAccount, NOTHING, type Step } from "./account.ts";
import type { SupplyState } from "./collect.ts";

/** What the relay's read-back said, or why a command was not carried out. `number` is that command's, 0 for none. */
export type SupplyReport = {
  state: Exclude<SupplyState, "unknown"> | "failed" | "expired";
  number: bigint;
};

/**
 * Takes a report. One with the last command's number answers it; one with an older number only tells the state; one
 * without a number disagrees when the state is new and not what was asked for.
 */
export function applySupplyReport(account: ModelAccount, { state, number }: SupplyReport): Step {
  const answers = number !== 0n && number === account.supplyNumber;
  if (state === "failed" || state === "expired") {
    return { account, outputs: answers ? { ...NOTHING, answer: "failed" } : NOTHING };
  }
  const agrees = state === (account.supplyWanted === "on" ? "connected" : "disconnected");
  const isNew = state !== account.supplyState;
  const after = { ...account, supplyState: state };
  if (answers) {
    const answer = agrees ? "executed" : "disagreed";
    return { account: after, outputs: { ...NOTHING, answer } };
  }
  const surprises = number === 0n && isNew && !agrees;
  return { account: after, outputs: surprises ? { ...NOTHING, answer: "disagreed" } : NOTHING };
}
