/**
 * The terms that an account's debts were last given.
 */
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { accountOrders } from "../registry/schema/orders.ts";
import type { OrderRow } from "./place.ts";

/** The newest order of each debt that was carried out since the last change of tenancy. */
export async function lastDebtOrders(db: Queryable, accountId: string): Promise<OrderRow[]> {
  const applied = and(eq(accountOrders.account_id, accountId), eq(accountOrders.state, "applied"));
  const since = db
    .select({ ordinal: sql`coalesce(max(${accountOrders.ordinal}), 0)` })
    .from(accountOrders)
    .where(and(applied, eq(accountOrders.op, "change_tenancy")));
  const debt = sql`${accountOrders.asked}->>'debt'`;
  return await db
    .selectDistinctOn([debt])
    .from(accountOrders)
    .where(and(applied, eq(accountOrders.op, "set_debt"), gt(accountOrders.ordinal, sql`${since}`)))
    .orderBy(debt, desc(accountOrders.ordinal));
}
