/**
 * Bounds of a calendar. One beyond any of them is refused with a fault that names the bound. Text, depth, names, special
 * days and faults are bounded as in price lists.
 */

/** Most weekly periods. */
export const WEEKLY_MAX = 64;
/** Most periods of one special day. */
export const DAY_PERIODS_MAX = 48;
/** Most date ranges. */
export const DATE_RANGES_MAX = 256;
/** Most intervals that a calendar may come to in the span that it is compiled for. */
export const CALENDAR_INTERVALS_MAX = 2_046;
