/**
 * Something that a comparison needs cannot be had here: its rows are skipped, and the reason is told.
 */
import { HostError } from "../../engine/host/host-error.ts";
import type { Outcome } from "./suite.ts";

/** Why a comparison is skipped, and what would mend it, in one line. */
export class SkipError extends Error {
  override readonly name = "SkipError";
}

/** Waits for a server; that it is missing here becomes a SkipError. */
export async function asSkip<T>(starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (error instanceof HostError && error.code === "missing")
      throw new SkipError(error.message, { cause: error });
    throw error;
  }
}

/** Does the work; where it has to be skipped, the rows are noted as skipped and undefined is given. */
export async function orSkip<T>(
  outcome: Outcome,
  rows: readonly string[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    for (const row of rows) outcome.skipped.push({ row, reason: error.message });
    return undefined;
  }
}
