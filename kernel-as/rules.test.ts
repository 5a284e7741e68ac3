/**
 * Rules of the semantics page through the kernel itself, each with balances worked out by hand. Quantities in Wh, money in
 * micros; at 0.25 a kWh a Wh costs 250.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";

/** A world with the kernel of this file. */
function world(list = listOf()): World {
  return World.of(list, kernel);
}

/** What the events of a step say, without their values. */
function namesOf(events: readonly string[]): string[] {
  return events.map((text) => text.split(" at ")[0]?.split(" ").slice(1).join(" ") ?? "");
}

function verdictsOf(readings: readonly string[]): string[] {
  return readings.map((text) => text.split(" ")[1] ?? "");
}

describe("R2 cost and carry", () => {
  it.each<[price: string, deltas: number[], balances: bigint[], carry: number]>([
    // 333.333333 micros a Wh, in picos 333 333 333
    ["0.333333333", [1, 1, 1], [-333n, -666n, -999n], 999_999],
    ["0.333333333", [3], [-999n], 999_999],
    ["0.333333333", [3, 1], [-999n, -1_333n], 333_332],
    // floor of a negative: -0.5 micros are -1 and a carry of half a micro
    ["-0.0005", [1, 1], [1n, 1n], 0],
    ["-0.0005", [1], [1n], 500_000],
    ["0", [1_000], [0n], 0],
    ["0.000000001", [999_999, 1], [0n, -1n], 0],
  ])("R2 at %s a kWh, deltas of %s Wh", (price, deltas, balances, carry) => {
    const it = world(listOf({ rates: { all: [{ from: "0", price }] } }));
    it.read(0, NEW_YEAR, 0);
    let register = 0;
    const seen = deltas.map((delta, i) => {
      register += delta;
      it.read(0, utc(NEW_YEAR) + i + 1, register);
      return it.balance(0);
    });
    expect(seen).toEqual(balances);
    expect(it.account(0).carry).toBe(carry);
  });

  it("R2 the carry outlives a change of price", () => {
    const half = listOf({ rates: { all: [{ from: "0", price: "0.0005" }] } });
    const it = new World(kernel);
    it.version(half);
    it.version(half, { effectiveFromS: utc("2024-01-01T12:00Z") });
    it.policy();
    it.gateway();
    it.open(0);
    it.read(0, NEW_YEAR, 0);
    it.read(0, "2024-01-01T06:00Z", 1);
    expect(it.balance(0)).toBe(0n);
    it.read(0, "2024-01-01T18:00Z", 2);
    expect(it.balance(0)).toBe(-1n);
  });
});

describe("R4 the largest there is", () => {
  it("R4 2⁴⁰ atoms at 4 194 303 micros each just fit, at one micro more they do not", () => {
    const at = (price: string) => listOf({ unit: "Wh", rates: { all: [{ from: "0", price }] } });
    const fits = world(at("4.194303"));
    fits.read(0, NEW_YEAR, 0);
    expect(verdictsOf(fits.read(0, "2024-01-01T01:00Z", 2 ** 40).readings)).toEqual(["accepted"]);
    expect(fits.balance(0)).toBe(-(2n ** 40n) * 4_194_303n);

    const over = world(at("4.194304"));
    over.read(0, NEW_YEAR, 0);
    const refused = over.read(0, "2024-01-01T01:00Z", 2 ** 40);
    expect(verdictsOf(refused.readings)).toEqual(["implausible"]);
  });

  it.each([
    [3_660 * 86_400, "accepted"],
    [3_660 * 86_400 + 1, "implausible"],
  ])("R4 an interval of %d s is %s", (seconds, verdict) => {
    const it = world();
    it.nowS = utc("2001-01-01T00:00Z");
    it.readNow(0, it.nowS, 0);
    expect(verdictsOf(it.read(0, it.nowS + seconds, 1).readings)).toEqual([verdict]);
  });

  it("R4 nothing is charged below what can be held", () => {
    const standing = { name: "standing", every: "day" as const, amount: "1" };
    const it = world(listOf({ charges: [standing] }));
    it.adjust(0, 1_500_000n - 2n ** 62n);
    expect(it.tick("2024-01-04T00:00Z").charges).toHaveLength(1);
    expect(it.balance(0)).toBe(500_000n - 2n ** 62n);
  });
});

