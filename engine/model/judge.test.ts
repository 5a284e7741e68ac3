import { describe, expect, it } from "vitest";
import { type Bounds, INTERVAL_S_MAX, judge, type Meter, MONEY_MICROS_MAX } from "./judge.ts";

const LAST = { atS: 10_000n, registerAtoms: 1_000n };
/** 1 000 atoms an hour: in an hour at most 1 100 and one step. */
const BOUNDED: Meter = { maxRatePerHour: 1_000n };
const ROLLING: Meter = { maxRatePerHour: 1_000n, modulus: 100_000n };
/** A list for all time, of a micro an atom at most, and nothing on the balance. */
const FREE: Bounds = { firstVersionS: undefined, dearestMicros: 1n, balanceMicros: 0n };

function verdictOf(atS: bigint, registerAtoms: bigint, meter: Meter = {}): string {
  return judge({ atS, registerAtoms }, LAST, meter, FREE).verdict;
}

describe("R10 … R15 in their order", () => {
  it.each([
    ["R10 the same again", 10_000n, 1_000n, {}, "duplicate"],
    ["R10 the same time, more", 10_000n, 1_001n, {}, "conflict"],
    ["R10 the same time, less", 10_000n, 999n, {}, "conflict"],
    ["R11 an earlier time", 9_999n, 2_000n, {}, "late"],
    ["R11 comes before R12", 9_999n, 5n, {}, "late"],
    ["R12 less", 13_600n, 999n, {}, "backwards"],
    ["R12 less, no modulus", 13_600n, 999n, BOUNDED, "backwards"],
    ["R12 less, no max_rate", 13_600n, 0n, { modulus: 1_000n }, "backwards"],
    ["R13 at the bound: 1 100 + 1", 13_600n, 2_101n, BOUNDED, "accepted"],
    ["R13 over the bound", 13_600n, 2_102n, BOUNDED, "implausible"],
    ["R13 a step of 50: 1 100 + 50", 13_600n, 2_150n, { ...BOUNDED, step: 50n }, "accepted"],
    ["R13 over a step of 50", 13_600n, 2_151n, { ...BOUNDED, step: 50n }, "implausible"],
    // 1 000 × 1 s × 1.1 ÷ 3 600 = 0.3, and one step: 1.3
    ["R13 one second", 10_001n, 1_001n, BOUNDED, "accepted"],
    ["R13 one second, two atoms", 10_001n, 1_002n, BOUNDED, "implausible"],
    ["R4 2⁴⁰ atoms", 13_600n, 1_000n + 2n ** 40n, {}, "accepted"],
    ["R4 one more", 13_600n, 1_001n + 2n ** 40n, {}, "implausible"],
    ["R4 a register under 0", 13_600n, -1n, {}, "implausible"],
    ["R4 a register over 2⁵³ − 1, even late", 9_000n, 2n ** 53n, {}, "implausible"],
    ["R15 more", 10_001n, 1_001n, {}, "accepted"],
    ["R15 nothing consumed", 10_001n, 1_000n, {}, "accepted"],
  ])("%s", (_name, atS, register, meter, verdict) => {
    expect(verdictOf(atS, register, meter)).toBe(verdict);
  });

  it("R15 the delta is the register's advance", () => {
    expect(judge({ atS: 10_060n, registerAtoms: 1_234n }, LAST, {}, FREE)).toEqual({
      verdict: "accepted",
      deltaAtoms: 234n,
      rollover: false,
    });
  });

  it("R15 the first reading is the opening, of whatever size", () => {
    const reading = { atS: 5n, registerAtoms: 2n ** 53n - 1n };
    expect(judge(reading, undefined, BOUNDED, FREE)).toEqual({
      verdict: "accepted",
      deltaAtoms: 0n,
      rollover: false,
    });
  });
});

