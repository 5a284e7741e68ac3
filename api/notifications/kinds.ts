/**
 * The kinds of what customers are told, which events they come from, and which of them cannot wait.
 */
import type { EventData, EventType } from "../../engine/contract/events.ts";

/** What customers are told of by themselves. */
export const KINDS = [
  "low_credit",
  "cut_notice",
  "credit_out",
  "cut",
  "restored",
  "emergency_offered",
  "emergency_used",
  "credit_loaded",
  "tariff_change",
  "summary",
] as const;
/** A kind. */
export type Kind = (typeof KINDS)[number];

const URGENT: readonly Kind[] = ["cut_notice", "credit_out", "cut", "restored"];
/** Each tells the end of what the others tell: after another of them one is told even within the cool-off. */
const OF_SUPPLY: readonly Kind[] = ["cut", "restored"];

/** Whether it goes out in quiet hours, too. */
export function isUrgent(kind: Kind, data: Pick<EventData, "severity">): boolean {
  return URGENT.includes(kind) || (kind === "low_credit" && data.severity === "critical");
}

/** The kinds of which the last one is looked at before this one is told. */
export function cooledWith(kind: Kind): readonly Kind[] {
  return OF_SUPPLY.includes(kind) ? OF_SUPPLY : [kind];
}

/** Of what kind the customer is told; undefined for an event that concerns no customer. */
export function kindOf(
  type: EventType,
  data: Pick<EventData, "cause" | "supply_state" | "supply_number">,
): Kind | undefined {
  switch (type) {
    case "credit.low":
      return "low_credit";
    case "supply.notice_due":
      return "cut_notice";
    case "supply.cut_requested":
      return data.cause === "automatic" ? "credit_out" : undefined;
    case "supply.executed":
      return ofSupply(data);
    case "emergency_credit.offered":
      return "emergency_offered";
    case "emergency_credit.in_use":
      return "emergency_used";
    case "tariff.activated":
      return "tariff_change";
    default:
      return undefined;
  }
}

/** A report that nobody asked for (number 0) is of a meter that says how it stands, not of a cut. */
function ofSupply({
  supply_state,
  supply_number = 0,
}: Pick<EventData, "supply_state" | "supply_number">): Kind | undefined {
  if (supply_number === 0) return undefined;
  if (supply_state === "disconnected") return "cut";
  return supply_state === "connected" ? "restored" : undefined;
}
