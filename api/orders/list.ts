/**
 * Looking account orders up, within their operator.
 */
import { and, asc, eq, gt } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { accountOrders } from "../registry/schema/orders.ts";
import type { Page } from "../registry/sites.ts";
import type { OrderOp, OrderRow } from "./place.ts";

/** Which orders a list is of. */
export type OrderFilter = {
  accountId?: string | undefined;
  state?: OrderRow["state"] | undefined;
  op?: OrderOp | undefined;
};

/** The operator's order of this id, or undefined. */
export async function orderOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<OrderRow | undefined> {
  const [row] = await db
    .select()
    .from(accountOrders)
    .where(and(eq(accountOrders.operator_id, operatorId), eq(accountOrders.id, id)));
  return row;
}

/** The operator's orders in the order of their making. */
export function listOrders(
  db: Queryable,
  operatorId: string,
  { after, limit, accountId, state, op }: Page & OrderFilter,
): Promise<OrderRow[]> {
  return db
    .select()
    .from(accountOrders)
    .where(
      and(
        eq(accountOrders.operator_id, operatorId),
        gt(accountOrders.ordinal, after),
        accountId === undefined ? undefined : eq(accountOrders.account_id, accountId),
        state === undefined ? undefined : eq(accountOrders.state, state),
        op === undefined ? undefined : eq(accountOrders.op, op),
      ),
    )
    .orderBy(asc(accountOrders.ordinal))
    .limit(limit);
}
