/**
 * Who writes over HTTP, and when: taken from the caller's key and the installation's clock.
 */
import type { Clock } from "../engine/contract/clock.ts";
import type { Caller } from "./keys.ts";
import type { Author } from "./registry/audit.ts";

/** The author of a write that is made now. */
export function authorOf({ operatorId, keyId }: Caller, clock: Clock): Author {
  return { operatorId, keyId, at: new Date(clock.nowS() * 1_000) };
}
