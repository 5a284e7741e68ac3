/**
 * Bounds of one vend, in micros of the currency's base unit (R52). They are judged before anything is recorded.
 */

/** Smallest amount of one vend. */
export const VEND_MICROS_MIN = 100_000n;
/** Largest amount of one vend. */
export const VEND_MICROS_MAX = 10_000_000_000n;
/** Longest wait for a vend of the same id that is under way. */
export const VEND_WAIT_MS_MAX = 2_500;
/** When to ask again after `vend_in_progress` or `engine_unavailable`. */
export const RETRY_AFTER_S = 1;