describe("R10 … R16 readings", () => {
  it("R10, R11, R12, R15 each verdict, and what it leaves", () => {
    const it = world();
    const rows: [at: string, register: number, verdict: string, balance: bigint][] = [
      ["2024-01-01T00:00Z", 1_000, "opening", 0n],
      ["2024-01-01T00:00Z", 1_000, "duplicate", 0n],
      ["2024-01-01T00:00Z", 1_001, "conflict", 0n],
      ["2023-12-31T23:59Z", 5_000, "late", 0n],
      ["2024-01-01T01:00Z", 900, "backwards", 0n],
      ["2024-01-01T02:00Z", 905, "backwards", 0n],
      ["2024-01-01T03:00Z", 1_001, "accepted", -250n],
      ["2024-01-01T04:00Z", 1_001, "accepted", -250n],
    ];
    for (const [at, register, verdict, balance] of rows) {
      expect(verdictsOf(it.read(0, at, register).readings)).toEqual([verdict]);
      expect(it.balance(0)).toBe(balance);
    }
  });

  it("R12, R13 a rollover within the highest rate, and just beyond it", () => {
    const it = world();
    it.open(1, { modulus_atoms: "100000", max_rate_atoms_per_hour: "1000" });
    it.open(2, { modulus_atoms: "100000", max_rate_atoms_per_hour: "1000" });
    for (const slot of [1, 2]) it.read(slot, NEW_YEAR, 99_990);
    // 1 000 × 1.1 and a step are 1 101: to 99 990 + 1 101 − 100 000
    const over = it.read(2, "2024-01-01T01:00Z", 1_092);
    expect(verdictsOf(over.readings)).toEqual(["backwards"]);
    const turned = it.read(1, "2024-01-01T01:00Z", 1_091);
    expect(verdictsOf(turned.readings)).toEqual(["rollover"]);
    expect(namesOf(turned.events)).toEqual(["reading.rollover"]);
    expect(it.balance(1)).toBe(-1_101n * 250n);
    expect(verdictsOf(it.read(1, "2024-01-01T02:00Z", 1_092 + 1_101).readings)).toEqual([
      "implausible",
    ]);
  });

  it("R14 120 s ahead are taken, 121 are not", () => {
    const it = world();
    it.nowS = utc(NEW_YEAR);
    expect(verdictsOf(it.readNow(0, it.nowS + 121, 0).readings)).toEqual(["clock"]);
    expect(verdictsOf(it.readNow(0, it.nowS + 120, 0).readings)).toEqual(["opening"]);
    expect(verdictsOf(it.readNow(0, it.nowS + 121, 0).readings)).toEqual(["clock"]);
  });

  it("R16 one event for each kind until an accepted reading", () => {
    const it = world();
    it.read(0, NEW_YEAR, 100);
    const events = (at: string, register: number) => namesOf(it.read(0, at, register).events);
    expect(events("2024-01-01T01:00Z", 99)).toEqual(["reading.quarantined"]);
    expect(events("2024-01-01T02:00Z", 98)).toEqual([]);
    expect(events(NEW_YEAR, 1)).toEqual(["reading.quarantined"]);
    expect(it.account(0).quarantine).toEqual(["conflict", "backwards"]);
    expect(events("2024-01-01T03:00Z", 100)).toEqual([]);
    expect(it.account(0)).toMatchObject({ quarantine: [], isQuarantined: false });
    expect(events("2024-01-01T04:00Z", 99)).toEqual(["reading.quarantined"]);
  });

  it("R18 an estimated reading is recorded, and the next actual one covers its time too", () => {
    const it = world();
    it.read(0, NEW_YEAR, 0);
    const estimated = it.read(0, "2024-01-01T01:00Z", 50, "estimated");
    expect(verdictsOf(estimated.readings)).toEqual(["estimated"]);
    it.read(0, "2024-01-01T02:00Z", 100);
    expect(it.balance(0)).toBe(-25_000n);
  });

  it("R30 before the first version a reading is untariffed, also the first one", () => {
    const it = new World(kernel);
    it.version(listOf(), { effectiveFromS: utc("2024-01-02T00:00Z") });
    it.policy();
    it.gateway();
    it.open(0);
    const verdict = (at: string) => verdictsOf(it.read(0, at, 0).readings)[0];
    expect(verdict(NEW_YEAR)).toBe("untariffed");
    expect(verdict("2024-01-01T23:59:59Z")).toBe("untariffed");
    expect(verdict("2024-01-02T00:00Z")).toBe("opening");
  });
});

