/**
 * Bounds of imports.
 */

/** Longest file in bytes: some 300 000 accounts with all that belongs to them. */
export const IMPORT_BYTES_MAX = 256 * 1024 * 1024;
/** Most lines of a file. */
export const IMPORT_LINES_MAX = 2_000_000;
/** Longest line in characters. */
export const LINE_CHARS_MAX = 8_192;
/** Lines that are looked up and written in one transaction. */
export const CHUNK_LINES = 2_000;
/** Most characters of a chunk: long lines make a short one. */
export const CHUNK_CHARS_MAX = 2_000_000;
/** Most imports of one operator that are kept; the oldest that have ended are forgotten with their verdicts. */
export const IMPORTS_KEPT_MAX = 50;
/** An import of which nothing was heard for so long is taken for interrupted. */
export const SILENT_S = 30;
/** Times that a chunk is tried anew when somebody else made the same things meanwhile. */
export const TRIES_MAX = 4;
