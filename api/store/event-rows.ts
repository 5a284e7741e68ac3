/**
 * Events as rows of the table `events`.
 */
import { type CloudEvent, cloudEvent } from "../../engine/contract/events.ts";
import { accountNumber } from "../../engine/contract/ids.ts";
import { EVENTS } from "./schema.ts";

/** The columns, in the order of a row's values. */
export const EVENT_COLUMNS: readonly string[] = EVENTS.columns.map(({ name }) => name);

/** A row's values: numbers of 64 bits as digits. */
export type EventRow = readonly (string | number)[];

/** The row of a message, or why there is none. */
export type ParsedEvent = { ok: true; row: EventRow } | { ok: false; reason: string };

/** Reads a message of EVENTS. */
export function parseEvent(text: string): ParsedEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: "the event is not JSON" };
  }
  const parsed = cloudEvent.safeParse(value);
  if (parsed.success) return { ok: true, row: rowOf(parsed.data) };
  const [issue] = parsed.error.issues;
  return { ok: false, reason: `the event's ${issue?.path.join(".")}: ${issue?.message}` };
}

/** The row of an event. */
export function rowOf({ id, type, time, data }: CloudEvent): EventRow {
  const values: Record<string, string | number> = {
    account: accountNumber(data.shard, data.slot),
    at: Math.floor(Date.parse(time) / 1_000),
    id,
    type,
    account_id: data.account_id,
    balance: data.balance_micros,
    amount: data.amount_micros ?? data.threshold_micros ?? "0",
    quantity: data.quantity_micro_atoms ?? "0",
    number: data.command_number ?? data.supply_number ?? 0,
    level: data.level ?? 0,
    cause: data.cause ?? "",
    debt: data.debt ?? "",
    supply_state: data.supply_state ?? "",
    verdict: data.verdict ?? "",
    data: JSON.stringify(data),
  };
  return EVENT_COLUMNS.map((name) => values[name] ?? "");
}
