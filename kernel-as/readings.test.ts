/**
 * Rules of readings that need a person, an estimate or the passing of time (R16, R18, R20), through the kernel itself. A Wh
 * costs 250 micros.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const NOON = "2024-01-01T12:00Z";

/** Account 0, read at the year's beginning. */
function world(list = listOf(), policy: Parameters<World["policy"]>[0] = {}): World {
  const it = World.of(list, kernel);
  it.policy(policy);
  it.read(0, NEW_YEAR, 1_000);
  return it;
}

function typesOf({ events }: { events: readonly string[] }): string[] {
  return events.map((text) => text.split(" ")[1] ?? "");
}

describe("R16 the quarantine desk", () => {
  /** An account whose last reading, of 13:00, is held back. */
  function held(): World {
    const it = world();
    it.open(1, { max_rate_atoms_per_hour: "100", modulus_atoms: "10000" });
    it.read(1, NEW_YEAR, 9_000);
    it.read(1, NOON, 9_100);
    it.read(1, "2024-01-01T13:00Z", 9_900);
    return it;
  }
  const accept = (it: World, register: number, as: "consumption" | "baseline") =>
    it.ask("accept_reading", 1, {
      at_s: utc("2024-01-01T13:00Z"),
      register_atoms: `${register}`,
      as,
    });

  it("R16 accepted as consumption it is charged like any other, whatever the rate", () => {
    const it = held();
    expect(it.account(1).quarantine).toEqual(["implausible"]);
    const { readings, ...rest } = accept(it, 9_900, "consumption");
    expect(readings).toEqual(["1 accepted 9900: 1/all/0 800 200000"]);
    expect(typesOf(rest)).toEqual(["reading.accepted"]);
    expect(it.account(1)).toMatchObject({ isQuarantined: false, register: 9_900n, quarantine: [] });
    expect(it.balance(1)).toBe(-225_000n);
  });

  it("R16 a lower one has turned over, where the meter can", () => {
    const it = held();
    const { readings, ...rest } = accept(it, 50, "consumption");
    expect(readings).toEqual(["1 rollover 50: 1/all/0 950 237500"]);
    expect(typesOf(rest)).toEqual(["reading.rollover", "reading.accepted"]);
    it.read(0, "2024-01-01T13:00Z", 900);
    const at_s = utc("2024-01-01T13:00Z");
    const lower = { at_s, register_atoms: "900", as: "consumption" as const };
    expect(it.ask("accept_reading", 0, lower).answer).toMatch(/^25 /);
  });

  it("R16 accepted as baseline it charges nothing, and counting goes on from there", () => {
    const it = held();
    const { readings } = accept(it, 50, "baseline");
    expect(readings).toEqual(["1 opening 50: "]);
    expect(it.balance(1)).toBe(-25_000n);
    it.read(1, "2024-01-01T14:00Z", 60);
    expect(it.balance(1)).toBe(-27_500n);
  });

  it("R16 rejected it only clears the meter", () => {
    const it = held();
    const at_s = utc("2024-01-01T13:00Z");
    const rejected = it.ask("reject_reading", 1, { at_s, register_atoms: "9900" });
    expect(typesOf(rejected)).toEqual(["reading.rejected"]);
    expect(it.account(1)).toMatchObject({ isQuarantined: false, register: 9_100n });
    expect(it.balance(1)).toBe(-25_000n);
  });

  it.each([
    ["not after the last reading", 1, NOON, "9200", 42],
    ["later than now", 1, "2024-01-01T13:00:01Z", "9200", 42],
    ["of a meter that was never read", 2, NOON, "9200", 42],
    ["beyond a register", 1, "2024-01-01T13:00Z", "9007199254740992", 25],
    ["of more than can be charged", 1, "2024-01-01T13:00Z", "2000000000000", 25],
  ])("R16 %s it is refused", (_name, slot, at, register, code) => {
    const it = held();
    it.open(2);
    const fields = { at_s: utc(at), register_atoms: register, as: "consumption" as const };
    expect(it.ask("accept_reading", slot, fields).answer).toMatch(new RegExp(`^${code} `));
  });
});

