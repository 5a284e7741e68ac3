/**
 * The simulated field's buildings: which homes there are and which meters hang in them, from the seed alone.
 *
 * A building has one Modbus TCP link with the electricity meters of its homes and one of its stairs and lift (without
 * a relay), and one M-Bus TCP link with the water meters (with a valve) and, in every third building, heat meters.
 */
import { chance } from "./chance.ts";
import type { FieldService, Home } from "./profile.ts";

/** Most meters of a field. */
export const FIELD_METERS_MAX = 5_000;
const HOMES_MIN = 6;
const HOMES_MAX = 10;
const PERSONS_MAX = 5;
/** Stairs and lift use about as much as a home of two. */
const COMMON_PERSONS = 2;
const FIRST_SERIAL = 41_000_000;

/** A kind of meter: its device file, and the limits of its register (0: none known). */
export type MeterKind = {
  service: FieldService;
  driver: "modbus" | "mbus";
  device: string;
  relay: boolean;
  /** Least step of the register, its modulus and the most per hour, in atoms. */
  stepAtoms: bigint;
  modulusAtoms: bigint;
  maxRateAtomsPerHour: bigint;
};

/** A meter in its place; `address` is the Modbus unit or the M-Bus primary address. */
export type PlacedMeter = {
  serial: string;
  kind: MeterKind;
  home: Home;
  site: string;
  unit: string;
  link: string;
  address: number;
};

const HOME_ELECTRICITY: MeterKind = {
  service: "electricity",
  driver: "modbus",
  device: "abb-b23-output",
  relay: true,
  stepAtoms: 10n,
  modulusAtoms: 0n,
  maxRateAtomsPerHour: 20_000n,
};
const COMMON_ELECTRICITY: MeterKind = {
  ...HOME_ELECTRICITY,
  device: "eastron-sdm120",
  relay: false,
  stepAtoms: 1n,
};
const WATER: MeterKind = {
  service: "water",
  driver: "mbus",
  device: "pad-water-valve",
  relay: true,
  stepAtoms: 1_000n,
  modulusAtoms: 100_000_000_000n,
  maxRateAtomsPerHour: 5_000_000n,
};
const HEAT: MeterKind = {
  service: "heating",
  driver: "mbus",
  device: "sensus-pollutherm",
  relay: false,
  stepAtoms: 1_000n,
  modulusAtoms: 100_000_000_000n,
  maxRateAtomsPerHour: 30_000n,
};

/** The first `meters` meters of the field that this seed gives; more meters never change those before. */
export function layOut(meters: number, seed: number): PlacedMeter[] {
  if (!Number.isInteger(meters) || meters < 1 || meters > FIELD_METERS_MAX)
    throw new RangeError(
      `a field has 1 to FIELD_METERS_MAX (${FIELD_METERS_MAX}) meters, not ${meters}`,
    );
  const placed: PlacedMeter[] = [];
  for (let building = 1; placed.length < meters; building++)
    placed.push(...layOutBuilding(building, seed, placed.length));
  return placed.slice(0, meters);
}

function layOutBuilding(building: number, seed: number, before: number): PlacedMeter[] {
  const site = `Building ${String(building).padStart(2, "0")}`;
  const homes = HOMES_MIN + Math.floor(chance(seed, building, 10) * (HOMES_MAX - HOMES_MIN + 1));
  const placed: PlacedMeter[] = [];
  const addresses = { modbus: 0, mbus: 0 };
  const place = (kind: MeterKind, unit: string, persons: number): void => {
    const number = before + placed.length;
    addresses[kind.driver]++;
    placed.push({
      serial: String(FIRST_SERIAL + number * 7),
      kind,
      home: {
        seed: Math.floor(chance(seed, number, 11) * 2 ** 31),
        service: kind.service,
        persons,
      },
      site,
      unit,
      link: `${kind.driver}-${building}`,
      address: addresses[kind.driver],
    });
  };
  for (let home = 0; home < homes; home++) {
    const unit = `${Math.floor(home / 2) + 1}${home % 2 === 0 ? "A" : "B"}`;
    const persons = 1 + Math.floor(chance(seed, building * 100 + home, 12) * PERSONS_MAX);
    place(HOME_ELECTRICITY, unit, persons);
    place(WATER, unit, persons);
    if (building % 3 === 0) place(HEAT, unit, persons);
  }
  place(COMMON_ELECTRICITY, "Stairs and lift", COMMON_PERSONS);
  return placed;
}
