/**
 * What is looked at again and again during a soak, and whether it stays as it is.
 */
import type { Line } from "../harness/suite.ts";

/** How far the mean of the last quarter may lie over that of the second, to be called flat. */
export const GROWTH_MAX = 0.1;

/** A value over time: minutes since the start, and what it was. */
export type Series = { name: string; points: { minute: number; value: number }[] };

/** Means of the second quarter and of the last, and whether the one is not much over the other. */
export type Course = { early: number; late: number; isFlat: boolean };

/** The course of a series. The first quarter is left out: caches fill in it. `slack` is what may come on top in any case. */
export function courseOf({ points }: Series, slack: number): Course {
  const quarter = Math.floor(points.length / 4);
  const early = mean(points.slice(quarter, 2 * quarter).map(({ value }) => value));
  const late = mean(points.slice(3 * quarter).map(({ value }) => value));
  return { early, late, isFlat: late <= early * (1 + GROWTH_MAX) + slack };
}

/** The series as a line of a chart. */
export function lineOf({ name, points }: Series): Line {
  return {
    name,
    points: points.map(({ minute, value }) => ({
      x: minute,
      y: { min: value, median: value, max: value },
    })),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
