/**
 * Taking a vend back (R53): within the operator's window, linked to the original, part by part as its receipt says.
 */
import { and, eq, gt } from "drizzle-orm";
import type { ApiContext } from "../context.ts";
import type { Answered } from "../engine/delivery.ts";
import { isAt } from "../engine/outbox.ts";
import type { Caller } from "../keys.ts";
import { carriedOut, type Placed, placeOrder } from "../orders/place.ts";
import { Problem } from "../problems.ts";
import { type Account, accountOf } from "../registry/accounts.ts";
import type { Author } from "../registry/audit.ts";
import { isTaken, type Queryable } from "../registry/database.ts";
import { operatorOf } from "../registry/operators.ts";
import { engineCommands } from "../registry/schema/accounts.ts";
import { accountOrders } from "../registry/schema/orders.ts";
import { partsOf, type VendRow } from "./receipt.ts";
import { visibleVend } from "./visible.ts";

/** A reversal as it is asked for. `confirmedRemoved`: what was credited is gone, and was taken back at the meter. */
export type Reversal = {
  vendId: string;
  reason: string;
  confirmedRemoved: boolean;
  caller: Caller;
  author: Author;
  traceId: string;
};

/**
 * Takes a vend back. One reversal of a vend counts: asking again gives the first. Throws a Problem, EngineUnavailable
 * (asking again is safe) or EngineFault.
 */
export async function reverseVend(context: ApiContext, asked: Reversal): Promise<Placed> {
  const { db } = context;
  const { author, vendId } = asked;
  const vend = await visibleVend(db, asked.caller, vendId);
  const account = await accountOf(db, author.operatorId, vend.account_id);
  if (account === undefined) throw new Error(`the account of vend ${vendId} is gone`);
  const before = await reversalOf(db, author.operatorId, vendId);
  if (before !== undefined) return again(context, before, account);
  const reply = await creditOf(db, account, vend);
  await judge(db, vend, reply, asked);
  try {
    return await placeOrder(context, {
      author,
      traceId: asked.traceId,
      account,
      asked: {
        op: "reverse_credit",
        parts: { ...NOTHING, ...withoutRestricted(partsOf(vend, reply)) },
        confirmed_removed: asked.confirmedRemoved,
        amount_micros: String(vend.amount_micros),
        vended_s: reply.at_s,
      },
      reason: asked.reason,
      idempotencyKey: undefined,
      note: {
        request: { vend_id: vendId, confirmed_removed: asked.confirmedRemoved },
        receipt_number: vend.receipt_number,
      },
      vendId,
    });
  } catch (error) {
    if (!isTaken(error, "account_orders_one_reversal")) throw error;
    const other = await reversalOf(db, author.operatorId, vendId);
    if (other === undefined) throw error;
    return again(context, other, account);
  }
}

/** The reversal of a vend that is pending or carried out, or undefined. */
export async function reversalOf(
  db: Queryable,
  operatorId: string,
  vendId: string,
): Promise<typeof accountOrders.$inferSelect | undefined> {
  const rows = await db
    .select()
    .from(accountOrders)
    .where(and(eq(accountOrders.operator_id, operatorId), eq(accountOrders.vend_id, vendId)));
  return rows.find(({ state }) => state === "pending" || state === "applied");
}

const NOTHING = {
  payment_debt: "0",
  accumulated_debt: "0",
  time_debt_1: "0",
  time_debt_2: "0",
  threshold: "0",
  emergency: "0",
  balance: "0",
};

type Applied = Extract<Answered, { status: "applied" }>;

async function again(
  context: ApiContext,
  row: typeof accountOrders.$inferSelect,
  account: Account,
): Promise<Placed> {
  return { row: await carriedOut(context, row, account), replayed: true };
}

async function creditOf(db: Queryable, { shard, slot }: Account, vend: VendRow): Promise<Applied> {
  if (vend.state !== "applied") {
    throw new Problem("not_reversible", {
      detail: `vend ${vend.vend_id} is ${vend.state}: only what was credited can be taken back`,
    });
  }
  const [row] = await db
    .select()
    .from(engineCommands)
    .where(and(isAt({ shard, slot }), eq(engineCommands.number, vend.command_number)));
  if (row?.reply?.status !== "applied") throw new Error(`vend ${vend.vend_id} has no credit`);
  return row.reply;
}

async function judge(
  db: Queryable,
  vend: VendRow,
  reply: Applied,
  { author, caller, confirmedRemoved }: Reversal,
): Promise<void> {
  const { reversal_window_s: windowS } = await operatorOf(db, vend.operator_id);
  const ageS = author.at.getTime() / 1_000 - reply.at_s;
  if (ageS > windowS) {
    throw new Problem("not_reversible", {
      detail: `vend ${vend.vend_id} was credited ${Math.floor(ageS)} s ago, and reversal_window_s is ${windowS}: adjust the account instead`,
    });
  }
  const moved = await db
    .select({ id: accountOrders.id })
    .from(accountOrders)
    .where(
      and(
        eq(accountOrders.account_id, vend.account_id),
        eq(accountOrders.op, "change_tenancy"),
        eq(accountOrders.state, "applied"),
        gt(accountOrders.command_number, vend.command_number),
      ),
    );
  if (moved.length > 0) {
    throw new Problem("not_reversible", {
      detail: `vend ${vend.vend_id} was settled with the tenancy that it belonged to: nothing of it passes on`,
    });
  }
  if (confirmedRemoved && !caller.scopes.has("accounts:write")) {
    throw new Problem("forbidden", {
      detail: `confirmed_removed needs the scope accounts:write, which the key (role ${caller.role}) does not have`,
    });
  }
}

function withoutRestricted({ restricted: _, ...parts }: ReturnType<typeof partsOf>) {
  return parts;
}
