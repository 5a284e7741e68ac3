/**
 * What balances are made of beside the engine's answer: shared by all that answer with them, so that each thing is
 * remembered once.
 */
import type { ApiContext } from "./context.ts";
import { type DaysLeft, makeDaysLeft } from "./days-left.ts";
import { type AccountMemory, makeFindAccount } from "./registry/account-memory.ts";

/** Finds accounts, and tells how long their credit lasts. */
export type Balances = { findAccount: AccountMemory; daysLeft: DaysLeft };

/** Makes them over registry and store. */
export function makeBalances({ db, consumption }: ApiContext): Balances {
  return { findAccount: makeFindAccount(db), daysLeft: makeDaysLeft(consumption) };
}
