/**
 * How long credit lasts by a forecast of what each day will cost.
 */

/** Further than this nobody looks. */
export const DAYS_LEFT_MAX = 365;

/**
 * Days, to a tenth rounded down, until credit is used up; the last seven days of the forecast go on behind its end. Null
 * where it lasts longer than DAYS_LEFT_MAX. Credit and costs in one unit.
 */
export function daysLeftBy(credit: number, costs: readonly number[]): number | null {
  if (credit <= 0) return 0;
  const tail = costs.slice(-7);
  let left = credit;
  for (let day = 0; day < DAYS_LEFT_MAX; day++) {
    const cost = costs[day] ?? tail[(day - costs.length) % Math.max(1, tail.length)] ?? 0;
    if (cost > 0 && cost >= left) return Math.floor((day + left / cost) * 10) / 10;
    left -= Math.max(0, cost);
  }
  return null;
}
