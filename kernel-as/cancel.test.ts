/**
 * Versions of a price list that are taken back before they begin (R30), through the kernel itself.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const FEBRUARY_S = utc("2024-02-01T00:00Z");
/** 1 000 micros a Wh, and a charge of 7 micros a day; the first version has 250 and none. */
const DEAR = listOf({
  rates: { all: [{ from: "0", price: "1" }] },
  charges: [{ name: "standing", every: "day", amount: "0.000007" }],
});

function world(recorded = false): World {
  const it = World.of(undefined, kernel);
  it.nowS = utc(NEW_YEAR);
  if (recorded) it.open(1, { recorded });
  it.adjust(0, 1_000_000n);
  it.read(0, NEW_YEAR, 0);
  it.version(DEAR, { effectiveFromS: FEBRUARY_S });
  return it;
}

describe("R30 a version is taken back", () => {
  it("R30 what comes behind its start is rated by the version before it", () => {
    const it = world();
    expect(it.cancel(FEBRUARY_S).answer).toMatch(/^0 /);
    it.tick("2024-02-01T12:00Z");
    it.read(0, "2024-02-02T00:00Z", 4);
    expect(it.balance(0)).toBe(1_000_000n - 1_000n);
  });

  it("R30 it may be put again", () => {
    const it = world();
    it.cancel(FEBRUARY_S);
    expect(it.version(DEAR, { effectiveFromS: FEBRUARY_S + 86_400 }).answer).toMatch(/^0 /);
    it.read(0, "2024-02-02T00:00Z", 4);
    it.read(0, "2024-02-02T12:00Z", 5);
    expect(it.balance(0)).toBe(1_000_000n - 1_000n - 7n - 1_000n);
  });

  it("R30 not when it has begun, not one that is not the last, not the only one", () => {
    const it = world();
    expect(it.cancel(FEBRUARY_S + 1).answer).toMatch(/^19 /);
    expect(it.cancel(utc("2000-01-01T00:00Z")).answer).toMatch(/^19 /);
    it.nowS = FEBRUARY_S;
    expect(it.cancel(FEBRUARY_S).answer).toMatch(/^19 /);
    const single = World.of(undefined, kernel);
    single.nowS = 0;
    expect(single.cancel(utc("2000-01-01T00:00Z")).answer).toMatch(/^19 /);
  });

  it("R30 an account whose recorded time is beyond its start goes back into the version before it", () => {
    const it = world(true);
    it.readNow(1, utc("2024-02-10T00:00Z"), 0);
    it.readNow(1, utc("2024-02-10T12:00Z"), 1);
    expect(it.balance(1)).toBe(-1_000n);
    it.cancel(FEBRUARY_S);
    it.readNow(1, utc("2024-02-11T12:00Z"), 2);
    expect(it.balance(1)).toBe(-1_250n);
  });

  it("R30 where the version before it does not reach, nothing is rated until its table does", () => {
    const it = World.of(undefined, kernel, { coversToS: FEBRUARY_S });
    it.nowS = utc(NEW_YEAR);
    it.version(DEAR, { effectiveFromS: FEBRUARY_S });
    it.open(1, { recorded: true });
    it.readNow(1, utc("2024-02-10T00:00Z"), 0);
    it.cancel(FEBRUARY_S);
    expect(it.readNow(1, utc("2024-02-10T12:00Z"), 1).readings[0]).toContain("untariffed");
    it.version(listOf(), {});
    it.readNow(1, utc("2024-02-10T13:00Z"), 2);
    expect(it.balance(1)).toBe(-500n);
  });
});
