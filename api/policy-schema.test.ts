import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { engineCommandMessage } from "../engine/contract/commands.ts";
import { policyRecord } from "../engine/core/policy-record.ts";
import { policyBody, policyColumns } from "./policy-schema.ts";
import { policyOut, policyView } from "./policy-view.ts";
import type { SupplyPolicy } from "./registry/policies.ts";
import { policyOrder } from "./registry/policy-terms.ts";

const CALENDAR = "00000000-0000-4000-8000-000000000000";

/** Values that fit, and now and then one that does not. */
const mostly = <Value>(good: fc.Arbitrary<Value>, ...bad: Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });

const money = fc
  .record({
    whole: fc.integer({ min: -2_000, max: 2_000 }),
    cents: fc.integer({ min: 0, max: 99 }),
  })
  .map(({ whole, cents }) => `${whole}.${String(cents).padStart(2, "0")}`);
const due = mostly(
  money.map((text) => text.replace("-", "")),
  "-1",
  "1e3",
);
const above = mostly(
  fc.integer({ min: 1, max: 10_000_000 }).map((cents) => (cents / 100).toFixed(2)),
  "0",
  "-5",
);
const spanS = mostly(fc.integer({ min: 0, max: 31_536_000 }), -1, 40_000_000);
const longS = mostly(fc.integer({ min: 1, max: 31_536_000 }), 0);
const flow = fc.record({
  value: mostly(fc.constantFrom("1", "250", "3000", "4"), "0", "0.0001", "99999999"),
  unit: fc.constantFrom("W", "kW", "L/h", "m³/h"),
});
const rung = fc.record({ threshold: money, flow });
const parts = {
  hysteresis: due,
  cool_off_s: spanS,
  exceeding: money,
  days_left_warning: mostly(fc.integer({ min: 0, max: 1_000 }), -1, 1_001),
  disablement_threshold: money,
  clearance: due,
  automatic_cut: fc.boolean(),
  stale_after_s: spanS,
  charge_estimates: fc.boolean(),
  emergency_credit: fc.record({ limit: above, threshold: money, auto_invoke: fc.boolean() }),
  notice: fc.record({ lead_s: spanS, threshold: mostly(fc.constant("2500.00"), "-2500.00") }),
  limit: rung,
  trickle: rung,
  essential_flow: flow,
  daily_allowance: fc.record({
    quantity: fc.record({
      value: mostly(fc.constantFrom("2", "14"), "0", "0.0001"),
      unit: fc.constantFrom("kWh", "m³", "h"),
    }),
    stack_days: mostly(fc.integer({ min: 1, max: 366 }), 0, 367),
    day_start: mostly(fc.constantFrom("00:00", "06:30", "23:59"), "24:00"),
  }),
  load_limit: fc.record({ flow, period_s: longS, restoration_s: spanS }),
  friendly_period: fc.record({
    calendar_id: fc.constant(CALENDAR),
    jitter_s: spanS,
    warning_s: spanS,
  }),
  cut_window: fc.record({ calendar_id: fc.constant(CALENDAR) }),
  ready_for_reconnection: fc.boolean(),
  restore_deadline_s: spanS,
  waterfall: fc.constantFrom("standard", "debt_first", "share"),
  restore_threshold_first: fc.boolean(),
  arrears_share: mostly(fc.constantFrom("0", "0.25", "1"), "1.5", "-1"),
  topup: fc.constantFrom(
    {},
    { min: "1" },
    { min: "1", max: "5" },
    { max: "5", cap: "20", cap_every: "week" },
    { cap: "20" },
    { min: "5", max: "1" },
  ),
};
const head = fc.record({
  low_credit_thresholds: mostly(
    fc
      .uniqueArray(money, { maxLength: 4, selector: Number })
      .map((list) => list.sort((a, b) => Number(b) - Number(a))),
    ["1", "2"],
    ["5", "4", "3", "2", "1"],
  ),
  max_balance: above,
});
const body = fc
  .record({
    head,
    rest: fc.record(parts, { requiredKeys: [] }),
    severity: fc.boolean(),
    unit: fc.constantFrom(undefined, "kWh", "m³", "h", "count"),
  })
  .map(({ head: given, rest, severity, unit }) => ({
    ...given,
    ...(unit !== undefined && { unit }),
    ...rest,
    ...(severity && { low_credit_severities: given.low_credit_thresholds.map(() => "critical") }),
  }));

describe("a policy that the interface takes", () => {
  it("is always one that the engine takes, and is shown as it was given", () => {
    let taken = 0;
    fc.assert(
      fc.property(body, (terms) => {
        const parsed = policyBody.safeParse({ name: "P", currency: "EUR", ...terms });
        if (!parsed.success) return;
        taken += 1;
        const { name, currency, unit = null, ...rest } = parsed.data;
        const row = {
          id: CALENDAR,
          ordinal: 1,
          operator_id: CALENDAR,
          name,
          currency,
          unit,
          version: 1,
          created_at: new Date(0),
          ...policyColumns(rest, unit),
        } as SupplyPolicy;
        const order = policyOrder(row, { index: 7, friendly: 3, cutWindow: 4 });
        const command = engineCommandMessage.parse({ ...order, number: 1 });
        if (command.op !== "set_policy") throw new Error("not a policy");
        const record = policyRecord(command);
        expect(record.ok ? [] : record.faults).toEqual([]);
        const view = policyView(row);
        expect(policyOut.safeParse(view).error).toBeUndefined();
        // What is shown can be sent again, and says the same.
        const { supply_policy_id: _, version: __, created_at: ___, ...shown } = view;
        const again = policyBody.parse(withoutNulls(shown));
        const { name: ____, currency: _____, unit: ______, ...same } = again;
        expect(policyView({ ...row, ...policyColumns(same, unit) } as SupplyPolicy)).toEqual(view);
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNulls(each)]));
}
