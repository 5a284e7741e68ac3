/**
 * Something that a comparison needs cannot be had here: its rows are skipped, and the reason is told.
 */

/** Why a comparison is skipped, and what would mend it, in one line. */
export class SkipError extends Error {
  override readonly name = "SkipError";
}
