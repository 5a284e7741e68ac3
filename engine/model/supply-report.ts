/**
 * R77: what a meter reports of its supply: only that changes the state that it is said to be in.
 */
import { type ModelAccount, NOTHING, type Step } from "./account.ts";
import type { SupplyState } from "./collect.ts";
import { eventOf, type ModelEventType } from "./events.ts";

/** What the relay's read-back said, or why a command was not carried out. `number` is that command's, 0 for none. */
export type SupplyReport = {
  state: Exclude<SupplyState, "unknown"> | "failed" | "expired";
  number: bigint;
};

/** The numbers by which events name what was reported. */
const STATE_LEVEL: Readonly<Record<SupplyReport["state"], number>> = {
  connected: 1,
  disconnected: 2,
  limited: 3,
  failed: 4,
  expired: 5,
  ready: 6,
};

/**
 * Takes a report. One with the last command's number answers it; one with an older number only tells the state; one
 * without a number disagrees when the state is new and not what was asked for. Nothing is judged.
 */
export function applySupplyReport(
  account: ModelAccount,
  { state, number }: SupplyReport,
  nowS: bigint,
): Step {
  const told = (after: ModelAccount, type: ModelEventType | undefined): Step => {
    if (type === undefined) return { account: after, outputs: NOTHING };
    const event = eventOf(after, nowS, type, { level: STATE_LEVEL[state], number });
    return { account: after, outputs: { ...NOTHING, events: [event] } };
  };
  const answers = number !== 0n && number === account.supplyNumber;
  if (state === "failed" || state === "expired") {
    return told(account, answers ? "supply.failed" : undefined);
  }
  const isOn = state === "connected" || state === "ready";
  const after = {
    ...account,
    supplyState: state,
    // R76: the restore that was waited for.
    restoreS: isOn ? 0n : account.restoreS,
  };
  // R76: somebody at the meter has restored what was made ready; without a number nobody has to be told.
  if ((answers || number === 0n) && account.supplyWanted === "ready" && state === "connected") {
    return told({ ...after, supplyWanted: "connected" }, answers ? "supply.executed" : undefined);
  }
  const agrees = state === account.supplyWanted;
  if (answers) return told(after, agrees ? "supply.executed" : "supply.disagreed");
  const surprises = number === 0n && state !== account.supplyState && !agrees;
  return told(after, surprises ? "supply.disagreed" : undefined);
}
