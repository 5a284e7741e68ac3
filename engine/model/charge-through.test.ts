import { describe, expect, it } from "vitest";
import type { ModelAccount, Terms } from "./account.ts";
import { chargeThrough } from "./charge-through.ts";
import type { ChargeJson } from "./price-list-json.ts";
import {
  accountOf,
  money,
  policyOf,
  termsOf,
  timeDebtOf,
  told,
  worthMicros,
} from "./testing/accounts.ts";
import { utc, utcText } from "./testing/lists.ts";

const MONDAY = "2024-04-30T12:00Z"; // before Wednesday 1 May 00:00 in Madrid
const FROM = utc(MONDAY);

const charge = (name: string, amount: string, changes: Partial<ChargeJson> = {}): ChargeJson => ({
  name,
  every: "day",
  amount,
  ...changes,
});

/** An account that is charged since `FROM`, with time debts of 2.50 at 1.00 and 0.30 at 0.10. */
const owing = (changes: Partial<ModelAccount> = {}): ModelAccount => ({
  ...accountOf({ balanceMicros: money("10") }),
  chargedThrough: FROM,
  timeDebt1: timeDebtOf("2.50", "1"),
  timeDebt2: timeDebtOf("0.30", "0.10"),
  ...changes,
});

/** Rows as "time row amount". */
function rows(terms: Terms, account: ModelAccount, to: string): string[] {
  const { charged } = chargeThrough(terms, account, utc(to)).outputs;
  return charged.map(({ atS, row, amountMicros }) => `${utcText(atS)} ${row} ${amountMicros}`);
}

describe("R35 the order at one instant", () => {
  const charges = [
    charge("late", "0.01", { priority: 9 }),
    charge("first", "0.02"),
    charge("middle", "0.03", { priority: 1 }),
    charge("hourly", "0.04", { every: "hour" }),
    charge("middle too", "0.05", { priority: 1 }),
  ];

  it("R35 standing in the order of the list, time debt 1, time debt 2, others by priority", () => {
    expect(rows(termsOf({}, { charges }), owing(), "2024-04-30T22:00Z").slice(-7)).toEqual([
      "2024-04-30T22:00:00Z 1 20000",
      "2024-04-30T22:00:00Z 3 40000",
      "2024-04-30T22:00:00Z 32 1000000",
      "2024-04-30T22:00:00Z 33 100000",
      "2024-04-30T22:00:00Z 2 30000",
      "2024-04-30T22:00:00Z 4 50000",
      "2024-04-30T22:00:00Z 0 10000",
    ]);
  });

  it("R35 the order decides what can still be held", () => {
    const daily = charges.filter(({ every }) => every === "day");
    const nearly = owing({ balanceMicros: 50_000n - 2n ** 62n });
    expect(rows(termsOf({}, { charges: daily }), nearly, "2024-04-30T22:00Z")).toEqual([
      "2024-04-30T22:00:00Z 1 20000",
      "2024-04-30T22:00:00Z 2 30000",
    ]);
  });

  it("R35 nothing before the first version, the row of the version in force just then", () => {
    const lists = new Map([[0, { zone: "Europe/Madrid", versions: [] }]]);
    expect(rows({ ...termsOf(), lists }, owing(), "2024-05-03T12:00Z")).toEqual([]);
  });
});

