/**
 * The layout: areas that do not overlap, fields that do not, and room for the reading that brings most.
 */
import { describe, expect, it } from "vitest";
import { THRESHOLDS_MAX } from "../engine/contract/fields.ts";
import * as listLimits from "../engine/contract/price-list/limits.ts";
import * as layout from "./assembly/layout.ts";

const constants: Readonly<Record<string, number>> = { ...layout };

/** A constant of the layout by its name. */
function constant(name: string): number {
  const value = constants[name];
  if (value === undefined) throw new Error(`the layout has no ${name}`);
  return value;
}

describe("the memory map", () => {
  const {
    ROWS_MAX: rows,
    CHARGE_ROWS_MAX: charges,
    SLOTS_MAX: slots,
    POLICIES_MAX: policies,
  } = layout;
  const AREAS: [name: string, base: number, bytes: number][] = [
    ["STATE", layout.STATE_BASE, layout.STATE_BYTES],
    ["RUN", layout.RUN_BASE, 128],
    ["GATEWAYS", layout.GATEWAYS_BASE, layout.GATEWAYS_MAX * layout.GATEWAY_BYTES],
    ["POLICIES", layout.POLICIES_BASE, policies * layout.POLICY_BYTES],
    ["LISTS", layout.LISTS_BASE, layout.LISTS_MAX * layout.LIST_BYTES],
    ["INPUT", layout.INPUT_BASE, layout.INPUT_BYTES_MAX],
    ["RESULTS", layout.RESULTS_BASE, layout.RECORDS_MAX * layout.RESULT_BYTES],
    ["ROW_FROM", layout.ROW_FROM, rows * 4],
    ["ROW_TO", layout.ROW_TO, rows * 4],
    ["ROW_ACCOUNT", layout.ROW_ACCOUNT, rows * 4],
    ["ROW_TARIFF", layout.ROW_TARIFF, rows * 4],
    ["ROW_REGISTER", layout.ROW_REGISTER, rows * 8],
    ["ROW_QUANTITY", layout.ROW_QUANTITY, rows * 8],
    ["ROW_COST", layout.ROW_COST, rows * 8],
    ["ROW_VERDICT", layout.ROW_VERDICT, rows],
    ["ROW_PERIOD", layout.ROW_PERIOD, rows],
    ["ROW_BLOCK", layout.ROW_BLOCK, rows],
    ["ROW_LAST", layout.ROW_LAST, rows],
    ["CHARGE_ROW_ACCOUNT", layout.CHARGE_ROW_ACCOUNT, charges * 4],
    ["CHARGE_ROW_AT", layout.CHARGE_ROW_AT, charges * 4],
    ["CHARGE_ROW_TARIFF", layout.CHARGE_ROW_TARIFF, charges * 4],
    ["CHARGE_ROW_AMOUNT", layout.CHARGE_ROW_AMOUNT, charges * 8],
    ["CHARGE_ROW_CHARGE", layout.CHARGE_ROW_CHARGE, charges],
    ["EVENTS", layout.EVENTS_BASE, layout.EVENTS_MAX * layout.EVENT_BYTES],
    ["TABLES", layout.TABLES_BASE, layout.TABLES_BYTES_MAX],
    ["DUE", layout.DUE_BASE, slots * 4],
    ["HOT", layout.HOT_BASE, slots * layout.HOT_BYTES],
    ["COLD", layout.COLD_BASE, slots * layout.COLD_BYTES],
    // One for each slot, and the empty one.
    ["EXTRA", layout.EXTRA_BASE, (slots + 1) * layout.EXTRA_BYTES],
    ["CALENDARS", layout.CALENDARS_BASE, layout.CALENDARS_MAX * layout.CALENDAR_BYTES],
    ["PACK_RUN_VALUES", layout.PACK_RUN_VALUES, layout.PACK_RUNS_MAX * 8],
    ["PACK_RUN_COUNTS", layout.PACK_RUN_COUNTS, layout.PACK_RUNS_MAX * 4],
    ["PACK", layout.PACK_BASE, layout.PACK_BYTES_MAX],
  ];

  it("areas do not overlap and lie within the memory", () => {
    const rising = [...AREAS].sort(([, a], [, b]) => a - b);
    for (const [i, [name, base, bytes]] of rising.entries()) {
      const [next, limit] = rising[i + 1] ?? ["the end", layout.MEMORY_PAGES * layout.PAGE_BYTES];
      expect(base + bytes, `${name} reaches into ${next}`).toBeLessThanOrEqual(limit);
    }
  });

  it("areas and columns stand where their words are aligned", () => {
    for (const [name, base] of AREAS) {
      const bytes = /_(REGISTER|QUANTITY|COST|AMOUNT)$/.test(name) ? 8 : 4;
      if (!/_(VERDICT|PERIOD|BLOCK|LAST|CHARGE)$/.test(name)) expect(base % bytes, name).toBe(0);
    }
    for (const [name, base] of AREAS.filter(([name]) => !name.includes("ROW")))
      expect(base % 64, name).toBe(0);
  });

  it("the bases are all there are", () => {
    const bases = Object.keys(constants).filter((name) => name.endsWith("_BASE"));
    const known = new Set([
      ...AREAS.map(([name]) => `${name}_BASE`),
      "ROWS_BASE",
      "PACK_RUNS_BASE",
      "CHARGE_ROWS_BASE",
      "COLD_CHARGED_QUANTITY_BASE",
    ]);
    expect(bases.filter((name) => !known.has(name))).toEqual([]);
  });

  it("outputs leave room for the reading that brings most: every switch and edge of 3 660 days", () => {
    const days = layout.INTERVAL_S_MAX / 86_400 + 2;
    const { SWITCHES_MAX, PERIODS_MAX, BLOCKS_MAX, CHARGES_MAX } = listLimits;
    const edges = PERIODS_MAX * (BLOCKS_MAX - 1);
    expect(days * (SWITCHES_MAX + 1 + edges) + layout.VERSIONS_MAX).toBeLessThanOrEqual(
      layout.INTERVAL_ROWS_MAX,
    );
    expect(days * 25).toBeLessThanOrEqual(layout.INTERVAL_MARKS_MAX);
    expect(layout.ROWS_MAX - layout.INTERVAL_ROWS_MAX).toBe(65_536);
    expect(layout.CHARGE_ROWS_MAX - layout.INTERVAL_MARKS_MAX * CHARGES_MAX).toBe(65_536);
    const reading = 2 * THRESHOLDS_MAX + "rollover, cut or restore".split(",").length;
    expect(layout.EVENTS_A_STEP_MAX).toBeGreaterThanOrEqual(reading);
  });
});

