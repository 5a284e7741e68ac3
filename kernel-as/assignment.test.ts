/**
 * Another price list for an account (R30, R37), through the kernel itself. By hand: the first list has 250 micros a Wh, the
 * second 1 000 and a charge of 7 micros a day.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const NOON = utc("2024-01-01T12:00Z");
const DEAR = listOf({
  rates: { all: [{ from: "0", price: "1" }] },
  charges: [{ name: "standing", every: "day", amount: "0.000007" }],
});
const MILLION = 1_000_000n;

function world(read = true): World {
  const it = World.of(undefined, kernel);
  it.list(1, DEAR);
  it.nowS = utc(NEW_YEAR);
  it.adjust(0, MILLION);
  if (read) it.read(0, NEW_YEAR, 0);
  return it;
}

const assign = (it: World, at: number, list = 1) =>
  it.ask("assign_price_list", 0, { price_list: list, at_s: at });
const assigned = (texts: readonly string[]) => texts.filter((text) => text.includes("assigned"));

describe("R37 another price list", () => {
  it("R37 cuts an interval at its start", () => {
    const it = world();
    expect(assign(it, NOON).answer).toMatch(/^0 /);
    // 8 Wh before noon, 8 behind it, and the charge of the midnight.
    const outcome = it.read(0, "2024-01-02T00:00Z", 16);
    expect(it.balance(0)).toBe(MILLION - 8n * 250n - 8n * 1_000n - 7n);
    expect(assigned(outcome.events)).toHaveLength(1);
    it.read(0, "2024-01-02T12:00Z", 17);
    expect(it.balance(0)).toBe(MILLION - 8n * 250n - 9n * 1_000n - 7n);
  });

  it("R37 does nothing before its start, and is the list from its very instant on", () => {
    const it = world();
    assign(it, NOON);
    expect(assigned(it.read(0, "2024-01-01T11:59:59Z", 4).events)).toEqual([]);
    expect(assigned(it.read(0, "2024-01-01T12:00Z", 8).events)).toHaveLength(1);
    expect(it.balance(0)).toBe(MILLION - 8n * 250n);
    it.read(0, "2024-01-01T12:00:01Z", 9);
    expect(it.balance(0)).toBe(MILLION - 8n * 250n - 1_000n);
  });

  it("R33 R37 counts its blocks from 0", () => {
    const it = World.of(listOf({ rates: { all: blocksOf([0, "0.25"], [10, "1"]) } }), kernel);
    it.list(1, listOf({ rates: { all: blocksOf([0, "0.5"], [10, "1"]) } }));
    it.read(0, NEW_YEAR, 0);
    assign(it, NOON);
    it.read(0, "2024-01-02T00:00Z", 40);
    expect(it.balance(0)).toBe(-(10n * 250n + 10n * 1_000n + 10n * 500n + 10n * 1_000n));
  });

  it("R35 R37 ticks collect by the list of the instant", () => {
    const it = world();
    assign(it, NOON);
    expect(it.tick("2024-01-02T01:00Z").charges).toHaveLength(1);
    expect(it.balance(0)).toBe(MILLION - 7n);
    it.read(0, "2024-01-02T02:00Z", 26);
    expect(it.balance(0)).toBe(MILLION - 7n - 12n * 250n - 14n * 1_000n);
  });

  it("R37 an account without readings changes with time", () => {
    const it = world(false);
    assign(it, NOON);
    expect(assigned(it.tick("2024-01-01T11:59Z").events)).toEqual([]);
    expect(assigned(it.tick("2024-01-01T12:00Z").events)).toHaveLength(1);
    it.read(0, "2024-01-01T13:00Z", 0);
    it.read(0, "2024-01-01T14:00Z", 1);
    expect(it.balance(0)).toBe(MILLION - 1_000n);
  });

  it("R37 an opening behind the start changes it, too", () => {
    const it = world(false);
    assign(it, NOON);
    expect(assigned(it.read(0, "2024-01-01T13:00Z", 0).events)).toHaveLength(1);
    it.read(0, "2024-01-01T14:00Z", 1);
    expect(it.balance(0)).toBe(MILLION - 1_000n);
  });

  it("R37 a pending one is replaced, also by the list in force", () => {
    const it = world();
    it.list(2, listOf({ rates: { all: [{ from: "0", price: "2" }] } }));
    assign(it, NOON);
    assign(it, utc("2024-01-01T18:00Z"), 2);
    it.read(0, "2024-01-02T00:00Z", 24);
    expect(it.balance(0)).toBe(MILLION - 18n * 250n - 6n * 2_000n);
    assign(it, utc("2024-01-02T12:00Z"));
    assign(it, utc("2024-01-02T12:00Z"), 2);
    it.read(0, "2024-01-03T00:00Z", 48);
    expect(it.balance(0)).toBe(MILLION - 18n * 250n - 30n * 2_000n);
  });

  it("R18 R37 a change that estimates crossed is undone with them", () => {
    const it = world();
    it.policy({ charge_estimates: true });
    assign(it, NOON);
    expect(assigned(it.read(0, "2024-01-01T18:00Z", 100, "estimated").events)).toHaveLength(1);
    it.read(0, "2024-01-01T20:00Z", 200, "estimated");
    // An actual one before the change is rated by the first list alone.
    expect(assigned(it.read(0, "2024-01-01T06:00Z", 6).events)).toEqual([]);
    expect(it.balance(0)).toBe(MILLION - 6n * 250n);
    expect(assigned(it.read(0, "2024-01-01T18:00Z", 18).events)).toHaveLength(1);
    expect(it.balance(0)).toBe(MILLION - 12n * 250n - 6n * 1_000n);
  });

  it("R18 R37 an actual reading behind the change pays by both", () => {
    const it = world();
    it.policy({ charge_estimates: true });
    assign(it, NOON);
    it.read(0, "2024-01-01T18:00Z", 100, "estimated");
    expect(assigned(it.read(0, "2024-01-01T20:00Z", 20).events)).toHaveLength(1);
    expect(it.balance(0)).toBe(MILLION - 12n * 250n - 8n * 1_000n);
  });

  it("R18 R37 a recorded account changes behind its estimates: they stay, the actual one pays by both", () => {
    const it = world();
    it.policy({ charge_estimates: true });
    it.open(1, { recorded: true });
    it.readNow(1, utc(NEW_YEAR), 0);
    it.readNow(1, utc("2024-01-01T18:00Z"), 18, "estimated");
    it.ask("assign_price_list", 1, { price_list: 1, at_s: NOON });
    it.readNow(1, utc("2024-01-01T20:00Z"), 20, "estimated");
    expect(it.balance(1)).toBe(-(18n * 250n) - 2n * 1_000n);
    it.readNow(1, utc("2024-01-01T20:00Z"), 20);
    expect(it.balance(1)).toBe(-(12n * 250n) - 8n * 1_000n);
  });

  it("R35 R37 what ticks found not due does not fall due when a change is undone", () => {
    const it = World.of(DEAR, kernel);
    it.list(1, listOf());
    it.policy({ charge_estimates: true });
    it.read(0, NEW_YEAR, 0);
    assign(it, NOON);
    it.read(0, "2024-01-01T18:00Z", 100, "estimated");
    expect(it.tick("2024-01-02T01:00Z").charges).toEqual([]);
    // Seen from the last actual reading this replaces the change that the estimate crossed.
    assign(it, utc("2024-01-02T12:00Z"), 0);
    expect(it.read(0, "2024-01-02T02:00Z", 26).charges).toEqual([]);
    expect(it.balance(0)).toBe(-26n * 1_000n);
  });

  it("R16 R37 counting that begins anew behind the start is by the new list", () => {
    const it = world();
    assign(it, NOON);
    it.tick("2024-01-01T15:00Z");
    const at = utc("2024-01-01T14:00Z");
    const outcome = it.ask("accept_reading", 0, { at_s: at, register_atoms: "5", as: "baseline" });
    expect(assigned(outcome.events)).toHaveLength(1);
    it.read(0, "2024-01-01T15:00Z", 6);
    expect(it.balance(0)).toBe(MILLION - 1_000n);
  });

  it("R37 a new version of the coming list does not charge what lies behind", () => {
    const it = world();
    assign(it, NOON);
    it.tick("2024-01-01T15:00Z");
    it.list(1, listOf({ rates: { all: [{ from: "0", price: "2" }] } }), {
      effectiveFromS: utc("2024-01-01T18:00Z"),
      coversFromS: utc("2024-01-01T00:00Z"),
    });
    it.read(0, "2024-01-02T00:00Z", 24);
    expect(it.balance(0)).toBe(MILLION - 12n * 250n - 6n * 1_000n - 6n * 2_000n);
  });

  it("R37 where one of the lists does not reach, nothing is rated", () => {
    const it = World.of(undefined, kernel, { coversToS: utc("2024-01-01T06:00Z") });
    it.list(1, DEAR);
    it.read(0, NEW_YEAR, 0);
    assign(it, NOON);
    expect(it.read(0, "2024-01-01T18:00Z", 18).readings[0]).toContain("untariffed");
    it.version(listOf());
    it.read(0, "2024-01-01T18:00Z", 18);
    expect(it.balance(0)).toBe(-(12n * 250n) - 6n * 1_000n);
  });
});

describe("R37 refusals", () => {
  it("R37 an unknown list", () => {
    const it = world();
    expect(assign(it, NOON, 7).answer).toMatch(/^18 /);
    expect(assign(it, NOON, 1_024).answer).toMatch(/^18 /);
  });

  it("R37 an instant that was rated or charged already", () => {
    const it = world();
    it.read(0, "2024-01-01T13:00Z", 13);
    expect(assign(it, NOON).answer).toMatch(/^42 /);
    it.tick("2024-01-01T14:00Z");
    expect(assign(it, utc("2024-01-01T14:00Z")).answer).toMatch(/^42 /);
    expect(assign(it, utc("2024-01-01T14:00:01Z")).answer).toMatch(/^0 /);
    // Now is as soon as can be.
    expect(assign(it, 0).answer).toMatch(/^0 /);
    expect(assigned(it.read(0, "2024-01-01T14:00Z", 14).events)).toEqual([]);
    expect(assigned(it.read(0, "2024-01-01T14:00:01Z", 14).events)).toHaveLength(1);
  });

  it("R37 the list in force again is no change", () => {
    const it = world();
    assign(it, NOON, 0);
    expect(assigned(it.read(0, "2024-01-01T13:00Z", 13).events)).toEqual([]);
  });
});
