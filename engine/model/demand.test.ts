import { describe, expect, it } from "vitest";
import { applyAssignPriceList, applyChangeTenancy } from "./commands.ts";
import { type Demand, demandMicros, endCycle, gather, NO_DEMAND } from "./demand.ts";
import { readPriceList } from "./price-list.ts";
import type { DemandJson, PriceListJson } from "./price-list-json.ts";
import { accountOf, listed, money, policyOf, termsOf } from "./testing/accounts.ts";
import { following } from "./testing/follow.ts";
import { flatList, utc, utcText } from "./testing/lists.ts";

/** 12.50 a kW: 50 000 micros an atom in a window of 15 minutes. */
const QUARTERS = { window_minutes: 15, price: "12.50" } as const;

/** Rates of 0, so that what is paid is demand. */
function demandList(changes: Partial<PriceListJson> = {}): PriceListJson {
  return flatList({
    timezone: "UTC",
    rates: { all: [{ from: "0", price: "0" }] },
    cycle: { every: "month" },
    demand: QUARTERS,
    ...changes,
  });
}

/** Opened at an instant with 0 on the meter and 1000.00. */
function opened(at: string, changes: Partial<PriceListJson> = {}, policy = policyOf()) {
  const terms = { ...termsOf(), ...listed(demandList(changes)), policy };
  const it = following(terms, accountOf({ balanceMicros: money("1000") }));
  it.read(at, 0n);
  return it;
}

/** State in short: "begin of window, atoms in it, most so far". */
function shortly({ windowS, windowAtoms, maxAtoms }: Demand): [string, bigint, bigint] {
  return [windowS === 0n ? "none" : utcText(windowS).slice(5, 19), windowAtoms, maxAtoms];
}

describe("R38 the price of an atom in a window", () => {
  it.each<[DemandJson, Partial<PriceListJson>, bigint]>([
    [{ window_minutes: 15, price: "12.50" }, {}, 50_000_000_000n],
    [{ window_minutes: 30, price: "12.50" }, {}, 25_000_000_000n],
    [{ window_minutes: 60, price: "12.50" }, {}, 12_500_000_000n],
    [
      { window_minutes: 60, price: "12.50" },
      { taxes: [{ name: "VAT", rate: "0.21" }] },
      15_125_000_000n,
    ],
    // a half to the even one: 2.5 and 3.5 picos
    [{ window_minutes: 60, price: "0.0000000025" }, {}, 2n],
    [{ window_minutes: 60, price: "0.0000000035" }, {}, 4n],
    [{ window_minutes: 60, price: "3" }, { unit: "m3", service: "water" }, 3_000_000n],
  ])("R38 %o %o is %d picos", (demand, changes, priceP) => {
    const [version] = readPriceList(demandList({ ...changes, demand })).versions;
    expect(version?.demand?.priceP).toBe(priceP);
  });

  it("R38 a list without it has none", () => {
    expect(readPriceList(flatList()).versions[0]?.demand).toBeUndefined();
  });

  it.each([
    [250n, 12_500_000n],
    [1n, 50_000n],
    [0n, 0n],
  ])("R38 %d atoms in the highest window of 15 minutes cost %d", (atoms, micros) => {
    expect(demandMicros({ windowS: 900n, priceP: 50_000_000_000n }, atoms)).toBe(micros);
  });

  it("R38 floored, without a carry", () => {
    expect(demandMicros({ windowS: 900n, priceP: 999_999n }, 1n)).toBe(0n);
    expect(demandMicros({ windowS: 900n, priceP: -1n }, 1n)).toBe(-1n);
  });
});

