/**
 * The kernel's event records as CloudEvents, and as the supply commands that some of them are for gateways.
 */
import {
  CAUSE_LOAD,
  CAUSE_MANUAL,
  EVENT_AMOUNT,
  EVENT_AT_S,
  EVENT_BALANCE,
  EVENT_CAUSE,
  EVENT_LEVEL,
  EVENT_NUMBER,
  EVENT_SLOT,
  EVENT_TYPE,
  LEVEL_DAYS_LEFT,
  SUPPLY_CONNECTED,
  SUPPLY_READY,
  SUPPLY_REPORT_FAILED,
} from "../../kernel-as/assembly/layout.ts";
import {
  type CloudEvent,
  EVENT_TYPES,
  type EventData,
  type EventType,
} from "../contract/events.ts";
import { DEBTS, PAYMENT_MODES, SEVERITIES } from "../contract/fields.ts";
import { VERDICTS } from "../contract/rated.ts";
import { type SupplyAction, type SupplyMessage, supplyStateOf } from "../contract/supply.ts";
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
  const facts = factsOf(record);
  const type = EVENT_TYPES[record.getUint16(EVENT_TYPE, true)];
  if (type === undefined) throw new Error(`the kernel gave an event of unknown type in ${id}`);
  const { slot, atS } = facts;
  const whose = { account_id: state.accountId(slot), shard: state.shard, slot };
  const data = { ...whose, balance_micros: facts.balance.toString(), ...dataOf(type, facts) };
  const event: CloudEvent = {
    specversion: "1.0",
    id,
    source: "drawdown/engine",
    type,
    subject: whose.account_id,
    time: new Date(atS * 1000).toISOString(),
    datacontenttype: "application/json",
    data,
  };
  const action = actionOf(type, facts);
  if (action === undefined) return { event, shard: state.shard };
  const message: SupplyMessage = {
    shard: state.shard,
    slot,
    number: facts.number,
    action,
    ...(action === "limit" && { limit_atoms_per_hour: Number(facts.amount) }),
    requested_s: atS,
    expires_s: atS + SUPPLY_EXPIRY_S,
  };
  return { event, shard: state.shard, supply: { gateway: state.gatewayOf(slot), message } };
}

type Facts = {
  slot: number;
  atS: number;
  level: number;
  number: number;
  balance: bigint;
  amount: bigint;
  cause: "automatic" | "manual" | "load_limit";
};

function factsOf(record: DataView): Facts {
  const cause = record.getUint32(EVENT_CAUSE, true);
  return {
    slot: record.getUint32(EVENT_SLOT, true),
    atS: record.getUint32(EVENT_AT_S, true),
    level: record.getUint16(EVENT_LEVEL, true),
    number: record.getUint32(EVENT_NUMBER, true),
    balance: record.getBigInt64(EVENT_BALANCE, true),
    amount: record.getBigInt64(EVENT_AMOUNT, true),
    cause: cause === CAUSE_MANUAL ? "manual" : cause === CAUSE_LOAD ? "load_limit" : "automatic",
  };
}

/** What a gateway is to do. */
function actionOf(type: EventType, { level }: Facts): SupplyAction | undefined {
  if (type === "supply.cut_requested") return "cut";
  if (type === "supply.limit_requested") return "limit";
  if (type !== "supply.restore_requested") return undefined;
  return level === SUPPLY_READY ? "arm" : "restore";
}

/** What the event says beside whose it is and the balance. */
function dataOf(type: EventType, facts: Facts): Partial<EventData> {
  const { level, number, amount, cause } = facts;
  const money = { amount_micros: amount.toString() };
  const register = { register_atoms: amount.toString() };
  switch (type) {
    case "account.opened":
      return { command_number: number };
    case "vend.applied":
    case "vend.reversed":
    case "account.adjusted":
    case "tenancy.changed":
      return { ...money, command_number: number };
    case "credit.low":
    case "credit.recovered":
      return alertOf(facts);
    case "credit.exceeded":
    case "supply.notice_due":
      return { threshold_micros: amount.toString() };
    case "emergency_credit.invoked":
      return { ...money, cause: level === 1 ? "automatic" : "manual" };
    case "emergency_credit.offered":
    case "emergency_credit.in_use":
    case "emergency_credit.exhausted":
    case "emergency_credit.repaid":
    case "credit.granted":
    case "credit.expired":
    case "credit.reserved":
    case "credit.released":
      return money;
    case "credit.bought":
      return { quantity_micro_atoms: amount.toString(), command_number: number };
    case "credit.converted":
    case "credit.transferred":
      return { ...money, other_slot: number };
    case "debt.changed":
    case "debt.cleared":
      return { ...money, ...maybe("debt", DEBTS[level - 1]) };
    case "mode.changed":
      return maybe("payment_mode", PAYMENT_MODES[level]);
    case "supply.cut_requested":
      return { supply_number: number, cause };
    case "supply.restore_requested":
      return { supply_number: number, cause, supply_state: reported(level || SUPPLY_CONNECTED) };
    case "supply.limit_requested":
      return { supply_number: number, cause, limit_atoms_per_hour: amount.toString() };
    case "supply.executed":
    case "supply.failed":
    case "supply.disagreed":
      return { supply_number: number, cause, supply_state: reported(level) };
    case "supply.overdue":
      return { supply_number: number };
    case "supply.cut_withheld":
    case "meter.stale":
    case "meter.tampered":
      return {};
    case "tariff.assigned":
      return { price_list: number };
    case "tariff.activated":
      return { version: number };
    case "cycle.started":
      return { started_at: new Date(number * 1000).toISOString() };
    case "friendly_period.ending":
      return { ends_at: new Date(number * 1000).toISOString() };
    case "reading.quarantined":
      return { verdict: VERDICTS[level] ?? "unknown", ...register };
    case "reading.rollover":
    case "reading.rejected":
    case "reading.accepted":
      return register;
    case "meter.exchanged":
      return { ...register, command_number: number };
    case "meter.clock_drift":
      return { drift_s: Number(amount) };
  }
}

/** A threshold's number is in the low byte, its severity in the high one (R81). */
function alertOf({ level, amount }: Facts): Partial<EventData> {
  const number = level & 0xff;
  if (number === LEVEL_DAYS_LEFT) return { level: number, days_left: Number(amount) };
  return {
    level: number,
    threshold_micros: amount.toString(),
    ...maybe("severity", SEVERITIES[level >> 8]),
  };
}

function maybe<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}

function reported(state: number): string {
  return supplyStateOf(state) ?? (state === SUPPLY_REPORT_FAILED ? "failed" : "expired");
}
