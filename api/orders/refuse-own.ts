/**
 * Four eyes: who asked for something is not who approves it.
 */
import { Problem } from "../problems.ts";
import type { Author } from "../registry/audit.ts";

/** Refuses who decides what they asked themselves, and what does not wait any more. */
export function refuseOwn(
  of: { key_id: string | null; state: string },
  author: Author,
  what: string,
): void {
  if (of.key_id === author.keyId) {
    throw new Problem("approval_needs_another_key", {
      detail: `${what} was asked for with this very key: another one must approve or reject it`,
    });
  }
  if (of.state !== "awaiting_approval") {
    throw new Problem("not_awaiting_approval", { detail: `${what} is ${of.state}` });
  }
}
