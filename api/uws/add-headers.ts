/**
 * Adds headers to an answer that is made already, without making a real Response of a light one.
 */
import { addLightHeaders } from "./light-response.ts";

/** Sets these headers. */
export function addHeaders(response: Response, pairs: readonly [string, string][]): void {
  if (addLightHeaders(response, pairs)) return;
  for (const [name, value] of pairs) response.headers.set(name, value);
}
