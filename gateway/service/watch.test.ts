import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { REPORT, SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import type { ReadOutcome } from "../drivers/driver.ts";
import { Watch } from "./watch.ts";

let watch: Watch;
beforeEach(() => {
  watch = new Watch(1);
});

const read = (more: Partial<ReadOutcome & { ok: true }> = {}): ReadOutcome => ({
  ok: true,
  registerAtoms: 1_000n,
  atS: 500,
  relay: "none",
  ...more,
});
const kinds = (outcome: ReadOutcome): [number, number][] =>
  watch.reportsOf(4, outcome).map(({ kind, value }) => [kind, value]);

test("a relay is reported when it stands otherwise than before, also after a command moved it", () => {
  const states = (relay: "connected" | "disconnected") =>
    watch.reportsOf(4, read({ relay })).map(({ state }) => state);
  expect(states("connected")).toEqual([SUPPLY_REPORT.connected]);
  expect(states("connected")).toEqual([]);
  watch.moved(4, SUPPLY_REPORT.disconnected);
  expect(states("disconnected")).toEqual([]);
  expect(states("connected")).toEqual([SUPPLY_REPORT.connected]);
});

test("a clock that is off is reported once, counted while it is, and again when it drifts anew", () => {
  expect(kinds(read({ meterClockS: 510 }))).toEqual([]);
  expect(kinds(read({ meterClockS: 511 }))).toEqual([[REPORT.clockDrift, 11]]);
  expect(kinds(read({ meterClockS: 520 }))).toEqual([]);
  expect([...watch.drifts]).toEqual([[4, 20]]);
  expect(kinds(read({ meterClockS: 500 }))).toEqual([]);
  expect(watch.drifts.size).toBe(0);
  expect(kinds(read({ meterClockS: 480 }))).toEqual([[REPORT.clockDrift, -20]]);
});

test("a register that runs backwards is reported once with what it fell by, until it stands where it stood", () => {
  expect(kinds(read())).toEqual([]);
  expect(kinds(read({ registerAtoms: 990n }))).toEqual([[REPORT.tamper, 10]]);
  expect(kinds(read({ registerAtoms: 980n }))).toEqual([]);
  expect(watch.reversed.has(4)).toBe(true);
  expect(kinds(read({ registerAtoms: 1_000n }))).toEqual([]);
  expect(watch.reversed.has(4)).toBe(false);
  expect(kinds(read({ registerAtoms: 999n }))).toEqual([[REPORT.tamper, 1]]);
});

test.each([
  ["a rollover", 99_999n, 3n],
  ["a meter put back to nothing", 5_000n, 0n],
])("%s is no flow backwards", (_, before, after) => {
  watch.reportsOf(4, read({ registerAtoms: before }));
  expect(kinds(read({ registerAtoms: after }))).toEqual([]);
});

test("a register that never falls is never reported", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 1n << 60n })), (registers) => {
      const fresh = new Watch(1);
      for (const registerAtoms of registers.toSorted((a, b) => (a < b ? -1 : 1)))
        expect(fresh.reportsOf(1, read({ registerAtoms }))).toEqual([]);
    }),
  );
});

test("an answer that is none says nothing; a forgotten slot is told of anew", () => {
  expect(watch.reportsOf(4, { ok: false, fault: "timeout", message: "" })).toEqual([]);
  watch.reportsOf(4, read({ relay: "connected", meterClockS: 600 }));
  watch.forget(4);
  expect(watch.reportsOf(4, read({ relay: "connected", meterClockS: 600 })).length).toBe(2);
});
