import { describe, expect, it } from "vitest";
import { openAccount } from "./account.ts";
import type { ChargeJson } from "./price-list-json.ts";
import { accountOf, money, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { utc, utcText } from "./testing/lists.ts";

const DAILY: ChargeJson = { name: "standing", every: "day", amount: "1" };

/** 250 micros a Wh, 1.00 a day; alerts at 5.00 and 2.00 with 0.50 hysteresis; cut at 0. */
const TERMS = termsOf(
  { lowCreditMicros: [money("5"), money("2")], hysteresisMicros: money("0.5") },
  { charges: [DAILY] },
);

describe("an account from credit to cut and back", () => {
  it("R40, R80, R76 each edge once", () => {
    const it = following(TERMS, accountOf({ balanceMicros: money("10") }));
    expect(it.read("2024-01-01T12:00Z", 1_000n).rated).toEqual([]);

    // 8 kWh are 2.00, and midnight is 1.00
    const second = it.read("2024-01-02T12:00Z", 9_000n);
    expect(second.rated.map(({ costMicros }) => costMicros)).toEqual([money("2")]);
    expect(second.charged.map(({ atS, amountMicros }) => [utcText(atS), amountMicros])).toEqual([
      ["2024-01-01T23:00:00Z", money("1")],
    ]);
    expect(it.account.balanceMicros).toBe(money("7"));

    expect(types(it.read("2024-01-03T12:00Z", 13_000n))).toEqual(["credit.low"]);
    expect(it.account.balanceMicros).toBe(money("5"));
    expect(types(it.read("2024-01-03T13:00Z", 25_000n))).toEqual(["credit.low"]);
    expect(types(it.read("2024-01-03T14:00Z", 33_000n))).toEqual(["supply.cut_requested"]);
    expect(types(it.read("2024-01-03T15:00Z", 33_004n))).toEqual([]);
    expect(it.account.balanceMicros).toBe(money("-0.001"));

    const paid = it.balance("2024-01-03T16:00Z", money("5"));
    expect(types(paid)).toEqual(["credit.recovered", "supply.restore_requested"]);
    expect(types(it.balance("2024-01-03T16:00Z", money("5.5")))).toEqual([]);
    expect(types(it.balance("2024-01-03T16:00Z", money("5.500001")))).toEqual(["credit.recovered"]);
    expect(it.account).toMatchObject({
      alertLevel: 0,
      supplyWanted: "connected",
      supplyNumber: 2n,
    });
  });

  it("R42 a step is judged at its end: what takes and gives in one step cuts nothing", () => {
    const rebate: ChargeJson = { name: "rebate", every: "day", amount: "-1" };
    const account = accountOf({ balanceMicros: money("2") });
    const it = following(termsOf({}, { charges: [rebate] }), account);
    it.read("2024-01-01T12:00Z", 0n);
    // 10 kWh take 2.50, the rebate gives 1.00
    expect(types(it.read("2024-01-02T12:00Z", 10_000n))).toEqual([]);
    expect(it.account.balanceMicros).toBe(money("0.5"));
  });

  it("R15 before the opening the state is empty, after it complete", () => {
    const it = following(TERMS);
    it.read("2024-01-01T12:00Z", 77n);
    const opened = utc("2024-01-01T12:00Z");
    expect(it.account).toEqual({
      ...openAccount(),
      t0: opened,
      r0: 77n,
      chargedThrough: opened,
      // judged with nothing on the balance
      alertLevel: 2,
      supplyWanted: "disconnected",
      supplyNumber: 1n,
    });
  });

  it("R41 what a reading takes, pots pay, before it is judged", () => {
    const pots = [{ amountMicros: money("2.5"), expiresS: utc("2024-01-02T00:00Z") }];
    const it = following(TERMS, accountOf({ balanceMicros: money("3"), pots }));
    it.read("2024-01-01T12:00Z", 0n);
    // 1.25 to 4.25 of the customer's own
    expect(types(it.read("2024-01-01T13:00Z", 5_000n))).toEqual(["credit.low"]);
    expect(it.account).toMatchObject({
      balanceMicros: money("3"),
      pots: [{ amountMicros: money("1.25") }],
    });
    // Midnight takes 1.00 of it, and then it expires.
    expect(types(it.tick("2024-01-01T23:00Z"))).toEqual([]);
    expect(types(it.tick("2024-01-02T00:00Z"))).toEqual(["credit.expired"]);
  });
});

describe("R12 readings that go backwards", () => {
  it("R12 1000 → 900 → 905 → 1001 charges 1", () => {
    const it = following(termsOf(), accountOf({ balanceMicros: 1_000n }));
    const verdicts = [1_000n, 900n, 905n, 1_001n].map(
      (register, hour) => it.read(`2024-01-01T1${hour}:00Z`, register).verdict,
    );
    expect(verdicts).toEqual(["accepted", "backwards", "backwards", "accepted"]);
    expect(it.account).toMatchObject({ counters: { all: 1n }, balanceMicros: 750n });
  });

  it("R12 a rollover is told, with the balance behind it", () => {
    const meter = { modulus: 1_000n, maxRatePerHour: 100n };
    const it = following(termsOf({}, {}, { meter }), accountOf({ balanceMicros: 10_000n }));
    it.read("2024-01-01T12:00Z", 990n);
    const out = it.read("2024-01-01T13:00Z", 10n);
    expect(out).toMatchObject({
      rollover: true,
      events: [{ type: "reading.rollover", amount: 10n, balanceMicros: 5_000n }],
    });
    expect(it.account.r0).toBe(10n);
  });
});

describe("R35 charges by time", () => {
  it("R35 one entry for each missed day, also across a day of 23 hours", () => {
    const it = following(TERMS);
    it.read("2016-03-26T12:00Z", 0n);
    const { charged } = it.read("2016-03-28T12:00Z", 0n);
    expect(charged.map(({ atS }) => utcText(atS))).toEqual([
      "2016-03-26T23:00:00Z",
      "2016-03-27T22:00:00Z",
    ]);
  });

  it("R35 the opening's own midnight is not charged, the last reading's is", () => {
    const it = following(TERMS);
    it.read("2024-01-01T23:00Z", 0n);
    expect(it.read("2024-01-02T23:00Z", 0n).charged).toHaveLength(1);
    expect(it.account.balanceMicros).toBe(money("-1"));
  });

  it("R35 ticks charge by time alone, and a reading does not charge again", () => {
    const it = following(TERMS);
    expect(it.tick("2024-01-01T00:00Z").charged).toEqual([]);
    it.read("2024-01-01T12:00Z", 0n);
    expect(it.tick("2024-01-01T22:59:59Z").charged).toHaveLength(0);
    expect(it.tick("2024-01-01T23:00:00Z").charged).toHaveLength(1);
    expect(it.tick("2024-01-01T23:00:00Z").charged).toHaveLength(0);
    expect(it.tick("2024-01-01T12:00:00Z").charged).toHaveLength(0);
    expect(it.account.chargedThrough).toBe(utc("2024-01-01T23:00Z"));
    expect(it.read("2024-01-03T12:00Z", 0n).charged).toHaveLength(1);
  });

  it("R35 an account that lives by the clock owes charges from its own opening", () => {
    const it = following(TERMS, openAccount(utc("2024-01-01T12:00Z")));
    expect(it.tick("2024-01-02T12:00Z").charged).toHaveLength(1);
    expect(it.read("2024-01-03T12:00Z", 0n).charged).toHaveLength(1);
    expect(it.account.balanceMicros).toBe(money("-2"));
  });

  it("R35 a tick alone can use the credit up", () => {
    const account = accountOf({ balanceMicros: money("1") });
    const it = following(termsOf({}, { charges: [DAILY] }), account);
    it.read("2024-01-01T12:00Z", 0n);
    expect(types(it.tick("2024-01-01T23:00:00Z"))).toEqual(["supply.cut_requested"]);
  });

  it("R4 a charge that would leave more than can be held is not collected", () => {
    const it = following(termsOf({}, { charges: [DAILY] }));
    it.read("2024-01-01T12:00Z", 0n);
    it.balance("2024-01-01T12:00Z", money("1") - 2n ** 62n);
    expect(it.tick("2024-01-03T12:00Z").charged).toHaveLength(1);
    expect(it.account.balanceMicros).toBe(-(2n ** 62n));
  });
});

describe("R70 every open account is judged at every tick", () => {
  it("R80 also a new one where nothing was due: credit of 0 is low", () => {
    const it = following(TERMS, openAccount(utc("2024-01-01T12:00Z")));
    // Never read, hence not cut.
    expect(types(it.tick("2024-01-01T12:00:01Z"))).toEqual(["credit.low", "credit.low"]);
    expect(types(it.tick("2024-01-01T12:00:02Z"))).toEqual([]);
  });
});

describe("R73 a cut rests on certain data", () => {
  it("R73 none before the first reading, however little is there", () => {
    const it = following(termsOf());
    expect(types(it.balance("2024-01-01T12:00Z", -1n))).toEqual([]);
    expect(types(it.read("2024-01-01T12:00Z", 0n))).toEqual(["supply.cut_requested"]);
  });

  it("R73 none while a reading waits in quarantine; the next accepted one clears it and cuts", () => {
    const it = following(termsOf(), accountOf({ balanceMicros: 10n }));
    it.read("2024-01-01T12:00Z", 100n);
    it.read("2024-01-01T13:00Z", 99n);
    expect(types(it.balance("2024-01-01T13:00Z", 0n))).toEqual([]);
    expect(types(it.read("2024-01-01T14:00Z", 100n))).toEqual(["supply.cut_requested"]);
    expect(it.account.quarantineRaised).toEqual([]);
  });
});
