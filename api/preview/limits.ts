/**
 * Bounds of a preview of a price list.
 */

/** Most accounts of one preview. */
export const PREVIEW_ACCOUNTS_MAX = 1_000;
/** Most rated rows that one preview reads from the store. */
export const PREVIEW_ROWS_MAX = 2_000_000;
/** Most rows of the store that are worked on at once; one account has no more. */
export const PREVIEW_ROWS_AT_ONCE_MAX = 50_000;
/** Longest period, in seconds. */
export const PREVIEW_PERIOD_S_MAX = 366 * 86_400;
/** Longest that a preview works, in milliseconds. */
export const PREVIEW_MS_MAX = 30_000;
/** Most previews of one api that work at a time. */
export const PREVIEWS_AT_ONCE_MAX = 1;
