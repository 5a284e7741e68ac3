/**
 * How consumption is spread over a day: one weight an hour by service, for working days and for weekends. The weights of
 * a day add up to 24, so that their mean is 1. The figures are typical of homes, not of any one.
 */
import { chance } from "./chance.ts";

/** Services of the simulated field. */
export type FieldService = "electricity" | "water" | "heating";

/** Seconds over which consumption is even: a quarter of an hour. */
export const QUARTER_S = 900;
const DAY_S = 86_400;
/** The simulated homes keep their clocks one hour ahead of UTC, without summer time. */
const ZONE_S = 3_600;

type Day = readonly number[];
type Shape = {
  working: Day;
  weekend: Day;
  /** Mean atoms a day of a home of one person, and of each person more. */
  firstAtoms: number;
  moreAtoms: number;
  /** Share of quarters with no consumption at all: taps are shut most of the time. */
  idle: number;
};

const SHAPES: Record<FieldService, Shape> = {
  electricity: {
    working: spread("5 4 4 4 4 5 9 13 11 8 7 7 9 10 8 7 8 10 14 18 20 18 13 8"),
    weekend: spread("6 5 4 4 4 4 5 7 11 13 13 13 15 15 12 10 10 11 14 17 18 17 13 9"),
    firstAtoms: 5_200,
    moreAtoms: 1_900,
    idle: 0,
  },
  water: {
    working: spread("1 1 1 1 2 5 16 20 12 6 5 5 7 8 6 4 5 7 11 14 13 9 5 2"),
    weekend: spread("2 1 1 1 1 2 4 9 15 16 13 11 11 11 8 6 6 7 9 11 11 8 5 3"),
    firstAtoms: 140_000,
    moreAtoms: 105_000,
    idle: 0.45,
  },
  heating: {
    working: spread("6 6 6 6 8 13 17 16 12 9 8 7 7 7 7 8 10 13 15 16 15 12 8 6"),
    weekend: spread("6 6 6 6 6 8 11 14 15 13 11 10 10 9 9 10 11 13 14 15 14 12 9 6"),
    firstAtoms: 18_000,
    moreAtoms: 3_000,
    idle: 0.05,
  },
};

/** One home as a consumer of one service: a seed of its own and how many live there. */
export type Home = { seed: number; service: FieldService; persons: number };

/** Atoms that the home uses in the quarter of an hour with this number (epoch seconds / QUARTER_S). */
export function quarterAtoms(home: Home, quarter: number): number {
  const shape = SHAPES[home.service];
  if (chance(home.seed, quarter, 1) < shape.idle) return 0;
  const localS = quarter * QUARTER_S + ZONE_S;
  const day = Math.floor(localS / DAY_S);
  const weekend = (day + 3) % 7 >= 5;
  const weight =
    (weekend ? shape.weekend : shape.working)[Math.floor((localS % DAY_S) / 3_600)] ?? 1;
  const ofDay = 0.75 + 0.5 * chance(home.seed, day, 2);
  const ofQuarter = 0.5 + chance(home.seed, quarter, 3);
  const mean = dayAtoms(home) / (DAY_S / QUARTER_S) / (1 - shape.idle);
  return Math.round(mean * weight * ofDay * ofQuarter);
}

/** Atoms that the home uses in a mean day. */
export function dayAtoms({ service, persons }: Home): number {
  const { firstAtoms, moreAtoms } = SHAPES[service];
  return firstAtoms + moreAtoms * Math.max(0, persons - 1);
}

function spread(text: string): Day {
  const weights = text.split(" ").map(Number);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight * weights.length) / sum);
}
