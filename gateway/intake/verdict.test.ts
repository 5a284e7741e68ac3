import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePriceListsText } from "../../engine/contract/price-list/versions.ts";
import { VERDICTS } from "../../engine/contract/rated.ts";
import { Judge } from "../../engine/contract/reading-verdict.ts";
import { coverSpan } from "../../engine/rating/coverage.ts";
import { rateOffline } from "../../engine/rating/offline.ts";

const LIST = JSON.stringify({
  name: "Flat",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  cycle: { every: "month", start_day: 1 },
  block_scope: "all",
  rates: { all: [{ from: "0", price: "0.2" }] },
});
const BEGIN_S = 1_700_000_000;
const LATEST_S = 4_000_000_000;

test("any readings of a meter: the same verdicts as the kernel's", () => {
  const parsed = parsePriceListsText(LIST);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const versions = coverSpan(parsed.versions, BEGIN_S, BEGIN_S + 100_000);
  const reading = fc.record({
    atS: fc.integer({ min: 0, max: 40 }).map((i) => BEGIN_S + i * 600),
    registerAtoms: fc.integer({ min: 0, max: 9_999 }),
  });
  const limits = fc.constantFrom(
    [0n, 0n],
    [10_000n, 6_000n],
    [0n, 6_000n],
    [10_000n, 0n],
    [10_000n, 90_000n],
  );
  fc.assert(
    fc.property(
      fc.array(reading, { minLength: 1, maxLength: 30 }),
      limits,
      (readings, [modulus = 0n, rate = 0n]) => {
        const meters = [{ meterId: "m", readings, stepAtoms: 1n }];
        const recorded = { meters, order: new Uint32Array(readings.length), faults: [] };
        const options = { modulusAtoms: modulus, maxRateAtomsPerHour: rate };
        const [sums] = rateOffline(recorded, versions, options, () => undefined);
        const judge = new Judge({ ...options, stepAtoms: 1n, latestS: LATEST_S }, undefined);
        const own = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
        for (const { atS, registerAtoms } of readings) {
          const verdict = judge.take({
            atS,
            registerAtoms: BigInt(registerAtoms),
            quality: "actual",
          });
          own[verdict] = (own[verdict] ?? 0) + 1;
        }
        expect(own).toEqual(sums?.verdicts);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test("a reading ahead of the clock and an estimate change nothing that is known", () => {
  const judge = new Judge(
    { modulusAtoms: 0n, maxRateAtomsPerHour: 0n, stepAtoms: 1n, latestS: 100 },
    undefined,
  );
  const take = (atS: number, registerAtoms: bigint, quality: "actual" | "estimated" = "actual") =>
    judge.take({ atS, registerAtoms, quality });
  expect([take(10, 5n), take(101, 6n), take(50, 900n, "estimated"), take(60, 7n)]).toEqual([
    "opening",
    "clock",
    "estimated",
    "accepted",
  ]);
});
