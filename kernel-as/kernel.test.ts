/**
 * What the kernel promises as a program: a release binary that owns no memory, bounds that trap instead of running over, and
 * the same constants as the contract.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assetPath } from "../engine/contract/assets.ts";
import { COMMAND_REFUSALS } from "../engine/contract/commands.ts";
import { EVENT_TYPES } from "../engine/contract/events.ts";
import { CREDIT_PARTS, THRESHOLDS_MAX } from "../engine/contract/fields.ts";
import * as frame from "../engine/contract/frame.ts";
import { SLOTS_MAX } from "../engine/contract/ids.ts";
import * as listLimits from "../engine/contract/price-list/limits.ts";
import { RATED_TABLES, VERDICTS } from "../engine/contract/rated.ts";
import { SUPPLY_STATE_CODES } from "../engine/contract/supply.ts";
import * as layout from "./assembly/layout.ts";
import { createMemory, instantiate, loadKernel } from "./kernel.ts";

const constants: Readonly<Record<string, number>> = { ...layout };

/** A constant of the layout by its name. */
function constant(name: string): number {
  const value = constants[name];
  if (value === undefined) throw new Error(`the layout has no ${name}`);
  return value;
}

/** The ids of a WebAssembly binary's sections, in order. */
function sectionsOf(bytes: Uint8Array): number[] {
  const sections: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    sections.push(bytes[at++] ?? -1);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return sections;
}

