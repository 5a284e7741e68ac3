/**
 * Over any changes of list, whatever estimates came between: the actual readings alone decide what is paid (R18, R30, R37,
 * R38).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";
import { COLD_BASE, COLD_BYTES, COLD_LIST } from "./assembly/layout.ts";

const kernel = new KernelSide();
const START = utc("2024-01-01T00:00Z");
const LISTS = [
  listOf({ cycle: { every: "day" }, rates: { all: blocksOf([0, "0.25"], [10, "1.001"]) } }),
  listOf({
    cycle: { every: "day" },
    timezone: "Asia/Kathmandu",
    rates: { all: blocksOf([0, "0.3"], [7, "0.9"]) },
    demand: { window_minutes: 15, price: "12.50" },
  }),
  listOf({
    cycle: { every: "week" },
    rates: { day: blocksOf([0, "0.5"], [20, "0.1"]), night: blocksOf([0, "0.2"]) },
    schedule: [{ at: { "00:00": "night", "06:30": "day", "21:00": "night" } }],
    block_scope: "per_period",
    demand: { window_minutes: 60, price: "3" },
  }),
];

/** A table of weeks: quick to compile. */
const WEEKS = {
  effectiveFromS: START - 86_400,
  coversFromS: START - 86_400,
  coversToS: START + 90 * 86_400,
};
const HALF_HOUR_S = 1_800;
const step = fc.record({
  kind: fc.constantFrom("read", "read", "estimate", "assign", "exchange", "accept", "version"),
  halfHours: fc.integer({ min: 0, max: 40 }),
  ahead: fc.integer({ min: -4, max: 40 }),
  atoms: fc.nat(30),
  list: fc.nat(2),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const listIn = (it: World, slot: number): number =>
  it.kernel.view.getUint32(COLD_BASE + slot * COLD_BYTES + COLD_LIST, true);

/** Two accounts, of which only the second has estimates. */
function play(steps: readonly Step[]): World {
  const it = World.of(LISTS[0], kernel, WEEKS);
  for (const index of [1, 2]) it.list(index, LISTS[index] ?? listOf(), WEEKS);
  it.policy({ charge_estimates: true });
  it.open(1, { recorded: true });
  it.open(2, { recorded: true });
  let at = START;
  let register = 0;
  for (const slot of [1, 2]) it.readNow(slot, at, register);
  let estimated = at;
  const faults: string[] = [];
  for (const { kind, halfHours, ahead, atoms, list } of steps) {
    if (kind === "estimate") {
      estimated = Math.max(estimated, at) + halfHours * HALF_HOUR_S + 1;
      faults.push(...it.readNow(2, estimated, register + atoms, "estimated").faults);
    } else if (kind === "assign") {
      // The list that estimates have reached is no change behind them, but is one without them.
      if (listIn(it, 1) !== listIn(it, 2) && listIn(it, 2) === list) continue;
      for (const slot of [1, 2])
        it.ask("assign_price_list", slot, { price_list: list, at_s: at + ahead * HALF_HOUR_S });
    } else if (kind === "version") {
      it.list(list, LISTS[(list + 1) % 3] ?? listOf(), {
        ...WEEKS,
        effectiveFromS: at + ahead * HALF_HOUR_S,
      });
    } else {
      at += halfHours * HALF_HOUR_S + 1;
      register += atoms;
      for (const slot of [1, 2]) {
        it.nowS = at;
        if (kind === "read") faults.push(...it.readNow(slot, at, register).faults);
        else if (kind === "exchange") it.exchange(slot, register, register);
        else {
          const fields = { at_s: at, register_atoms: `${register}`, as: "baseline" as const };
          it.ask("accept_reading", slot, fields);
        }
      }
    }
  }
  at += HALF_HOUR_S;
  for (const slot of [1, 2]) faults.push(...it.readNow(slot, at, register + 3).faults);
  expect(faults).toEqual([]);
  return it;
}

describe("R18 R37 over changes of list", () => {
  it("R18 R37 R38 estimates leave no trace", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const it = play(steps);
        expect(it.balance(2)).toBe(it.balance(1));
      }),
      { numRuns: 200 },
    );
  });
});
