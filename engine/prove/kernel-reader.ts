/**
 * Reads what the kernel left in a shard's memory, straight by its layout: rows, charges, events, accounts.
 */
import {
  CAUSE_LOAD,
  CAUSE_MANUAL,
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_AT,
  CHARGE_ROW_CHARGE,
  CHARGE_ROW_TARIFF,
  COLD_ADJUSTMENTS,
  COLD_BASE,
  COLD_BYTES,
  COLD_CHARGED_QUANTITY_BASE,
  COLD_COMMAND_NUMBER,
  COLD_COUNTERS,
  COLD_CREDITS,
  COLD_EXTRA,
  COLD_LIST,
  COLD_LOW_LEVEL,
  COLD_PERIOD,
  COLD_POLICY,
  COLD_QUARANTINE,
  COLD_SUPPLY_CAUSE,
  COLD_SUPPLY_NUMBER,
  COLD_SUPPLY_STATE,
  COLD_SUPPLY_WANTED,
  COLD_TABLE,
  EVENT_AMOUNT,
  EVENT_AT_S,
  EVENT_BALANCE,
  EVENT_BYTES,
  EVENT_CAUSE,
  EVENT_LEVEL,
  EVENT_NUMBER,
  EVENT_SLOT,
  EVENT_TYPE,
  EVENTS_BASE,
  FLAG_ESTIMATED,
  FLAG_QUARANTINED,
  FLAG_READ,
  FLAG_STALE,
  HOT_BALANCE,
  HOT_BASE,
  HOT_BYTES,
  HOT_CARRY,
  HOT_COUNTER,
  HOT_FLAGS,
  HOT_GATEWAY,
  HOT_READ_S,
  HOT_REGISTER,
  PERIODS_MAX,
  ROW_ACCOUNT,
  ROW_BLOCK,
  ROW_COST,
  ROW_FROM,
  ROW_LAST,
  ROW_PERIOD,
  ROW_QUANTITY,
  ROW_REGISTER,
  ROW_TARIFF,
  ROW_TO,
  ROW_VERDICT,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_EVENTS,
  RUN_ROWS,
  SCOPE_ALL,
  SUPPLY_READY,
  TABLE_SCOPE,
} from "../../kernel-as/assembly/layout.ts";
import { EVENT_TYPES } from "../contract/events.ts";
import { VERDICTS } from "../contract/rated.ts";
import { supplyStateOf } from "../contract/supply.ts";
import { extraIn } from "./kernel-extra.ts";
import type { EventFacts } from "./outcome.ts";

/** A rated row. `tariff` is the version's number, `period` an index. */
export type Row = {
  slot: number;
  fromS: number;
  toS: number;
  register: bigint;
  quantity: bigint;
  cost: bigint;
  tariff: number;
  verdict: string;
  period: number;
  block: number;
  isLast: boolean;
};

/** The rated rows of the last call. */
export function rowsIn(view: DataView): Row[] {
  return Array.from({ length: view.getUint32(RUN_BASE + RUN_ROWS, true) }, (_, i) => ({
    slot: view.getUint32(ROW_ACCOUNT + i * 4, true),
    fromS: view.getUint32(ROW_FROM + i * 4, true),
    toS: view.getUint32(ROW_TO + i * 4, true),
    register: view.getBigInt64(ROW_REGISTER + i * 8, true),
    quantity: view.getBigInt64(ROW_QUANTITY + i * 8, true),
    cost: view.getBigInt64(ROW_COST + i * 8, true),
    tariff: view.getUint32(ROW_TARIFF + i * 4, true),
    verdict: VERDICTS[view.getUint8(ROW_VERDICT + i)] ?? "nameless",
    period: view.getUint8(ROW_PERIOD + i),
    block: view.getUint8(ROW_BLOCK + i),
    isLast: view.getUint8(ROW_LAST + i) === 1,
  }));
}

/** An entry of a charge. */
export type ChargeRow = {
  slot: number;
  atS: number;
  tariff: number;
  charge: number;
  amount: bigint;
};

/** The charges of the last call. */
export function chargesIn(view: DataView): ChargeRow[] {
  return Array.from({ length: view.getUint32(RUN_BASE + RUN_CHARGE_ROWS, true) }, (_, i) => ({
    slot: view.getUint32(CHARGE_ROW_ACCOUNT + i * 4, true),
    atS: view.getUint32(CHARGE_ROW_AT + i * 4, true),
    tariff: view.getUint32(CHARGE_ROW_TARIFF + i * 4, true),
    charge: view.getUint8(CHARGE_ROW_CHARGE + i),
    amount: view.getBigInt64(CHARGE_ROW_AMOUNT + i * 8, true),
  }));
}

