/**
 * The refusal of one member of a body.
 */
import { Problem } from "../problems.ts";

/** A problem that names the member and what is wrong with it. */
export function refuseWrong(pointer: string, message: string): Problem {
  const detail = `${pointer.slice(1)} ${message}`;
  return new Problem("invalid_request", { detail, errors: [{ pointer, message }] });
}
