/**
 * What a suite gives: figures for rows, rows that it had to skip, charts, and tables of more that is worth knowing.
 */
import type { SideResult } from "./rounds.ts";
import type { Spread } from "./spread.ts";

/** How a suite is to run. `say` takes progress, a line each. */
export type SuiteOptions = {
  /** Small sizes: under a minute for the suite. */
  quick: boolean;
  /** Also what takes very long: ten million accounts. */
  large: boolean;
  rounds: number;
  /** How long a soak lasts. */
  minutes: number;
  say(line: string): void;
};

/**
 * A row's figure, the sides it comes from, and what has to be known to read it. `byCpu`: the same figure by CPU time in place
 * of the clock's, where all sides work on one thread; what else runs on the machine disturbs it less.
 */
export type Measured = {
  row: string;
  value: Spread;
  byCpu?: Spread;
  sides: SideResult[];
  notes: string[];
};

/** A row that can't be measured here, and why. */
export type Skipped = { row: string; reason: string };

/** A line of a chart: x and the spread of y over the rounds. */
export type Line = { name: string; points: { x: number; y: Spread }[] };

/** A chart of lines; `file` is its name without folder and ending. */
export type Chart = {
  file: string;
  title: string;
  x: { label: string; isLog: boolean };
  y: { label: string; isLog: boolean };
  lines: Line[];
};

/** A table beside the rows. */
export type Table = { title: string; head: string[]; lines: string[][] };

/** All that a suite found out. */
export type Outcome = {
  measured: Measured[];
  skipped: Skipped[];
  charts: Chart[];
  tables: Table[];
  /** What went wrong without spoiling the figures: the run still ends with 1. */
  faults: string[];
};

/** A suite. Rejects only where something is wrong; what can't be had here is skipped. */
export type Suite = (options: SuiteOptions) => Promise<Outcome>;

/** An outcome of nothing, to be added to. */
export function noOutcome(): Outcome {
  return { measured: [], skipped: [], charts: [], tables: [], faults: [] };
}
