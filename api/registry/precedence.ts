/**
 * Which of several assignments is in force (R37): the most specific wins, then the newest. Pure.
 */
import { LEVELS, type Level } from "./schema/assignments.ts";

/** An assignment as far as precedence goes; `thing` is what is assigned, in force in [fromMs, endMs). */
export type Candidate = {
  thing: string;
  level: Level;
  fromMs: number;
  endMs: number | undefined;
  ordinal: number;
};

/** The candidate in force at an instant; undefined where there is none. */
export function inForceAt<Each extends Candidate>(
  candidates: readonly Each[],
  atMs: number,
): Each | undefined {
  return ranked(candidates, atMs)[0];
}

/** All that apply at an instant, the one in force first. */
export function ranked<Each extends Candidate>(candidates: readonly Each[], atMs: number): Each[] {
  return candidates
    .filter(({ fromMs, endMs }) => fromMs <= atMs && (endMs === undefined || atMs < endMs))
    .sort(
      (a, b) =>
        LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
        b.fromMs - a.fromMs ||
        b.ordinal - a.ordinal,
    );
}

/** A change of what is in force. */
export type Change<Each extends Candidate> = { atMs: number; to: Each | undefined };

/** The first change after an instant to another thing; `fallback` is what is in force where no candidate is. */
export function nextChange<Each extends Candidate>(
  candidates: readonly Each[],
  afterMs: number,
  fallback: string,
): Change<Each> | undefined {
  const before = inForceAt(candidates, afterMs)?.thing ?? fallback;
  const edges = candidates
    .flatMap(({ fromMs, endMs }) => [fromMs, endMs])
    .filter((edge) => edge !== undefined && edge > afterMs)
    .sort((a, b) => (a ?? 0) - (b ?? 0));
  for (const edge of edges) {
    if (edge === undefined) continue;
    const to = inForceAt(candidates, edge);
    if ((to?.thing ?? fallback) !== before) return { atMs: edge, to };
  }
  return undefined;
}
