import { describe, expect, it } from "vitest";
import { type ModelAccount, type Outputs, openAccount, type Step, type Terms } from "./account.ts";
import { readPriceList } from "./price-list.ts";
import type { ChargeJson, PriceListJson } from "./price-list-json.ts";
import {
  applyAdjust,
  applyCredit,
  applyExchange,
  applyReading,
  applySupplyReport,
  applyTick,
  clearQuarantine,
} from "./steps.ts";
import { flatList, utc, utcText } from "./testing/lists.ts";

const DAILY: ChargeJson = { name: "standing", every: "day", amount: "1" };

/** 250 micros a Wh, 1.00 a day; alerts at 5.00 and 2.00 with 0.50 hysteresis; cut at 0. */
function terms(json: Partial<PriceListJson> = {}, changes: Partial<Terms> = {}): Terms {
  return {
    list: readPriceList(flatList({ charges: [DAILY], ...json })),
    meter: {},
    lowCredit: { thresholdsMicros: [5_000_000n, 2_000_000n], hysteresisMicros: 500_000n },
    supply: { disablementMicros: 0n, clearanceMicros: 0n },
    ...changes,
  };
}

/** An account that goes from step to step. */
function following(using: Terms, account: ModelAccount = openAccount()) {
  const go = (step: Step): Outputs => {
    account = step.account;
    return step.outputs;
  };
  return {
    get account(): ModelAccount {
      return account;
    },
    read: (at: string, registerAtoms: bigint) =>
      go(applyReading(using, account, { atS: utc(at), registerAtoms })),
    tick: (at: string) => go(applyTick(using, account, utc(at))),
    credit: (micros: bigint) => go(applyCredit(using, account, micros)),
    adjust: (micros: bigint) => go(applyAdjust(using, account, micros)),
    report: (state: ModelAccount["supplyState"]) => go(applySupplyReport(account, state)),
    exchange: (at: string, closing: bigint, opening: bigint) =>
      go(applyExchange(using, account, { atS: utc(at), registerAtoms: closing }, opening)),
  };
}

const edges = ({ alerts }: Outputs): string[] =>
  alerts.map(({ kind, threshold }) => `${kind} ${threshold}`);

describe("an account from credit to cut and back", () => {
  it("R40, R80, R76 each edge once", () => {
    const it = following(terms());
    expect(it.credit(10_000_000n).wish).toBeUndefined();
    expect(it.read("2024-01-01T12:00Z", 1_000n).rated).toEqual([]);

    // 8 kWh are 2.00, and midnight is 1.00
    const second = it.read("2024-01-02T12:00Z", 9_000n);
    expect(second.rated.map(({ costMicros }) => costMicros)).toEqual([2_000_000n]);
    expect(second.charged.map(({ atS, amountMicros }) => [utcText(atS), amountMicros])).toEqual([
      ["2024-01-01T23:00:00Z", 1_000_000n],
    ]);
    expect(it.account.balanceMicros).toBe(7_000_000n);

    expect(edges(it.read("2024-01-03T12:00Z", 13_000n))).toEqual(["low 0"]);
    expect(it.account.balanceMicros).toBe(5_000_000n);
    expect(edges(it.read("2024-01-03T13:00Z", 25_000n))).toEqual(["low 1"]);
    const last = it.read("2024-01-03T14:00Z", 33_000n);
    expect([edges(last), last.wish]).toEqual([[], "cut"]);
    expect(it.read("2024-01-03T15:00Z", 33_004n).wish).toBeUndefined();
    expect(it.account.balanceMicros).toBe(-1_000n);

    const topUp = it.credit(5_001_000n);
    expect([edges(topUp), topUp.wish]).toEqual([["recovered 1"], "restore"]);
    expect(edges(it.credit(500_000n))).toEqual([]);
    expect(edges(it.credit(1n))).toEqual(["recovered 0"]);
    expect(it.account.alertLevel).toBe(0);
    expect(it.account.supplyWanted).toBe("on");
  });

  it("R42 a step is judged at its end: what takes and gives in one step cuts nothing", () => {
    const rebate: ChargeJson = { name: "rebate", every: "day", amount: "-1" };
    const it = following(
      terms({ charges: [rebate] }, { lowCredit: { thresholdsMicros: [], hysteresisMicros: 0n } }),
    );
    it.credit(2_000_000n);
    it.read("2024-01-01T12:00Z", 0n);
    // 10 kWh take 2.50, the rebate gives 1.00
    expect(it.read("2024-01-02T12:00Z", 10_000n).wish).toBeUndefined();
    expect(it.account.balanceMicros).toBe(500_000n);
  });

  it("an adjustment has either sign, credit is more than 0", () => {
    const it = following(terms());
    it.credit(1n);
    it.adjust(-3n);
    expect(it.account.balanceMicros).toBe(-2n);
    expect(() => it.credit(0n)).toThrow("more than 0");
    expect(() => it.credit(-1n)).toThrow("more than 0");
    expect(it.account.balanceMicros).toBe(-2n);
  });

  it("R15 before the opening the state is empty, after it complete", () => {
    const it = following(terms());
    it.read("2024-01-01T12:00Z", 77n);
    const opened = utc("2024-01-01T12:00Z");
    expect(it.account).toEqual({
      ...openAccount(),
      t0: opened,
      r0: 77n,
      chargedThrough: opened,
      // judged with nothing on the balance
      alertLevel: 2,
      supplyWanted: "off",
    });
  });
});

