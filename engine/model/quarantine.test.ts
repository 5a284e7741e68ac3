import { describe, expect, it } from "vitest";
import { accountOf, listed, money, termsOf, told } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { flatList, utc } from "./testing/lists.ts";

const METER = { maxRatePerHour: 10_000n };

/** Opened at noon with 1000 and 10.00; 250 micros a Wh. */
function opened(terms = termsOf({}, {}, { meter: METER })) {
  const it = following(terms, accountOf({ balanceMicros: money("10") }));
  it.read("2024-01-01T12:00Z", 1_000n);
  return it;
}

const acceptance = (at: string, registerAtoms: bigint, as: "consumption" | "baseline") => {
  return { atS: utc(at), registerAtoms, as };
};

describe("R16 a reading in quarantine", () => {
  it("R16 raises one event for each kind until it is cleared; late and duplicate raise none", () => {
    const it = opened();
    const before = it.account;
    expect(types(it.read("2024-01-01T12:00Z", 1_000n))).toEqual([]);
    expect(types(it.read("2024-01-01T11:00Z", 50n))).toEqual([]);
    expect(it.account).toEqual(before);
    expect(told(it.read("2024-01-01T13:00Z", 999n).events)).toEqual([
      "reading.quarantined/6 999 @10000000",
    ]);
    expect(types(it.read("2024-01-01T14:00Z", 998n))).toEqual([]);
    expect(told(it.read("2024-01-01T12:00Z", 1_001n).events)).toEqual([
      "reading.quarantined/4 1001 @10000000",
    ]);
    expect(it.account).toEqual({ ...before, quarantineRaised: ["backwards", "conflict"] });
    it.read("2024-01-01T14:00Z", 1_000n);
    expect(types(it.read("2024-01-01T15:00Z", 999n))).toEqual(["reading.quarantined"]);
  });

  it("R16 accepted as consumption it is charged, whatever the highest rate", () => {
    const it = opened();
    expect(it.read("2024-01-01T13:00Z", 21_000n).verdict).toBe("implausible");
    const out = it.accept(
      "2024-01-01T14:00Z",
      acceptance("2024-01-01T13:00Z", 21_000n, "consumption"),
    );
    expect(out).toMatchObject({ verdict: "accepted", rated: [{ costMicros: money("5") }] });
    expect(told(typeof out === "string" ? [] : out.events)).toEqual([
      "reading.accepted 21000 @5000000",
    ]);
    expect(it.account).toMatchObject({ r0: 21_000n, quarantineRaised: [], isStale: false });
  });

  it("R73 it can be what cuts: the event, then what credit comes to", () => {
    const it = opened();
    it.read("2024-01-01T13:00Z", 41_000n);
    const out = it.accept(
      "2024-01-01T14:00Z",
      acceptance("2024-01-01T13:00Z", 41_000n, "consumption"),
    );
    expect(types(out)).toEqual(["reading.accepted", "supply.cut_requested"]);
    expect(
      typeof out !== "string" && out.events.every(({ atS }) => atS === utc("2024-01-01T14:00Z")),
    ).toBe(true);
  });

  it("R12 less than the last is a wrap where the meter can wrap, without a highest rate", () => {
    const it = opened(termsOf({}, {}, { meter: { modulus: 10_000n } }));
    expect(it.read("2024-01-01T13:00Z", 500n).verdict).toBe("backwards");
    const out = it.accept(
      "2024-01-01T13:00Z",
      acceptance("2024-01-01T13:00Z", 500n, "consumption"),
    );
    expect(types(out)).toEqual(["reading.rollover", "reading.accepted"]);
    expect(out).toMatchObject({ rollover: true, rated: [{ quantityAtoms: 9_500n }] });
  });

  it("R16 accepted as a baseline counting begins anew, and nothing is charged", () => {
    const it = opened();
    it.read("2024-01-01T13:00Z", 10n);
    const out = it.accept("2024-01-01T14:00Z", acceptance("2024-01-01T13:00Z", 10n, "baseline"));
    expect(told(typeof out === "string" ? [] : out.events)).toEqual([
      "reading.accepted/1 10 @10000000",
    ]);
    expect(it.account).toMatchObject({
      t0: utc("2024-01-01T13:00Z"),
      r0: 10n,
      quarantineRaised: [],
    });
    expect(it.read("2024-01-01T15:00Z", 14n).rated).toMatchObject([{ quantityAtoms: 4n }]);
    expect(it.account.counters).toEqual({ all: 4n });
  });

  it("R33 a cycle that began before the baseline has begun", () => {
    const it = opened(termsOf({}, { cycle: { every: "day" } }));
    it.read("2024-01-01T13:00Z", 1_100n);
    it.accept("2024-01-01T22:00Z", acceptance("2024-01-01T22:00Z", 5n, "baseline"));
    expect(it.account.counters).toEqual({ all: 100n });
    it.accept("2024-01-02T12:00Z", acceptance("2024-01-02T12:00Z", 5n, "baseline"));
    expect(it.account.counters).toEqual({});
  });

  it("R18 estimates are given back first, and a reading behind them is not outdated by them", () => {
    for (const as of ["consumption", "baseline"] as const) {
      const it = opened(termsOf({ chargeEstimates: true }));
      it.estimate("2024-01-01T14:00Z", 5_000n);
      const out = it.accept("2024-01-01T15:00Z", acceptance("2024-01-01T13:00Z", 2_000n, as));
      expect(out).toMatchObject({ returned: { quantityAtoms: 4_000n, costMicros: money("1") } });
      expect(it.account.balanceMicros).toBe(money(as === "baseline" ? "10" : "9.75"));
      expect(it.account.t0).toBe(utc("2024-01-01T13:00Z"));
    }
  });

  it("R74 what is accepted as consumption goes from the day's allowance", () => {
    const dailyAllowance = { atoms: 5_000n, stackDays: 1n, dayStartS: 0n };
    const it = following(termsOf({ dailyAllowance }, {}, { meter: METER }));
    it.read("2024-01-01T12:00Z", 0n);
    it.read("2024-01-01T13:00Z", 20_000n);
    it.accept("2024-01-01T14:00Z", acceptance("2024-01-01T13:00Z", 4_000n, "consumption"));
    expect(it.account.allowance.leftAtoms).toBe(1_000n);
  });
});

