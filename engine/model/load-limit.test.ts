import { describe, expect, it } from "vitest";
import { accountOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { utc } from "./testing/lists.ts";

const LIMIT = { atomsPerHour: 2_000n, periodS: 1_800n, restorationS: 900n };
const TERMS = termsOf({ loadLimit: LIMIT });
const RICH = accountOf({ balanceMicros: 10n ** 9n });

/** Opened at noon with 0. */
function opened(terms = TERMS, account = RICH) {
  const it = following(terms, account);
  it.read("2024-01-01T12:00Z", 0n);
  return it;
}

describe("R75 the load limit", () => {
  it.each<[string, [string, bigint][], string[]]>([
    ["just the limit", [["2024-01-01T12:30Z", 1_000n]], []],
    ["an atom more", [["2024-01-01T12:30Z", 1_001n]], ["supply.cut_requested"]],
    ["a burst shorter than the period waits for its end", [["2024-01-01T12:10Z", 900n]], []],
    [
      "and may be made good",
      [
        ["2024-01-01T12:10Z", 900n],
        ["2024-01-01T12:35Z", 1_166n],
      ],
      [],
    ],
    [
      "or not",
      [
        ["2024-01-01T12:10Z", 900n],
        ["2024-01-01T12:35Z", 1_167n],
      ],
      ["supply.cut_requested"],
    ],
    [
      "each period by itself",
      [
        ["2024-01-01T12:30Z", 10n],
        ["2024-01-01T13:00Z", 1_011n],
      ],
      ["supply.cut_requested"],
    ],
  ])("R75 %s", (_, readings, events) => {
    const it = opened();
    const last = readings.map(([at, register]) => types(it.read(at, register))).at(-1);
    expect(last).toEqual(events);
  });

  it("R75 back after the restoration, whatever the clearance, with cause and number", () => {
    const it = opened(termsOf({ loadLimit: LIMIT, clearanceMicros: 10n ** 12n }));
    expect(it.read("2024-01-01T12:30Z", 1_001n).events).toMatchObject([
      { type: "supply.cut_requested", number: 1n, cause: "load_limit" },
    ]);
    expect(types(it.tick("2024-01-01T12:44:59Z"))).toEqual([]);
    expect(it.tick("2024-01-01T12:45:00Z").events).toMatchObject([
      { type: "supply.restore_requested", number: 2n, cause: "automatic" },
    ]);
  });

  it("R75, R76 credit that ran out meanwhile keeps it cut", () => {
    const it = opened(TERMS, accountOf({ balanceMicros: 10n }));
    it.read("2024-01-01T12:30Z", 1_001n);
    expect(it.account.supplyCause).toBe("load_limit");
    expect(types(it.tick("2024-01-01T12:45:00Z"))).toEqual([]);
    expect(it.account).toMatchObject({ supplyWanted: "disconnected", supplyCause: "automatic" });
  });

  it("R75 not in a friendly period, not for a critical need, not what is cut already", () => {
    const begin = utc("2024-01-01T12:30Z");
    const friendly = {
      fromS: begin - 86_400n,
      toS: begin + 86_400n,
      intervals: [{ beginS: begin, endS: begin + 600n }],
    };
    expect(types(opened({ ...TERMS, friendly }).read("2024-01-01T12:30Z", 9_999n))).toEqual([]);

    const critical = opened(TERMS, { ...RICH, isCritical: true });
    expect(types(critical.read("2024-01-01T12:30Z", 9_999n))).toEqual([]);

    const cut = opened();
    cut.cut("2024-01-01T12:20Z");
    expect(types(cut.read("2024-01-01T12:30Z", 9_999n))).toEqual([]);
  });

  it("R75, R91 in credit mode, too", () => {
    const it = opened(TERMS, accountOf({ mode: "credit", balanceMicros: -5n }));
    expect(types(it.read("2024-01-01T12:30Z", 1_001n))).toEqual(["supply.cut_requested"]);
    expect(types(it.tick("2024-01-01T12:45:00Z"))).toEqual(["supply.restore_requested"]);
  });

  it("R17, R75 an exchange begins anew; a policy without a limit forgets", () => {
    const it = opened();
    it.read("2024-01-01T12:10Z", 1_000n);
    it.exchange("2024-01-01T12:20Z", 1_900n, 0n);
    expect(it.account.load).toMatchObject({ fromS: 0n, quantityAtoms: 0n });
    it.read("2024-01-01T12:25Z", 100n);
    expect(it.account.load).toMatchObject({ fromS: utc("2024-01-01T12:20Z"), quantityAtoms: 100n });
    it.terms = termsOf();
    it.read("2024-01-01T12:26Z", 200n);
    expect(it.account.load).toMatchObject({ fromS: 0n, quantityAtoms: 0n });
  });
});
