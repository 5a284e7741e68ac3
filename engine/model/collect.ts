/**
 * R36: whether a charge by time is collected in the state that supply is in.
 */
import type { Charge } from "./price-list.ts";
import type { Collection, CollectionJson } from "./price-list-json.ts";

/** States of supply as the meter last reported them; `unknown` until its first report. */
export type SupplyState = "unknown" | "connected" | "disconnected" | "limited" | "ready";

/**
 * "Default: consumption always; standing and debts not while disconnected." What is then not collected is dropped:
 * it goes to the accumulated debt only where the charge says so.
 */
const BY_DEFAULT: Required<CollectionJson> = {
  disconnected: "drop",
  limited: "collect",
  friendly: "collect",
};

/** What becomes of a charge that falls due in this state. Friendly periods come with calendars. */
export function collectionOf(charge: Charge, state: SupplyState): Collection {
  if (state === "unknown" || state === "connected") return "collect";
  return charge.whileState[state] ?? BY_DEFAULT[state];
}
