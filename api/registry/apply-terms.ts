/**
 * Tells the engine what is in force for an account (R37): a price list from its instant on, a policy when its time has come.
 */
import { asc, lte, type SQL, sql } from "drizzle-orm";
import type { ApiContext } from "../context.ts";
import { eachAtMost } from "../each.ts";
import { type OrdersOf, ordersOfAccounts } from "../engine/many-orders.ts";
import type { AccountOrder } from "../engine/outbox.ts";
import { groupBy } from "../reports/group-by.ts";
import type { Account } from "./accounts.ts";
import { anyOf } from "./any-of.ts";
import type { Queryable } from "./database.ts";
import { type Directory, openDirectory } from "./directory.ts";
import { termsOfMany } from "./effective.ts";
import { asOperator, crossing } from "./isolation/scope.ts";
import { lockPolicy, type SupplyPolicy } from "./policies.ts";
import { lockPriceList } from "./price-lists.ts";
import { accounts } from "./schema/accounts.ts";
import { lockShard } from "./shards.ts";
import { assignmentsFor, dueAfter, isReached, type Plan, planOf } from "./terms-plan.ts";

/** How long after it was told something an account is looked at again: what the engine refused is told anew then. */
const AGAIN_MS = 60_000;
/** Most accounts of one round. */
const APPLIED_MAX = 2_000;
/** Rounds without a rest. */
const ROUNDS_MAX = 100;
/** Most accounts that one request looks at before its answer. */
export const APPLIED_AT_ONCE_MAX = 64;
/** Most accounts of a shard that are delivered one by one. */
const ALONE_MAX = 8;
const SIDE_BY_SIDE = 4;
/** Times that one account is looked at while assignments change under it. */
const LOOKS_MAX = 3;

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
 * Looks at the accounts that are due, by operator and shard, and tells the engine what has changed; gives how many were looked at.
 * Throws EngineUnavailable where it does not answer: what it was not told waits in the outbox.
 */
export async function applyDueTerms(context: ApiContext, most = APPLIED_MAX): Promise<number> {
  const { db, clock } = context;
  const due = await crossing("what is due", () =>
    db
      .select()
      .from(accounts)
      .where(lte(accounts.terms_due_at, new Date(clock.nowS() * 1_000)))
      .orderBy(asc(accounts.terms_due_at))
      .limit(most)
      .execute(),
  );
  const groups = [...groupBy(due, ({ shard, operator_id }) => `${shard}/${operator_id}`).values()];
  await eachAtMost(SIDE_BY_SIDE, groups, async (own) => {
    const [first] = own;
    if (first === undefined) return;
    await asOperator(first.operator_id, () => applyTerms(context, own));
  });
  return due.length;
}

/** Goes on until nothing is due, a bounded number of rounds. */
export async function applyAllDueTerms(context: ApiContext): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++)
    if ((await applyDueTerms(context)) < APPLIED_MAX) return;
}

/** Of one operator, in one shard. */
async function applyTerms(context: ApiContext, due: readonly Account[]): Promise<void> {
  const shard = due[0]?.shard ?? 0;
  await deliver(context, shard, due);
  let left = due;
  for (let look = 0; look < LOOKS_MAX && left.length > 0; look++) {
    const nowMs = context.clock.nowS() * 1_000;
    const seen = await plansOf(context.db, left, nowMs);
    const told = await context.db.transaction((tx) => tell(tx, { shard, seen, nowMs }));
    left = left.filter(({ id }) => !told.has(id));
  }
  await deliver(context, shard, due);
}

/** Few accounts are delivered by themselves, many with all that waits in their shard. */
async function deliver(
  { engine }: ApiContext,
  shard: number,
  due: readonly Account[],
): Promise<void> {
  if (due.length > ALONE_MAX) return void (await engine.deliverAll(shard));
  await engine.deliver({ shard, slot: null }, Number.MAX_SAFE_INTEGER);
  for (const { slot } of due) await engine.deliver({ shard, slot }, Number.MAX_SAFE_INTEGER);
}

type Plans = Map<string, Plan>;

