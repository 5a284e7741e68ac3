/**
 * A year of six real water meters, rated with the three lists beside. The expected figures were worked out a second
 * time by other means: periods from a walk over local clock times, money as one running total of picos a meter.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type ModelMeter, type ModelMeterInput, rateReadings } from "./rate-readings.ts";
import { timeToEpoch } from "./reading-time.ts";

const recording = fileURLToPath(
  new URL("../../../shared/data/readings/alicante-water-6-meters.csv", import.meta.url),
);

function readMeters(): ModelMeterInput[] {
  const meters = new Map<string, { at: bigint; register: bigint }[]>();
  for (const line of readFileSync(recording, "utf8").trim().split("\n").slice(1)) {
    const [meterId = "", at = "", litres = ""] = line.split(",");
    const readings = meters.get(meterId) ?? [];
    meters.set(meterId, readings);
    readings.push({ at: timeToEpoch(at, "Europe/Madrid"), register: BigInt(litres) * 1_000n });
  }
  return [...meters].map(([meterId, readings]) => ({ meterId, readings }));
}

const rated = new Map<string, ModelMeter[]>();

/** Rates the whole year with an example, once. */
function rateWith(example: string): ModelMeter[] {
  const known = rated.get(example);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`examples/${example}.json`, import.meta.url), "utf8");
  const meters = rateReadings({ priceList: JSON.parse(text) as unknown, meters: recorded });
  rated.set(example, meters);
  return meters;
}

let recorded: ModelMeterInput[] = [];

/** A list takes a second or two on an idle machine; the tests beside may leave it little. */
const PATIENCE = { timeout: 120_000 };

describe.skipIf(!existsSync(recording))("the Alicante water meters", PATIENCE, () => {
  beforeAll(() => {
    recorded = readMeters();
  });

  it("R10 … R15 verdicts and quantities", () => {
    const found = rateWith("blocks").map(({ meterId, verdicts, quantity }) => {
      const { accepted, duplicate, backwards, ...others } = verdicts;
      expect(Object.values(others).every((n) => n === 0)).toBe(true);
      return [meterId.slice(0, 8), accepted, duplicate, backwards, quantity];
    });
    expect(found).toEqual([
      ["df789230", 8_670, 1, 0, 232_782_000n],
      ["890930db", 8_656, 1, 2, 76_283_000n],
      ["1c71ebe5", 8_654, 1, 0, 25_251_000n],
      ["12913a45", 7_972, 1, 35, 106_659_000n],
      ["feccd95f", 689, 0, 0, 76_057_000n],
      ["3bff485c", 375, 0, 0, 112_338_000n],
    ]);
  });

  it.each([
    [
      "blocks",
      [366_291_660n, 72_988_262n, 18_968_551n, 113_628_814n, 78_580_001n, 124_581_273n],
      [0n, 0n, 0n, 0n, 0n, 0n],
    ],
    [
      "periods",
      [252_633_285n, 85_122_380n, 28_048_562n, 120_732_401n, 79_673_771n, 116_305_244n],
      [0n, 0n, 0n, 0n, 0n, 0n],
    ],
    [
      "periods-blocks",
      [304_201_342n, 84_144_678n, 23_467_927n, 130_958_396n, 81_983_695n, 121_110_815n],
      [74_994_920n, 74_994_920n, 74_994_920n, 74_994_920n, 56_040_160n, 72_728_590n],
    ],
  ])("R32, R33, R35 costs with %s", (example, consumption, charges) => {
    const meters = rateWith(example);
    expect(meters.map(({ consumptionCost }) => consumptionCost)).toEqual(consumption);
    expect(meters.map(({ chargesCost }) => chargesCost)).toEqual(charges);
  });

  it("R32, R33 the lines of the meter that crosses every block", () => {
    const [meter] = rateWith("periods-blocks");
    expect(meter?.lines.map((line) => Object.values(line))).toEqual([
      ["peak", 0, 13_848_045n, 17_522_352n],
      ["peak", 1, 12_479_771n, 26_106_056n],
      ["peak", 2, 1_410_855n, 4_470_986n],
      ["flat", 0, 30_811_115n, 28_235_612n],
      ["flat", 1, 154_348_846n, 216_932_676n],
      ["offpeak", 0, 19_883_368n, 10_933_660n],
    ]);
  });
});
