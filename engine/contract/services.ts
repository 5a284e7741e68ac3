/**
 * Services, the atoms that their meters are counted in, and the units that people write (semantics, glossary).
 */

/** What can be sold. */
export const SERVICES = [
  "electricity",
  "heating",
  "cooling",
  "water",
  "gas",
  "parking",
  "facility",
  "fee",
] as const;
/** A service's name. */
export type Service = (typeof SERVICES)[number];

/** The atom of a service: the smallest quantity that is counted. */
export type Atom = "Wh" | "mL" | "s" | "count";

const ATOM_OF: Record<Service, Atom> = {
  electricity: "Wh",
  heating: "Wh",
  cooling: "Wh",
  water: "mL",
  gas: "mL",
  parking: "s",
  facility: "s",
  fee: "count",
};

/** A unit that people write: its atom and how many decimal places of it one atom is worth, or its atoms. */
export type Unit = { name: string; atom: Atom; atoms: bigint };

const UNITS: readonly Unit[] = [
  { name: "Wh", atom: "Wh", atoms: 1n },
  { name: "kWh", atom: "Wh", atoms: 1_000n },
  { name: "MWh", atom: "Wh", atoms: 1_000_000n },
  { name: "mL", atom: "mL", atoms: 1n },
  { name: "L", atom: "mL", atoms: 1_000n },
  { name: "m³", atom: "mL", atoms: 1_000_000n },
  { name: "m3", atom: "mL", atoms: 1_000_000n },
  { name: "s", atom: "s", atoms: 1n },
  { name: "min", atom: "s", atoms: 60n },
  { name: "h", atom: "s", atoms: 3_600n },
  { name: "count", atom: "count", atoms: 1n },
];

/** The names of all units, for messages. */
export const UNIT_NAMES: readonly string[] = UNITS.map((unit) => unit.name);

/** The atom that a service is counted in. */
export function atomOf(service: Service): Atom {
  return ATOM_OF[service];
}

/** A unit by its name, or undefined. */
export function unitNamed(name: string): Unit | undefined {
  return UNITS.find((unit) => unit.name === name);
}

/** A decimal text in a unit as whole atoms; undefined when it is no decimal or finer than one atom. */
export function atomsFromText(text: string, unit: Unit): bigint | undefined {
  const match = /^(-?)(\d{1,19})(?:\.(\d{1,18}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const scaled = BigInt(whole + fraction) * unit.atoms;
  const scale = 10n ** BigInt(fraction.length);
  if (scaled % scale !== 0n) return undefined;
  return sign === "-" ? -(scaled / scale) : scaled / scale;
}

/** Decimals enough to write every multiple of a sixtieth of a unit apart; time units do not divide by ten. */
const TIME_DECIMALS = 9;

/**
 * Atoms as a decimal text in a unit, without trailing zeros. Exact for units of a power of ten atoms;
 * minutes and hours, which are not, are floored at nine decimals.
 */
export function atomsToText(atoms: bigint, unit: Unit): string {
  const negative = atoms < 0n;
  const size = negative ? -atoms : atoms;
  const decimals = 10n ** BigInt(TIME_DECIMALS);
  const scaled = ((size * decimals) / unit.atoms).toString().padStart(TIME_DECIMALS + 1, "0");
  const whole = scaled.slice(0, -TIME_DECIMALS);
  const fraction = scaled.slice(-TIME_DECIMALS).replace(/0+$/, "");
  return `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
