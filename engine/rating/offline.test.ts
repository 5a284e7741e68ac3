/**
 * Recorded readings through the kernel against the reference model, to the micro: a year of six real water meters, and
 * small files written here.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parsePriceListsText } from "../contract/price-list/versions.ts";
import { VERDICTS } from "../contract/rated.ts";
import { unitNamed } from "../contract/services.ts";
import { type ModelMeter, rateReadings } from "../model/rate-readings.ts";
import { openZone } from "../tariff/zone.ts";
import { coverSpan } from "./coverage.ts";
import { type RatingOptions, rateOffline } from "./offline.ts";
import { type RecordedReadings, readReadings } from "./readings-file.ts";
import type { MeterSums } from "./result.ts";

const YEAR = fileURLToPath(
  new URL("../../../shared/data/readings/alicante-water-6-meters.csv", import.meta.url),
);
const EXAMPLES = ["blocks", "periods", "periods-blocks"] as const;
const UNBOUNDED: RatingOptions = { maxRateAtomsPerHour: 0n, modulusAtoms: 0n };
/** Two seconds a list on an idle machine; the tests beside may leave it little. */
const PATIENCE = { timeout: 120_000 };

const folder = mkdtempSync(join(tmpdir(), "drawdown-rating-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What both sides must agree on, in one shape. Counts of accepted readings hold openings and rollovers. */
type Compared = {
  meterId: string;
  verdicts: Record<string, number>;
  rollovers: number;
  chargesMicros: bigint;
  lines: string[];
};

/** Rates by the kernel. */
function byKernel(text: string, recorded: RecordedReadings, options: RatingOptions): Compared[] {
  const parsed = parsePriceListsText(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const times = recorded.meters.flatMap(({ readings }) => readings.map(({ atS }) => atS));
  const first = times.reduce((least, atS) => Math.min(least, atS));
  const last = times.reduce((most, atS) => Math.max(most, atS));
  return rateOffline(recorded, coverSpan(parsed.versions, first, last), options, () => {}).map(
    ofKernel,
  );
}

function ofKernel({ meterId, verdicts, chargesMicros, lines }: MeterSums): Compared {
  const { accepted, opening, rollover, ...others } = verdicts;
  return {
    meterId,
    verdicts: { ...others, accepted: accepted + opening + rollover },
    rollovers: rollover,
    chargesMicros,
    lines: [...lines.values()]
      .map((line) => `${line.period}/${line.block}: ${line.quantityAtoms} for ${line.costMicros}`)
      .sort(),
  };
}

/** Rates by the model. */
function byModel(text: string, recorded: RecordedReadings, options: RatingOptions): Compared[] {
  const meters = recorded.meters.map(({ meterId, readings, stepAtoms }) => ({
    meterId,
    readings: readings.map(({ atS, registerAtoms }) => ({
      at: BigInt(atS),
      register: BigInt(registerAtoms),
    })),
    step: stepAtoms,
    ...(options.maxRateAtomsPerHour > 0n && { maxRatePerHour: options.maxRateAtomsPerHour }),
    ...(options.modulusAtoms > 0n && { modulus: options.modulusAtoms }),
  }));
  return rateReadings({ priceList: JSON.parse(text) as unknown, meters }).map(ofModel);
}

function ofModel({ meterId, verdicts, rollovers, chargesCost, lines }: ModelMeter): Compared {
  const none: Record<string, number> = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
  const {
    opening: _opening,
    rollover: _rollover,
    ...counted
  } = {
    ...none,
    ...verdicts,
  } as Record<string, number>;
  return {
    meterId,
    verdicts: counted,
    rollovers,
    chargesMicros: chargesCost,
    lines: lines
      .map(({ period, block, quantity, cost }) => `${period}/${block}: ${quantity} for ${cost}`)
      .sort(),
  };
}

function zone(name: string) {
  const opened = openZone(name);
  if (opened === undefined) throw new Error(`no zone ${name}`);
  return opened;
}

function unit(name: string) {
  const found = unitNamed(name);
  if (found === undefined) throw new Error(`no unit ${name}`);
  return found;
}

/** A CSV with these lines under the header, read in Madrid and kWh. */
function recordedOf(...lines: string[]): RecordedReadings {
  const path = join(folder, "readings.csv");
  writeFileSync(path, ["meter_id,read_at,register", ...lines, ""].join("\n"));
  return readReadings(path, zone("Europe/Madrid"), unit("kWh"));
}

describe.skipIf(!existsSync(YEAR))(
  "a year of six water meters, kernel against model",
  PATIENCE,
  () => {
    const recorded = existsSync(YEAR)
      ? readReadings(YEAR, zone("Europe/Madrid"), unit("L"))
      : { meters: [], order: new Uint32Array(), faults: [] };

    it.each(EXAMPLES)("R10 … R35 with the list %s", (example) => {
      const path = new URL(`../model/examples/${example}.json`, import.meta.url);
      const text = readFileSync(path, "utf8");
      expect(recorded.faults).toEqual([]);
      const rated = byKernel(text, recorded, UNBOUNDED);
      expect(rated).toEqual(byModel(text, recorded, UNBOUNDED));
      expect(rated.map(({ verdicts }) => verdicts["accepted"])).toEqual([
        8_670, 8_656, 8_654, 7_972, 689, 375,
      ]);
    });

    it("R12, R13 with a highest rate and a modulus that some registers pass", () => {
      const path = new URL("../model/examples/periods-blocks.json", import.meta.url);
      const text = readFileSync(path, "utf8");
      // 300 L an hour; registers as if they had three digits of m³
      const options = { maxRateAtomsPerHour: 300_000n, modulusAtoms: 1_000_000_000n };
      const wrapped = {
        ...recorded,
        meters: recorded.meters.map((meter) => ({
          ...meter,
          readings: meter.readings.map(({ atS, registerAtoms }) => {
            return { atS, registerAtoms: registerAtoms % 1_000_000_000 };
          }),
        })),
      };
      const rated = byKernel(text, wrapped, options);
      expect(rated).toEqual(byModel(text, wrapped, options));
      const sum = (name: string) =>
        rated.reduce((all, each) => all + (each.verdicts[name] ?? 0), 0);
      expect(sum("implausible")).toBeGreaterThan(0);
      expect(rated.reduce((all, { rollovers }) => all + rollovers, 0)).toBeGreaterThan(0);
    });
  },
);

describe("small files, kernel against model and by hand", () => {
  const VERSIONS = JSON.stringify([
    {
      effective_from: "2024-03-30",
      name: "Old",
      service: "electricity",
      unit: "kWh",
      currency: "EUR",
      timezone: "Europe/Madrid",
      rates: { all: [{ from: "0", price: "0.1" }] },
    },
    {
      effective_from: "2024-03-31T12:00",
      name: "New",
      service: "electricity",
      unit: "kWh",
      currency: "EUR",
      timezone: "Europe/Madrid",
      rates: { all: [{ from: "0", price: "0.2" }] },
      charges: [{ name: "standing", every: "day", amount: "1" }],
    },
  ]);

  it("R30, R32, R35 two versions, and midnights of the second only", () => {
    const recorded = recordedOf(
      "a,2024-03-31T00:00,0",
      // 11 hours of the old and 13 of the new on a day of 23 hours, the night's last second with them
      "a,2024-04-01T01:00,24",
    );
    const rated = byKernel(VERSIONS, recorded, UNBOUNDED);
    expect(rated).toEqual(byModel(VERSIONS, recorded, UNBOUNDED));
    expect(rated[0]).toMatchObject({
      chargesMicros: 1_000_000n,
      lines: ["all/0: 24000 for 3700000"],
    });
  });

  it("R30 what begins before the first version is untariffed, and the meter opens with it", () => {
    const recorded = recordedOf(
      "a,2024-03-29T12:00,5",
      "a,2024-03-30T12:00,10",
      "a,2024-03-30T13:00,11",
    );
    const rated = byKernel(VERSIONS, recorded, UNBOUNDED);
    expect(rated).toEqual(byModel(VERSIONS, recorded, UNBOUNDED));
    expect(rated[0]).toMatchObject({
      verdicts: { untariffed: 1, accepted: 2 },
      lines: ["all/0: 1000 for 100000"],
    });
  });

  it("R12 1000 → 900 → 905 → 1001 charges 1", () => {
    const recorded = recordedOf(
      "a,2024-03-30T10:00,1000",
      "b,2024-03-30T10:00,7",
      "a,2024-03-30T11:00,900",
      "a,2024-03-30T12:00,905",
      "b,2024-03-30T12:00,7",
      "a,2024-03-30T13:00,1001",
    );
    const rated = byKernel(VERSIONS, recorded, UNBOUNDED);
    expect(rated).toEqual(byModel(VERSIONS, recorded, UNBOUNDED));
    expect(rated.map(({ verdicts, lines }) => [verdicts["backwards"], lines])).toEqual([
      [2, ["all/0: 1000 for 100000"]],
      [0, []],
    ]);
  });
});
