/**
 * The end of a vend: the engine's answer becomes the receipt or the refusal, in the transaction that records the answer.
 */
import { and, eq, sql } from "drizzle-orm";
import type { Answered, Settle } from "../engine/delivery.ts";
import type { CommandRow } from "../engine/outbox.ts";
import { type Holding, heldIn, heldText } from "../holding.ts";
import { Problem, type ProblemCode, problemBody } from "../problems.ts";
import { one, type Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { receiptCounters, vends } from "../registry/schema/vending.ts";
import { receiptBytes, type VendRow } from "./receipt.ts";

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
  const problem = new Problem(codeOf(reply.code), {
    detail: `the engine refused vend ${vend.vend_id} (${reply.code}); the balance is ${heldText(BigInt(reply.balance_micros), holding)} ${heldIn(holding)}: use another id with an amount that fits`,
    errors: [{ pointer: "/amount", message: PLAIN[reply.code] ?? "was refused" }],
  });
  const answer = Buffer.from(JSON.stringify(problemBody(problem, vend.trace_id)));
  return { state: "refused", receipt_number: null, answer_status: problem.status, answer };
}

const PLAIN: Partial<Record<string, string>> = {
  vend_below_minimum: "is under the least payment of the supply policy",
  vend_above_maximum: "is over the highest payment of the supply policy",
  topup_cap_exceeded: "would pass what the supply policy takes in its day, week or month",
  not_prepayment: "is for an account that is paid afterwards",
  balance_limit_exceeded: "would lift the balance over max_balance of the supply policy",
  money_limit_exceeded: "would lift the balance over what can be counted",
};

function codeOf(code: Extract<Answered, { status: "refused" }>["code"]): ProblemCode {
  switch (code) {
    case "balance_limit_exceeded":
    case "money_limit_exceeded":
    case "vend_below_minimum":
    case "vend_above_maximum":
    case "topup_cap_exceeded":
    case "not_prepayment":
      return code;
    default:
      return "command_refused";
  }
}