describe("R17 an exchange", () => {
  it("R17 the closing is rated, the new meter goes on from its opening, counters stay", () => {
    const it = world(listOf({ rates: { all: blocksOf([0, "0.25"], [10, "1"]) } }));
    it.read(0, NEW_YEAR, 9_000);
    it.nowS = utc("2024-01-01T01:00Z");
    expect(namesOf(it.exchange(0, 9_008, 17).events)).toEqual(["meter.exchanged"]);
    expect(it.balance(0)).toBe(-2_000n);
    // two more Wh at 250 and one at 1 000
    it.read(0, "2024-01-01T02:00Z", 20);
    expect(it.balance(0)).toBe(-3_500n);
  });

  it("R17 a closing that is no reading changes nothing; without one nothing more is charged", () => {
    const it = world();
    it.read(0, NEW_YEAR, 9_000);
    it.read(0, "2024-01-01T00:30Z", 8_000);
    it.nowS = utc("2024-01-01T01:00Z");
    expect(it.exchange(0, 8_999, 0).answer).toBe("25 0 0 0/0/0/0/0/0/0/0");
    expect(it.account(0)).toMatchObject({ register: 9_000n, isQuarantined: true });
    expect(it.exchange(0, undefined, 7).answer).toBe("0 0 0 0/0/0/0/0/0/0/0");
    expect(it.account(0)).toMatchObject({ register: 7n, isQuarantined: false, readS: it.nowS });
  });
});

describe("R32 an interval across boundaries", () => {
  it("R32 quantity up to x is floored, parts are differences", () => {
    // p0 costs 1 000 a Wh, p1 10 000, p2 100 000: one digit each
    const it = world(
      listOf({
        schedule: [{ at: { "00:00": "p0", "01:00": "p1", "02:00": "p2" } }],
        rates: {
          p0: [{ from: "0", price: "1" }],
          p1: [{ from: "0", price: "10" }],
          p2: [{ from: "0", price: "100" }],
        },
      }),
    );
    it.read(0, NEW_YEAR, 0);
    // 10 Wh over 3 h: up to 1 h floor(3.33) = 3, up to 2 h floor(6.67) = 6
    const { readings } = it.read(0, "2024-01-01T03:00Z", 10);
    expect(readings).toEqual(["0 accepted 10: 1/p0/0 3 3000, 1/p1/0 3 30000, 1/p2/0 4 400000"]);
    expect(it.balance(0)).toBe(-433_000n);
  });

  it("R31, R32 a night of the clock's change in Madrid: 02:30 does not exist and acts at 03:00", () => {
    const it = world(
      listOf({
        timezone: "Europe/Madrid",
        schedule: [{ at: { "00:00": "p0", "02:30": "p1" } }],
        rates: { p0: [{ from: "0", price: "1" }], p1: [{ from: "0", price: "10" }] },
      }),
    );
    it.read(0, "2024-03-31T00:00Z", 0);
    // 01:00 local; the gap begins an hour later, at 01:00Z
    expect(it.read(0, "2024-03-31T02:00Z", 10).readings).toEqual([
      "0 accepted 10: 1/p0/0 5 5000, 1/p1/0 5 50000",
    ]);
  });
});

