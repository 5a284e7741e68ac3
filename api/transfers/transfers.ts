/**
 * Credit transfers inside a site (R90): requested and set aside, approved by another key, posted in one step of the engine;
 * or rejected and given back. Nothing is posted twice: every step has its command number.
 */
import { createHash } from "node:crypto";
import { and, asc, eq, gt } from "drizzle-orm";
import type { ApiContext } from "../context.ts";
import { type AccountOrder, orderOfAccount } from "../engine/outbox.ts";
import { refusalProblem } from "../orders/refusal.ts";
import { refuseOwn } from "../orders/refuse-own.ts";
import { Problem } from "../problems.ts";
import type { Account } from "../registry/accounts.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { isTaken, one, type Queryable } from "../registry/database.ts";
import { operatorOf } from "../registry/operators.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { creditTransfers } from "../registry/schema/transfers.ts";
import type { Page } from "../registry/sites.ts";

/** A transfer as the registry has it. */
export type Transfer = typeof creditTransfers.$inferSelect;

/** A transfer as it is asked for; `amount` is in what `from` holds, `siteId` where both accounts are. */
export type TransferRequest = {
  author: Author;
  from: Account;
  to: Account;
  siteId: string;
  amount: bigint;
  convert: boolean;
  reason: string;
  idempotencyKey: string;
};

/** A transfer with the account that gives, whose commands it has; and whether it was asked for before. */
export type Requested = { row: Transfer; replayed: boolean };

/**
 * Requests a transfer: posted at once up to the operator's limit, else set aside until another key decides. Throws a Problem
 * where the engine refuses it, EngineUnavailable when that is not known: the same key asks again.
 */
export async function requestTransfer(
  context: ApiContext,
  request: TransferRequest,
): Promise<Requested> {
  const known = await knownTransfer(context.db, request);
  const row =
    known ?? (await record(context, request)) ?? (await knownTransfer(context.db, request));
  if (row === undefined) throw new Error("a transfer is neither there nor new");
  return { row: await carryOn(context, row, request.from), replayed: known !== undefined };
}

/** Approves or rejects a transfer that waits. Throws as requestTransfer does. */
export async function decideTransfer(
  context: ApiContext,
  author: Author,
  id: string,
  { approved, reason }: { approved: boolean; reason: string | undefined },
): Promise<Transfer> {
  const { row, from } = await context.db.transaction(async (tx) => {
    const found = await lockTransfer(tx, author.operatorId, id);
    const { row } = found;
    const isRejection = row.state === "releasing" || row.state === "rejected";
    if (row.decided_by === author.keyId && isRejection !== approved) return found;
    refuseOwn(row, author, `transfer ${id}`);
    const order = approved ? postOrder(row, await slotOf(tx, row), true) : releaseOrder(row);
    const { number } = await orderOfAccount(tx, row.from_account_id, order);
    await recordDeed(tx, author, {
      action: approved ? "credit_transfer.approved" : "credit_transfer.rejected",
      object: `credit_transfer/${id}`,
      reason,
    });
    const decided = one(
      await tx
        .update(creditTransfers)
        .set({
          ...(approved
            ? { state: "posting", post_number: number }
            : { state: "releasing", release_number: number }),
          decided_by: author.keyId,
          decided_at: author.at,
          decision_reason: reason ?? null,
        })
        .where(eq(creditTransfers.id, id))
        .returning(),
    );
    return { ...found, row: decided };
  });
  return await carryOn(context, row, from);
}

/** Brings what is pending of a transfer to the engine, and gives it as it is then; throws a Problem where it was refused. */
async function carryOn(context: ApiContext, row: Transfer, from: Account): Promise<Transfer> {
  const { db, engine } = context;
  let now = row;
  // Reserve, or post, or release; a refused post is followed by a release.
  for (let step = 0; step < 3 && numberUnderWay(now) !== undefined; step++) {
    await engine.deliver(from, numberUnderWay(now) ?? 0);
    now = one(await db.select().from(creditTransfers).where(eq(creditTransfers.id, row.id)));
  }
  if (now.state === "refused") throw refusalProblem(now.fault ?? "", `transfer ${now.id}`);
  return now;
}

function numberUnderWay(row: Transfer): number | undefined {
  switch (row.state) {
    case "reserving":
      return row.reserve_number ?? undefined;
    case "posting":
      return row.post_number ?? undefined;
    case "releasing":
      return row.release_number ?? undefined;
    default:
      return undefined;
  }
}

