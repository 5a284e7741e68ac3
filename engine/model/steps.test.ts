import { describe, expect, it } from "vitest";
import { type ModelAccount, type Outputs, openAccount, type Step, type Terms } from "./account.ts";
import { readPriceList } from "./price-list.ts";
import type { ChargeJson, PriceListJson } from "./price-list-json.ts";
import {
  applyAdjust,
  applyCredit,
  applyExchange,
  applyManual,
  applyPolicy,
  applyReading,
  applyTick,
  clearQuarantine,
} from "./steps.ts";
import { applySupplyReport, type SupplyReport } from "./supply-report.ts";
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
    credit: (micros: bigint) => go(applyCredit(using, account, micros, account.t0 ?? 0n)),
    adjust: (micros: bigint, at?: string) =>
      go(applyAdjust(using, account, micros, at === undefined ? 0n : utc(at))),
    judge: (at: string) => go(applyPolicy(using, account, utc(at))),
    manual: (wish: "cut" | "restore") => go(applyManual(using, account, wish, account.t0 ?? 0n)),
    report: (state: SupplyReport["state"], number = 0n) =>
      go(applySupplyReport(account, { state, number })),
    exchange: (at: string, closingAtoms: bigint | undefined, openingAtoms: bigint) =>
      go(applyExchange(using, account, { atS: utc(at), closingAtoms, openingAtoms })),
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
      supplyNumber: 1n,
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

  it("R35 an account that lives by the clock owes charges from its own opening", () => {
    const it = following(terms(), openAccount(utc("2024-01-01T12:00Z")));
    expect(it.tick("2024-01-02T12:00Z").charged).toHaveLength(1);
    expect(it.read("2024-01-03T12:00Z", 0n).charged).toHaveLength(1);
    expect(it.account.balanceMicros).toBe(-2_000_000n);
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
    const collected = (state: SupplyReport["state"], at: string): string[] => {
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

describe("R20, R73 a cut rests on certain data", () => {
  const STALE = { disablementMicros: 0n, clearanceMicros: 0n, staleAfterS: 3_600n };

  it("R73 none before the first reading, however little is there", () => {
    const it = following(terms());
    expect(it.adjust(-1n).wish).toBeUndefined();
    expect(it.read("2024-01-01T12:00Z", 0n).wish).toBe("cut");
  });

  it("R73 none while a reading waits in quarantine; the next accepted one clears it and cuts", () => {
    const it = following(terms({ charges: [] }));
    it.credit(10n);
    it.read("2024-01-01T12:00Z", 100n);
    it.read("2024-01-01T13:00Z", 99n);
    expect(it.adjust(-10n).wish).toBeUndefined();
    const accepted = it.read("2024-01-01T14:00Z", 100n);
    expect([accepted.wish, it.account.quarantineRaised]).toEqual(["cut", []]);
    expect(it.read("2024-01-01T15:00Z", 99n).quarantine).toBe("backwards");
  });

  it("R20 none when the last reading is older than stale_after", () => {
    const it = following(terms({ charges: [] }, { supply: STALE }));
    it.credit(10n);
    it.read("2024-01-01T12:00Z", 100n);
    expect(it.adjust(-10n, "2024-01-01T13:00:01Z").wish).toBeUndefined();
    expect(it.judge("2024-01-01T13:00:00Z").wish).toBe("cut");
  });

  it("R70 none where the policy has no automatic cut", () => {
    const supply = { disablementMicros: 0n, clearanceMicros: 0n, automaticCut: false };
    const it = following(terms({}, { supply }));
    expect(it.read("2024-01-01T12:00Z", 0n).wish).toBeUndefined();
  });

  it("R78 what a person cut, a payment does not restore", () => {
    const it = following(terms({ charges: [] }));
    it.credit(10n);
    it.read("2024-01-01T12:00Z", 0n);
    expect(it.manual("cut").wish).toBeUndefined();
    expect(it.credit(10n).wish).toBeUndefined();
    expect(it.account).toMatchObject({ supplyWanted: "off", supplyNumber: 1n });
    expect(it.manual("restore").wish).toBeUndefined();
    expect(it.account).toMatchObject({ supplyWanted: "on", supplyNumber: 2n });
  });

  it("R78 what a person restores without credit is cut again", () => {
    const it = following(terms({ charges: [] }));
    expect(it.read("2024-01-01T12:00Z", 0n).wish).toBe("cut");
    expect(it.manual("restore").wish).toBe("cut");
    expect(it.account).toMatchObject({ supplyCause: "automatic", supplyNumber: 3n });
  });
});

describe("R77 reports of the supply", () => {
  it.each<[SupplyReport["state"], bigint, string | undefined]>([
    // a cut is wanted, number 1; the state was connected
    ["disconnected", 1n, "executed"],
    ["connected", 1n, "disagreed"],
    ["limited", 1n, "disagreed"],
    ["failed", 1n, "failed"],
    ["expired", 1n, "failed"],
    ["failed", 0n, undefined],
    ["expired", 2n, undefined],
    ["disconnected", 0n, undefined],
    ["connected", 0n, undefined],
    ["limited", 0n, "disagreed"],
    ["limited", 2n, undefined],
  ])("R77 %s for number %d", (state, number, answer) => {
    const it = following(terms({ charges: [] }));
    it.report("connected");
    it.read("2024-01-01T12:00Z", 0n);
    expect(it.report(state, number).answer).toBe(answer);
    const expected = state === "failed" || state === "expired" ? "connected" : state;
    expect(it.account.supplyState).toBe(expected);
  });
});

describe("R4 what can be held", () => {
  it("R4 a charge that would leave more than that is not collected", () => {
    const it = following(terms());
    it.read("2024-01-01T12:00Z", 0n);
    it.adjust(1_000_000n - 2n ** 62n);
    expect(it.tick("2024-01-03T12:00Z").charged).toHaveLength(1);
    expect(it.account.balanceMicros).toBe(-(2n ** 62n));
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
    expect(it.exchange("2024-01-01T11:00Z", 9_001n, 0n).verdict).toBe("conflict");
    expect(it.exchange("2024-01-01T12:00Z", 9_000n, 0n).verdict).toBe("duplicate");
    expect(it.account.r0).toBe(0n);
  });

  it("R17 without a closing nothing more is charged; before any reading it is the opening", () => {
    const it = following(terms({ charges: [] }));
    expect(it.exchange("2024-01-01T12:00Z", undefined, 50n).verdict).toBe("accepted");
    it.read("2024-01-01T13:00Z", 40n);
    expect(it.exchange("2024-01-01T14:00Z", undefined, 7n).rated).toEqual([]);
    expect(it.account).toMatchObject({ r0: 7n, balanceMicros: 0n, quarantineRaised: [] });
  });
});
