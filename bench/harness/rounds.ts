/**
 * Sides of a comparison in turn, round by round: what slows the machine for a while slows all of them.
 */
import { cpuSeconds } from "./cpu.ts";
import { ratioOf, type Spread, spreadOf } from "./spread.ts";

/** Fewest rounds that count as a measurement. */
export const ROUNDS_MIN = 5;

/** What a side did in one round. `check` is the same for all sides of a round that did the same work. */
export type Sample = { units: number; seconds: number; cpuSeconds: number; check?: string };

/** One side: its name, what it counts, and a round of work; `round` is negative while warming up. */
export type Side = { name: string; unit: string; run(round: number): Promise<Sample> | Sample };

/** A side over all rounds: units a second, and CPU microseconds for a thousand units. */
export type SideResult = { name: string; unit: string; rates: number[]; cpuMicros: number[] };

/** Sides did not come to the same: nothing that they took can be compared. */
export class UnequalError extends Error {
  override readonly name = "UnequalError";
}

/**
 * Runs `rounds` rounds of all sides, each in another order, behind `warmUp` that do not count. Throws an UnequalError when
 * the sides' checks differ.
 */
export async function interleave(
  sides: readonly Side[],
  rounds: number,
  warmUp = 1,
): Promise<SideResult[]> {
  if (rounds < ROUNDS_MIN)
    throw new RangeError(`a measurement needs at least ROUNDS_MIN (${ROUNDS_MIN}) rounds`);
  const results = sides.map(({ name, unit }) => ({
    name,
    unit,
    rates: [] as number[],
    cpuMicros: [] as number[],
  }));
  for (let round = -warmUp; round < rounds; round++) {
    const checks = new Map<string, string>();
    for (let turn = 0; turn < sides.length; turn++) {
      // In every second round in the opposite order, so that none always comes behind another.
      const place = round % 2 === 0 ? turn : sides.length - 1 - turn;
      const side = sides[place];
      if (side === undefined) continue;
      const sample = await side.run(round);
      if (sample.check !== undefined) checks.set(side.name, sample.check);
      if (round < 0) continue;
      results[place]?.rates.push(sample.units / sample.seconds);
      results[place]?.cpuMicros.push((sample.cpuSeconds * 1e9) / sample.units);
    }
    mustAgree(checks, round);
  }
  return results;
}

/**
 * Does work and measures it; the work gives its units, or its units and its check. What it does before it calls `begin`, if
 * it does, is not counted. `servers` are pids that work for it.
 */
export async function timed(
  work: (begin: () => void) => Promise<number | { units: number; check: string }>,
  servers: readonly number[] = [],
): Promise<Sample> {
  let cpu = 0;
  let begun = 0;
  const begin = (): void => {
    cpu = cpuSeconds(servers);
    begun = performance.now();
  };
  begin();
  const done = await work(begin);
  const seconds = (performance.now() - begun) / 1_000;
  const sample = { seconds, cpuSeconds: cpuSeconds(servers) - cpu };
  return typeof done === "number" ? { units: done, ...sample } : { ...done, ...sample };
}

/** How many times as fast the first side is as the other, round by round. */
export function timesAsFast(ours: SideResult | undefined, theirs: SideResult | undefined): Spread {
  return ours === undefined || theirs === undefined
    ? spreadOf([])
    : ratioOf(ours.rates, theirs.rates);
}

function mustAgree(checks: ReadonlyMap<string, string>, round: number): void {
  if (new Set(checks.values()).size <= 1) return;
  const told = [...checks].map(([name, check]) => `${name}: ${check}`).join("; ");
  throw new UnequalError(`the sides did not come to the same in round ${round}: ${told}`);
}
