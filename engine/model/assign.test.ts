import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelAccount, Terms } from "./account.ts";
import { applyAssignPriceList, applyChangeTenancy } from "./commands.ts";
import { accountOf, listed, money, policyOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { dailyList, flatList, utc, utcText } from "./testing/lists.ts";

/** 250, 500 and 1000 micros a Wh; the second with blocks, in UTC; the third from noon of 2 January on. */
const LISTS = listed(
  flatList({ charges: [{ name: "standing", every: "day", amount: "0.10" }] }),
  flatList({
    timezone: "UTC",
    rates: {
      all: [
        { from: "0", price: "0.50" },
        { from: "2", price: "2.00" },
      ],
    },
    charges: [{ name: "standing", every: "day", amount: "0.20" }],
  }),
  [
    flatList({
      effective_from: "2024-01-02T12:00Z",
      rates: { all: [{ from: "0", price: "1.00" }] },
    }),
  ],
);
const TERMS = termsOf({}, {}, LISTS);

/** Opened at noon of 1 January by recorded readings, with 1000 on the meter and 10.00. */
function opened(terms: Terms = TERMS) {
  const it = following(terms, accountOf({ balanceMicros: money("10") }));
  it.read("2024-01-01T12:00Z", 1_000n);
  return {
    it,
    assign: (listIndex: number, at: string, livesByClock = false, now = "2024-01-01T13:00Z") =>
      it.go(
        applyAssignPriceList(
          it.terms,
          it.account,
          { listIndex, atS: at === "" ? 0n : utc(at), livesByClock },
          utc(now),
        ),
      ),
  };
}

describe("R37 another price list for an account", () => {
  it("R37 consumption before its instant by the old list, from then on by the new one, whose counters are 0", () => {
    const { it, assign } = opened();
    assign(1, "2024-01-01T15:00Z");
    const out = it.read("2024-01-01T18:00Z", 7_000n);
    expect(out.rated).toEqual([
      { list: 0, version: 0, period: "all", block: 0, quantityAtoms: 3_000n, costMicros: 750_000n },
      {
        list: 1,
        version: 0,
        period: "all",
        block: 0,
        quantityAtoms: 2_000n,
        costMicros: 1_000_000n,
      },
      {
        list: 1,
        version: 0,
        period: "all",
        block: 1,
        quantityAtoms: 1_000n,
        costMicros: 2_000_000n,
      },
    ]);
    expect(out.events.filter(({ type }) => type === "tariff.assigned")).toMatchObject([
      { atS: utc("2024-01-01T18:00Z"), number: 1n, balanceMicros: money("6.25") },
    ]);
    expect(it.account).toMatchObject({
      listIndex: 1,
      nextList: undefined,
      counters: { all: 3_000n },
      balanceMicros: money("6.25"),
    });
  });

  it("R37 neighbours of the same version, period and block of two lists are two pieces; R2 the carry goes on", () => {
    const price = (text: string) => flatList({ rates: { all: [{ from: "0", price: text }] } });
    const terms = termsOf({}, {}, listed(price("0.0000005"), price("0.0000007")));
    const { it, assign } = opened(terms);
    assign(1, "2024-01-01T13:00Z");
    // 500 000 and 700 000 picos a kWh: 1 Wh at 500 and 1 Wh at 700 picos leave 1 200 of a micro.
    const out = it.read("2024-01-01T14:00Z", 1_002n);
    expect(out.rated.map(({ list, quantityAtoms }) => [list, quantityAtoms])).toEqual([
      [0, 1n],
      [1, 1n],
    ]);
    expect(it.account.carryP).toBe(1_200n);
  });

  it.each([
    ["before it", "2024-01-01T14:59:59Z", 0, {}],
    ["just at it: it is reached", "2024-01-01T15:00Z", 1, {}],
    ["behind it", "2024-01-01T15:00:01Z", 1, { all: 3n }],
  ] as const)("R37 a reading %s", (_, at, listIndex, counters) => {
    const { it, assign } = opened();
    assign(1, "2024-01-01T15:00Z");
    const atoms = utc(at) - utc("2024-01-01T12:00Z");
    const out = it.read(at, 1_000n + atoms * 3n);
    expect(it.account.listIndex).toBe(listIndex);
    expect(types(out)).toEqual(listIndex === 1 ? expect.arrayContaining(["tariff.assigned"]) : []);
    if (listIndex === 1) expect(it.account.counters).toEqual(counters);
    else expect(it.account.counters).toEqual({ all: atoms * 3n });
  });

  it("R37 with the last reading's own instant: all behind it is by the new list", () => {
    const { it, assign } = opened();
    it.read("2024-01-01T13:00Z", 2_000n);
    assign(1, "2024-01-01T13:00Z");
    expect(it.account.counters).toEqual({ all: 1_000n });
    const out = it.read("2024-01-01T14:00Z", 3_500n);
    expect(out.rated).toMatchObject([{ list: 1, block: 0, quantityAtoms: 1_500n }]);
    expect(it.account).toMatchObject({ listIndex: 1, counters: { all: 1_500n } });
  });

  it("R35 each charge is of the list of its instant; midnights are those of that list's zone", () => {
    const { it, assign } = opened();
    assign(1, "2024-01-02T23:30Z");
    const out = it.read("2024-01-04T06:00Z", 1_000n);
    // Madrid's midnights at 23:00Z, then UTC's.
    expect(
      out.charged.map(({ atS, list, amountMicros }) => [utcText(atS), list, amountMicros]),
    ).toEqual([
      ["2024-01-01T23:00:00Z", 0, 100_000n],
      ["2024-01-02T23:00:00Z", 0, 100_000n],
      ["2024-01-03T00:00:00Z", 1, 200_000n],
      ["2024-01-04T00:00:00Z", 1, 200_000n],
    ]);
  });

  it("R35 a midnight that is the change's own instant is the new list's", () => {
    const { it, assign } = opened();
    assign(1, "2024-01-03T00:00Z");
    const out = it.read("2024-01-03T00:00Z", 1_000n);
    expect(out.charged.map(({ list }) => list)).toEqual([0, 0, 1]);
  });

  it("R35 a tick charges by the list of each instant and leaves a meter that was read to its readings", () => {
    const { it, assign } = opened();
    assign(1, "2024-01-02T23:30Z");
    const out = it.tick("2024-01-03T06:00Z");
    expect(out.charged.map(({ list }) => list)).toEqual([0, 0, 1]);
    expect([it.account.listIndex, types(out)]).toEqual([0, []]);
    expect(it.read("2024-01-03T07:00Z", 1_000n).charged).toEqual([]);
    expect(it.account.listIndex).toBe(1);
  });

  it("R33 switches and cycles are those of the list of their instant", () => {
    const weekly = dailyList(
      { "00:00": "a", "14:00": "b" },
      { timezone: "UTC", cycle: { every: "day" } },
    );
    const { it, assign } = opened(termsOf({}, {}, listed(flatList(), weekly)));
    assign(1, "2024-01-01T13:00Z");
    // 60 atoms an hour: one hour flat, one a, ten b, then another day.
    const out = it.read("2024-01-02T01:00Z", 1_780n);
    expect(
      out.rated.map(({ list, period, quantityAtoms }) => [list, period, quantityAtoms]),
    ).toEqual([
      [0, "all", 60n],
      [1, "a", 60n],
      [1, "b", 600n],
      [1, "a", 60n],
    ]);
    expect(it.account.counters).toEqual({ a: 60n });
  });
});

describe("R37 a meter that was never read", () => {
  it("R37 goes on by the new list at the first judgement from then on", () => {
    const it = following(TERMS, accountOf({ chargedThrough: utc("2024-01-01T12:00Z") }));
    const given = { listIndex: 1, atS: utc("2024-01-01T14:00Z"), livesByClock: true };
    it.go(applyAssignPriceList(TERMS, it.account, given, utc("2024-01-01T13:00Z")));
    expect(types(it.tick("2024-01-01T13:59:59Z"))).toEqual([]);
    expect(types(it.tick("2024-01-01T14:00Z"))).toEqual(["tariff.assigned"]);
    expect(it.account).toMatchObject({ listIndex: 1, nextList: undefined });
  });

  it("R37 or with its opening, which need only be within the list of its instant", () => {
    const it = following(TERMS, accountOf());
    const given = { listIndex: 2, atS: utc("2024-01-02T00:00Z"), livesByClock: false };
    it.go(applyAssignPriceList(TERMS, it.account, given, utc("2024-01-01T00:00Z")));
    expect(it.read("2024-01-02T11:59:59Z", 5n).verdict).toBe("untariffed");
    expect(it.account.listIndex).toBe(0);
    const out = it.read("2024-01-02T12:00Z", 5n);
    expect([out.verdict, types(out)[0], it.account.listIndex]).toEqual([
      "accepted",
      "tariff.assigned",
      2,
    ]);
  });
});

describe("R30 what has no version is untariffed", () => {
  it.each([
    [
      "that ends where the new list has none yet, but takes its place",
      "2024-01-02T10:00Z",
      "accepted",
    ],
    ["that goes on there", "2024-01-02T10:00:01Z", "untariffed"],
    ["that goes on to where it has one", "2024-01-02T18:00Z", "untariffed"],
  ])("R30 a reading %s", (_, at, verdict) => {
    const { it, assign } = opened();
    assign(2, "2024-01-02T10:00Z");
    expect(it.read(at, 1_001n).verdict).toBe(verdict);
  });

  it("R4 the dearest step of both lists must fit", () => {
    const dear = flatList({ rates: { all: [{ from: "0", price: "10000" }] } });
    const terms = termsOf({}, {}, listed(flatList(), dear));
    const { it, assign } = opened(terms);
    // 2^39 atoms at 10 a Wh are 5.5 · 10^18 micros, more than 2^62.
    const register = 1_000n + 2n ** 39n;
    assign(1, "2025-01-01T12:00Z");
    expect(it.read("2024-01-01T14:00Z", register).verdict).toBe("implausible");
    assign(0, "2025-01-01T12:00Z");
    expect(it.read("2024-01-01T14:00Z", register).verdict).toBe("accepted");
  });
});

describe("R37 what is refused, and what changes nothing", () => {
  const ticked: Partial<ModelAccount> = { chargedThrough: utc("2024-01-01T14:00Z") };

  it.each<[string, number, string, boolean, Partial<ModelAccount>, unknown]>([
    ["a list that is not there", 9, "", false, {}, "price_list_unknown"],
    ["before the last reading", 1, "2024-01-01T11:59:59Z", false, {}, "reading_outdated"],
    ["at the last reading", 1, "2024-01-01T12:00Z", false, {}, undefined],
    ["in the past behind it", 1, "2024-01-01T12:00:01Z", false, ticked, undefined],
    ["what time brought already", 1, "2024-01-01T14:00Z", true, ticked, "reading_outdated"],
    ["behind that", 1, "2024-01-01T14:00:01Z", true, ticked, undefined],
    ["the list in force, outdated", 0, "2024-01-01T11:00Z", false, {}, "reading_outdated"],
  ])("R37 %s", (_, listIndex, at, livesByClock, changes, refusal) => {
    const { it, assign } = opened();
    it.account = { ...it.account, ...changes };
    const before = it.account;
    const result = assign(listIndex, at, livesByClock);
    expect(typeof result === "string" ? result : undefined).toBe(refusal);
    const nextList = { listIndex, atS: utc(at === "" ? "2024-01-01T13:00Z" : at) };
    expect(it.account).toEqual(refusal === undefined ? { ...before, nextList } : before);
  });

  it("R37 now, where no instant is given; the list in force already; another in the place of the pending one", () => {
    const { it, assign } = opened();
    const before = it.account;
    assign(0, "");
    expect(it.account).toBe(before);
    assign(1, "");
    expect(it.account.nextList).toEqual({ listIndex: 1, atS: utc("2024-01-01T13:00Z") });
    assign(0, "2024-01-01T16:00Z");
    expect(it.account.nextList).toEqual({ listIndex: 0, atS: utc("2024-01-01T16:00Z") });
  });

  it("R37 now is as soon as can be: behind what time brought", () => {
    const { it, assign } = opened();
    it.account = { ...it.account, ...ticked };
    assign(1, "", true);
    expect(it.account.nextList).toEqual({ listIndex: 1, atS: utc("2024-01-01T14:00:01Z") });
  });
});

describe("R18 estimates and a change of list", () => {
  const ESTIMATES = { ...TERMS, policy: policyOf({ chargeEstimates: true }) };

  it("R18 a change that an estimate completed is undone with it, and comes again", () => {
    const { it, assign } = opened(ESTIMATES);
    assign(1, "2024-01-01T15:00Z");
    expect(types(it.estimate("2024-01-01T18:00Z", 7_000n))).toContain("tariff.assigned");
    expect(it.account).toMatchObject({ listIndex: 1, balanceMicros: money("6.25") });
    // Before the change after all: 1 kWh at 0.25.
    const early = it.read("2024-01-01T14:00Z", 2_000n);
    expect(types(early)).not.toContain("tariff.assigned");
    expect(it.account).toMatchObject({
      listIndex: 0,
      nextList: { listIndex: 1, atS: utc("2024-01-01T15:00Z") },
      balanceMicros: money("9.75"),
      counters: { all: 1_000n },
    });
    expect(types(it.read("2024-01-01T16:00Z", 3_000n))).toContain("tariff.assigned");
    // 500 Wh at 250, 500 at 500 micros.
    expect(it.account).toMatchObject({ balanceMicros: money("9.375"), counters: { all: 500n } });
  });

  it("R18 a list that was assigned meanwhile stays assigned", () => {
    const { it, assign } = opened(ESTIMATES);
    it.estimate("2024-01-01T18:00Z", 7_000n);
    expect(assign(1, "2024-01-01T11:00Z")).toBe("reading_outdated");
    assign(1, "2024-01-01T15:00Z");
    it.read("2024-01-01T19:00Z", 7_000n);
    expect(it.account).toMatchObject({ listIndex: 1, nextList: undefined });
  });
});

describe("R18, R37 estimates leave no trace", () => {
  const deed = fc.record({
    hours: fc.integer({ min: 1, max: 9 }),
    atoms: fc.integer({ min: 0, max: 2_000 }),
    does: fc.constantFrom("estimate", "read", "assign"),
    aheadHours: fc.integer({ min: -9, max: 9 }),
  });
  type Deed = { hours: number; atoms: number; does: string; aheadHours: number };

  /** Each assignment names a list that was never named before: of every second the prices are alike. */
  const DEEDS_MAX = 12;
  const one = flatList();
  const other = dailyList({ "00:00": "a", "13:00": "b" }, { cycle: { every: "day" } });
  const all = Array.from({ length: DEEDS_MAX + 1 }, (_, index) => (index % 2 === 0 ? one : other));
  const terms = { ...termsOf({ chargeEstimates: true }), ...listed(...all) };

  /** The account after all deeds and one actual reading, with or without estimates. */
  function run(deeds: readonly Deed[], withEstimates: boolean): ModelAccount {
    const it = following(terms);
    let [atS, register, listIndex] = [utc("2024-01-01T12:00Z"), 0n, 0];
    it.read(utcText(atS), register);
    for (const { hours, atoms, does, aheadHours } of deeds) {
      atS += BigInt(hours) * 3_600n;
      register += BigInt(atoms);
      if (does === "read") it.read(utcText(atS), register);
      if (does === "estimate" && withEstimates) it.estimate(utcText(atS), register);
      if (does !== "assign") continue;
      listIndex += 1;
      const fromS = atS + BigInt(aheadHours) * 3_600n;
      const assignment = { listIndex, atS: fromS, livesByClock: false };
      it.go(applyAssignPriceList(terms, it.account, assignment, atS));
    }
    it.read(utcText(atS + 1n), register);
    return it.account;
  }

  it("R18 once an actual reading is there, whatever was assigned meanwhile", () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 2, maxLength: DEEDS_MAX }), (deeds) => {
        expect(run(deeds, true)).toEqual(run(deeds, false));
      }),
      { numRuns: 60 },
    );
  });
});