describe("R38 windows", () => {
  it.each<[string, string, string, bigint, [string, bigint, bigint]]>([
    // 1200 in 30 minutes: 300 in the last half of 12:00, 600 in 12:15, 300 in the first half of 12:30
    ["over three", "12:07:30Z", "12:37:30Z", 1_200n, ["01-10T12:30:00", 300n, 600n]],
    ["within one", "12:01:00Z", "12:02:00Z", 5n, ["01-10T12:00:00", 5n, 0n]],
    ["just one", "12:00:00Z", "12:15:00Z", 7n, ["01-10T12:00:00", 7n, 0n]],
    ["that ends where another begins", "12:00:00Z", "12:30:00Z", 10n, ["01-10T12:15:00", 5n, 5n]],
    ["a second over", "12:00:00Z", "12:15:01Z", 901n, ["01-10T12:15:00", 1n, 900n]],
    ["nothing used", "12:00:00Z", "12:40:00Z", 0n, ["01-10T12:30:00", 0n, 0n]],
    // R32: quantities up to 12:15, 12:30, 12:45 are floor(10/3), floor(20/3), 10
    ["floored on the way", "12:00:00Z", "12:45:00Z", 10n, ["01-10T12:30:00", 4n, 3n]],
  ])("R38 an interval %s", (_, from, to, atoms, state) => {
    const it = opened(`2024-01-10T${from}`);
    it.read(`2024-01-10T${to}`, atoms);
    expect(shortly(it.account.demand)).toEqual(state);
  });

  it("R38 a window is gathered over readings, and is over when another begins", () => {
    const it = opened("2024-01-10T12:00Z");
    const upTo = (at: string, register: bigint) => {
      it.read(`2024-01-10T${at}Z`, register);
      return shortly(it.account.demand);
    };
    expect(upTo("12:05", 40n)).toEqual(["01-10T12:00:00", 40n, 0n]);
    expect(upTo("12:15", 90n)).toEqual(["01-10T12:00:00", 90n, 0n]);
    expect(upTo("12:20", 100n)).toEqual(["01-10T12:15:00", 10n, 90n]);
    expect(upTo("12:30", 110n)).toEqual(["01-10T12:15:00", 20n, 90n]);
    expect(upTo("13:05", 210n)).toEqual(["01-10T13:00:00", 15n, 90n]);
    expect(it.account.balanceMicros).toBe(money("1000"));
  });

  it("R32 parts of an interval are gathered as the interval is: switches change nothing", () => {
    const prices = { a: [{ from: "0", price: "0" }], b: [{ from: "0", price: "0" }] };
    const switched = {
      schedule: [{ at: { "00:00": "a", "12:07": "b", "12:21": "a" } }],
      rates: prices,
    };
    const [plain, cut] = [opened("2024-01-10T12:03:00Z"), opened("2024-01-10T12:03:00Z", switched)];
    for (const it of [plain, cut]) it.read("2024-01-10T12:49:00Z", 1_237n);
    expect(cut.account.demand).toEqual(plain.account.demand);
  });
});

describe("R38 at the cycle's end the highest is charged", () => {
  it("R38 over a cycle start: the old one's highest, and the new one begins", () => {
    const it = opened("2024-01-31T22:00Z", { charges: [{ name: "s", every: "day", amount: "1" }] });
    it.read("2024-01-31T22:15Z", 250n);
    it.read("2024-01-31T23:00Z", 550n);
    // 100 in each window before and after midnight
    const out = it.read("2024-02-01T01:00Z", 1_350n);
    expect(
      out.charged.map(({ atS, row, amountMicros }) => [utcText(atS), row, amountMicros]),
    ).toEqual([
      ["2024-02-01T00:00:00Z", 40, 12_500_000n],
      ["2024-02-01T00:00:00Z", 0, 1_000_000n],
    ]);
    expect(shortly(it.account.demand)).toEqual(["02-01T00:45:00", 100n, 100n]);
    expect(it.account.balanceMicros).toBe(money("986.50"));
  });

  it("R38 with a reading at the cycle's own instant", () => {
    const it = opened("2024-01-31T23:45Z");
    expect(it.read("2024-02-01T00:00Z", 250n).charged).toMatchObject([
      { amountMicros: 12_500_000n },
    ]);
    expect(shortly(it.account.demand)).toEqual(["01-31T23:45:00", 0n, 0n]);
    expect(it.read("2024-02-01T00:15Z", 260n).charged).toEqual([]);
    expect(shortly(it.account.demand)).toEqual(["02-01T00:00:00", 10n, 0n]);
  });

  it("R38 a window that the cycle start divides: each cycle has its part", () => {
    // Midnight in Kolkata is 18:30Z, within the window of an hour from 18:00Z.
    const hourly = {
      timezone: "Asia/Kolkata",
      demand: { window_minutes: 60, price: "1" } as const,
    };
    const it = opened("2024-01-31T18:00Z", hourly);
    expect(it.read("2024-01-31T19:00Z", 600n).charged).toMatchObject([{ amountMicros: 300_000n }]);
    expect(shortly(it.account.demand)).toEqual(["01-31T18:00:00", 300n, 0n]);
    it.read("2024-01-31T19:10Z", 605n);
    expect(shortly(it.account.demand)).toEqual(["01-31T19:00:00", 5n, 300n]);
  });

  it("R31 on days of 23, 24 and 25 hours: 100 Wh an hour are 0.1 kW", () => {
    const daily = {
      timezone: "Europe/Madrid",
      cycle: { every: "day" } as const,
      demand: { window_minutes: 60, price: "10" } as const,
    };
    for (const [from, to, hours] of [
      ["2024-03-30T23:00Z", "2024-03-31T22:00Z", 23n],
      ["2024-05-01T22:00Z", "2024-05-02T22:00Z", 24n],
      ["2024-10-26T22:00Z", "2024-10-27T23:00Z", 25n],
    ] as const) {
      const it = opened(from, daily);
      const out = it.read(to, hours * 100n);
      expect(out.charged.map(({ atS, amountMicros }) => [atS, amountMicros])).toEqual([
        [utc(to), 1_000_000n],
      ]);
    }
  });

  it("R31 the hour that comes twice is two windows", () => {
    const it = opened("2024-10-27T00:00Z", {
      timezone: "Europe/Madrid",
      demand: { window_minutes: 60, price: "10" },
    });
    it.read("2024-10-27T01:00Z", 500n); // 02:00 to 03:00 by the clock, the first time
    it.read("2024-10-27T02:00Z", 900n); // the second time
    expect(shortly(it.account.demand)).toEqual(["10-27T01:00:00", 400n, 500n]);
  });

  it("R38 a cycle without consumption has a row of 0", () => {
    const it = opened("2024-01-20T00:00Z");
    const out = it.read("2024-03-02T00:00Z", 0n);
    expect(out.charged.map(({ amountMicros }) => amountMicros)).toEqual([0n, 0n]);
  });

  it("R36 always, also while supply is cut", () => {
    const it = opened("2024-01-31T23:45Z");
    it.account = { ...it.account, supplyState: "disconnected" };
    expect(it.read("2024-02-01T00:00Z", 250n).charged).toMatchObject([{ row: 40 }]);
  });

  it("R38 what could not be held is left out", () => {
    const it = opened("2024-01-31T23:45Z", { rates: { all: [{ from: "0", price: "0" }] } });
    it.account = { ...it.account, balanceMicros: 1_000n - 2n ** 62n };
    expect(it.read("2024-02-01T00:00Z", 250n).charged).toEqual([]);
    expect(it.account.demand.maxAtoms).toBe(0n);
  });

  it("R81 it belongs to the day that begins", () => {
    const it = opened("2024-01-31T12:00Z", {}, policyOf({ daysLeftWarning: 1n }));
    it.read("2024-02-01T00:00Z", 48n * 250n);
    expect(it.account.days).toMatchObject({ meanMicros: 0n, spentTodayMicros: 12_500_000n });
  });

  it("R35 a tick over the cycle start charges no demand; the reading behind it does", () => {
    const it = opened("2024-01-31T23:45Z");
    it.account = { ...it.account, chargedThrough: utc("2024-01-31T23:45Z") };
    expect(it.tick("2024-02-01T00:30Z").charged).toEqual([]);
    expect(it.read("2024-02-01T00:45Z", 1_000n).charged).toMatchObject([
      { amountMicros: 12_500_000n },
    ]);
  });
});