describe("R12 … R16 readings that are not accepted", () => {
  it("R12 1000 → 900 → 905 → 1001 charges 1", () => {
    const it = following(terms({ charges: [] }));
    const verdicts = [1_000n, 900n, 905n, 1_001n].map(
      (register, hour) => it.read(`2024-01-01T1${hour}:00Z`, register).verdict,
    );
    expect(verdicts).toEqual(["accepted", "backwards", "backwards", "accepted"]);
    expect(it.account.counters).toEqual({ all: 1n });
    expect(it.account.balanceMicros).toBe(-250n);
  });

  it("R16 one event for each kind until it is cleared; late and duplicate raise none", () => {
    const it = following(terms());
    it.read("2024-01-01T12:00Z", 100n);
    const before = it.account;
    expect(it.read("2024-01-01T12:00Z", 100n).quarantine).toBeUndefined();
    expect(it.read("2024-01-01T11:00Z", 50n).quarantine).toBeUndefined();
    expect(it.account).toEqual(before);
    expect(it.read("2024-01-01T13:00Z", 99n).quarantine).toBe("backwards");
    expect(it.read("2024-01-01T14:00Z", 98n).quarantine).toBeUndefined();
    expect(it.read("2024-01-01T12:00Z", 101n).quarantine).toBe("conflict");
    expect(it.account).toEqual({ ...before, quarantineRaised: ["backwards", "conflict"] });

    const cleared = following(terms(), clearQuarantine(it.account, "backwards"));
    expect(cleared.read("2024-01-01T15:00Z", 99n).quarantine).toBe("backwards");
    expect(cleared.read("2024-01-01T12:00Z", 101n).quarantine).toBeUndefined();
  });

  it("R12 a rollover is said to be one", () => {
    const it = following(
      terms({ charges: [] }, { meter: { modulus: 1_000n, maxRatePerHour: 100n } }),
    );
    it.read("2024-01-01T12:00Z", 990n);
    expect(it.read("2024-01-01T13:00Z", 10n).rollover).toBe(true);
    expect(it.account.balanceMicros).toBe(-5_000n);
    expect(it.account.r0).toBe(10n);
  });
});

