/**
 * Bounds of reports, and the refusal of what passes them.
 */

/** Most accounts of one report. */
export const REPORT_ACCOUNTS_MAX = 50_000;
/** Most rows of one report. */
export const REPORT_ROWS_MAX = 100_000;
/** Most intervals of one report's time. */
export const INTERVALS_MAX = 40_000;
/** Most tenancies that are told apart within one report's time. */
export const TENANCIES_MAX = 10_000;
/** Longest that the store works on one question, in seconds. */
export const QUESTION_S_MAX = 20;
/** Most rows that the store reads for one question. */
export const QUESTION_ROWS_READ_MAX = 2_000_000_000;

/** A report that would pass a bound; the message says which, and how to ask for less. */
export class ReportTooLarge extends RangeError {
  override readonly name = "ReportTooLarge";
}

/** Throws ReportTooLarge when there are more than `most` of `what`. */
export function atMost(count: number, most: number, what: string): void {
  if (count > most)
    throw new ReportTooLarge(
      `more than ${most} ${what}: ask for less time, longer intervals or fewer accounts`,
    );
}