describe("the release binary", () => {
  const SECTION_GLOBAL = 6;
  const SECTION_DATA = 11;

  it("has no data and no globals: nothing that a second instance would write over, nothing that instances differ in", () => {
    const sections = sectionsOf(readFileSync(assetPath("dist/wasm/kernel.wasm")));
    expect(sections).toContain(10);
    expect(sections).not.toContain(SECTION_GLOBAL);
    expect(sections).not.toContain(SECTION_DATA);
  });

  it("imports the memory and nothing else, and exports its five functions and nothing else", () => {
    const module = loadKernel();
    expect(WebAssembly.Module.imports(module)).toEqual([
      { module: "env", name: "memory", kind: "memory" },
    ]);
    const names = WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`);
    expect(names.sort()).toEqual([
      "function begin",
      "function format",
      "function pack",
      "function quote",
      "function run",
    ]);
  });
});

describe("assertions stay on", () => {
  const memory = createMemory();
  const kernel = instantiate(loadKernel(), memory);
  const view = new DataView(memory.buffer);
  const END = layout.INPUT_BASE + layout.RECORD_HEADER_BYTES;

  /** Runs one record of these header fields. */
  function runRecord(bytes: number, kind: number, end = END): number {
    kernel.format(0);
    view.setUint32(layout.INPUT_BASE + layout.RECORD_BYTES, bytes, true);
    view.setUint16(layout.INPUT_BASE + layout.RECORD_KIND, kind, true);
    kernel.begin();
    return kernel.run(end);
  }

  it("a tick of an empty shard is fine", () => {
    expect(runRecord(layout.RECORD_HEADER_BYTES, layout.KIND_TICK)).toBe(layout.RUN_COMPLETE);
  });

  it.each([
    ["a record shorter than its header", 8, layout.KIND_TICK],
    ["a record of no bytes", 0, layout.KIND_TICK],
    ["a record that goes on behind the input", 24, layout.KIND_TICK],
    ["a record of no kind", layout.RECORD_HEADER_BYTES, 0],
    ["a record of a kind between those of shards and accounts", layout.RECORD_HEADER_BYTES, 20],
    ["a record of a kind that is not known", layout.RECORD_HEADER_BYTES, 1_000],
  ])("%s traps", (_name, bytes, kind) => {
    expect(() => runRecord(bytes, kind)).toThrow(WebAssembly.RuntimeError);
  });

  it("more records than there are results trap", () => {
    kernel.format(0);
    const records = layout.RECORDS_MAX + 1;
    for (let i = 0; i < records; i++) {
      const at = layout.INPUT_BASE + i * layout.RECORD_HEADER_BYTES;
      view.setUint32(at + layout.RECORD_BYTES, layout.RECORD_HEADER_BYTES, true);
      view.setUint16(at + layout.RECORD_KIND, layout.KIND_TICK, true);
    }
    kernel.begin();
    const end = layout.INPUT_BASE + records * layout.RECORD_HEADER_BYTES;
    expect(() => kernel.run(end)).toThrow(WebAssembly.RuntimeError);
  });
});

describe("constants shared with the contract", () => {
  it("verdicts are numbered in their order", () => {
    const numbers = VERDICTS.map((verdict) => constant(`VERDICT_${verdict.toUpperCase()}`));
    expect(numbers).toEqual(VERDICTS.map((_, i) => i));
    expect(Object.keys(constants).filter((name) => name.startsWith("VERDICT_"))).toHaveLength(
      VERDICTS.length,
    );
  });

  it("event types are numbered in their order", () => {
    const names: Record<(typeof EVENT_TYPES)[number], string> = {
      "account.opened": "ACCOUNT_OPENED",
      "vend.applied": "VEND_APPLIED",
      "account.adjusted": "ACCOUNT_ADJUSTED",
      "credit.low": "CREDIT_LOW",
      "credit.recovered": "CREDIT_RECOVERED",
      "supply.cut_requested": "CUT_REQUESTED",
      "supply.restore_requested": "RESTORE_REQUESTED",
      "supply.executed": "SUPPLY_EXECUTED",
      "supply.failed": "SUPPLY_FAILED",
      "supply.disagreed": "SUPPLY_DISAGREED",
      "reading.quarantined": "READING_QUARANTINED",
      "reading.rollover": "READING_ROLLOVER",
      "meter.clock_drift": "CLOCK_DRIFT",
      "meter.exchanged": "METER_EXCHANGED",
      "meter.tampered": "METER_TAMPERED",
      "emergency_credit.offered": "EMERGENCY_OFFERED",
      "emergency_credit.invoked": "EMERGENCY_INVOKED",
      "emergency_credit.in_use": "EMERGENCY_IN_USE",
      "emergency_credit.exhausted": "EMERGENCY_EXHAUSTED",
      "emergency_credit.repaid": "EMERGENCY_REPAID",
      "credit.exceeded": "CREDIT_EXCEEDED",
      "credit.granted": "CREDIT_GRANTED",
      "credit.expired": "CREDIT_EXPIRED",
      "debt.changed": "DEBT_CHANGED",
      "debt.cleared": "DEBT_CLEARED",
      "vend.reversed": "VEND_REVERSED",
      "supply.notice_due": "NOTICE_DUE",
      "supply.limit_requested": "LIMIT_REQUESTED",
      "supply.cut_withheld": "CUT_WITHHELD",
      "supply.overdue": "SUPPLY_OVERDUE",
      "friendly_period.ending": "FRIENDLY_ENDING",
      "meter.stale": "METER_STALE",
      "reading.accepted": "READING_ACCEPTED",
      "reading.rejected": "READING_REJECTED",
      "mode.changed": "MODE_CHANGED",
      "tenancy.changed": "TENANCY_CHANGED",
      "credit.transferred": "CREDIT_TRANSFERRED",
      "credit.reserved": "CREDIT_RESERVED",
      "credit.released": "CREDIT_RELEASED",
      "tariff.assigned": "TARIFF_ASSIGNED",
      "tariff.activated": "TARIFF_ACTIVATED",
      "cycle.started": "CYCLE_STARTED",
      "credit.bought": "CREDIT_BOUGHT",
      "credit.converted": "CREDIT_CONVERTED",
    };
    const numbers = EVENT_TYPES.map((type) => constant(`EVENT_${names[type]}`));
    expect(numbers).toEqual(EVENT_TYPES.map((_, i) => i));
  });

  it("refusals of commands begin at CODE_REFUSED in their order", () => {
    const names: Record<(typeof COMMAND_REFUSALS)[number], string> = {
      account_unknown: "ACCOUNT_UNKNOWN",
      account_open: "ACCOUNT_OPEN",
      price_list_unknown: "PRICE_LIST_UNKNOWN",
      price_list_order: "PRICE_LIST_ORDER",
      directory_full: "DIRECTORY_FULL",
      policy_unknown: "POLICY_UNKNOWN",
      balance_limit_exceeded: "BALANCE_LIMIT",
      money_limit_exceeded: "MONEY_LIMIT",
      gateway_unknown: "GATEWAY_UNKNOWN",
      register_invalid: "REGISTER_INVALID",
      not_prepayment: "NOT_PREPAYMENT",
      emergency_credit_not_selectable: "EMERGENCY_NOT_SELECTABLE",
      emergency_credit_not_repaid: "EMERGENCY_NOT_REPAID",
      vend_below_minimum: "BELOW_MINIMUM",
      vend_above_maximum: "ABOVE_MAXIMUM",
      topup_cap_exceeded: "TOPUP_CAP",
      pots_full: "POTS_FULL",
      pot_expired: "POT_EXPIRED",
      not_reversible: "NOT_REVERSIBLE",
      cut_forbidden_critical_need: "CUT_CRITICAL",
      cut_forbidden_friendly_period: "CUT_FRIENDLY",
      cut_forbidden_no_notice: "CUT_NO_NOTICE",
      cut_forbidden_stale_data: "CUT_STALE",
      mode_change_in_progress: "MODE_PENDING",
      no_mode_change: "NO_MODE_CHANGE",
      transfer_insufficient: "TRANSFER_INSUFFICIENT",
      reading_outdated: "READING_OUTDATED",
      calendar_unknown: "CALENDAR_UNKNOWN",
      price_list_basis: "PRICE_LIST_BASIS",
    };
    const codes = COMMAND_REFUSALS.map((refusal) => constant(`CODE_${names[refusal]}`));
    expect(codes).toEqual(COMMAND_REFUSALS.map((_, i) => layout.CODE_REFUSED + i));
  });

  it("supply states, reports and qualities have the numbers that frames carry", () => {
    const { SUPPLY_UNKNOWN, SUPPLY_CONNECTED, SUPPLY_DISCONNECTED, SUPPLY_LIMITED } = layout;
    expect(SUPPLY_STATE_CODES).toEqual({
      unknown: SUPPLY_UNKNOWN,
      connected: SUPPLY_CONNECTED,
      disconnected: SUPPLY_DISCONNECTED,
      limited: SUPPLY_LIMITED,
      ready_for_reconnection: layout.SUPPLY_READY,
    });
    const { SUPPLY_REPORT, REPORT } = frame;
    expect(SUPPLY_REPORT).toEqual({
      connected: layout.SUPPLY_CONNECTED,
      disconnected: layout.SUPPLY_DISCONNECTED,
      limited: layout.SUPPLY_LIMITED,
      failed: layout.SUPPLY_REPORT_FAILED,
      expired: layout.SUPPLY_REPORT_EXPIRED,
      ready_for_reconnection: layout.SUPPLY_READY,
    });
    expect(REPORT).toEqual({
      supply: layout.REPORT_KIND_SUPPLY,
      clockDrift: layout.REPORT_KIND_CLOCK_DRIFT,
      tamper: layout.REPORT_KIND_TAMPER,
    });
    expect(frame.QUALITY.actual).toBe(0);
  });

  it("parts of an amount lie in their order", () => {
    const names: Record<(typeof CREDIT_PARTS)[number], string> = {
      payment_debt: "PAYMENT_DEBT",
      accumulated_debt: "ACCUMULATED_DEBT",
      time_debt_1: "TIME_DEBT_1",
      time_debt_2: "TIME_DEBT_2",
      threshold: "THRESHOLD",
      emergency: "EMERGENCY",
      balance: "BALANCE",
      restricted: "POTS",
    };
    const places = CREDIT_PARTS.map((part) => constant(`PART_${names[part]}`));
    expect(places).toEqual(CREDIT_PARTS.map((_, i) => i * 8));
    expect(layout.PARTS_MAX).toBe(CREDIT_PARTS.length);
    expect(layout.PARTS_BYTES).toBe(layout.PARTS_MAX * 8);
  });

  it("bounds are the same", () => {
    expect(layout.SLOTS_MAX).toBe(SLOTS_MAX);
    expect(layout.THRESHOLDS_MAX).toBe(THRESHOLDS_MAX);
    expect(layout.REGISTER_MAX).toBe(frame.REGISTER_MAX);
    expect(layout.PERIODS_MAX).toBe(listLimits.PERIODS_MAX);
    expect(layout.CHARGES_MAX).toBe(listLimits.CHARGES_MAX);
    expect(layout.FRAME_HEADER_BYTES).toBe(frame.FRAME_HEADER_BYTES);
    expect(layout.REPORT_BYTES).toBe(frame.REPORT_BYTES);
    // A frame fits the input, with its record's header.
    expect(frame.FRAME_BYTES_MAX + layout.RECORD_HEADER_BYTES).toBeLessThan(layout.INPUT_BYTES_MAX);
  });

  it("columns of rated rows are as wide as the kernel writes them", () => {
    const width = (from: number, to: number, rows: number): number => (to - from) / rows;
    const rows = layout.ROWS_MAX;
    const bytes = Object.fromEntries(RATED_TABLES.readings.map(({ name, bytes: b }) => [name, b]));
    expect(bytes).toMatchObject({
      from: width(layout.ROW_FROM, layout.ROW_TO, rows),
      to: width(layout.ROW_TO, layout.ROW_ACCOUNT, rows),
      account: width(layout.ROW_ACCOUNT, layout.ROW_TARIFF, rows),
      tariff: width(layout.ROW_TARIFF, layout.ROW_REGISTER, rows),
      register: width(layout.ROW_REGISTER, layout.ROW_QUANTITY, rows),
      quantity: width(layout.ROW_QUANTITY, layout.ROW_COST, rows),
      cost: width(layout.ROW_COST, layout.ROW_VERDICT, rows),
      verdict: width(layout.ROW_VERDICT, layout.ROW_PERIOD, rows),
      period: width(layout.ROW_PERIOD, layout.ROW_BLOCK, rows),
      block: width(layout.ROW_BLOCK, layout.ROW_LAST, rows),
    });
  });

  it("a frame's header lies where the kernel reads it", () => {
    const head = { shard: 0, gateway: 0x01020304, epoch: 0x11, sequence: 0x22, rosterVersion: 1 };
    const readings = [
      { slot: 3, register: 5, atS: 0x1000, quality: "estimated" as const },
      { slot: 4, register: 300, atS: 0x1001, quality: "actual" as const },
    ];
    const bytes = frame.encodeSnapshot({ ...head, readings, reports: [] }, new Uint8Array(32));
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(layout.FRAME_GATEWAY, true)).toBe(head.gateway);
    expect(view.getUint32(layout.FRAME_EPOCH, true)).toBe(head.epoch);
    expect(view.getUint32(layout.FRAME_SEQUENCE, true)).toBe(head.sequence);
    expect(view.getUint32(layout.FRAME_BASE_S, true)).toBe(0x1000);
    expect(view.getUint8(layout.FRAME_FLAGS)).toBe(
      layout.FRAME_FLAG_TIMES | layout.FRAME_FLAG_QUALITY,
    );
    expect(view.getUint8(layout.FRAME_SHAPE)).not.toBe(layout.FRAME_SHAPE_PROFILE);
    const columns = ["SLOTS", "REPORTS", "SLOT_BYTES", "TIME_BYTES", "REGISTER_BYTES"].map(
      (name, i) =>
        i < 2
          ? view.getUint16(constant(`FRAME_${name}`), true)
          : view.getUint32(constant(`FRAME_${name}`), true),
    );
    expect(columns).toEqual([2, 0, 2, 2, 3]);
    expect(view.getUint32(layout.FRAME_QUALITY_BYTES, true)).toBe(2);
  });
});