describe("R18 estimates that are charged", () => {
  const CHARGED = { charge_estimates: true };
  const BLOCKS = listOf({ rates: { all: blocksOf([0, "0.25"], [10, "1"]) } });

  it("R18 an estimate is charged in one row, and the next actual one pays for all of its time", () => {
    const it = world(BLOCKS, CHARGED);
    expect(it.read(0, "2024-01-01T01:00Z", 1_012, "estimated").readings).toEqual([
      "0 estimated 1012: 0/none/0 12 4500",
    ]);
    expect(it.balance(0)).toBe(-4_500n);
    expect(it.account(0)).toMatchObject({ isEstimated: true, register: 1_012n });
    const { readings } = it.read(0, "2024-01-01T02:00Z", 1_011);
    expect(readings).toHaveLength(2);
    expect(readings[1]).toBe("0 accepted 1011: 1/all/0 10 2500, 1/all/1 1 1000");
    expect(it.balance(0)).toBe(-3_500n);
    expect(it.account(0)).toMatchObject({ isEstimated: false, register: 1_011n });
  });

  it("R18 estimates add up until then", () => {
    const it = world(BLOCKS, CHARGED);
    it.read(0, "2024-01-01T01:00Z", 1_005, "estimated");
    it.read(0, "2024-01-01T02:00Z", 1_020, "estimated");
    expect(it.balance(0)).toBe(-12_500n);
    expect(it.account(0).extra).toMatchObject({
      baseRegister: 1_000n,
      estimatedCost: 12_500n,
      estimatedQuantity: 20n,
    });
    it.read(0, "2024-01-01T03:00Z", 1_008);
    expect(it.balance(0)).toBe(-2_000n);
  });

  it("R18 an actual one that is not taken leaves the estimates", () => {
    const it = world(BLOCKS, CHARGED);
    it.read(0, "2024-01-01T01:00Z", 1_005, "estimated");
    expect(it.read(0, "2024-01-01T02:00Z", 999).readings).toEqual(["0 backwards 999: "]);
    expect(it.account(0)).toMatchObject({ isEstimated: true, register: 1_005n });
    // earlier than the estimate, yet later than the last actual one
    expect(it.read(0, "2024-01-01T00:30Z", 1_002).readings.at(-1)).toBe(
      "0 accepted 1002: 1/all/0 2 500",
    );
    expect(it.balance(0)).toBe(-500n);
  });

  it("R18 an estimate starts no cut, but the actual one behind it does", () => {
    const it = world(listOf(), { ...CHARGED, automatic_cut: true, low_credit_micros: ["0"] });
    it.credit(0, 1_000n);
    const estimated = it.read(0, "2024-01-01T01:00Z", 1_010, "estimated");
    expect(typesOf(estimated)).toEqual(["credit.low"]);
    expect(typesOf(it.tick("2024-01-01T01:30Z"))).toEqual([]);
    expect(typesOf(it.read(0, "2024-01-01T02:00Z", 1_004))).toEqual(["supply.cut_requested"]);
  });

  it("R18 an estimate that could be no actual reading is only recorded", () => {
    const it = world(BLOCKS, CHARGED);
    const recorded = ["0 estimated 999: "];
    expect(it.read(0, "2024-01-01T01:00Z", 999, "estimated").readings).toEqual(recorded);
    it.policy({ charge_estimates: false });
    expect(it.read(0, "2024-01-01T01:00Z", 1_001, "estimated").readings).toEqual([
      "0 estimated 1001: ",
    ]);
    expect(it.balance(0)).toBe(0n);
  });

  it("R17, R18 an exchange without a closing gives estimates back", () => {
    const it = world(BLOCKS, CHARGED);
    it.read(0, "2024-01-01T01:00Z", 1_005, "estimated");
    it.nowS = utc("2024-01-01T02:00Z");
    it.exchange(0, undefined, 7);
    expect(it.balance(0)).toBe(0n);
    expect(it.account(0)).toMatchObject({ isEstimated: false, register: 7n });
  });
});

describe("R20 silence", () => {
  it("R20 a meter is stale a second behind what the policy allows, once, until it is read", () => {
    const it = world(listOf(), { stale_after_s: 3_600 });
    expect(typesOf(it.tick("2024-01-01T01:00:00Z"))).toEqual([]);
    expect(typesOf(it.tick("2024-01-01T01:00:01Z"))).toEqual(["meter.stale"]);
    expect(typesOf(it.tick("2024-01-01T05:00:00Z"))).toEqual([]);
    expect(it.account(0).isStale).toBe(true);
    it.read(0, "2024-01-01T06:00Z", 1_001);
    expect(it.account(0).isStale).toBe(false);
    expect(typesOf(it.tick("2024-01-01T07:00:01Z"))).toEqual(["meter.stale"]);
  });

  it("R20 readings on the common path put it off", () => {
    const it = world(listOf(), { stale_after_s: 3_600 });
    it.credit(0, 1_000_000n);
    it.read(0, "2024-01-01T00:50Z", 1_001);
    expect(typesOf(it.tick("2024-01-01T01:50:00Z"))).toEqual([]);
    expect(typesOf(it.tick("2024-01-01T01:50:01Z"))).toEqual(["meter.stale"]);
  });

  it("R20 a policy without the limit forgets it at the next tick", () => {
    const it = world(listOf(), { stale_after_s: 3_600 });
    it.tick("2024-01-01T02:00Z");
    it.policy();
    expect(it.account(0).isStale).toBe(true);
    expect(typesOf(it.tick("2024-01-01T02:01Z"))).toEqual([]);
    expect(it.account(0).isStale).toBe(false);
  });
});
