/**
 * After the engine's answers to a transfer's commands: where it stands now.
 */
import { and, eq } from "drizzle-orm";
import type { Answered, Settle } from "../engine/delivery.ts";
import { orderOfAccount } from "../engine/outbox.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { creditTransfers } from "../registry/schema/transfers.ts";
import { releaseOrder, type Transfer } from "./transfers.ts";

/** Moves a transfer on. What was set aside for a post that is refused is given back. */
export const settleTransfer: Settle = async (tx, command, reply) => {
  const column = {
    reserve_credit: creditTransfers.reserve_number,
    transfer_credit: creditTransfers.post_number,
    release_credit: creditTransfers.release_number,
  }[command.body.op as "reserve_credit" | "transfer_credit" | "release_credit"];
  const [found] = await tx
    .select({ row: creditTransfers })
    .from(accounts)
    .innerJoin(
      creditTransfers,
      and(eq(creditTransfers.from_account_id, accounts.id), eq(column, command.number)),
    )
    .where(and(eq(accounts.shard, command.shard), eq(accounts.slot, command.slot ?? -1)));
  if (found === undefined) return;
  const { row } = found;
  const next = stateAfter(row, reply);
  const release =
    next.state === "releasing" && row.state === "posting"
      ? await orderOfAccount(tx, row.from_account_id, releaseOrder(row))
      : undefined;
  await tx
    .update(creditTransfers)
    .set({ ...next, ...(release && { release_number: release.number }) })
    .where(eq(creditTransfers.id, row.id));
};

/** Where a transfer stands after an answer to the command that was under way. */
export function stateAfter(
  { state, fault, reserve_number }: Pick<Transfer, "state" | "fault" | "reserve_number">,
  reply: Answered,
): Partial<Transfer> {
  const ended_at = reply.status === "applied" ? new Date(reply.at_s * 1_000) : new Date();
  if (state === "releasing") return { state: fault === null ? "rejected" : "refused", ended_at };
  if (reply.status === "applied") {
    return state === "reserving" ? { state: "awaiting_approval" } : { state: "posted", ended_at };
  }
  if (state === "posting" && reserve_number !== null) {
    return { state: "releasing", fault: reply.code };
  }
  return { state: "refused", fault: reply.code, ended_at };
}
