/**
 * Automatic top-ups, again and again: open payments first, then what falls due.
 */
import type { ApiContext } from "../context.ts";
import { every, type Ongoing } from "../every.ts";
import { advancePayments } from "./advance.ts";
import { beginTopUps } from "./begin.ts";

/** Time between rounds. */
const TOP_UPS_MS = 5_000;

/** One round; nothing where there is no provider. */
export async function topUpRound(
  context: ApiContext,
  onFault: (error: unknown) => void,
): Promise<void> {
  const { payments } = context;
  if (payments === undefined) return;
  await beginTopUps(context);
  await advancePayments({ ...context, payments }, onFault);
}

/** Starts it. */
export function startTopUps(context: ApiContext, onFault: (error: unknown) => void): Ongoing {
  return every(TOP_UPS_MS, () => topUpRound(context, onFault), onFault);
}
