/**
 * What becomes of a supply command: the rules, without any wire.
 */
import { SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import type { ActOutcome, FieldFault } from "../drivers/driver.ts";

/** Tries to move a relay before it is reported as failed. */
const ACT_TRIES_MAX = 5;
/** Tries when the driver has waited for the relay as long as its device file says, and it has not moved. */
const NOT_MOVED_TRIES_MAX = 2;
/** Wait after the first try; it doubles with each. */
const TRY_WAIT_MS = 500;

/** Faults that may pass: the meter or its line did not answer well. The others are an answer. */
const PASSING: Record<FieldFault, boolean> = {
  timeout: true,
  unreachable: true,
  busy: true,
  malformed: true,
  closed: true,
  not_moved: true,
  wrong_identity: false,
  refused: false,
  not_available: false,
  no_relay: false,
};

/** Report this state (SUPPLY_REPORT) with the command's number, or try again after a wait. */
export type ActStep = { step: "report"; state: number } | { step: "again"; waitMs: number };

/** What follows after a try; `tries` counts it. An undefined outcome means that the link had no turn for us. */
export function afterTry(outcome: ActOutcome | undefined, tries: number): ActStep {
  if (outcome?.ok) return { step: "report", state: SUPPLY_REPORT[outcome.relay] };
  const closing = outcome?.ok === false && outcome.fault === "closed";
  const passing = outcome === undefined || PASSING[outcome.fault];
  const isStuck = outcome?.ok === false && outcome.fault === "not_moved";
  if (closing || (passing && tries < (isStuck ? NOT_MOVED_TRIES_MAX : ACT_TRIES_MAX)))
    return { step: "again", waitMs: TRY_WAIT_MS * 2 ** Math.min(tries - 1, ACT_TRIES_MAX) };
  return { step: "report", state: SUPPLY_REPORT.failed };
}