describe("R16 what is not accepted", () => {
  const both = ["consumption", "baseline"] as const;

  it.each<[string, string, string]>([
    ["at the last reading", "2024-01-01T12:00Z", "2024-01-01T14:00Z"],
    ["before it", "2024-01-01T11:59:59Z", "2024-01-01T14:00Z"],
    ["in the future", "2024-01-01T14:00:01Z", "2024-01-01T14:00Z"],
  ])("R16 %s it is outdated", (_, at, now) => {
    for (const as of both) {
      const it = opened();
      const before = it.account;
      expect(it.accept(now, acceptance(at, 2_000n, as))).toBe("reading_outdated");
      expect(it.account).toBe(before);
    }
  });

  it("R16 a meter that was never read has none", () => {
    const it = following(termsOf());
    const given = acceptance("2024-01-01T12:00Z", 2_000n, "baseline");
    expect(it.accept("2024-01-01T14:00Z", given)).toBe("reading_outdated");
  });

  it.each<[string, string, bigint]>([
    ["a register that no meter shows", "2024-01-01T13:00Z", 2n ** 53n],
    ["less than the last on a meter that does not wrap", "2024-01-01T13:00Z", 999n],
    ["more than one reading can add", "2024-01-01T13:00Z", 1_001n + 2n ** 40n],
    ["too long an interval", "2034-12-31T13:00Z", 2_000n],
  ])("R4, R12 %s is no consumption", (_, at, register) => {
    const it = opened();
    const given = acceptance(at, register, "consumption");
    expect(it.accept("2035-01-01T00:00Z", given)).toBe("register_invalid");
  });

  it("R30 no baseline before the price list begins", () => {
    const it = opened();
    const later = [flatList({ effective_from: "2024-01-01T13:00Z" })];
    it.terms = { ...it.terms, ...listed(later) };
    const early = acceptance("2024-01-01T12:59:59Z", 2_000n, "baseline");
    expect(it.accept("2024-01-01T14:00Z", early)).toBe("register_invalid");
    const late = acceptance("2024-01-01T13:00Z", 2_000n, "consumption");
    expect(it.accept("2024-01-01T14:00Z", late)).toBe("register_invalid");
    expect(types(it.accept("2024-01-01T14:00Z", { ...late, as: "baseline" }))).toEqual([
      "reading.accepted",
    ]);
  });

  it("R16 rejected it is void, and the account can be judged again", () => {
    const it = opened();
    it.read("2024-01-01T13:00Z", 999n);
    expect(types(it.balance("2024-01-01T13:00Z", 0n))).toEqual([]);
    const out = it.reject("2024-01-01T14:00Z", 999n);
    expect(types(out)).toEqual(["reading.rejected", "supply.cut_requested"]);
    expect(it.account).toMatchObject({ r0: 1_000n, quarantineRaised: [] });
  });
});
