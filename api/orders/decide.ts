/**
 * The second pair of eyes: another key approves or rejects an order that waits for it.
 */
import { and, eq } from "drizzle-orm";
import type { ApiContext } from "../context.ts";
import { orderOfAccount } from "../engine/outbox.ts";
import { Problem } from "../problems.ts";
import { accountOf } from "../registry/accounts.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { accountOrders } from "../registry/schema/orders.ts";
import { type Asked, carriedOut, type OrderRow } from "./place.ts";
import { refuseOwn } from "./refuse-own.ts";

/** What was decided, and why. */
export type Decision = { approved: boolean; reason: string | undefined };

/** Approves or rejects an order. Throws a Problem, also where the engine refuses what was approved. */
export async function decideOrder(
  context: ApiContext,
  author: Author,
  id: string,
  decision: Decision,
): Promise<OrderRow> {
  const row = await context.db.transaction(async (tx) => {
    const row = await lockOrder(tx, author.operatorId, id);
    // The same decision again is the answer to a lost answer.
    if (row.decided_by === author.keyId && (row.state !== "rejected") === decision.approved) {
      return row;
    }
    refuseOwn(row, author, `order ${id}`);
    const command = decision.approved
      ? await orderOfAccount(tx, row.account_id, row.asked as Asked)
      : undefined;
    await recordDeed(tx, author, {
      action: decision.approved ? "order.approved" : "order.rejected",
      object: `account_order/${id}`,
      reason: decision.reason,
    });
    return one(
      await tx
        .update(accountOrders)
        .set({
          state: command === undefined ? "rejected" : "pending",
          command_number: command?.number ?? null,
          decided_by: author.keyId,
          decided_at: author.at,
          decision_reason: decision.reason ?? null,
        })
        .where(eq(accountOrders.id, id))
        .returning(),
    );
  });
  const account = await accountOf(context.db, author.operatorId, row.account_id);
  if (account === undefined) throw new Error(`the account of order ${id} is gone`);
  return await carriedOut(context, row, account);
}

async function lockOrder(tx: Queryable, operatorId: string, id: string): Promise<OrderRow> {
  const [row] = await tx
    .select()
    .from(accountOrders)
    .where(and(eq(accountOrders.operator_id, operatorId), eq(accountOrders.id, id)))
    .for("update");
  if (row !== undefined) return row;
  throw new Problem("order_unknown", { detail: `there is no order ${id}: check the id` });
}