async function plansOf(db: Queryable, some: readonly Account[], nowMs: number): Promise<Plans> {
  const terms = await termsOfMany(db, some, nowMs);
  return new Map(
    some.map((account, at) => [
      account.id,
      planOf(account, terms[at] ?? { lists: [], policies: [] }, nowMs),
    ]),
  );
}

/** What was seen of a shard's accounts. */
type Seen = { shard: number; seen: Plans; nowMs: number };

/**
 * Locks what is named, in the order of all, and orders what the engine was not told. Gives the accounts that are done; the
 * plan of the others has changed.
 */
async function tell(tx: Queryable, { shard, seen, nowMs }: Seen): Promise<Set<string>> {
  const plans = [...seen.values()];
  const policies = new Map<string, SupplyPolicy>();
  for (const id of sorted(plans.map(({ policy }) => policy)))
    policies.set(id, await lockPolicy(tx, id));
  const lists = plans.flatMap(({ list, nextList }) => [list, nextList?.id ?? list]);
  for (const id of sorted(lists)) await lockPriceList(tx, id);
  await lockShard(tx, shard);
  const rows = await tx
    .select()
    .from(accounts)
    .where(anyOf(accounts.id, [...seen.keys()]))
    .orderBy(asc(accounts.id))
    .for("update");
  const now = await plansOf(tx, rows, nowMs);
  const directory = openDirectory(tx, shard, Math.floor(nowMs / 1_000));
  const orders: OrdersOf[] = [];
  const changed: Told[] = [];
  for (const account of rows) {
    const plan = now.get(account.id);
    const before = seen.get(account.id);
    if (plan === undefined || before === undefined || !isSame(plan, before)) continue;
    const own = await ordersFor(account, plan, { directory, policies, nowMs });
    if (own.length > 0) orders.push({ accountId: account.id, orders: own });
    changed.push(toldOf(account, plan, { isTold: own.length > 0, nowMs }));
  }
  await ordersOfAccounts(tx, orders);
  await keepTold(tx, changed);
  return new Set(changed.map(({ id }) => id));
}

function sorted(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}

function isSame(plan: Plan, before: Plan): boolean {
  const isSameNext = plan.nextList?.id === before.nextList?.id;
  return plan.policy === before.policy && plan.list === before.list && isSameNext;
}

type Knows = { directory: Directory; policies: Map<string, SupplyPolicy>; nowMs: number };

/** What the engine has to hear of an account. */
async function ordersFor(account: Account, plan: Plan, knows: Knows): Promise<AccountOrder[]> {
  const { directory, policies, nowMs } = knows;
  const orders: AccountOrder[] = [];
  const policy = policies.get(plan.policy);
  if (account.policy_id !== plan.policy && policy !== undefined)
    orders.push({ op: "assign_policy", policy: await directory.policy(policy) });
  for (const { list, atS } of assignmentsFor(account, plan, nowMs)) {
    const price_list = await directory.priceList(list);
    orders.push({ op: "assign_price_list", price_list, at_s: atS });
  }
  return orders;
}

/** What is kept of an account that was looked at: when it is due again, and whether its next list has come. */
type Told = { id: string; due: string | null; reached: boolean };

function toldOf(
  account: Account,
  plan: Plan,
  { isTold, nowMs }: { isTold: boolean; nowMs: number },
): Told {
  const due = dueAfter(plan, isTold ? nowMs + AGAIN_MS : undefined);
  return { id: account.id, due: due?.toISOString() ?? null, reached: isReached(account, nowMs) };
}

async function keepTold(tx: Queryable, told: readonly Told[]): Promise<void> {
  await tx.execute(sql`
    update accounts a set terms_due_at = t.due,
      price_list_id = case when t.reached then coalesce(a.next_price_list_id, a.price_list_id) else a.price_list_id end,
      next_price_list_id = case when t.reached then null else a.next_price_list_id end,
      next_price_list_at = case when t.reached then null else a.next_price_list_at end
    from json_to_recordset(${JSON.stringify(told)}::json) as t(id uuid, due timestamptz, reached boolean)
    where a.id = t.id`);
}
