/**
 * What charged readings tell of the time that they cross (R30, R33, R37), through the kernel itself.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import type { Outcome } from "../engine/prove/outcome.ts";
import { listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const MARCH_S = utc("2024-03-01T00:00Z");
const MONTHLY = listOf({ cycle: { every: "month" } });

/** Monthly cycles; the second version from the 10th of February on. */
function world(): World {
  const it = World.of(MONTHLY, kernel);
  it.version(MONTHLY, { effectiveFromS: utc("2024-02-10T00:00Z") });
  it.read(0, NEW_YEAR, 0);
  return it;
}

/** Type and number of each event that tells of a crossing. */
function crossings(outcome: Outcome): string[] {
  return outcome.events.flatMap((text) => {
    const [, type, number] = /(tariff\.\w+|cycle\.started) .* number (\d+)/.exec(text) ?? [];
    return type === undefined ? [] : [`${type} ${number}`];
  });
}

describe("R30 R33 a charged reading tells what it crossed", () => {
  it("R33 of several cycles the latest, once, and none within a cycle", () => {
    const it = world();
    expect(crossings(it.read(0, "2024-01-20T00:00Z", 1))).toEqual([]);
    const both = crossings(it.read(0, "2024-03-05T00:00Z", 2));
    expect(both).toEqual(["tariff.activated 2", `cycle.started ${MARCH_S}`]);
    expect(crossings(it.read(0, "2024-03-06T00:00Z", 3))).toEqual([]);
  });

  it("R30 R33 a start at the very instant of the reading is crossed, one at that of the reading before is not", () => {
    const it = world();
    expect(crossings(it.read(0, "2024-02-10T00:00Z", 1))).toEqual([
      "tariff.activated 2",
      `cycle.started ${utc("2024-02-01T00:00Z")}`,
    ]);
    expect(crossings(it.read(0, "2024-03-01T00:00Z", 2))).toEqual([`cycle.started ${MARCH_S}`]);
    expect(crossings(it.read(0, "2024-03-02T00:00Z", 3))).toEqual([]);
  });

  it("R15 an opening tells nothing", () => {
    const it = World.of(MONTHLY, kernel);
    expect(crossings(it.read(0, "2024-02-01T00:00Z", 5))).toEqual([]);
  });

  it("R18 what an estimate has told the actual reading behind it does not tell again", () => {
    const it = world();
    it.policy({ charge_estimates: true });
    const told = crossings(it.read(0, "2024-02-15T00:00Z", 1, "estimated"));
    expect(told).toEqual(["tariff.activated 2", `cycle.started ${utc("2024-02-01T00:00Z")}`]);
    expect(crossings(it.read(0, "2024-02-16T00:00Z", 2))).toEqual([]);
  });

  it("R37 a change of list comes with its version, and before the cycle", () => {
    const it = world();
    it.list(1, MONTHLY);
    it.ask("assign_price_list", 0, { price_list: 1, at_s: utc("2024-01-15T00:00Z") });
    expect(crossings(it.read(0, "2024-02-02T00:00Z", 1))).toEqual([
      "tariff.assigned 1",
      "tariff.activated 3",
      `cycle.started ${utc("2024-02-01T00:00Z")}`,
    ]);
  });
});
