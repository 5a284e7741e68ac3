/**
 * After the engine's answer to an order's command: its outcome, and what follows from it in the registry, in one transaction.
 */
import { and, eq } from "drizzle-orm";
import type { Answered, Settle } from "../engine/delivery.ts";
import type { CommandRow } from "../engine/outbox.ts";
import type { Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { accountOrders } from "../registry/schema/orders.ts";
import type { OrderOp, OrderRow } from "./place.ts";

/** An answer that says that a command was carried out. */
export type Applied = Extract<Answered, { status: "applied" }>;
/** What follows from an order that was carried out. */
export type FollowUp = (tx: Queryable, row: OrderRow, reply: Applied) => Promise<void>;

/** What follows from an order that was refused. */
export type Undo = (tx: Queryable, row: OrderRow) => Promise<void>;

/** Makes the settling, with what follows from some orders, and from the refusal of some. */
export function makeSettleOrder(
  followUps: Partial<Record<OrderOp, FollowUp>>,
  undoes: Partial<Record<OrderOp, Undo>> = {},
): Settle {
  return async (tx, command, reply) => {
    const row = await orderOf(tx, command);
    if (row === undefined) return;
    const [settled] = await tx
      .update(accountOrders)
      .set(outcomeOf(reply))
      .where(and(eq(accountOrders.id, row.id), eq(accountOrders.state, "pending")))
      .returning();
    if (settled === undefined) return;
    if (reply.status === "applied") await followUps[row.op]?.(tx, settled, reply);
    else await undoes[row.op]?.(tx, settled);
  };
}

function outcomeOf(reply: Answered): Partial<OrderRow> {
  const balance_micros = BigInt(reply.balance_micros);
  if (reply.status === "refused") return { state: "refused", fault: reply.code, balance_micros };
  return {
    state: "applied",
    balance_micros,
    parts: reply.parts ?? null,
    applied_at: new Date(reply.at_s * 1_000),
  };
}

async function orderOf(tx: Queryable, command: CommandRow): Promise<OrderRow | undefined> {
  const [found] = await tx
    .select({ row: accountOrders })
    .from(accounts)
    .innerJoin(
      accountOrders,
      and(
        eq(accountOrders.account_id, accounts.id),
        eq(accountOrders.command_number, command.number),
      ),
    )
    .where(and(eq(accounts.shard, command.shard), eq(accounts.slot, command.slot ?? -1)));
  return found?.row;
}

/** The critical need as the engine has it now. */
export const keepCriticalNeed: FollowUp = async (tx, { account_id, asked }) => {
  if (asked.op !== "set_critical_need") return;
  await tx
    .update(accounts)
    .set({ critical_need: asked.critical })
    .where(eq(accounts.id, account_id));
};

/** A mode that was changed at once; one that is changed later is told by its event. */
export const keepMode: FollowUp = async (tx, { account_id, asked }, reply) => {
  if (asked.op !== "set_payment_mode" || asked.at_s > reply.at_s) return;
  await tx.update(accounts).set({ payment_mode: asked.mode }).where(eq(accounts.id, account_id));
};
