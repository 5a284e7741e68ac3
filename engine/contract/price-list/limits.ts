/**
 * Bounds of a price list. A list beyond any of them is refused with a fault that names the bound.
 */

/** Most periods (keys of `rates`). */
export const PERIODS_MAX = 8;
/** Most blocks of one period. */
export const BLOCKS_MAX = 16;
/** Most charges. */
export const CHARGES_MAX = 8;
/** Highest priority of a charge; 0 comes first. */
export const PRIORITY_MAX = 9;
/** Most seasons. */
export const SEASONS_MAX = 16;
/** Most special days. */
export const SPECIAL_DAYS_MAX = 1_024;
/** Most lines of a schedule. */
export const SCHEDULE_LINES_MAX = 64;
/** Most switches of one schedule line: one each half hour. */
export const SWITCHES_MAX = 48;
/** Most taxes. */
export const TAXES_MAX = 16;
/** Longest name of anything, in UTF-16 units. */
export const NAME_MAX = 200;
/** Most versions given at once. */
export const VERSIONS_MAX = 256;
/** Longest price list text, in UTF-16 units. */
export const TEXT_MAX = 1_048_576;
/** Deepest nesting of a price list text; a sound list needs 5. */
export const DEPTH_MAX = 32;
/** Most faults reported at once; what comes after them is told in the last one. */
export const FAULTS_MAX = 500;

/** Decimal places kept of prices, amounts and tax rates before taxes are applied. */
export const DECIMAL_SCALE = 18;
/** Highest price with taxes, either sign, in picos per atom (R4). */
export const PRICE_P_MAX = 10n ** 13n;
/** Lowest price with taxes that quantity is sold at, in picos per atom, but for free blocks; the highest (R34). */
export const SOLD_PRICE_P_MIN = 10n ** 6n;
export const SOLD_PRICE_P_MAX = 10n ** 12n;
/** Highest amount of one charge with taxes, either sign, in micros. */
export const AMOUNT_MICROS_MAX = 10n ** 15n;
/** Highest start of a block, in atoms. */
export const BLOCK_START_ATOMS_MAX = 10n ** 18n;
/** Highest rate of one tax: 10, that is 1 000 %. Catches "21" written for 21 %. */
export const TAX_RATE_MAX = 10n;
