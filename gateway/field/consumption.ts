/**
 * Consumption as the integral of the profile over the installation's clock: whole atoms, the same however often it is
 * asked and wherever the time between is divided.
 */
import { dayAtoms, type Home, QUARTER_S, quarterAtoms } from "./profile.ts";

/** Quarters that are summed one by one; what lies further back is taken at its daily mean. */
export const QUARTERS_MAX = 4_000;
const DAY_S = 86_400;

/** Atoms that the home uses from `fromS` to `toS` (epoch seconds) while its supply is open; 0 when time goes back. */
export function atomsBetween(home: Home, fromS: number, toS: number): number {
  if (toS <= fromS) return 0;
  const last = Math.floor(toS / QUARTER_S);
  const first = Math.floor(fromS / QUARTER_S);
  if (last - first > QUARTERS_MAX) {
    const nearS = (last - QUARTERS_MAX) * QUARTER_S;
    const far = Math.floor((dayAtoms(home) * (nearS - fromS)) / DAY_S);
    return far + atomsBetween(home, nearS, toS);
  }
  let atoms = within(home, toS) - within(home, fromS);
  for (let quarter = first; quarter < last; quarter++) atoms += quarterAtoms(home, quarter);
  return atoms;
}

/** Mean flow now, in atoms an hour. */
export function atomsPerHour(home: Home, atS: number): number {
  return (quarterAtoms(home, Math.floor(atS / QUARTER_S)) * 3_600) / QUARTER_S;
}

/** Atoms of the quarter that has begun, up to `atS`. */
function within(home: Home, atS: number): number {
  return Math.floor(
    (quarterAtoms(home, Math.floor(atS / QUARTER_S)) * (atS % QUARTER_S)) / QUARTER_S,
  );
}
