/**
 * Boundaries that a plain reading crosses without care (R30-R35), and those at which it must not. A Wh costs 250 micros.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const CREDIT = 1_000_000_000n;

/** A paid account on the common path, read at the year's last hour. */
function world(list = listOf()): World {
  const it = World.of(list, kernel);
  it.nowS = utc("2024-01-01T22:00Z");
  it.credit(0, CREDIT);
  it.read(0, "2024-01-01T22:30Z", 1_000);
  it.read(0, "2024-01-01T23:00Z", 1_100);
  return it;
}

describe("a reading behind a midnight at which nothing falls due", () => {
  it("R32 is one row at the price, and so are those behind it", () => {
    const it = world();
    expect(it.read(0, "2024-01-02T01:00Z", 1_300).readings).toEqual([
      "0 accepted 1300: 1/all/0 200 50000",
    ]);
    expect(it.read(0, "2024-01-02T02:00Z", 1_301).readings).toEqual([
      "0 accepted 1301: 1/all/0 1 250",
    ]);
    expect(it.balance(0)).toBe(CREDIT - 75_250n);
  });

  it("R35 has passed it for what falls due by time, too: a debt that comes later begins with the next", () => {
    const it = world();
    it.tick("2024-01-01T23:59Z");
    it.read(0, "2024-01-02T00:00Z", 1_200);
    it.nowS += 30;
    it.ask("set_debt", 0, {
      debt: "time_debt_1",
      owed_micros: "5000000",
      rate_micros: "1000000",
      every: "day",
    });
    it.tick("2024-01-02T00:01Z");
    expect(it.balance(0)).toBe(CREDIT - 50_000n);
    it.tick("2024-01-03T00:00Z");
    expect(it.balance(0)).toBe(CREDIT - 1_050_000n);
  });
});

describe("a reading behind a midnight that matters", () => {
  it("R30 is rated by both versions where the second begins behind the midnight", () => {
    const it = world();
    const dearer = listOf({ rates: { all: blocksOf([0, "0.50"]) } });
    it.version(dearer, { effectiveFromS: utc("2024-01-02T01:00Z") });
    it.read(0, "2024-01-01T23:30Z", 1_150);
    const { readings } = it.read(0, "2024-01-02T02:30Z", 1_450);
    expect(readings).toEqual(["0 accepted 1450: 1/all/0 150 37500, 2/all/0 150 75000"]);
  });

  it("R30 is rated by both versions where the second begins with the midnight itself", () => {
    const it = world();
    const dearer = listOf({ rates: { all: blocksOf([0, "0.50"]) } });
    it.version(dearer, { effectiveFromS: utc("2024-01-02T00:00Z") });
    it.read(0, "2024-01-01T23:30Z", 1_150);
    const { readings } = it.read(0, "2024-01-02T00:30Z", 1_250);
    expect(readings).toEqual(["0 accepted 1250: 1/all/0 50 12500, 2/all/0 50 25000"]);
  });

  it("R31 is rated by both periods where another one begins", () => {
    const rates = { night: blocksOf([0, "0.10"]), day: blocksOf([0, "0.25"]) };
    const it = world(listOf({ rates, schedule: [{ at: { "00:00": "night", "06:00": "day" } }] }));
    const { readings } = it.read(0, "2024-01-02T01:00Z", 1_300);
    expect(readings).toEqual(["0 accepted 1300: 1/day/0 100 25000, 1/night/0 100 10000"]);
  });

  it("R33 R35 begins a cycle, and pays the charge of the day", () => {
    const charges = [{ name: "standing", every: "day" as const, amount: "0.5" }];
    const it = world(listOf({ cycle: { every: "day" }, charges }));
    const { events, charges: paid } = it.read(0, "2024-01-02T01:00Z", 1_300);
    expect(paid).toHaveLength(1);
    expect(events.join()).toContain("cycle.started");
    expect(it.balance(0)).toBe(CREDIT - 25_000n - 50_000n - 500_000n);
  });
});
