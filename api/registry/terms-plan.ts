/**
 * What the engine has to hear of an account's price list and policy (R37), from what applies to it. Pure.
 */
import type { Account } from "./accounts.ts";
import type { Terms } from "./effective.ts";
import { inForceAt, nextChange } from "./precedence.ts";

/** An instant that never comes: what is pending is put off to it. */
export const NEVER_S = 0xffff_ffff;

/** What is in force now and next for an account. */
export type Plan = {
  list: string;
  nextList: { id: string; atMs: number } | undefined;
  policy: string;
  dueMs: number | undefined;
};

/** The plan of an account by what applies to it. */
export function planOf(account: Account, { lists, policies }: Terms, nowMs: number): Plan {
  const fallback = account.opening_price_list_id;
  const listChange = nextChange(lists, nowMs, fallback);
  const policyChange = nextChange(policies, nowMs, account.opening_policy_id);
  const due = [listChange?.atMs, policyChange?.atMs].filter((atMs) => atMs !== undefined);
  return {
    list: inForceAt(lists, nowMs)?.thing ?? fallback,
    nextList: listChange && { id: listChange.to?.thing ?? fallback, atMs: listChange.atMs },
    policy: inForceAt(policies, nowMs)?.thing ?? account.opening_policy_id,
    dueMs: due.length === 0 ? undefined : Math.min(...due),
  };
}

/** When an account is due again by its plan, and not later than `againMs`. */
export function dueAfter({ dueMs }: Plan, againMs: number | undefined): Date | null {
  const due = [dueMs, againMs].filter((atMs) => atMs !== undefined);
  return due.length === 0 ? null : new Date(Math.min(...due));
}

/** Whether the change of price list that the engine holds has come. */
export function isReached({ next_price_list_at: at }: Account, nowMs: number): boolean {
  return at !== null && at.getTime() <= nowMs;
}

/** What the engine has to hear of price lists, in order; nothing where it knows. */
export function assignmentsFor(
  account: Pick<Account, "price_list_id" | "next_price_list_id" | "next_price_list_at">,
  plan: Pick<Plan, "list" | "nextList">,
  nowMs: number,
): { list: string; atS: number }[] {
  const { next_price_list_id, next_price_list_at: nextAt } = account;
  const reached = nextAt !== null && nextAt.getTime() <= nowMs;
  const current = reached ? next_price_list_id : account.price_list_id;
  const pending =
    reached || nextAt === null ? undefined : { id: next_price_list_id, atMs: nextAt.getTime() };
  const told: { list: string; atS: number }[] = [];
  if (current !== plan.list) told.push({ list: plan.list, atS: 0 });
  const { nextList } = plan;
  if (nextList !== undefined) {
    const isKnown = pending?.id === nextList.id && pending.atMs === nextList.atMs;
    if (!isKnown || told.length > 0) {
      told.push({ list: nextList.id, atS: Math.floor(nextList.atMs / 1_000) });
    }
  } else if (pending !== undefined && told.length === 0) {
    // The engine has no word for "no change any more": the present list, at an instant that never comes.
    told.push({ list: plan.list, atS: NEVER_S });
  }
  return told;
}
