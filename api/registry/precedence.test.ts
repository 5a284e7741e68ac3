import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, inForceAt, nextChange, ranked } from "./precedence.ts";
import { LEVELS, type Level } from "./schema/assignments.ts";

let ordinals = 0;
const given = (level: Level, thing: string, fromMs = 0, endMs?: number): Candidate => {
  ordinals += 1;
  return { level, thing, fromMs, endMs, ordinal: ordinals };
};

describe("what is in force", () => {
  it.each(LEVELS.slice(1).map((level, at) => [LEVELS[at] as Level, level] as const))(
    "by %s wins over by %s, however new",
    (specific, general) => {
      const candidates = [given(specific, "a", 1), given(general, "b", 5)];
      expect(inForceAt(candidates, 9)?.thing).toBe("a");
    },
  );

  it("is the newest of one level, and of one instant the one that was made last", () => {
    const older = given("unit_set", "a", 5);
    const newer = given("unit_set", "b", 6);
    expect(inForceAt([newer, older], 9)?.thing).toBe("b");
    expect(inForceAt([newer, older], 5)?.thing).toBe("a");
    expect(inForceAt([given("site", "c", 6), given("site", "d", 6)], 9)?.thing).toBe("d");
  });

  it("begins at its instant and ends before the one it ends from", () => {
    const candidates = [given("unit", "a", 5, 8)];
    expect([4, 5, 7, 8].map((at) => inForceAt(candidates, at)?.thing)).toEqual([
      undefined,
      "a",
      "a",
      undefined,
    ]);
    expect(nextChange(candidates, 0, "z")).toMatchObject({ atMs: 5, to: { thing: "a" } });
    expect(nextChange(candidates, 5, "z")).toEqual({ atMs: 8, to: undefined });
    expect(nextChange(candidates, 8, "z")).toBeUndefined();
    expect(nextChange(candidates, 0, "a")).toBeUndefined();
  });

  it("is the same at every instant up to the next change, and another one there", () => {
    const candidate = fc.record({
      level: fc.constantFrom(...LEVELS),
      thing: fc.constantFrom("a", "b", "c"),
      fromMs: fc.nat(20),
      lasts: fc.option(fc.nat(10), { nil: undefined }),
      ordinal: fc.nat(1_000),
    });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 8 }), fc.nat(25), (list, at) => {
        const candidates = list.map(({ lasts, ...each }) => {
          return { ...each, endMs: lasts === undefined ? undefined : each.fromMs + lasts };
        });
        const thingAt = (ms: number) => inForceAt(candidates, ms)?.thing ?? "z";
        const change = nextChange(candidates, at, "z");
        const upTo = change?.atMs ?? 60;
        for (let ms = at; ms < upTo; ms++) expect(thingAt(ms)).toBe(thingAt(at));
        if (change !== undefined) {
          expect(change.to?.thing ?? "z").toBe(thingAt(change.atMs));
          expect(thingAt(change.atMs)).not.toBe(thingAt(at));
        }
        const [first, ...rest] = ranked(candidates, at);
        for (const each of rest) {
          expect(LEVELS.indexOf(each.level)).toBeGreaterThanOrEqual(
            LEVELS.indexOf(first?.level ?? "account"),
          );
        }
      }),
    );
  });
});