describe("R35 charges by time", () => {
  it("R35 one entry for each missed day, also across a day of 23 hours", () => {
    const it = following(terms());
    it.read("2016-03-26T12:00Z", 0n);
    const { charged } = it.read("2016-03-28T12:00Z", 0n);
    expect(charged.map(({ atS }) => utcText(atS))).toEqual([
      "2016-03-26T23:00:00Z",
      "2016-03-27T22:00:00Z",
    ]);
  });

  it("R35 the opening's own midnight is not charged, the last reading's is", () => {
    const it = following(terms());
    it.read("2024-01-01T23:00Z", 0n);
    expect(it.read("2024-01-02T23:00Z", 0n).charged).toHaveLength(1);
    expect(it.account.balanceMicros).toBe(-1_000_000n);
  });

  it("R35 ticks charge by time alone, and a reading does not charge again", () => {
    const it = following(terms());
    expect(it.tick("2024-01-01T00:00Z").charged).toEqual([]);
    it.read("2024-01-01T12:00Z", 0n);
    expect(it.tick("2024-01-01T22:59:59Z").charged).toHaveLength(0);
    expect(it.tick("2024-01-01T23:00:00Z").charged).toHaveLength(1);
    expect(it.tick("2024-01-01T23:00:00Z").charged).toHaveLength(0);
    expect(it.tick("2024-01-01T12:00:00Z").charged).toHaveLength(0);
    expect(it.account.chargedThrough).toBe(utc("2024-01-01T23:00Z"));
    expect(it.read("2024-01-03T12:00Z", 0n).charged).toHaveLength(1);
  });

  it("R35 a tick alone can use the credit up", () => {
    const it = following(terms());
    it.credit(1_000_000n);
    it.read("2024-01-01T12:00Z", 0n);
    expect(it.tick("2024-01-01T23:00:00Z").wish).toBe("cut");
  });

  it("R36 standing is not collected while disconnected, unless the charge says what else", () => {
    const charges: ChargeJson[] = [
      DAILY,
      { ...DAILY, name: "rent", while: { disconnected: "collect" } },
      { ...DAILY, name: "fee", while: { disconnected: "debt", limited: "drop" } },
    ];
    const it = following(terms({ charges }));
    it.read("2024-01-01T12:00Z", 0n);
    const collected = (state: ModelAccount["supplyState"], at: string): string[] => {
      it.report(state);
      return it.tick(at).charged.map(({ collection }) => collection);
    };
    expect(collected("disconnected", "2024-01-02T12:00Z")).toEqual(["drop", "collect", "debt"]);
    expect(it.account.balanceMicros).toBe(-1_000_000n);
    expect(it.account.accumulatedDebtMicros).toBe(1_000_000n);
    expect(collected("limited", "2024-01-03T12:00Z")).toEqual(["collect", "collect", "drop"]);
    expect(collected("connected", "2024-01-04T12:00Z")).toEqual(["collect", "collect", "collect"]);
    // consumption always
    it.report("disconnected");
    expect(it.read("2024-01-04T12:00Z", 4n).rated).toHaveLength(1);
  });
});

describe("R17 an exchange of the meter", () => {
  it("R17 closing is rated, opening takes its place, the rest stays", () => {
    const it = following(terms({ charges: [] }));
    it.read("2024-01-01T12:00Z", 9_000n);
    const out = it.exchange("2024-01-01T13:00Z", 9_004n, 17n);
    expect(out.rated.map(({ quantityAtoms }) => quantityAtoms)).toEqual([4n]);
    expect(it.account).toMatchObject({ r0: 17n, balanceMicros: -1_000n, counters: { all: 4n } });
    it.read("2024-01-01T14:00Z", 21n);
    expect(it.account.balanceMicros).toBe(-2_000n);
    expect(it.account.counters).toEqual({ all: 8n });
  });

  it("R17 a closing that is refused exchanges nothing; the last reading again is a good closing", () => {
    const it = following(terms({ charges: [] }));
    it.read("2024-01-01T12:00Z", 9_000n);
    expect(it.exchange("2024-01-01T13:00Z", 8_999n, 0n).verdict).toBe("backwards");
    expect(it.account.r0).toBe(9_000n);
    expect(it.exchange("2024-01-01T12:00Z", 9_000n, 0n).verdict).toBe("duplicate");
    expect(it.account.r0).toBe(0n);
  });
});
