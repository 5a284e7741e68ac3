/** What must hold of any readings: relations between runs, not numbers. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { openAccount, type Terms } from "./account.ts";
import { PLAIN_POLICY } from "./policy.ts";
import { readPriceList } from "./price-list.ts";
import type { PriceListJson } from "./price-list-json.ts";
import { type ModelMeter, rateReadings } from "./rate-readings.ts";
import { applyReading, applyTick } from "./steps.ts";
import { dailyList, flatList, utc } from "./testing/lists.ts";

/** Each run rates up to twelve readings twice, hours and days with them. */
const RUNS = { numRuns: 40 };

type Row = { at: bigint; register: bigint };

const START_S = utc("2016-10-28T00:00Z");
const BLOCKS = [
  { from: "0", price: "0.1234567" },
  { from: "3", price: "0.2345678" },
  { from: "11", price: "0.0345679" },
];
/** One period, three blocks, no cycle: total cost depends on the total quantity alone. */
const ONE_PERIOD = flatList({ rates: { all: BLOCKS } });
/** Everything at once; the readings begin two days before a day of 25 hours. */
const RICH = dailyList(
  { "00:00": "a", "02:30": "b", "17:45": "c" },
  {
    cycle: { every: "week" },
    block_scope: "per_period",
    rates: { a: BLOCKS, b: BLOCKS.slice(0, 2), c: BLOCKS.slice(0, 1) },
    charges: [
      { name: "standing", every: "day", amount: "0.31" },
      { name: "pump", every: "hour", amount: "0.0101" },
    ],
    taxes: [{ name: "VAT", rate: "0.21" }],
  },
);

/** Rising readings: seconds and atoms since the one before. */
const rows = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 0, max: 9_000 })), {
    minLength: 2,
    maxLength: 12,
  })
  .map((steps) => {
    let at = START_S;
    let register = 0n;
    return steps.map(([seconds, atoms]): Row => {
      at += BigInt(seconds);
      register += BigInt(atoms);
      return { at, register };
    });
  });

function rate(priceList: PriceListJson, readings: readonly Row[]): ModelMeter {
  const [meter] = rateReadings({ priceList, meters: [{ meterId: "m", readings }] });
  if (meter === undefined) throw new Error("no meter");
  return meter;
}

/** The totals that do not count readings. */
function totals({ verdicts: _verdicts, ...rest }: ModelMeter): Omit<ModelMeter, "verdicts"> {
  return rest;
}

it("R2, R33 leaving readings out within one period never changes what is charged", () => {
  const kept = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(rows, kept, (all, keep) => {
      const fewer = all.filter((_, i) => i === 0 || i === all.length - 1 || keep[i]);
      expect(rate(ONE_PERIOD, fewer).lines.map(({ block, quantity }) => [block, quantity])).toEqual(
        rate(ONE_PERIOD, all).lines.map(({ block, quantity }) => [block, quantity]),
      );
      expect(rate(ONE_PERIOD, fewer).consumptionCost).toBe(rate(ONE_PERIOD, all).consumptionCost);
    }),
    RUNS,
  );
});

it("R10, R11, R12 duplicates, late and backward readings change nothing", () => {
  fc.assert(
    fc.property(rows, fc.nat(11), fc.bigInt({ min: 0n, max: 50_000n }), (all, place, other) => {
      const here = all[place % all.length];
      if (here === undefined) throw new Error("no reading");
      const at = all.indexOf(here) + 1;
      const noise = [here, { at: here.at - 1n, register: other }, { at: here.at, register: other }];
      if (here.register > 0n) noise.push({ at: here.at + 1n, register: here.register - 1n });
      const noisy = [...all.slice(0, at), ...noise, ...all.slice(at)];
      expect(totals(rate(RICH, noisy))).toEqual(totals(rate(RICH, all)));
    }),
    RUNS,
  );
});

it("R15, R32, R33 all that the register advanced is charged once, and lines add up", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const meter = rate(RICH, all);
      const advance = (all.at(-1)?.register ?? 0n) - (all[0]?.register ?? 0n);
      expect(meter.quantity).toBe(advance);
      expect(meter.lines.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(advance);
      expect(meter.lines.reduce((sum, { cost }) => sum + cost, 0n)).toBe(meter.consumptionCost);
    }),
    RUNS,
  );
});

it("R35 charges depend on the first and the last reading only", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const ends = [all[0], all.at(-1)].filter((row) => row !== undefined);
      expect(rate(RICH, ends).chargesCost).toBe(rate(RICH, all).chargesCost);
    }),
    RUNS,
  );
});

it("R35 ticks between readings bring charges forward and change no sum", () => {
  const terms: Terms = {
    lists: new Map([[0, readPriceList(RICH)]]),
    meter: {},
    policy: PLAIN_POLICY,
    slot: 0n,
  };
  const ticks = fc.array(fc.bigInt({ min: -100n, max: 59_999n }), { maxLength: 3 });
  fc.assert(
    fc.property(rows, ticks, (all, offsets) => {
      let read = openAccount();
      let ticked = openAccount();
      for (const { at: atS, register: registerAtoms } of all) {
        // never past the next reading, so that both have charged through the same instant at the end
        for (const offset of offsets) {
          if (ticked.t0 !== undefined && ticked.t0 + offset < atS) {
            ticked = applyTick(terms, ticked, ticked.t0 + offset).account;
          }
        }
        read = applyReading(terms, read, { atS, registerAtoms }).account;
        ticked = applyReading(terms, ticked, { atS, registerAtoms }).account;
      }
      expect(ticked).toEqual({ ...read, supplyWanted: ticked.supplyWanted });
    }),
    RUNS,
  );
});

it("R30 a version that says the same as the one before changes nothing", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 28, max: 31 }), (all, day) => {
      const versions = [
        { ...RICH, effective_from: "2016-01-01" },
        { ...RICH, effective_from: `2016-10-${day}T00:00` },
      ];
      const [meter] = rateReadings({
        priceList: versions,
        meters: [{ meterId: "m", readings: all }],
      });
      // At a midnight, where the interval is cut anyway: the very same parts.
      expect(meter).toEqual(rate(RICH, all));
    }),
    RUNS,
  );
});