describe("R35 time debts", () => {
  it("R35 each takes its rate at each midnight, then what is left, then nothing; and is told to be cleared", () => {
    const to = utc("2024-05-05T12:00Z");
    const { account, outputs } = chargeThrough(termsOf(), owing(), to, to + 60n);
    expect(
      outputs.charged.map(({ atS, row, amountMicros }) => `${utcText(atS)} ${row} ${amountMicros}`),
    ).toEqual([
      "2024-04-30T22:00:00Z 32 1000000",
      "2024-04-30T22:00:00Z 33 100000",
      "2024-05-01T22:00:00Z 32 1000000",
      "2024-05-01T22:00:00Z 33 100000",
      "2024-05-02T22:00:00Z 32 500000",
      "2024-05-02T22:00:00Z 33 100000",
    ]);
    expect(told(outputs.events)).toEqual([
      "debt.cleared/1 500000 @7300000",
      "debt.cleared/2 100000 @7200000",
    ]);
    expect(outputs.events.map(({ atS }) => atS)).toEqual([to + 60n, to + 60n]);
    expect(account.timeDebt1.owedMicros + account.timeDebt2.owedMicros).toBe(0n);
    expect(account.balanceMicros).toBe(money("7.20"));
    expect(account.chargedThrough).toBe(to);
  });

  it.each([
    [
      "day",
      "2024-05-07T12:00Z",
      ["04-30T22", "05-01T22", "05-02T22", "05-03T22", "05-04T22", "05-05T22", "05-06T22"],
    ],
    ["week", "2024-05-31T12:00Z", ["05-05T22", "05-12T22", "05-19T22", "05-26T22"]],
    [
      "month",
      "2024-11-02T12:00Z",
      ["04-30T22", "05-31T22", "06-30T22", "07-31T22", "08-31T22", "09-30T22", "10-31T23"],
    ],
  ] as const)("R35 each %s", (every, to, expected) => {
    const timeDebt1 = timeDebtOf("100", "1", { every });
    const account = owing({ timeDebt1, timeDebt2: timeDebtOf("0", "1") });
    const instants = rows(termsOf(), account, to).map((row) => row.slice(5, 13));
    expect(instants).toEqual(expected);
  });

  it("R36 not while disconnected, unless it says so; then it waits and is not lost", () => {
    const disconnected = owing({ supplyState: "disconnected" });
    const { account, outputs } = chargeThrough(termsOf(), disconnected, utc("2024-05-03T12:00Z"));
    expect([outputs.charged, account.balanceMicros]).toEqual([[], money("10")]);
    expect(account.timeDebt1.owedMicros).toBe(money("2.50"));
    const collect = { disconnected: true, limited: true, friendly: true };
    const timeDebt2 = timeDebtOf("5", "1", { collect });
    expect(rows(termsOf(), { ...disconnected, timeDebt2 }, "2024-04-30T22:00Z")).toEqual([
      "2024-04-30T22:00:00Z 33 1000000",
    ]);
  });

  it("R35 one without a rate takes nothing, and that is no row", () => {
    const account = owing({ timeDebt1: timeDebtOf("1", "0") });
    expect(rows(termsOf(), account, "2024-04-30T22:00Z")).toEqual([
      "2024-04-30T22:00:00Z 33 100000",
    ]);
  });

  it("R4 one that would leave less than can be held waits", () => {
    const account = owing({ balanceMicros: 100_000n - 2n ** 62n });
    expect(rows(termsOf(), account, "2024-04-30T22:00Z")).toEqual([
      "2024-04-30T22:00:00Z 33 100000",
    ]);
  });
});

