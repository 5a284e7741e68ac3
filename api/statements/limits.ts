/**
 * Bounds of statements.
 */

/** Most events of an account's life that a statement is made of. */
export const STATEMENT_EVENTS_MAX = 50_000;
/** Most days of one statement. */
export const STATEMENT_DAYS_MAX = 800;
/** Most accounts of one answer. */
export const STATEMENT_ACCOUNTS_MAX = 100;
/** How often a statement is made again while the store follows the engine, and how long it waits between. */
export const STATEMENT_TRIES_MAX = 6;
export const STATEMENT_WAIT_MS = 250;
