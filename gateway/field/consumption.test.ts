import fc from "fast-check";
import { expect, test } from "vitest";
import { atomsBetween, QUARTERS_MAX } from "./consumption.ts";
import { layOut } from "./layout.ts";
import { dayAtoms, type FieldService, type Home, QUARTER_S } from "./profile.ts";

const DAY_S = 86_400;
const START_S = 1_780_012_800;
const home = (service: FieldService, seed = 7): Home => ({ seed, service, persons: 3 });

test.each([
  ["electricity", 9_000],
  ["water", 350_000],
  ["heating", 24_000],
] as const)("%s of three persons is near its mean over four weeks", (service, meanAtoms) => {
  expect(dayAtoms(home(service))).toBe(meanAtoms);
  const atoms = atomsBetween(home(service), START_S, START_S + 28 * DAY_S) / 28;
  expect(atoms / meanAtoms).toBeGreaterThan(0.85);
  expect(atoms / meanAtoms).toBeLessThan(1.15);
});

test("evenings use more than nights", () => {
  const midnightS = Math.floor(START_S / DAY_S) * DAY_S;
  let night = 0;
  let evening = 0;
  for (let day = 0; day < 14; day++) {
    night += atomsBetween(
      home("electricity"),
      midnightS + day * DAY_S,
      midnightS + day * DAY_S + 3 * 3_600,
    );
    evening += atomsBetween(
      home("electricity"),
      midnightS + day * DAY_S + 18 * 3_600,
      midnightS + day * DAY_S + 21 * 3_600,
    );
  }
  expect(evening).toBeGreaterThan(2 * night);
});

test("dividing the time never changes the sum, and consumption never runs back", () => {
  const offsets = fc.array(fc.integer({ min: 0, max: 3 * DAY_S }), { minLength: 2, maxLength: 12 });
  const services = fc.constantFrom("electricity", "water", "heating");
  fc.assert(
    fc.property(services, fc.integer(), offsets, (service, seed, times) => {
      const one: Home = { seed, service, persons: 2 };
      const marks = times.toSorted((a, b) => a - b).map((offset) => START_S + offset);
      const parts = marks.slice(1).map((toS, i) => atomsBetween(one, marks[i] ?? 0, toS));
      expect(parts.every((atoms) => Number.isInteger(atoms) && atoms >= 0)).toBe(true);
      const whole = atomsBetween(one, marks[0] ?? 0, marks.at(-1) ?? 0);
      expect(parts.reduce((sum, atoms) => sum + atoms, 0)).toBe(whole);
    }),
  );
});

test("years away are taken at the mean and in no time", () => {
  const atoms = atomsBetween(home("water"), START_S, START_S + 3_650 * DAY_S);
  expect(atoms / 3_650 / 350_000).toBeCloseTo(1, 1);
  expect(atomsBetween(home("water"), START_S, START_S - QUARTERS_MAX * QUARTER_S)).toBe(0);
});

test("a larger field begins with the same meters", () => {
  expect(layOut(300, 4).slice(0, 120)).toEqual(layOut(120, 4));
  expect(new Set(layOut(5_000, 4).map(({ serial }) => serial)).size).toBe(5_000);
  expect(layOut(50, 5)).not.toEqual(layOut(50, 4));
});
