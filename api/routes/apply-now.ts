/**
 * What has come into force is told to the engine before the answer, where it can be (R37).
 */
import type { ApiContext } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import { APPLIED_AT_ONCE_MAX, applyDueTerms } from "../registry/apply-terms.ts";

/** Applies what it can at once; what the engine does not take now, or is too much for one round, follows by itself. */
export async function applyNow(context: ApiContext): Promise<void> {
  try {
    await applyDueTerms(context, APPLIED_AT_ONCE_MAX);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
  }
}