describe("records in memory", () => {
  /** Sizes of fields that are not 4 bytes long. */
  const SIZES: Readonly<Record<string, number>> = {
    HOT_REGISTER: 8,
    HOT_BALANCE: 8,
    HOT_COUNTER: 8,
    HOT_FLOOR: 8,
    COLD_COMMAND_BALANCE: 8,
    COLD_MODULUS: 8,
    COLD_ACCOUNT_ID: layout.COLD_ACCOUNT_ID_BYTES,
    COLD_CREDITS: 8,
    COLD_ADJUSTMENTS: 8,
    COLD_CHARGED_QUANTITY_BASE: 8,
    COLD_COUNTERS: 8 * layout.PERIODS_MAX,
    GATEWAY_KEY: layout.GATEWAY_KEY_BYTES,
    POLICY_LOW: 8 * layout.THRESHOLDS_MAX,
    POLICY_HYSTERESIS: 8,
    POLICY_DISABLEMENT: 8,
    POLICY_CLEARANCE: 8,
    POLICY_BALANCE_MAX: 8,
    LIST_FIRST: layout.VERSIONS_MAX * layout.LIST_VERSION_BYTES,
    TABLE_PERIODS: 1,
    TABLE_CHARGES: 1,
    TABLE_SCOPE: 1,
    TABLE_VEND_STEPS: 1,
    TABLE_COST_MAX: 8,
    MARK_PERIOD: 1,
    MARK_FLAGS: 1,
    STEP_START: 8,
    STEP_END: 8,
    STEP_PRICE_HI: 8,
    STEP_PERIOD: 1,
    STEP_BLOCK: 1,
    CHARGE_INDEX: 1,
    CHARGE_PRIORITY: 1,
    CHARGE_WHILE: 1,
    CHARGE_AMOUNT: 8,
    POLICY_EXCEED: 8,
    POLICY_EMERGENCY_LIMIT: 8,
    POLICY_EMERGENCY_THRESHOLD: 8,
    POLICY_NOTICE_THRESHOLD: 8,
    POLICY_LIMIT_THRESHOLD: 8,
    POLICY_TRICKLE_THRESHOLD: 8,
    POLICY_ALLOWANCE: 8,
    POLICY_TOPUP_MIN: 8,
    POLICY_TOPUP_MAX: 8,
    POLICY_TOPUP_CAP: 8,
    TABLE_DEMAND_HI: 8,
    EXTRA_EMERGENCY_USED: 8,
    EXTRA_ACCUMULATED_DEBT: 8,
    EXTRA_PAYMENT_DEBT: 8,
    EXTRA_PAYMENT_CAP: 8,
    EXTRA_PAYMENT_WEEK_USED: 8,
    EXTRA_TIME_DEBTS: layout.TIME_DEBTS_MAX * layout.TIME_DEBT_BYTES,
    EXTRA_POT_FIRST: layout.POTS_MAX * layout.POT_BYTES,
    EXTRA_PARTS: layout.PARTS_BYTES,
    EXTRA_RESERVED: 8,
    EXTRA_LOAD_QUANTITY: 8,
    EXTRA_ALLOWANCE_LEFT: 8,
    EXTRA_MODE_CAP: 8,
    EXTRA_ALERT_S: 4 * layout.THRESHOLDS_MAX,
    EXTRA_SPENT_TODAY: 8,
    EXTRA_DAYS_MEAN: 8,
    EXTRA_TOPUP_SUM: 8,
    EXTRA_BASE_REGISTER: 8,
    EXTRA_ESTIMATED_COST: 8,
    EXTRA_ESTIMATED_QUANTITY: 8,
    EXTRA_BASE_COUNTERS: 8 * layout.PERIODS_MAX,
    EXTRA_DEMAND_QUANTITY: 8,
    EXTRA_DEMAND_MAX: 8,
    TIME_DEBT_OWED: 8,
    TIME_DEBT_RATE: 8,
    POT_AMOUNT: 8,
    CALENDAR_INTERVALS: layout.CALENDAR_INTERVALS_MAX * layout.CALENDAR_INTERVAL_BYTES,
    DEBT_OWED: 8,
    DEBT_RATE: 8,
    DEBT_CAP: 8,
    // Without the part that no credit has.
    REVERSE_PARTS: layout.PART_POTS,
    REVERSE_AMOUNT: 8,
    READING_REGISTER: 8,
    MODE_CAP: 8,
    TENANCY_CLOSING: 8,
    RESULT_PARTS: layout.PARTS_BYTES,
    RUN_ROW_QUANTITY: 8,
    RUN_ROW_COST: 8,
    RUN_SOLD_MONEY: 8,
    RUN_SOLD_GIVEN: 8,
    RUN_SOLD_BOUGHT: 8,
    RESULT_BALANCE: 8,
    EVENT_TYPE: 2,
    EVENT_LEVEL: 2,
    EVENT_BALANCE: 8,
    EVENT_AMOUNT: 8,
    REPORT_KIND: 1,
    REPORT_STATE: 1,
    REPORT_VALUE: 8,
    OPEN_MODULUS: 8,
    OPEN_ACCOUNT_ID: 16,
    EXCHANGE_MODULUS: 8,
    EXCHANGE_CLOSING: 8,
    EXCHANGE_OPENING: 8,
    SET_GATEWAY_KEY: layout.GATEWAY_KEY_BYTES,
  };
  /** Names with these prefixes that are no fields. */
  const NO_FIELD =
    /_BYTES$|_MAX$|_BASE$|^TABLE_MAGIC|^CHARGE_(OF|TO)_|^EXTRA_(BOUGHT(_CYCLE_S)?|OFFERED|CRITICAL|WITHHELD|EXCEEDED|DAYS_LOW)$|^CALENDAR_(BEGIN|END)$|^DEBT_(TIME_[12]|PAYMENT|ACCUMULATED)$|^MODE_(PREPAYMENT|CREDIT)$|^MARK_(CYCLE|HOUR|DAY|WEEK|MONTH)$|^CHARGE_ROW|^RUN_(COMPLETE|SUSPENDED)$|^REPORT_KIND_|^LIST_(EFFECTIVE_S|TABLE)$/;

  const RECORDS: [prefix: string, bytes: number][] = [
    ["STATE_", layout.STATE_BYTES],
    ["RUN_", 128],
    ["HOT_", layout.HOT_BYTES],
    ["COLD_", layout.COLD_BYTES],
    ["GATEWAY_", layout.GATEWAY_BYTES],
    ["POLICY_", layout.POLICY_BYTES],
    ["LIST_", layout.LIST_BYTES],
    ["TABLE_", layout.TABLE_HEADER_BYTES],
    ["MARK_", layout.MARK_BYTES],
    ["STEP_", layout.STEP_BYTES],
    ["CHARGE_", layout.CHARGE_BYTES],
    ["RESULT_", layout.RESULT_BYTES],
    ["REPORT_", layout.REPORT_BYTES],
    ["OPEN_", layout.OPEN_BYTES],
    ["EXCHANGE_", layout.EXCHANGE_BYTES],
    ["SET_GATEWAY_", layout.SET_GATEWAY_BYTES],
    ["EXTRA_", layout.EXTRA_BYTES],
    ["TIME_DEBT_", layout.TIME_DEBT_BYTES],
    ["POT_", layout.POT_BYTES],
    ["CALENDAR_", layout.CALENDAR_BYTES],
    ["DEBT_", layout.DEBT_BYTES],
    ["REVERSE_", layout.REVERSE_BYTES],
    ["READING_", layout.READING_BYTES],
    ["MODE_", layout.MODE_BYTES],
    ["TENANCY_", layout.TENANCY_BYTES],
    ["TRANSFER_", layout.TRANSFER_BYTES],
  ];

  it.each(RECORDS)("%s fields do not overlap and fit in %d bytes", (prefix, bytes) => {
    const fields = Object.keys(constants)
      .filter((name) => name.startsWith(prefix) && !NO_FIELD.test(name))
      .concat(prefix === "COLD_" ? ["COLD_CHARGED_QUANTITY_BASE"] : [])
      .map((name) => ({ name, from: constant(name), to: constant(name) + (SIZES[name] ?? 4) }))
      .sort((a, b) => a.from - b.from);
    expect(fields.length).toBeGreaterThan(1);
    for (const [i, { name, to }] of fields.entries()) {
      const next = fields[i + 1];
      expect(to, `${name} reaches into ${next?.name ?? "the next record"}`).toBeLessThanOrEqual(
        next?.from ?? bytes,
      );
    }
    for (const { name, from, to } of fields) {
      const size = to - from;
      if (size === 8 || size === 4 || size === 2) expect(from % size, name).toBe(0);
    }
  });

  it("what was bought stands where demand is gathered, which no account does that buys", () => {
    expect(layout.EXTRA_BOUGHT_CYCLE_S).toBe(layout.EXTRA_DEMAND_WINDOW_S);
    expect(layout.EXTRA_BOUGHT).toBe(layout.EXTRA_DEMAND_QUANTITY);
    expect(layout.REVERSE_AMOUNT).toBe(layout.REVERSE_PARTS + layout.PART_POTS);
  });

  it("an account's hot part is one cache line", () => {
    expect(layout.HOT_BYTES).toBe(64);
    expect(layout.HOT_BASE % 64).toBe(0);
  });
});
