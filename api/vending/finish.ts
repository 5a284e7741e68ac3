/**
 * The end of a vend: the engine's answer becomes the receipt or the refusal, in the transaction that records the answer.
 */
import { and, eq, sql } from "drizzle-orm";
import type { Answered, Settle } from "../engine/delivery.ts";
import type { CommandRow } from "../engine/outbox.ts";
import type { Holding } from "../holding.ts";
import { problemBody } from "../problems.ts";
import { one, type Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { receiptCounters, vends } from "../registry/schema/vending.ts";
import { releaseSale, settleSale } from "../vendors/sale.ts";
import { receiptBytes, type VendRow } from "./receipt.ts";
import { vendRefusal } from "./refusal.ts";

/** Finishes the vend of an answered credit. A credit without a vend (an opening credit) has nothing to finish. */
export const finishVend: Settle = async (tx, command, reply) => {
  const found = await vendOf(tx, command);
  if (found === undefined) return;
  const { vend, account } = found;
  const end =
    reply.status === "applied"
      ? await receiptFor(tx, found, reply)
      : refusalFor(vend, reply, account);
  await tx
    .update(vends)
    .set({ ...end, finished_at: new Date() })
    .where(and(eq(vends.operator_id, vend.operator_id), eq(vends.vend_id, vend.vend_id)));
  if (reply.status === "applied") await settleSale(tx, vend, new Date(reply.at_s * 1_000));
  else await releaseSale(tx, vend);
};

type End = Pick<VendRow, "state" | "receipt_number" | "answer_status" | "answer">;

type Found = { vend: VendRow; account: typeof accounts.$inferSelect };

async function vendOf(tx: Queryable, command: CommandRow): Promise<Found | undefined> {
  const [found] = await tx
    .select({ vend: vends, account: accounts })
    .from(accounts)
    .innerJoin(
      vends,
      and(eq(vends.account_id, accounts.id), eq(vends.command_number, command.number)),
    )
    .where(and(eq(accounts.shard, command.shard), eq(accounts.slot, command.slot ?? -1)));
  return found;
}

async function receiptFor(
  tx: Queryable,
  { vend, account }: Found,
  reply: Extract<Answered, { status: "applied" }>,
): Promise<End> {
  const { number } = one(
    await tx
      .insert(receiptCounters)
      .values({ operator_id: vend.operator_id, last_number: 1 })
      .onConflictDoUpdate({
        target: receiptCounters.operator_id,
        set: { last_number: sql`${receiptCounters.last_number} + 1` },
      })
      .returning({ number: receiptCounters.last_number }),
  );
  const answer = receiptBytes(vend, number, reply, account);
  return { state: "applied", receipt_number: number, answer_status: 201, answer };
}

function refusalFor(
  vend: VendRow,
  reply: Extract<Answered, { status: "refused" }>,
  holding: Holding,
): End {
  const problem = vendRefusal(reply, holding, `vend ${vend.vend_id}`);
  const answer = Buffer.from(JSON.stringify(problemBody(problem, vend.trace_id)));
  return { state: "refused", receipt_number: null, answer_status: problem.status, answer };
}