async function record({ db }: ApiContext, request: TransferRequest): Promise<Transfer | undefined> {
  const { author, from, to, amount, convert } = request;
  try {
    return await db.transaction(async (tx) => {
      const { transfer_limit_micros: limit } = await operatorOf(tx, author.operatorId);
      const isSmall = from.holds === "money" && amount <= limit;
      const order: AccountOrder = isSmall
        ? postOrder({ amount, convert }, to.slot, false)
        : { op: "reserve_credit", amount_micros: String(amount) };
      const { number } = await orderOfAccount(tx, from.id, order);
      const row = one(
        await tx
          .insert(creditTransfers)
          .values({
            operator_id: author.operatorId,
            site_id: request.siteId,
            from_account_id: from.id,
            to_account_id: to.id,
            amount,
            convert,
            idempotency_key: request.idempotencyKey,
            body_hash: hashOf(request),
            reason: request.reason,
            key_id: author.keyId,
            requested_at: author.at,
            ...(isSmall
              ? { state: "posting" as const, post_number: number }
              : { state: "reserving" as const, reserve_number: number }),
          })
          .returning(),
      );
      await recordDeed(tx, author, {
        action: "credit_transfer.requested",
        object: `credit_transfer/${row.id}`,
        reason: request.reason,
        data: { from: from.id, to: to.id, amount: String(amount), convert },
      });
      return row;
    });
  } catch (error) {
    if (isTaken(error, "credit_transfers_idempotency")) return undefined;
    throw error;
  }
}

/** The order that moves the credit. */
export function postOrder(
  { amount, convert }: { amount: bigint; convert: boolean },
  toSlot: number,
  reserved: boolean,
): AccountOrder {
  return {
    op: "transfer_credit",
    to_slot: toSlot,
    amount_micros: String(amount),
    reserved,
    ...(convert && { convert }),
  };
}

/** The order that gives back what was set aside. */
export function releaseOrder({ amount }: { amount: bigint }): AccountOrder {
  return { op: "release_credit", amount_micros: String(amount) };
}

async function slotOf(tx: Queryable, { to_account_id }: Transfer): Promise<number> {
  return one(
    await tx.select({ slot: accounts.slot }).from(accounts).where(eq(accounts.id, to_account_id)),
  ).slot;
}

async function knownTransfer(
  db: Queryable,
  request: TransferRequest,
): Promise<Transfer | undefined> {
  const { author, idempotencyKey } = request;
  const [row] = await db
    .select()
    .from(creditTransfers)
    .where(
      and(
        eq(creditTransfers.operator_id, author.operatorId),
        eq(creditTransfers.idempotency_key, idempotencyKey),
      ),
    );
  if (row !== undefined && row.body_hash !== hashOf(request)) {
    throw new Problem("idempotency_key_reused", {
      detail: `Idempotency-Key ${idempotencyKey} was used for another transfer (${row.id}): use another key`,
    });
  }
  return row;
}

type Found = { row: Transfer; from: Account };

async function lockTransfer(tx: Queryable, operatorId: string, id: string): Promise<Found> {
  const [row] = await tx
    .select()
    .from(creditTransfers)
    .where(and(eq(creditTransfers.operator_id, operatorId), eq(creditTransfers.id, id)))
    .for("update");
  if (row === undefined) {
    throw new Problem("transfer_unknown", { detail: `there is no transfer ${id}: check the id` });
  }
  const from = one(await tx.select().from(accounts).where(eq(accounts.id, row.from_account_id)));
  return { row, from };
}

/** The operator's transfer of this id, or undefined. */
export async function transferOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Transfer | undefined> {
  const [row] = await db
    .select()
    .from(creditTransfers)
    .where(and(eq(creditTransfers.operator_id, operatorId), eq(creditTransfers.id, id)));
  return row;
}

/** The operator's transfers in the order of their making. */
export function listTransfers(
  db: Queryable,
  operatorId: string,
  { after, limit, state }: Page & { state?: Transfer["state"] | undefined },
): Promise<Transfer[]> {
  return db
    .select()
    .from(creditTransfers)
    .where(
      and(
        eq(creditTransfers.operator_id, operatorId),
        gt(creditTransfers.ordinal, after),
        state === undefined ? undefined : eq(creditTransfers.state, state),
      ),
    )
    .orderBy(asc(creditTransfers.ordinal))
    .limit(limit);
}

function hashOf({ from, to, amount, convert, reason }: TransferRequest): string {
  const meaning = [from.id, to.id, String(amount), convert, reason];
  return createHash("sha256").update(JSON.stringify(meaning)).digest("hex");
}