describe("R33 blocks and cycles", () => {
  const BLOCKS = blocksOf([0, "1"], [10, "2"], [20, "3"]);

  it("R33 a part across edges is split exactly; on the edge the next block applies", () => {
    const it = world(listOf({ rates: { all: BLOCKS } }));
    it.read(0, NEW_YEAR, 0);
    const rows: [register: number, text: string, balance: bigint][] = [
      [9, "1/all/0 9 9000", -9_000n],
      [10, "1/all/0 1 1000", -10_000n],
      [11, "1/all/1 1 2000", -12_000n],
      [25, "1/all/1 9 18000, 1/all/2 5 15000", -45_000n],
    ];
    for (const [i, [register, text, balance]] of rows.entries()) {
      const { readings } = it.read(0, utc(NEW_YEAR) + 60 * (i + 1), register);
      expect(readings).toEqual([`0 accepted ${register}: ${text}`]);
      expect(it.balance(0)).toBe(balance);
    }
  });

  it.each<[string, Parameters<typeof listOf>[0], string, string, bigint]>([
    // 20 Wh over two days, halves on either side of the cycle's start: each half is in the first block
    ["day", { cycle: { every: "day" } }, "2024-01-01T00:00Z", "2024-01-03T00:00Z", -20_000n],
    ["month", { cycle: { every: "month" } }, "2024-01-31T00:00Z", "2024-02-02T00:00Z", -20_000n],
    ["week", { cycle: { every: "week" } }, "2024-01-07T00:00Z", "2024-01-09T00:00Z", -20_000n],
    [
      "quarter",
      { cycle: { every: "quarter" } },
      "2024-03-31T00:00Z",
      "2024-04-02T00:00Z",
      -20_000n,
    ],
    ["year", { cycle: { every: "year" } }, "2023-12-31T00:00Z", "2024-01-02T00:00Z", -20_000n],
    // the 31st of a month of 29 days is its last
    [
      "month of 29 days",
      { cycle: { every: "month", start_day: 31 } },
      "2024-02-28T00:00Z",
      "2024-03-01T00:00Z",
      -20_000n,
    ],
    // no start between: 10 at 1 and 10 at 2
    ["no cycle", {}, "2024-01-31T00:00Z", "2024-02-02T00:00Z", -30_000n],
    [
      "a month's midst",
      { cycle: { every: "month" } },
      "2024-01-15T00:00Z",
      "2024-01-17T00:00Z",
      -30_000n,
    ],
  ])("R33 %s", (_name, changes, from, to, balance) => {
    const it = world(listOf({ ...changes, rates: { all: BLOCKS } }));
    it.read(0, from, 0);
    it.read(0, to, 20);
    expect(it.balance(0)).toBe(balance);
  });

  it.each<["all" | "per_period", bigint]>([
    // p0 8, p1 8, p0 8: together 10 at 1, 10 at 2, 4 at 3; each by itself p0 10 at 1 and 6 at 2, p1 8 at 1
    ["all", -42_000n],
    ["per_period", -30_000n],
  ])("R33 counters of scope %s", (block_scope, balance) => {
    const it = world(
      listOf({
        block_scope,
        schedule: [{ at: { "00:00": "p0", "08:00": "p1", "16:00": "p0" } }],
        rates: { p0: BLOCKS, p1: BLOCKS },
      }),
    );
    it.read(0, NEW_YEAR, 0);
    it.read(0, "2024-01-02T00:00Z", 24);
    expect(it.balance(0)).toBe(balance);
  });

  it("R33 a version of the other scope goes on with what each period has consumed", () => {
    const schedule = [{ at: { "00:00": "p0", "12:00": "p1" } }];
    const rates = { p0: BLOCKS, p1: BLOCKS };
    const it = new World(kernel);
    it.version(listOf({ block_scope: "all", schedule, rates }));
    const second = listOf({ block_scope: "per_period", schedule, rates });
    it.version(second, { effectiveFromS: utc("2024-01-02T00:00Z") });
    const third = listOf({ block_scope: "all", schedule, rates });
    it.version(third, { effectiveFromS: utc("2024-01-03T00:00Z") });
    it.policy();
    it.gateway();
    it.open(0);
    it.read(0, NEW_YEAR, 0);
    it.read(0, "2024-01-02T00:00Z", 12); // 6 and 6: 10 at 1, 2 at 2
    expect(it.balance(0)).toBe(-14_000n);
    it.read(0, "2024-01-03T00:00Z", 24); // each goes on from 6: 4 at 1 and 2 at 2, twice
    expect(it.balance(0)).toBe(-14_000n - 16_000n);
    it.read(0, "2024-01-04T00:00Z", 26); // together 24: 2 at 3
    expect(it.balance(0)).toBe(-36_000n);
    expect(it.account(0).counters.slice(0, 2)).toEqual([13n, 13n]);
  });
});

