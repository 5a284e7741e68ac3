/**
 * How long to wait before a child that ended unasked is started again, and when to stop trying. Pure.
 */

/** Quick ends in a row before it is given up. */
export const QUICK_ENDS_MAX = 8;
/** A child that ran at least this long starts the count anew. */
export const STEADY_MS = 60_000;
const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 15_000;

/** Ends in a row, none of which ran for STEADY_MS. */
export type Backoff = { quickEnds: number };

/** What to do after an end: wait and start again, or give up (`waitMs` undefined). */
export function afterEnd(
  before: Backoff,
  ranMs: number,
): { backoff: Backoff; waitMs: number | undefined } {
  const quickEnds = ranMs >= STEADY_MS ? 1 : before.quickEnds + 1;
  const waitMs =
    quickEnds > QUICK_ENDS_MAX
      ? undefined
      : Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** (quickEnds - 1));
  return { backoff: { quickEnds }, waitMs };
}
