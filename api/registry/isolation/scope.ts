/**
 * On whose behalf the present work asks the registry: one operator's, or, by a crossing, that of the installation. The scope
 * goes with the work through awaits; what a query may see is judged by PostgreSQL (see tables.ts and crossings.ts).
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";
import type { Crossing } from "./crossings.ts";

/** Where PostgreSQL finds the operator of a transaction. */
export const OPERATOR_SETTING = "drawdown.operator";

/** One operator's rows, or those that a crossing is for. */
export type Scope = { operatorId: string } | { crossing: Crossing };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const scopes = new AsyncLocalStorage<Scope>();

/** The scope of the present work; undefined where none was entered: then the registry is not asked at all. */
export function currentScope(): Scope | undefined {
  return scopes.getStore();
}

/** Does the work for one operator: it sees and changes that operator's rows and no others. Throws for an id that is none. */
export function asOperator<T>(operatorId: string, work: () => T): T {
  if (!UUID.test(operatorId)) throw new Error(`"${operatorId}" is no operator's id`);
  const scope = currentScope();
  if (scope !== undefined && "operatorId" in scope && scope.operatorId === operatorId)
    return work();
  return scopes.run({ operatorId }, () => begun(work()));
}

/** Does work that is not one operator's, with the rights that `crossings.ts` lists for it. */
export function crossing<T>(name: Crossing, work: () => T): T {
  return scopes.run({ crossing: name }, () => begun(work()));
}

/** A query of Drizzle's is made when it is waited for, and that would be outside of the scope: it is waited for in here. */
function begun<T>(outcome: T): T {
  const query = outcome as { then?: unknown; execute?: unknown } | null;
  if (typeof query !== "object" || outcome instanceof Promise) return outcome;
  if (typeof query?.then !== "function" || typeof query.execute !== "function") return outcome;
  const { then } = query;
  return new Promise((resolve, reject) => then.call(query, resolve, reject)) as T;
}

/** An account by its id, or by its place in a shard. */
type AccountNamed = { accountId: string } | { shard: number; slot: number | null };

/**
 * From here to its end the transaction is that of the account's operator; on a connection of the tables' owner this changes
 * nothing. False, and nothing is changed, where there is no such account.
 */
export async function narrowToOwnerOf(tx: Queryable, account: AccountNamed): Promise<boolean> {
  if ("accountId" in account && !UUID.test(account.accountId)) return false;
  const isIt =
    "accountId" in account
      ? sql`id = ${account.accountId}`
      : sql`shard = ${account.shard} and slot = ${account.slot}`;
  const { rows } = await tx.execute(
    sql`select set_config('role', 'none', true), set_config(${OPERATOR_SETTING}, operator_id::text, true) from accounts where ${isIt}`,
  );
  return rows.length > 0;
}