describe("R35, R36 charges by time", () => {
  const STANDING = { name: "standing", every: "day" as const, amount: "1" };

  it("R35 one entry for each missed midnight, by ticks or by readings, never twice", () => {
    const it = world(listOf({ charges: [STANDING] }));
    it.read(0, "2024-01-01T12:00Z", 0);
    expect(it.tick("2024-01-01T23:59Z").charges).toEqual([]);
    expect(it.tick("2024-01-02T00:00Z").charges).toHaveLength(1);
    expect(it.tick("2024-01-02T00:01Z").charges).toEqual([]);
    expect(it.read(0, "2024-01-04T12:00Z", 0).charges).toHaveLength(2);
    expect(it.tick("2024-01-04T12:00Z").charges).toEqual([]);
    expect(it.balance(0)).toBe(-3_000_000n);
  });

  it("R35 from the account's opening on, whenever its meter is read first", () => {
    const it = world(listOf({ charges: [STANDING] }));
    it.read(0, "2024-01-03T12:00Z", 0);
    expect(it.balance(0)).toBe(-2_000_000n);
    it.read(0, "2024-01-04T12:00Z", 0);
    expect(it.balance(0)).toBe(-3_000_000n);
  });

  it("R35 recorded readings owe from their own opening on, and ticks leave them alone", () => {
    const it = world(listOf({ charges: [STANDING] }));
    it.open(1, { recorded: true });
    it.read(1, "2010-06-01T00:00Z", 0);
    it.tick("2024-02-01T00:00Z");
    expect(it.balance(1)).toBe(0n);
    it.read(1, "2010-06-03T00:00Z", 0);
    expect(it.balance(1)).toBe(-2_000_000n);
  });

  it("R35 hours of the clock in Madrid: 23 and 25 on the days of its changes", () => {
    const hourly = { name: "pump", every: "hour" as const, amount: "0.01" };
    const it = world(listOf({ timezone: "Europe/Madrid", charges: [hourly] }));
    it.read(0, "2024-03-30T23:00Z", 0);
    expect(it.read(0, "2024-03-31T22:00Z", 0).charges).toHaveLength(23);
    it.read(0, "2024-10-26T22:00Z", 0);
    expect(it.read(0, "2024-10-27T23:00Z", 0).charges).toHaveLength(25);
  });

  it("R36 none while the meter says that it is disconnected, consumption always", () => {
    const it = world(listOf({ charges: [STANDING] }));
    it.read(0, "2024-01-01T12:00Z", 0);
    it.report(0, 2);
    expect(it.tick("2024-01-03T12:00Z").charges).toEqual([]);
    it.read(0, "2024-01-03T13:00Z", 4);
    expect(it.balance(0)).toBe(-1_000n);
    it.report(0, 1);
    expect(it.tick("2024-01-04T00:00Z").charges).toHaveLength(1);
    expect(it.balance(0)).toBe(-1_001_000n);
  });

  it("R35 what a table does not yet tell is charged when it does", () => {
    const list = listOf({ charges: [STANDING] });
    const it = new World(kernel);
    it.version(list, { coversToS: utc("2024-01-03T00:00Z") });
    it.policy();
    it.gateway();
    it.open(0);
    it.tick("2024-01-05T12:00Z");
    expect(it.balance(0)).toBe(-1_000_000n);
    it.version(list);
    it.tick("2024-01-05T12:01Z");
    expect(it.balance(0)).toBe(-4_000_000n);
  });
});

