/**
 * R36: whether a charge by time is collected in the state that supply is in.
 */
import type { Charge } from "./price-list.ts";
import type { Collection, CollectionJson } from "./price-list-json.ts";

/** States of supply as the meter last reported them; `unknown` until its first report. */
export type SupplyState = "unknown" | "connected" | "disconnected" | "limited" | "ready";

/** When something falls due: the supply's state, and whether the time is friendly (R71). */
export type Moment = { state: SupplyState; isFriendly: boolean };

/**
 * "Default: consumption always; standing and debts not while disconnected." What is then not collected is dropped:
 * it goes to the accumulated debt only where the charge says so.
 */
const BY_DEFAULT: Required<CollectionJson> = {
  disconnected: "drop",
  limited: "collect",
  friendly: "collect",
};

/** What becomes of a charge that falls due: the supply's state is asked first, then the friendly period. */
export function collectionOf({ whileState }: Charge, { state, isFriendly }: Moment): Collection {
  if (state === "disconnected" || state === "limited") {
    const bySupply = whileState[state] ?? BY_DEFAULT[state];
    if (bySupply !== "collect") return bySupply;
  }
  if (isFriendly) return whileState.friendly ?? BY_DEFAULT.friendly;
  return "collect";
}
