/**
 * What the demonstration's accounts should start with: nearly all have enough for long, a handful run out while one
 * watches.
 */
import { chance } from "./chance.ts";
import { atomsBetween } from "./consumption.ts";
import type { PlacedMeter } from "./layout.ts";
import type { FieldService } from "./profile.ts";

/** Prices that the opening credits are reckoned with, in micros of the currency per 1 000 atoms, taxes included. */
const NOMINAL_MICROS_PER_1000_ATOMS: Record<FieldService, bigint> = {
  electricity: 200_000n,
  water: 3_500n,
  heating: 90_000n,
};

/** Meters whose credit runs out soon. */
export const SOON_EMPTY_MAX = 8;
/** They run out between these times after the start, on the wall's clock. */
const FIRST_EMPTY_WALL_S = 40;
const LAST_EMPTY_WALL_S = 100;
const LARGE_MIN_MICROS = 30_000_000n;
const LARGE_STEPS = 10;
const LARGE_STEP_MICROS = 10_000_000n;

/** The credit for each meter, in micros, in the order of the meters. */
export function openingCredits(
  meters: readonly PlacedMeter[],
  seed: number,
  clock: { nowS: number; speed: number },
): bigint[] {
  const soon = soonEmpty(meters);
  return meters.map((meter, index) => {
    const place = soon.indexOf(meter);
    if (place < 0) {
      const step = BigInt(Math.floor(chance(seed, index, 20) * LARGE_STEPS));
      return LARGE_MIN_MICROS + step * LARGE_STEP_MICROS;
    }
    const share = place / Math.max(1, soon.length - 1);
    const wallS = FIRST_EMPTY_WALL_S + share * (LAST_EMPTY_WALL_S - FIRST_EMPTY_WALL_S);
    const untilS = clock.nowS + Math.ceil(wallS * clock.speed);
    const atoms = BigInt(atomsBetween(meter.home, clock.nowS, untilS));
    const micros = (atoms * NOMINAL_MICROS_PER_1000_ATOMS[meter.kind.service]) / 1_000n;
    return micros > 0n ? micros : 1n;
  });
}

/** Electricity first, one in four water, all with a relay, spread over the buildings. */
function soonEmpty(meters: readonly PlacedMeter[]): PlacedMeter[] {
  const seen = new Set<string>();
  const chosen: PlacedMeter[] = [];
  for (const meter of meters) {
    const wanted: FieldService = chosen.length % 4 === 3 ? "water" : "electricity";
    if (chosen.length >= SOON_EMPTY_MAX || seen.has(meter.site)) continue;
    if (meter.kind.service !== wanted || !meter.kind.relay) continue;
    seen.add(meter.site);
    chosen.push(meter);
  }
  return chosen;
}