describe("R30 by the version in force just before", () => {
  const followed = (second: PriceListJson) => {
    const first = demandList({ effective_from: "2020-01-01T00:00Z" });
    const versions = [first, { ...second, effective_from: "2024-02-01T00:00Z" }];
    const it = following({ ...termsOf(), ...listed(versions) });
    it.read("2024-01-31T23:30Z", 0n);
    return it;
  };

  it("R38 a version that begins with the cycle charges the next one", () => {
    const it = followed(demandList({ demand: { window_minutes: 15, price: "1" } }));
    const out = it.read("2024-02-01T00:30Z", 1_000n);
    expect(out.charged).toMatchObject([{ version: 0, amountMicros: 12_500_000n }]);
    expect(it.read("2024-03-01T00:00Z", 1_000n).charged).toMatchObject([
      { version: 1, amountMicros: 1_000_000n },
    ]);
  });

  it("R38 under a version without demand nothing is kept", () => {
    const it = followed(flatList({ timezone: "UTC", cycle: { every: "month" } }));
    it.read("2024-02-01T00:30Z", 1_000n);
    expect(it.account.demand).toEqual(NO_DEMAND);
    expect(it.read("2024-03-01T00:00Z", 1_000n).charged).toEqual([]);
  });

  it("R37 over a change of list what was gathered stays, and the list just before charges it", () => {
    const other = demandList({ demand: { window_minutes: 15, price: "1" } });
    const it = following({ ...termsOf(), ...listed(demandList(), other) });
    it.read("2024-01-31T22:00Z", 0n);
    const assignment = { listIndex: 1, atS: utc("2024-01-31T23:00Z"), livesByClock: false };
    it.go(applyAssignPriceList(it.terms, it.account, assignment, utc("2024-01-31T22:00Z")));
    it.read("2024-01-31T22:30Z", 500n);
    expect(it.read("2024-02-01T00:00Z", 560n).charged).toMatchObject([
      { list: 1, amountMicros: 1_000_000n },
    ]);
  });
});