describe("R80, R76 alerts, cut and restore", () => {
  /** 5.00 and 2.00 with 0.50 hysteresis; cut at 0, restored from 1.00 on. */
  function ladder(): World {
    const it = world();
    it.policy({
      low_credit_micros: ["5000000", "2000000"],
      hysteresis_micros: "500000",
      clearance_micros: "1000000",
      automatic_cut: true,
    });
    return it;
  }

  it("R80, R76 each edge once, both ways", () => {
    const it = ladder();
    it.credit(0, 6_000_000n);
    it.read(0, NEW_YEAR, 0);
    let hour = 0;
    let register = 0;
    const use = (wh: number) => {
      register += wh;
      hour += 1;
      return namesOf(it.read(0, utc(NEW_YEAR) + hour * 3_600, register).events);
    };
    expect(use(3_996)).toEqual([]); // 5.001
    expect(use(4)).toEqual(["credit.low"]); // 5.00
    expect(use(4)).toEqual([]);
    expect(use(12_000)).toEqual(["credit.low"]); // 1.999
    expect(use(7_996)).toEqual(["supply.cut_requested automatic"]); // 0
    expect(it.balance(0)).toBe(0n);
    expect(use(4)).toEqual([]);
    const pay = (micros: bigint) => namesOf(it.credit(0, micros).events).slice(1);
    expect(pay(1_000_999n)).toEqual([]); // 0.999999
    expect(pay(1n)).toEqual(["supply.restore_requested automatic"]);
    expect(pay(1_500_000n)).toEqual([]); // 2.50
    expect(pay(1n)).toEqual(["credit.recovered"]);
    expect(pay(3_000_000n)).toEqual(["credit.recovered"]); // 5.500001
    expect(it.account(0)).toMatchObject({ lowLevel: 0, supplyNumber: 2 });
  });

  it("R80 one reading through everything says everything, the highest first", () => {
    const it = ladder();
    it.credit(0, 6_000_000n);
    it.read(0, NEW_YEAR, 0);
    expect(namesOf(it.read(0, "2024-01-01T01:00Z", 24_000).events)).toEqual([
      "credit.low",
      "credit.low",
      "supply.cut_requested automatic",
    ]);
  });

  it("R80 a policy with fewer levels forgets the others", () => {
    const it = ladder();
    it.credit(0, 1_000_000n);
    expect(it.account(0).lowLevel).toBe(2);
    expect(it.policy({ low_credit_micros: ["5000000"] }).events).toEqual([]);
    expect(it.account(0).lowLevel).toBe(1);
    expect(it.policy({ low_credit_micros: [] }).events).toEqual([]);
    expect(it.account(0).lowLevel).toBe(0);
  });

  it("R73 no cut before the first reading, in quarantine or on stale data", () => {
    const it = ladder();
    it.policy({ automatic_cut: true, stale_after_s: 3_600 });
    expect(namesOf(it.adjust(0, -1n).events)).toEqual(["account.adjusted"]);
    it.adjust(0, 2n);
    it.read(0, NEW_YEAR, 100);
    it.read(0, "2024-01-01T00:10Z", 99);
    expect(namesOf(it.adjust(0, -1n).events)).toEqual(["account.adjusted"]);
    expect(namesOf(it.read(0, "2024-01-01T00:20Z", 100).events)).toEqual([
      "supply.cut_requested automatic",
    ]);
    it.credit(0, 5n);
    it.nowS = utc("2024-01-01T01:20:01Z");
    expect(namesOf(it.adjust(0, -5n).events)).toEqual(["account.adjusted"]);
    expect(namesOf(it.readNow(0, it.nowS, 100).events)).toEqual(["supply.cut_requested automatic"]);
  });

  it.each([
    [3_600, ["account.adjusted", "supply.cut_requested automatic"]],
    [3_601, ["account.adjusted"]],
  ])("R20 %d s after the last reading, with 3 600 allowed", (elapsedS, events) => {
    const it = ladder();
    it.policy({ automatic_cut: true, stale_after_s: 3_600 });
    it.credit(0, 5n);
    it.read(0, NEW_YEAR, 100);
    it.nowS = utc(NEW_YEAR) + elapsedS;
    expect(namesOf(it.adjust(0, -5n).events)).toEqual(events);
  });

  it("R77, R78 only the meter changes its state; what a person cut a payment does not restore", () => {
    const it = ladder();
    it.credit(0, 10_000_000n);
    it.read(0, NEW_YEAR, 0);
    expect(namesOf(it.manual("cut", 0).events)).toEqual(["supply.cut_requested manual"]);
    expect(it.account(0)).toMatchObject({ supplyState: "unknown", supplyWanted: "disconnected" });
    expect(namesOf(it.report(0, 2, 1).events)).toEqual(["supply.executed"]);
    expect(it.account(0).supplyState).toBe("disconnected");
    expect(namesOf(it.credit(0, 1_000_000n).events)).toEqual(["vend.applied"]);
    expect(namesOf(it.manual("restore", 0).events)).toEqual(["supply.restore_requested manual"]);
    expect(namesOf(it.report(0, 4, 2).events)).toEqual(["supply.failed"]);
    expect(namesOf(it.report(0, 2, 2).events)).toEqual(["supply.disagreed"]);
    expect(it.report(0, 4, 1).events).toEqual([]);
  });
});

