/**
 * Bounds of commands.
 */
/** Longest command text in bytes. */
export const COMMAND_BYTES_MAX = 1_048_576;