describe("R12 rollover", () => {
  const before = { atS: 0n, registerAtoms: 99_990n };

  it.each([
    // after → delta: 100 000 − 99 990 + after
    [0n, "accepted", 10n],
    [5n, "accepted", 15n],
    [1_091n, "accepted", 1_101n],
    [1_092n, "backwards", 0n],
    [99_989n, "backwards", 0n],
  ])("R12 99 990 → %d within an hour is %s with %d", (registerAtoms, verdict, deltaAtoms) => {
    const judged = judge({ atS: 3_600n, registerAtoms }, before, ROLLING, FREE);
    expect(judged).toEqual({ verdict, deltaAtoms, rollover: verdict === "accepted" });
  });

  it("R12 a register already beyond its modulus does not roll over", () => {
    const beyond = { atS: 0n, registerAtoms: 100_050n };
    const judged = judge({ atS: 3_600n, registerAtoms: 20n }, beyond, ROLLING, FREE);
    expect(judged.verdict).toBe("backwards");
  });

  it("R4 a rollover of more than 2⁴⁰ atoms is backwards", () => {
    const meter = { maxRatePerHour: 2n ** 50n, modulus: 2n ** 42n };
    const last = { atS: 0n, registerAtoms: 2n ** 41n };
    expect(judge({ atS: 3_600n, registerAtoms: 5n }, last, meter, FREE).verdict).toBe("backwards");
  });
});

describe("R14 the clock", () => {
  const at = (atS: bigint, registerAtoms = 1_001n): string =>
    judge({ atS, registerAtoms, receivedAtS: 20_000n }, LAST, BOUNDED, FREE).verdict;

  it("R14 120 seconds ahead are allowed, 121 are not", () => {
    expect(at(20_120n)).toBe("accepted");
    expect(at(20_121n)).toBe("clock");
  });

  it("R14 comes after R12 and R13", () => {
    expect(at(20_121n, 999n)).toBe("backwards");
    expect(at(20_121n, 9_999n)).toBe("implausible");
  });

  it("R14 an opening is judged by its clock too", () => {
    const opening = { atS: 20_121n, registerAtoms: 0n, receivedAtS: 20_000n };
    expect(judge(opening, undefined, {}, FREE).verdict).toBe("clock");
  });
});

describe("R30 before the first version", () => {
  const at = (firstVersionS: bigint, registerAtoms = 1_001n): string =>
    judge({ atS: 10_060n, registerAtoms }, LAST, {}, { ...FREE, firstVersionS }).verdict;

  it("R30 an interval that begins before it is untariffed, one that begins with it is not", () => {
    expect(at(10_001n)).toBe("untariffed");
    expect(at(10_000n)).toBe("accepted");
  });

  it("R30 comes after the others", () => {
    expect(at(10_001n, 999n)).toBe("backwards");
  });

  it.each([
    [99n, "untariffed"],
    [100n, "accepted"],
  ])("R30 an opening at %d is %s where the list begins at 100", (atS, verdict) => {
    const reading = { atS, registerAtoms: 7n };
    const bounds = { ...FREE, firstVersionS: 100n };
    expect(judge(reading, undefined, {}, bounds).verdict).toBe(verdict);
  });
});

describe("R4 what can be covered and held", () => {
  it("an interval of 3 660 days is accepted, a second more is implausible", () => {
    expect(verdictOf(10_000n + INTERVAL_S_MAX, 1_001n)).toBe("accepted");
    expect(verdictOf(10_001n + INTERVAL_S_MAX, 1_001n)).toBe("implausible");
    expect(verdictOf(10_001n + INTERVAL_S_MAX, 999n)).toBe("backwards");
  });

  it.each([
    // at most 2^62 - |balance| for 1 000 atoms
    [0n, MONEY_MICROS_MAX / 1_000n, "accepted"],
    [0n, MONEY_MICROS_MAX / 1_000n + 1n, "implausible"],
    [MONEY_MICROS_MAX - 5_000n, 5n, "accepted"],
    [MONEY_MICROS_MAX - 4_999n, 5n, "implausible"],
    [4_999n - MONEY_MICROS_MAX, 5n, "implausible"],
    [-MONEY_MICROS_MAX - 1n, 0n, "implausible"],
  ])("with a balance of %d and %d micros an atom: %s", (balanceMicros, dearestMicros, verdict) => {
    const bounds = { ...FREE, balanceMicros, dearestMicros };
    const reading = { atS: 13_600n, registerAtoms: 2_000n };
    expect(judge(reading, LAST, {}, bounds).verdict).toBe(verdict);
  });
});

describe("R18 estimated readings", () => {
  it.each([
    [10_060n, 1_001n],
    [9_000n, 5n],
    [10_060n, -1n],
  ])("at %d with %d is estimated, whatever it says", (atS, registerAtoms) => {
    const reading = { atS, registerAtoms, quality: "estimated" as const };
    expect(judge(reading, LAST, {}, FREE).verdict).toBe("estimated");
    expect(judge(reading, undefined, {}, FREE).verdict).toBe("estimated");
  });
});
