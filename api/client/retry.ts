/**
 * When a call is made again: only one that may be repeated without harm, a bounded number of times, after a bounded wait.
 */
import type { ApiError } from "./errors.ts";

/** Attempts of a call unless told otherwise, the first one too. */
export const ATTEMPTS_DEFAULT = 5;
/** Most attempts that can be asked for. */
export const ATTEMPTS_MAX = 100;
/** Longest wait between two attempts, in milliseconds; who is asked to wait longer gets the error at once. */
export const WAIT_MS_MAX = 30_000;
/** Longest wait that the client chooses itself. */
const BACK_OFF_MS_MAX = 5_000;
const BACK_OFF_FIRST_MS = 200;

/** Whether repeating the request can do no harm: by its method, by its key, or because the caller says so. */
export function isRepeatable(
  method: string,
  headers: Headers,
  { repeatable = false }: { repeatable?: boolean },
): boolean {
  return repeatable || ["get", "put", "delete"].includes(method) || headers.has("Idempotency-Key");
}

/**
 * Milliseconds to wait after so many attempts (1 after the first) that ended in this error; undefined: no more. `chance` is
 * from 0 to 1 and spreads the waits of many clients.
 */
export function waitMsAfter(
  error: ApiError,
  { attempts, most, chance }: { attempts: number; most: number; chance: number },
): number | undefined {
  if (!error.retryable || attempts >= most) return undefined;
  const asked = error.retryAfterMs;
  if (asked !== undefined && asked > WAIT_MS_MAX) return undefined;
  const backOff = Math.min(BACK_OFF_MS_MAX, BACK_OFF_FIRST_MS * 2 ** (attempts - 1));
  return Math.min(WAIT_MS_MAX, (asked ?? 0) + backOff * chance);
}
