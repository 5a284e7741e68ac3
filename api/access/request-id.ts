/**
 * The id by which a request is found in logs: the caller's `X-Request-Id` where it is sane, else one of our own.
 */

import { randomUUID } from "node:crypto";

/** The header, in and out. */
export const REQUEST_ID_HEADER = "X-Request-Id";

const SANE = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** A trace id of our own (W3C): 32 hexadecimal digits. */
export function newTraceId(): string {
  const id = randomUUID();
  return id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
}

/** The request's id: `given` if it could harm no log, else `own`. */
export function requestIdOf(given: string | undefined, own: string): string {
  return given !== undefined && SANE.test(given) ? given : own;
}