/** The events of the last call. */
export function eventsIn(view: DataView): EventFacts[] {
  return Array.from({ length: view.getUint32(RUN_BASE + RUN_EVENTS, true) }, (_, i) => {
    const at = EVENTS_BASE + i * EVENT_BYTES;
    const type = EVENT_TYPES[view.getUint16(at + EVENT_TYPE, true)] ?? "nameless";
    return {
      type,
      slot: view.getUint32(at + EVENT_SLOT, true),
      at: BigInt(view.getUint32(at + EVENT_AT_S, true)),
      level: view.getUint16(at + EVENT_LEVEL, true),
      number: BigInt(view.getUint32(at + EVENT_NUMBER, true)),
      balance: view.getBigInt64(at + EVENT_BALANCE, true),
      amount: view.getBigInt64(at + EVENT_AMOUNT, true),
      ...(type.endsWith("_requested") && {
        cause: causeOf(view.getUint32(at + EVENT_CAUSE, true)),
      }),
    };
  });
}

/** An account's whole memory in plain values. */
export type KernelAccount = ReturnType<typeof accountIn>;

/** Reads an account that is open; `isPurchase`: it holds quantity (R34). `counters` are by the period's index. */
export function accountIn(view: DataView, slot: number, isPurchase = false) {
  const hot = HOT_BASE + slot * HOT_BYTES;
  const cold = COLD_BASE + slot * COLD_BYTES;
  const u32 = (at: number): number => view.getUint32(at, true);
  const i64 = (at: number): bigint => view.getBigInt64(at, true);
  const flags = u32(hot + HOT_FLAGS);
  const kinds = u32(cold + COLD_QUARANTINE);
  return {
    isRead: (flags & FLAG_READ) !== 0,
    isQuarantined: (flags & FLAG_QUARANTINED) !== 0,
    isStale: (flags & FLAG_STALE) !== 0,
    isEstimated: (flags & FLAG_ESTIMATED) !== 0,
    readS: u32(hot + HOT_READ_S),
    register: i64(hot + HOT_REGISTER),
    balance: i64(hot + HOT_BALANCE),
    carry: u32(hot + HOT_CARRY),
    gateway: u32(hot + HOT_GATEWAY),
    list: u32(cold + COLD_LIST),
    counters: countersIn(view, slot),
    lowLevel: u32(cold + COLD_LOW_LEVEL),
    supplyNumber: u32(cold + COLD_SUPPLY_NUMBER),
    policy: u32(cold + COLD_POLICY),
    supplyWanted: supplyNameOf(u32(cold + COLD_SUPPLY_WANTED)),
    supplyState: supplyNameOf(u32(cold + COLD_SUPPLY_STATE)),
    supplyCause: causeOf(u32(cold + COLD_SUPPLY_CAUSE)),
    quarantine: VERDICTS.filter((_, verdict) => (kinds & (1 << verdict)) !== 0),
    commandNumber: u32(cold + COLD_COMMAND_NUMBER),
    credits: i64(cold + COLD_CREDITS),
    adjustments: i64(cold + COLD_ADJUSTMENTS),
    quantityBase: i64(cold + COLD_CHARGED_QUANTITY_BASE),
    isPurchase,
    extra: extraIn(view, u32(cold + COLD_EXTRA), isPurchase),
  };
}

/** The hot counter is the present period's own or, with scope `all`, the sum of all. */
function countersIn(view: DataView, slot: number): bigint[] {
  const cold = COLD_BASE + slot * COLD_BYTES;
  const counters = Array.from({ length: PERIODS_MAX }, (_, period) =>
    view.getBigInt64(cold + COLD_COUNTERS + period * 8, true),
  );
  const table = view.getUint32(cold + COLD_TABLE, true);
  if (table === 0) return counters;
  const present = view.getUint32(cold + COLD_PERIOD, true);
  counters[present] = 0n;
  const isSum = view.getUint8(table + TABLE_SCOPE) === SCOPE_ALL;
  const others = isSum ? counters.reduce((sum, each) => sum + each, 0n) : 0n;
  counters[present] = view.getBigInt64(HOT_BASE + slot * HOT_BYTES + HOT_COUNTER, true) - others;
  return counters;
}

function causeOf(cause: number): string {
  if (cause === CAUSE_LOAD) return "load_limit";
  return cause === CAUSE_MANUAL ? "manual" : "automatic";
}

/** The model's words for them. */
function supplyNameOf(code: number): string {
  return code === SUPPLY_READY ? "ready" : (supplyStateOf(code) ?? "nameless");
}