describe("R92, R16, R17 with a change of list", () => {
  it("R92 the price list stays with the usage point, the one to come with it", () => {
    const { it, assign } = opened();
    assign(1, "2024-01-05T00:00Z");
    const tenancy = { closingAtoms: 1_100n, number: 3n };
    it.go(applyChangeTenancy(it.terms, it.account, tenancy, utc("2024-01-02T00:00Z")));
    expect(it.account).toMatchObject({
      listIndex: 0,
      nextList: { listIndex: 1, atS: utc("2024-01-05T00:00Z") },
    });
  });

  it("R17 a closing register behind its instant completes it", () => {
    const { it, assign } = opened();
    assign(1, "2024-01-05T00:00Z");
    expect(types(it.exchange("2024-01-06T00:00Z", 1_100n, 7n))).toContain("tariff.assigned");
    expect(it.account).toMatchObject({ listIndex: 1, nextList: undefined, r0: 7n });
  });

  it("R16 a baseline behind its instant begins by it, with counters of 0", () => {
    const { it, assign } = opened();
    it.read("2024-01-01T13:00Z", 1_600n);
    assign(1, "2024-01-01T15:00Z");
    const baseline = {
      atS: utc("2024-01-01T16:00Z"),
      registerAtoms: 9_000n,
      as: "baseline" as const,
    };
    expect(types(it.accept("2024-01-01T17:00Z", baseline))).toEqual([
      "tariff.assigned",
      "reading.accepted",
    ]);
    expect(it.account).toMatchObject({ listIndex: 1, counters: {} });
  });
});
