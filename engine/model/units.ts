/**
 * Units that prices are written in, and their atoms (glossary: Wh, mL, s, count).
 */

const ATOMS_PER_UNIT: Readonly<Record<string, bigint>> = {
  Wh: 1n,
  kWh: 1_000n,
  MWh: 1_000_000n,
  mL: 1n,
  L: 1_000n,
  m3: 1_000_000n,
  "m³": 1_000_000n,
  s: 1n,
  min: 60n,
  h: 3_600n,
  count: 1n,
};

/** Atoms in one unit (R3, `atoms_per_unit`). Throws on an unknown unit. */
export function atomsPerUnit(unit: string): bigint {
  const atoms = ATOMS_PER_UNIT[unit];
  if (atoms === undefined) throw new Error(`unit "${unit}" is not known`);
  return atoms;
}