describe("R38 long gaps", () => {
  const HOUR = { windowS: 3_600n, priceP: 1n };
  const interval = (windows: bigint, deltaAtoms: bigint) => {
    return { fromS: 0n, toS: windows * 3_600n, deltaAtoms };
  };

  it.each<[string, bigint, bigint, bigint]>([
    // Half an atom a window: a window has 0 or 1. One that is not looked at counts as 1.
    ["the last window at the begin", 4_097n, 2_047n, 1n],
    ["the only one between", 4_097n, 2_048n, 1n],
    ["the first window at the end", 4_097n, 2_049n, 1n],
  ])("R38 %s of %d windows", (_, windows, k, atoms) => {
    const all = interval(windows, windows / 2n);
    const part = { fromS: k * 3_600n, toS: (k + 1n) * 3_600n };
    const { windowAtoms, maxAtoms } = gather(NO_DEMAND, HOUR, all, part);
    const exact = (all.deltaAtoms * (k + 1n)) / windows - (all.deltaAtoms * k) / windows;
    expect([windowAtoms, maxAtoms]).toEqual(k === 2_048n ? [0n, atoms] : [exact, 0n]);
  });

  it.each([
    [4_096n, 2n],
    // All of 1 but those between, which are taken for 2.
    [4_097n, 2n],
  ])("R38 %d windows of one atom each but one", (windows, most) => {
    const all = interval(windows, windows + 1n);
    const done = gather(NO_DEMAND, HOUR, all, all);
    expect(endCycle(done).maxAtoms).toBe(most);
    expect(done.windowS).toBe((windows - 1n) * 3_600n);
  });

  it("R38 a window that was being gathered is over before those that are left out", () => {
    const before = { windowS: 1_000n * 3_600n, windowAtoms: 9n, maxAtoms: 5n };
    const all = interval(5_000n, 5_000n);
    const part = { fromS: 2_048n * 3_600n, toS: 2_900n * 3_600n };
    expect(gather(before, HOUR, all, part)).toEqual({ ...before, windowAtoms: 0n, maxAtoms: 9n });
  });

  it("R38 a hundred days in one reading: every cycle has its demand", () => {
    const it = opened("2024-01-10T00:00Z");
    const out = it.read("2024-04-19T00:00Z", 2_400_000n);
    expect(
      out.charged.map(({ atS, amountMicros }) => [utcText(atS).slice(0, 10), amountMicros]),
    ).toEqual([
      ["2024-02-01", 12_500_000n],
      ["2024-03-01", 12_500_000n],
      ["2024-04-01", 12_500_000n],
    ]);
    expect(shortly(it.account.demand)).toEqual(["04-18T23:45:00", 250n, 250n]);
  });
});

describe("R38 with estimates, exchanges and tenancies", () => {
  it("R18 estimates make no demand; the actual reading behind them does", () => {
    const it = opened("2024-01-10T12:00Z", {}, policyOf({ chargeEstimates: true }));
    it.estimate("2024-01-10T12:30Z", 1_000n);
    expect(shortly(it.account.demand)).toEqual(["none", 0n, 0n]);
    it.read("2024-01-10T12:30Z", 100n);
    expect(shortly(it.account.demand)).toEqual(["01-10T12:15:00", 50n, 50n]);
  });

  it("R18 a cycle's end that an estimate crosses is charged by the actual reading, once", () => {
    const it = opened("2024-01-31T12:00Z", {}, policyOf({ chargeEstimates: true }));
    it.read("2024-01-31T12:15Z", 400n);
    const isDemand = ({ row }: { row: number }) => row === 40;
    const estimated = it.estimate("2024-02-01T12:00Z", 1_000n);
    expect(estimated.charged.filter(isDemand)).toEqual([]);
    expect(it.account.demand.windowAtoms).toBe(400n);
    const actual = it.read("2024-02-01T13:00Z", 500n);
    expect(actual.charged.filter(isDemand)).toHaveLength(1);
  });

  it("R17 an exchange forgets the running window", () => {
    const it = opened("2024-01-10T12:00Z");
    it.read("2024-01-10T12:20Z", 400n);
    it.exchange("2024-01-10T12:40Z", 900n, 5n);
    expect(shortly(it.account.demand)).toEqual(["none", 0n, 350n]);
  });

  it("R92 a tenancy forgets all, uncharged", () => {
    const it = opened("2024-01-10T12:00Z");
    const tenancy = { closingAtoms: 900n, number: 3n };
    it.go(applyChangeTenancy(it.terms, it.account, tenancy, utc("2024-01-10T12:40Z")));
    expect(it.account.demand).toEqual(NO_DEMAND);
  });
});
