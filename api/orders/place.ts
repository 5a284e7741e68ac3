/**
 * Placing an account order: recorded with its command in one transaction, brought to the engine, and its outcome told. A
 * repeat under the same Idempotency-Key gets the first outcome; it is never carried out twice.
 */
import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import type { ApiContext } from "../context.ts";
import { type AccountOrder, orderOfAccount } from "../engine/outbox.ts";
import type { Holding } from "../holding.ts";
import { Problem } from "../problems.ts";
import type { Account } from "../registry/accounts.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { isTaken, one, type Queryable } from "../registry/database.ts";
import { accountOrders, type ORDER_OPS } from "../registry/schema/orders.ts";
import { refusalProblem } from "./refusal.ts";

/** An order as the registry has it. */
export type OrderRow = typeof accountOrders.$inferSelect;
/** What an order can ask. */
export type OrderOp = (typeof ORDER_OPS)[number];
/** What is asked of the engine. */
export type Asked = Extract<AccountOrder, { op: OrderOp }>;

/** An order as somebody asks it. `note` is kept with it, `request` in it is shown again. */
export type OrderRequest = {
  author: Author;
  traceId: string;
  account: Account;
  asked: Asked;
  reason: string | undefined;
  idempotencyKey: string | undefined;
  note: { request: unknown } & Record<string, unknown>;
  vendId?: string | undefined;
  /** What beside `asked` and `reason` tells this order from another under the same key. */
  meaning?: unknown;
  /** Whether another key has to approve it before the engine hears of it. */
  needsApproval?: boolean | undefined;
  /** Runs first in the transaction; what it throws records nothing. What it gives is kept in the note. */
  before?: ((tx: Queryable) => Promise<Record<string, unknown> | undefined>) | undefined;
};

/** An order that was placed, and whether it had been before. */
export type Placed = { row: OrderRow; replayed: boolean };

/**
 * Places an order. Throws a Problem where the engine refuses it or the key was used for something else, EngineUnavailable
 * when the outcome is not known: the order stays on record, and the same key asks again.
 */
export async function placeOrder(context: ApiContext, request: OrderRequest): Promise<Placed> {
  const { db } = context;
  const known = await knownOrder(db, request);
  const recorded = known ?? (await record(context, request));
  const row = recorded ?? (await knownOrder(db, request));
  if (row === undefined) throw new Error("an order is neither there nor new");
  const replayed = known !== undefined || recorded === undefined;
  return { row: await carriedOut(context, row, request.account), replayed };
}

/** Brings an order that is pending to the engine, and gives it with its outcome. Throws as placeOrder does. */
export async function carriedOut(
  { db, engine }: ApiContext,
  row: OrderRow,
  { shard, slot }: Account,
): Promise<OrderRow> {
  let now = row;
  if (row.state === "pending" && row.command_number !== null) {
    await engine.deliver({ shard, slot }, row.command_number);
    now = one(await db.select().from(accountOrders).where(eq(accountOrders.id, row.id)));
  }
  if (now.state === "refused") throw refusalProblem(now.fault ?? "", `${now.op} (order ${now.id})`);
  return now;
}

async function knownOrder(db: Queryable, request: OrderRequest): Promise<OrderRow | undefined> {
  const { idempotencyKey, author } = request;
  if (idempotencyKey === undefined) return undefined;
  const [row] = await db
    .select()
    .from(accountOrders)
    .where(
      and(
        eq(accountOrders.operator_id, author.operatorId),
        eq(accountOrders.idempotency_key, idempotencyKey),
      ),
    );
  if (row !== undefined && row.body_hash !== hashOf(request)) {
    throw new Problem("idempotency_key_reused", {
      detail: `Idempotency-Key ${idempotencyKey} was used for another order (${row.id}): use another key`,
    });
  }
  return row;
}

/** Gives undefined when the key has come in meanwhile. */
async function record({ db }: ApiContext, request: OrderRequest): Promise<OrderRow | undefined> {
  const { account, asked, author, reason } = request;
  try {
    return await db.transaction(async (tx) => {
      const kept = await request.before?.(tx);
      const command =
        request.needsApproval === true ? undefined : await orderOfAccount(tx, account.id, asked);
      const row = one(
        await tx
          .insert(accountOrders)
          .values({
            operator_id: author.operatorId,
            account_id: account.id,
            op: asked.op,
            asked,
            idempotency_key: request.idempotencyKey ?? null,
            body_hash: hashOf(request),
            reason: reason ?? null,
            key_id: author.keyId,
            state: command === undefined ? "awaiting_approval" : "pending",
            command_number: command?.number ?? null,
            vend_id: request.vendId ?? null,
            note: { ...request.note, ...kept, holding: holdingOf(account) },
            trace_id: request.traceId,
            requested_at: author.at,
          })
          .returning(),
      );
      await recordDeed(tx, author, {
        action: `account.${asked.op}`,
        object: `account/${account.id}`,
        reason,
        data: { order_id: row.id, asked },
      });
      return row;
    });
  } catch (error) {
    if (isTaken(error, "account_orders_idempotency")) return undefined;
    throw error;
  }
}

function holdingOf({ holds, service, currency }: Account): Holding {
  return { holds, service, currency };
}

function hashOf({ account, asked, reason, vendId, meaning: more }: OrderRequest): string {
  const meaning = [account.id, asked, reason ?? null, vendId ?? null, more ?? null];
  return createHash("sha256").update(JSON.stringify(meaning)).digest("hex");
}
