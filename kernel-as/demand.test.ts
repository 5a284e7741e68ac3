/**
 * Maximum demand (R38), through the kernel itself. By hand: 12.50 a kW over windows of 15 minutes are 50 000 micros for each
 * Wh of the highest window; consumption is free, so that balances show nothing else.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const FEBRUARY_S = utc("2024-02-01T00:00Z");
const WH = 50_000n;
const DEMAND = { window_minutes: 15 as const, price: "12.50" };
const FREE = listOf({ cycle: { every: "month" }, rates: { all: [{ from: "0", price: "0" }] } });
const LIST = { ...FREE, demand: DEMAND };

function world(list = LIST): World {
  const it = World.of(list, kernel);
  it.read(0, NEW_YEAR, 0);
  return it;
}

/** Reads up to 1 February, with nothing used since the last reading. */
const endMonth = (it: World, register: number) => it.read(0, "2024-02-01T00:00Z", register);

describe("R38 maximum demand", () => {
  it("R38 the highest window of the cycle is charged where the next one begins", () => {
    const it = world();
    it.read(0, "2024-01-01T00:15Z", 10);
    it.read(0, "2024-01-01T00:30Z", 35);
    it.read(0, "2024-01-01T00:45Z", 40);
    expect(endMonth(it, 40).charges).toEqual([`0 ${FEBRUARY_S} 1/40 ${25n * WH}`]);
    expect(it.balance(0)).toBe(-25n * WH);
  });

  it("R38 a window takes the shares of all readings that touch it", () => {
    const it = world();
    it.read(0, "2024-01-01T00:05Z", 6);
    it.read(0, "2024-01-01T00:25Z", 26);
    // Up to 00:15 it is 6 and 10; up to 00:30 it is 10 and 7.
    it.read(0, "2024-01-01T00:30Z", 33);
    endMonth(it, 33);
    expect(it.balance(0)).toBe(-17n * WH);
  });

  it("R33 R38 each cycle pays for its own, and one reading may cross several", () => {
    const it = world();
    it.read(0, "2024-01-01T00:15Z", 30);
    it.read(0, "2024-01-31T23:45Z", 30);
    // 20 Wh over 30 minutes: half of it in January.
    it.read(0, "2024-02-01T00:15Z", 50);
    expect(it.balance(0)).toBe(-30n * WH);
    expect(it.read(0, "2024-04-01T00:00Z", 50).charges).toEqual([
      `0 ${utc("2024-03-01T00:00Z")} 1/40 ${10n * WH}`,
      `0 ${utc("2024-04-01T00:00Z")} 1/40 0`,
    ]);
  });

  it("R35 R38 it comes before the other charges, also while disconnected, with taxes, by the version before", () => {
    const charges = [{ name: "standing", every: "month" as const, amount: "1" }];
    const taxes = [{ name: "VAT", rate: "0.2" }];
    const it = world({ ...LIST, charges, taxes });
    it.version({ ...FREE, charges }, { effectiveFromS: FEBRUARY_S });
    it.read(0, "2024-01-01T00:15Z", 10);
    expect(endMonth(it, 10).charges).toEqual([
      `0 ${FEBRUARY_S} 1/40 ${10n * 60_000n}`,
      `0 ${FEBRUARY_S} 2/0 1000000`,
    ]);
    it.read(0, "2024-02-01T00:15Z", 1_000);
    expect(it.read(0, "2024-03-01T00:00Z", 1_000).charges).toHaveLength(1);
  });

  it("R18 R38 an estimate makes none; the actual reading behind it does, once", () => {
    const it = world();
    it.policy({ charge_estimates: true });
    it.read(0, "2024-01-31T23:30Z", 0);
    expect(it.read(0, "2024-02-01T00:30Z", 1_000, "estimated").charges).toEqual([]);
    it.read(0, "2024-02-01T00:30Z", 40);
    expect(it.balance(0)).toBe(-10n * WH);
  });

  it("R17 R38 what another meter's window gathered is not mixed with it", () => {
    const it = world();
    it.read(0, "2024-01-01T00:05Z", 10);
    it.exchange(0, 10, 0);
    it.read(0, "2024-01-01T00:15Z", 8);
    endMonth(it, 8);
    expect(it.balance(0)).toBe(-8n * WH);
  });

  it("R38 R92 a tenant does not pay for the one before", () => {
    const it = world();
    it.read(0, "2024-01-01T00:30Z", 60);
    it.ask("change_tenancy", 0, {});
    it.read(0, "2024-01-01T00:45Z", 65);
    endMonth(it, 65);
    expect(it.balance(0)).toBe(-5n * WH);
  });

  it("R38 of very many windows those in the middle count by the most that one can have", () => {
    const it = world({ ...LIST, cycle: { every: "year" } });
    it.read(0, "2024-10-01T00:00Z", 0);
    // 192 days of 18 432 windows, each with 1 Wh but the last, which has 2: so might one before the new year.
    it.read(0, "2025-04-11T00:00Z", 18_433);
    expect(it.balance(0)).toBe(-2n * WH);
  });

  it("R38 the first and the last windows of very many are exact", () => {
    const it = world({ ...LIST, cycle: { every: "year" } });
    it.read(0, "2024-04-10T00:05Z", 9_600);
    // 9 601 windows have 1 Wh each but one, which has none; the last one goes on.
    it.read(0, "2024-04-10T00:15Z", 9_609);
    it.read(0, "2025-01-01T00:00Z", 9_609);
    expect(it.balance(0)).toBe(-10n * WH);
  });

  it("R38 a list without it forgets what was gathered", () => {
    const it = world();
    it.list(1, FREE);
    it.read(0, "2024-01-01T00:30Z", 60);
    it.ask("assign_price_list", 0, { price_list: 1, at_s: utc("2024-01-02T00:00Z") });
    it.read(0, "2024-01-03T00:00Z", 60);
    it.ask("assign_price_list", 0, { price_list: 0, at_s: utc("2024-01-04T00:00Z") });
    it.read(0, "2024-01-04T00:00Z", 60);
    it.read(0, "2024-01-04T00:15Z", 67);
    endMonth(it, 67);
    expect(it.balance(0)).toBe(-7n * WH);
  });

  it("R38 what cannot be held is left out", () => {
    const it = world();
    it.adjust(0, -(1n << 62n));
    it.read(0, "2024-01-01T00:15Z", 1);
    expect(endMonth(it, 1).charges).toEqual([]);
    expect(it.balance(0)).toBe(-(1n << 62n));
  });

  it("R38 a version that appears with it behind the last reading is heeded from the next one on", () => {
    const it = World.of(FREE, kernel);
    it.open(1, { recorded: true });
    it.readNow(1, utc("2024-01-10T00:00Z"), 0);
    it.version(LIST, { effectiveFromS: utc("2024-01-05T00:00Z") });
    it.readNow(1, utc("2024-01-10T00:15Z"), 9);
    it.readNow(1, FEBRUARY_S, 9);
    expect(it.balance(1)).toBe(-9n * WH);
  });
});