describe("R36 what becomes of a charge", () => {
  const charges = [
    charge("standing", "1"),
    charge("rent", "2", { while: { disconnected: "collect" } }),
    charge("fee", "4", { while: { disconnected: "debt", friendly: "debt" } }),
    charge("gift", "-8", { while: { disconnected: "debt" }, priority: 1 }),
  ];
  const terms = termsOf({}, { charges });
  const free = (changes: Partial<ModelAccount>): ModelAccount =>
    owing({ timeDebt1: timeDebtOf("0", "0"), timeDebt2: timeDebtOf("0", "0"), ...changes });

  it("R36 collected, to the accumulated debt, or dropped; only the first two are rows", () => {
    const before = free({ supplyState: "disconnected", accumulatedDebtMicros: money("7") });
    expect(rows(terms, before, "2024-04-30T22:00Z")).toEqual([
      "2024-04-30T22:00:00Z 1 2000000",
      "2024-04-30T22:00:00Z 66 4000000",
      "2024-04-30T22:00:00Z 67 -8000000",
    ]);
    const { account } = chargeThrough(terms, before, utc("2024-04-30T22:00Z"));
    expect(account.accumulatedDebtMicros).toBe(money("3"));
    expect(account.balanceMicros).toBe(money("8"));
  });

  it("R36 a debt never goes below 0 nor beyond what it can be: such an entry is skipped", () => {
    const low = free({ supplyState: "disconnected", accumulatedDebtMicros: money("3.999999") });
    expect(rows(terms, low, "2024-04-30T22:00Z")).toHaveLength(2);
    const enough = { ...low, accumulatedDebtMicros: money("4") };
    expect(rows(terms, enough, "2024-04-30T22:00Z")).toHaveLength(3);
    const high = free({
      supplyState: "disconnected",
      accumulatedDebtMicros: 2n ** 58n - 3_999_999n,
    });
    expect(rows(terms, high, "2024-04-30T22:00Z")).toEqual([
      "2024-04-30T22:00:00Z 1 2000000",
      "2024-04-30T22:00:00Z 67 -8000000",
    ]);
  });

  it("R36, R71 friendly is judged at the instant at which the charge falls due", () => {
    const beginS = utc("2024-05-01T22:00Z");
    const friendly = { fromS: 0n, toS: 2n ** 32n, intervals: [{ beginS, endS: beginS + 1n }] };
    expect(rows({ ...terms, friendly }, free({}), "2024-05-02T23:00Z")).toEqual([
      "2024-04-30T22:00:00Z 0 1000000",
      "2024-04-30T22:00:00Z 1 2000000",
      "2024-04-30T22:00:00Z 2 4000000",
      "2024-04-30T22:00:00Z 3 -8000000",
      "2024-05-01T22:00:00Z 0 1000000",
      "2024-05-01T22:00:00Z 1 2000000",
      "2024-05-01T22:00:00Z 66 4000000",
      "2024-05-01T22:00:00Z 3 -8000000",
      "2024-05-02T22:00:00Z 0 1000000",
      "2024-05-02T22:00:00Z 1 2000000",
      "2024-05-02T22:00:00Z 2 4000000",
      "2024-05-02T22:00:00Z 3 -8000000",
    ]);
  });
});

describe("R35 once", () => {
  it("R35 up to an instant and on from there is as up to there at once", () => {
    const terms = termsOf({}, { charges: [charge("hourly", "0.01", { every: "hour" })] });
    const whole = chargeThrough(terms, owing(), utc("2024-05-03T12:00Z")).account;
    const half = chargeThrough(terms, owing(), utc("2024-05-01T22:00Z")).account;
    expect(chargeThrough(terms, half, utc("2024-05-03T12:00Z")).account).toEqual(whole);
    expect(chargeThrough(terms, whole, utc("2024-05-03T12:00Z")).account).toBe(whole);
    expect(chargeThrough(terms, whole, utc("2024-05-01T12:00Z")).account).toBe(whole);
  });

  it("R81 what is taken from the balance counts for the day, where that is tracked", () => {
    const charges = [charge("standing", "1"), charge("fee", "4", { while: { limited: "debt" } })];
    const limited = owing({ supplyState: "limited" });
    const to = utc("2024-04-30T22:00Z");
    const tracked = { ...termsOf({}, { charges }), policy: policyOf({ daysLeftWarning: 3n }) };
    const spent = chargeThrough(tracked, limited, to).account.days.spentTodayMicros;
    expect(spent).toBe(money("2.10"));
    const untracked = chargeThrough(termsOf({}, { charges }), limited, to).account;
    expect(untracked.days.spentTodayMicros).toBe(0n);
  });

  it("R40 charges take from what the account comes to, time debts do not", () => {
    const before = owing({ supplyState: "limited" });
    const charges = [charge("standing", "1"), charge("fee", "4", { while: { limited: "debt" } })];
    const { account } = chargeThrough(termsOf({}, { charges }), before, utc("2024-05-02T12:00Z"));
    expect(worthMicros(before) - worthMicros(account)).toBe(money("10"));
  });

  it("R35 one that owes nothing yet is not charged", () => {
    const fresh = accountOf();
    expect(chargeThrough(termsOf(), fresh, FROM).account).toBe(fresh);
  });
});
