import { describe, expect, it } from "vitest";
import type { Outputs } from "./account.ts";
import { applyAssignPriceList, applyChangeTenancy } from "./commands.ts";
import { accountOf, listed, money, policyOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { flatList, utc, utcText } from "./testing/lists.ts";

const monthly = (changes: Parameters<typeof flatList>[0]) => {
  return flatList({ timezone: "UTC", cycle: { every: "month" }, ...changes });
};

/** Versions from 1 February noon and from 10 March on; cycles begin with months. The second list has weeks. */
const LISTS = listed(
  [
    monthly({ effective_from: "2020-01-01T00:00Z" }),
    monthly({ effective_from: "2024-02-01T12:00Z" }),
    monthly({ effective_from: "2024-03-10T00:00Z" }),
  ],
  monthly({ cycle: { every: "week" } }),
);
const POLICY = policyOf({ chargeEstimates: true, lowCreditMicros: [money("5")] });
const TERMS = {
  ...termsOf({}, {}, { meter: { modulus: 10_000n, maxRatePerHour: 9_000n } }),
  ...LISTS,
};

/** Opened on 31 January 12:00Z, at 1000 with 10.00. */
function opened() {
  const it = following({ ...TERMS, policy: POLICY }, accountOf({ balanceMicros: money("10") }));
  it.read("2024-01-31T12:00Z", 1_000n);
  return it;
}

/** "type number", numbers of cycles as dates. */
function crossings(outputs: Outputs | string): string[] {
  if (typeof outputs === "string") return [outputs];
  return outputs.events
    .filter(({ type }) => type.startsWith("tariff.") || type === "cycle.started")
    .map(({ type, number }) => {
      return `${type} ${type === "cycle.started" ? utcText(number).slice(0, 10) : number}`;
    });
}

describe("R30, R33 what a charged reading tells of versions and cycles", () => {
  it.each<[string, string, string[]]>([
    ["within a cycle and version", "2024-01-31T23:59:59Z", []],
    ["that comes to a cycle", "2024-02-01T00:00Z", ["cycle.started 2024-02-01"]],
    ["behind its begin", "2024-02-01T11:59:59Z", ["cycle.started 2024-02-01"]],
    [
      "that comes to a version",
      "2024-02-01T12:00Z",
      ["tariff.activated 2", "cycle.started 2024-02-01"],
    ],
    [
      "over two of each: the last ones",
      "2024-04-02T00:00Z",
      ["tariff.activated 3", "cycle.started 2024-04-01"],
    ],
  ])("R33 a reading %s", (_, at, expected) => {
    expect(crossings(opened().read(at, 1_001n))).toEqual(expected);
  });

  it("R33 each is told once, by the reading that came to it", () => {
    const it = opened();
    it.read("2024-02-01T12:00Z", 1_001n);
    expect(crossings(it.read("2024-02-02T12:00Z", 1_002n))).toEqual([]);
  });

  it("R33 behind a wrap and what was cleared, before what is judged; at the step's time", () => {
    const it = opened();
    it.account = {
      ...it.account,
      timeDebt1: { ...it.account.timeDebt1, owedMicros: 1n, rateMicros: 1n },
      balanceMicros: money("5.1"),
    };
    const out = it.read("2024-02-01T13:00Z", 500n, "2024-02-01T13:01Z");
    expect(types(out)).toEqual([
      "debt.cleared",
      "reading.rollover",
      "tariff.activated",
      "cycle.started",
      "credit.low",
    ]);
    expect(new Set(out.events.map(({ atS }) => atS))).toEqual(new Set([utc("2024-02-01T13:01Z")]));
    expect(out.events[2]?.balanceMicros).toBe(it.account.balanceMicros);
  });

  it("R15 an opening tells nothing, a baseline neither, nor what is not accepted", () => {
    const it = opened();
    const baseline = { atS: utc("2024-02-02T00:00Z"), registerAtoms: 3n, as: "baseline" as const };
    expect(crossings(it.accept("2024-02-03T00:00Z", baseline))).toEqual([]);
    expect(types(it.read("2024-03-12T00:00Z", 2n ** 53n))).toEqual(["reading.quarantined"]);
    expect(crossings(it.read("2024-03-12T00:00Z", 4n))).toEqual([
      "tariff.activated 3",
      "cycle.started 2024-03-01",
    ]);
  });

  it("R16, R17, R92 closing registers and what the desk accepts are readings", () => {
    const expected = ["tariff.activated 2", "cycle.started 2024-02-01"];
    expect(crossings(opened().exchange("2024-02-02T00:00Z", undefined, 7n))).toEqual(expected);
    const [desk, tenant] = [opened(), opened()];
    const consumed = {
      atS: utc("2024-02-02T00:00Z"),
      registerAtoms: 1_003n,
      as: "consumption" as const,
    };
    expect(crossings(desk.accept("2024-02-03T00:00Z", consumed))).toEqual(expected);
    const tenancy = { closingAtoms: undefined, number: 1n };
    const now = utc("2024-02-02T00:00Z");
    const moved = applyChangeTenancy(tenant.terms, tenant.account, tenancy, now);
    expect(crossings(tenant.go(moved))).toEqual(expected);
  });
});

describe("R18 estimates", () => {
  it("R18 tell it, and the actual reading does not again, unless it comes further", () => {
    const it = opened();
    expect(crossings(it.estimate("2024-02-01T13:00Z", 1_001n))).toEqual([
      "tariff.activated 2",
      "cycle.started 2024-02-01",
    ]);
    expect(crossings(it.read("2024-02-01T14:00Z", 1_002n))).toEqual([]);
    it.estimate("2024-02-02T13:00Z", 1_003n);
    expect(crossings(it.read("2024-03-01T00:00Z", 1_004n))).toEqual(["cycle.started 2024-03-01"]);
  });

  it("R18 an actual one before the estimate's version goes back to the version of then", () => {
    const it = opened();
    it.estimate("2024-02-01T13:00Z", 1_001n);
    expect(crossings(it.read("2024-02-01T11:00Z", 1_002n))).toEqual(["tariff.activated 1"]);
    expect(crossings(it.read("2024-02-01T12:00Z", 1_003n))).toEqual(["tariff.activated 2"]);
  });
});

it("R37 another list, its version, its cycle", () => {
  const it = opened();
  const assignment = { listIndex: 1, atS: utc("2024-02-01T10:00Z"), livesByClock: false };
  it.go(applyAssignPriceList(it.terms, it.account, assignment, utc("2024-01-31T13:00Z")));
  expect(crossings(it.read("2024-02-01T09:00Z", 1_001n))).toEqual(["cycle.started 2024-02-01"]);
  expect(crossings(it.read("2024-02-01T10:00Z", 1_002n))).toEqual([
    "tariff.assigned 1",
    "tariff.activated 1",
  ]);
  expect(crossings(it.read("2024-02-06T10:00Z", 1_003n))).toEqual(["cycle.started 2024-02-05"]);
});
