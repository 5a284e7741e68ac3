/**
 * The kernel's event records as CloudEvents, and as the supply commands that some of them are for gateways.
 */
import {
  CAUSE_MANUAL,
  EVENT_AMOUNT,
  EVENT_AT_S,
  EVENT_BALANCE,
  EVENT_CAUSE,
  EVENT_LEVEL,
  EVENT_NUMBER,
  EVENT_SLOT,
  EVENT_TYPE,
  SUPPLY_REPORT_FAILED,
} from "../../kernel-as/assembly/layout.ts";
import {
  type CloudEvent,
  EVENT_TYPES,
  type EventData,
  type EventType,
} from "../contract/events.ts";
import { VERDICTS } from "../contract/rated.ts";
import { SUPPLY_STATES, type SupplyMessage } from "../contract/supply.ts";
import type { ShardState } from "./state.ts";

/** How long a gateway may take before a supply command is no longer carried out. */
export const SUPPLY_EXPIRY_S = 86_400;

/** One event with what it means for a gateway, if anything. */
export type EngineEvent = {
  event: CloudEvent;
  shard: number;
  supply?: { gateway: number; message: SupplyMessage };
};

/** Reads an event record. `id` is shard-sequence-index. */
export function toEvent(record: DataView, id: string, state: ShardState): EngineEvent {
  const type = EVENT_TYPES[record.getUint16(EVENT_TYPE, true)];
  if (type === undefined) throw new Error(`the kernel gave an event of unknown type in ${id}`);
  const slot = record.getUint32(EVENT_SLOT, true);
  const atS = record.getUint32(EVENT_AT_S, true);
  const data = dataOf(record, type, {
    shard: state.shard,
    slot,
    account_id: state.accountId(slot),
  });
  const event: CloudEvent = {
    specversion: "1.0",
    id,
    source: "drawdown/engine",
    type,
    subject: data.account_id,
    time: new Date(atS * 1000).toISOString(),
    datacontenttype: "application/json",
    data,
  };
  const action =
    type === "supply.cut_requested"
      ? "cut"
      : type === "supply.restore_requested"
        ? "restore"
        : undefined;
  if (action === undefined) return { event, shard: state.shard };
  const message: SupplyMessage = {
    shard: state.shard,
    slot,
    number: record.getUint32(EVENT_NUMBER, true),
    action,
    requested_s: atS,
    expires_s: atS + SUPPLY_EXPIRY_S,
  };
  return { event, shard: state.shard, supply: { gateway: state.gatewayOf(slot), message } };
}

type Whose = { shard: number; slot: number; account_id: string };

function dataOf(record: DataView, type: EventType, whose: Whose): EventData {
  const base = { ...whose, balance_micros: record.getBigInt64(EVENT_BALANCE, true).toString() };
  const amount = record.getBigInt64(EVENT_AMOUNT, true);
  const number = record.getUint32(EVENT_NUMBER, true);
  const level = record.getUint16(EVENT_LEVEL, true);
  const cause = record.getUint32(EVENT_CAUSE, true) === CAUSE_MANUAL ? "manual" : "automatic";
  switch (type) {
    case "account.opened":
      return { ...base, command_number: number };
    case "vend.applied":
    case "account.adjusted":
      return { ...base, amount_micros: amount.toString(), command_number: number };
    case "credit.low":
    case "credit.recovered":
      return { ...base, level, threshold_micros: amount.toString() };
    case "supply.cut_requested":
    case "supply.restore_requested":
      return { ...base, supply_number: number, cause };
    case "supply.executed":
    case "supply.failed":
    case "supply.disagreed":
      return { ...base, supply_number: number, cause, supply_state: reported(level) };
    case "reading.quarantined":
      return { ...base, verdict: VERDICTS[level] ?? "unknown", register_atoms: amount.toString() };
    case "reading.rollover":
      return { ...base, register_atoms: amount.toString() };
    case "meter.exchanged":
      return { ...base, register_atoms: amount.toString(), command_number: number };
    case "meter.clock_drift":
      return { ...base, drift_s: Number(amount) };
    case "meter.tampered":
      return base;
  }
}

function reported(state: number): string {
  return SUPPLY_STATES[state] ?? (state === SUPPLY_REPORT_FAILED ? "failed" : "expired");
}