describe("commands", () => {
  it("R42 a number is applied once, a gap says what is expected, an old one is stale", () => {
    const it = world();
    const credit = (number: number) =>
      it.kernel.apply({
        kind: "command",
        atS: it.nowS,
        command: { op: "credit", number, slot: 0, amount_micros: "5" },
      }).answer;
    expect(credit(2)).toBe("0 0 5 0/0/0/0/0/0/5/0");
    expect(credit(2)).toBe("0 0 5 0/0/0/0/0/0/5/0");
    expect(credit(4)).toBe("1 3 0 0/0/0/0/0/0/0/0");
    expect(credit(3)).toBe("0 0 10 0/0/0/0/0/0/5/0");
    expect(credit(2)).toBe("2 4 0 0/0/0/0/0/0/0/0");
    expect(it.balance(0)).toBe(10n);
  });

  it("R52 a credit over the policy's highest balance is refused whole, and its number is used", () => {
    const it = world();
    it.policy({ max_balance_micros: "100" });
    expect(it.credit(0, 101n).answer).toBe("22 0 0 0/0/0/0/0/0/0/0");
    expect(it.credit(0, 100n).answer).toBe("0 0 100 0/0/0/0/0/0/100/0");
    expect(it.adjust(0, 1n).answer).toBe("0 0 101 0/0/0/0/0/0/0/0");
    expect(it.adjust(0, 2n ** 62n).answer).toBe("23 0 101 0/0/0/0/0/0/0/0");
  });
});
