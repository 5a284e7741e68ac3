/**
 * Tells the engine what is in force for an account (R37): a price list from its instant on, a policy when its time has come.
 */
import { and, asc, eq, lte, type SQL } from "drizzle-orm";
import type { ApiContext } from "../context.ts";
import { eachAtMost } from "../each.ts";
import type { Settle } from "../engine/delivery.ts";
import { orderOfAccount } from "../engine/outbox.ts";
import type { Account } from "./accounts.ts";
import { one, type Queryable } from "./database.ts";
import { openDirectory } from "./directory.ts";
import { type Terms, termsOf } from "./effective.ts";
import { lockPolicy } from "./policies.ts";
import { inForceAt, nextChange } from "./precedence.ts";
import { lockPriceList } from "./price-lists.ts";
import { accounts, shardPolicies, shardPriceLists } from "./schema/accounts.ts";
import { lockShard } from "./shards.ts";

/** An instant that never comes: what is pending is put off to it. */
const NEVER_S = 0xffff_ffff;
/** How long after it was told something an account is looked at again: what the engine refused is told anew then. */
const AGAIN_MS = 60_000;
/** Most accounts of one round. */
const APPLIED_MAX = 500;
/** Most accounts that one request looks at before its answer. */
export const APPLIED_AT_ONCE_MAX = 64;
const SIDE_BY_SIDE = 8;
/** Times that one account is looked at while assignments change under it. */
const LOOKS_MAX = 3;

/** What is in force now and next for an account. */
type Plan = {
  list: string;
  nextList: { id: string; atMs: number } | undefined;
  policy: string;
  dueMs: number | undefined;
};

/** The plan of an account by what applies to it. */
function planOf(account: Account, { lists, policies }: Terms, nowMs: number): Plan {
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

/** Has what is in force looked at again for these accounts; gives how many they are. */
export async function markDue(tx: Queryable, where: SQL | undefined, at: Date): Promise<number> {
  const rows = await tx
    .update(accounts)
    .set({ terms_due_at: at })
    .where(where)
    .returning({ id: accounts.id });
  return rows.length;
}

/**
 * Looks at the accounts that are due, and tells the engine what has changed; gives how many were looked at. Throws
 * EngineUnavailable where it does not answer: they stay due.
 */
export async function applyDueTerms(context: ApiContext, most = APPLIED_MAX): Promise<number> {
  const { db, clock } = context;
  const due = await db
    .select()
    .from(accounts)
    .where(lte(accounts.terms_due_at, new Date(clock.nowS() * 1_000)))
    .orderBy(asc(accounts.terms_due_at))
    .limit(most);
  await eachAtMost(SIDE_BY_SIDE, due, (account) => applyTerms(context, account));
  return due.length;
}

async function applyTerms(context: ApiContext, account: Account): Promise<void> {
  const { db, engine, clock } = context;
  const place = { shard: account.shard, slot: account.slot };
  await engine.deliver(place, Number.MAX_SAFE_INTEGER);
  for (let look = 0; look < LOOKS_MAX; look++) {
    const nowMs = clock.nowS() * 1_000;
    const seen = planOf(account, await termsOf(db, account, nowMs), nowMs);
    const done = await db.transaction((tx) => tell(tx, account.id, seen, nowMs));
    if (done) break;
  }
  await engine.deliver({ shard: account.shard, slot: null }, Number.MAX_SAFE_INTEGER);
  await engine.deliver(place, Number.MAX_SAFE_INTEGER);
}

/** Locks what is named, in the order of all, and orders what the engine was not told. False when the plan has changed. */
async function tell(tx: Queryable, id: string, seen: Plan, nowMs: number): Promise<boolean> {
  const policy = await lockPolicy(tx, seen.policy);
  const lists = [seen.list, ...(seen.nextList === undefined ? [] : [seen.nextList.id])];
  for (const list of [...new Set(lists)].sort()) await lockPriceList(tx, list);
  const { shard } = one(await tx.select().from(accounts).where(eq(accounts.id, id)));
  await lockShard(tx, shard);
  const account = one(await tx.select().from(accounts).where(eq(accounts.id, id)).for("update"));
  const plan = planOf(account, await termsOf(tx, account, nowMs), nowMs);
  if (plan.policy !== seen.policy || plan.list !== seen.list) return false;
  if (plan.nextList?.id !== seen.nextList?.id) return false;
  const directory = openDirectory(tx, shard, Math.floor(nowMs / 1_000));
  if (account.policy_id !== plan.policy) {
    const index = await directory.policy(policy);
    await orderOfAccount(tx, id, { op: "assign_policy", policy: index });
  }
  const changes = assignmentsFor(account, plan, nowMs);
  for (const { list, atS } of changes) {
    const price_list = await directory.priceList(list);
    await orderOfAccount(tx, id, { op: "assign_price_list", price_list, at_s: atS });
  }
  const isTold = changes.length > 0 || account.policy_id !== plan.policy;
  await tx
    .update(accounts)
    .set({
      terms_due_at: dueAfter(plan, isTold ? nowMs + AGAIN_MS : undefined),
      ...(isReached(account, nowMs) && {
        price_list_id: account.next_price_list_id ?? account.price_list_id,
        next_price_list_id: null,
        next_price_list_at: null,
      }),
    })
    .where(eq(accounts.id, id));
  return true;
}

function dueAfter({ dueMs }: Plan, againMs: number | undefined): Date | null {
  const due = [dueMs, againMs].filter((atMs) => atMs !== undefined);
  return due.length === 0 ? null : new Date(Math.min(...due));
}

function isReached({ next_price_list_at: at }: Account, nowMs: number): boolean {
  return at !== null && at.getTime() <= nowMs;
}

/** What the engine has to hear of price lists, in order; nothing where it knows. Exported for its test. */
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

/** After the engine's answer: what it was told is on record. A refusal leaves the account to be looked at again. */
export const settleAssignment: Settle = async (tx, { shard, slot, body }, reply) => {
  if (reply.status === "refused") return;
  const here = and(eq(accounts.shard, shard), eq(accounts.slot, slot ?? -1));
  if (body.op === "assign_policy") {
    const [entry] = await tx
      .select()
      .from(shardPolicies)
      .where(and(eq(shardPolicies.shard, shard), eq(shardPolicies.index, body.policy)));
    if (entry !== undefined) {
      await tx.update(accounts).set({ policy_id: entry.policy_id }).where(here);
    }
  }
  if (body.op !== "assign_price_list") return;
  const [entry] = await tx
    .select()
    .from(shardPriceLists)
    .where(and(eq(shardPriceLists.shard, shard), eq(shardPriceLists.index, body.price_list)));
  if (entry === undefined) return;
  const nothingNext = { next_price_list_id: null, next_price_list_at: null };
  if (body.at_s === NEVER_S) await tx.update(accounts).set(nothingNext).where(here);
  else if (body.at_s <= reply.at_s) {
    const now = { price_list_id: entry.price_list_id, ...nothingNext };
    await tx.update(accounts).set(now).where(here);
  } else {
    const next_price_list_at = new Date(body.at_s * 1_000);
    const next = { next_price_list_id: entry.price_list_id, next_price_list_at };
    await tx.update(accounts).set(next).where(here);
  }
};
