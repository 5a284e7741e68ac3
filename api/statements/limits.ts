/**
 * Bounds of statements.
 */

/** Most events of an account's life that a statement is made of. */
export const STATEMENT_EVENTS_MAX = 50_000;
/** Most days of one statement. */
export const STATEMENT_DAYS_MAX = 800;
/** Most accounts of one answer. */
export const STATEMENT_ACCOUNTS_MAX = 100;
/** How often a statement is made while the store follows the engine, how often by one state of it, and the wait between. */
export const STATEMENT_TRIES_MAX = 10;
export const STATEMENT_TRIES_A_STATE = 5;
export const STATEMENT_WAIT_MS = 250;
