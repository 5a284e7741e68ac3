/**
 * The end of vends: the engine's answers become receipts or refusals, in the transaction that records the answers.
 */
import { and, eq, sql } from "drizzle-orm";
import type { Answered, AnsweredCommand, SettleAll } from "../engine/delivery.ts";
import type { Holding } from "../holding.ts";
import { noteRefusal } from "../notifications/vend-refused.ts";
import { problemBody } from "../problems.ts";
import { one, type Queryable } from "../registry/database.ts";
import { accounts, engineCommands } from "../registry/schema/accounts.ts";
import { receiptCounters, vends } from "../registry/schema/vending.ts";
import { endSales } from "../vendors/sale.ts";
import { receiptBytes, type VendRow } from "./receipt.ts";
import { refusalCode, vendRefusal } from "./refusal.ts";

/**
 * Finishes the vends of answered credits. A credit without a vend (an opening credit) has nothing to finish. The counters of
 * receipts, for which every process waits, are locked after everything else.
 */
export const finishVends: SettleAll = async (tx, answered) => {
  const found = await vendsOf(tx, answered);
  const ending = answered.flatMap(({ command, reply }) => {
    const own = found.get(command.id);
    return own === undefined ? [] : [{ ...own, reply }];
  });
  if (ending.length === 0) return [];
  await endSales(
    tx,
    ending.map(({ vend, reply }) => ({ vend, soldAt: soldAt(reply) })),
  );
  const nextNumber = await takeNumbers(tx, ending);
  const finished = new Map(
    ending.map(({ vend, account, reply }) => {
      const end =
        reply.status === "applied"
          ? receiptFor({ vend, account }, nextNumber(vend), reply)
          : refusalFor(vend, reply, account);
      return [vend, { ...vend, ...end, finished_at: new Date() }];
    }),
  );
  await write(tx, [...finished.values()]);
  await noteRefusals(tx, ending);
  return answered.map(({ command }) => {
    const own = found.get(command.id);
    return own && finished.get(own.vend);
  });
};

async function noteRefusals(tx: Queryable, ending: readonly Ending[]): Promise<void> {
  for (const { vend, reply } of ending) {
    if (reply.status !== "refused") continue;
    await noteRefusal(tx, { ...vend, code: refusalCode(reply.code), by: "engine" });
  }
}

type End = Pick<VendRow, "state" | "receipt_number" | "answer_status"> & { answer: Buffer };
type Found = { vend: VendRow; account: Holding };
type Ending = Found & { reply: Answered };

/** The vends of commands, by the commands' ids. */
async function vendsOf(
  tx: Queryable,
  answered: readonly AnsweredCommand[],
): Promise<Map<number, Found>> {
  const ids = answered.map(({ command }) => command.id);
  const rows = await tx
    .select({ id: engineCommands.id, vend: vends, account: accounts })
    .from(engineCommands)
    .innerJoin(
      accounts,
      and(eq(accounts.shard, engineCommands.shard), eq(accounts.slot, engineCommands.slot)),
    )
    .innerJoin(
      vends,
      and(eq(vends.account_id, accounts.id), eq(vends.command_number, engineCommands.number)),
    )
    .where(sql`${engineCommands.id} = any(${sql.param(ids)}::bigint[])`);
  return new Map(rows.map(({ id, ...found }) => [id, found]));
}

function soldAt(reply: Answered): Date | undefined {
  return reply.status === "applied" ? new Date(reply.at_s * 1_000) : undefined;
}

/** Takes a receipt number for each vend that was credited, and gives what gives them out. */
async function takeNumbers(
  tx: Queryable,
  ending: readonly Ending[],
): Promise<(vend: VendRow) => number> {
  const many = new Map<string, number>();
  for (const { vend, reply } of ending) {
    if (reply.status !== "applied") continue;
    many.set(vend.operator_id, (many.get(vend.operator_id) ?? 0) + 1);
  }
  const next = new Map<string, number>();
  // In an order that every process keeps, so that none waits for one that waits for it.
  for (const operator_id of [...many.keys()].sort()) {
    const wanted = many.get(operator_id) ?? 0;
    const { last } = one(
      await tx
        .insert(receiptCounters)
        .values({ operator_id, last_number: wanted })
        .onConflictDoUpdate({
          target: receiptCounters.operator_id,
          set: { last_number: sql`${receiptCounters.last_number} + ${wanted}` },
        })
        .returning({ last: receiptCounters.last_number }),
    );
    next.set(operator_id, last - wanted + 1);
  }
  return ({ operator_id }) => {
    const number = next.get(operator_id);
    if (number === undefined) throw new Error(`no receipt number was taken for ${operator_id}`);
    next.set(operator_id, number + 1);
    return number;
  };
}

function receiptFor(
  { vend, account }: Found,
  number: number,
  reply: Extract<Answered, { status: "applied" }>,
): End {
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

type FinishedVend = Omit<VendRow, "answer"> & End;

/** One alone, as most are while few come, is found by its key: for a list PostgreSQL expects a hundred, and reads all vends. */
async function write(tx: Queryable, finished: readonly FinishedVend[]): Promise<void> {
  const [only, ...others] = finished;
  if (only !== undefined && others.length === 0) await writeOne(tx, only);
  else await writeAll(tx, finished);
}

async function writeOne(tx: Queryable, vend: FinishedVend): Promise<void> {
  const { operator_id, vend_id, state, receipt_number, answer_status, answer, finished_at } = vend;
  await tx
    .update(vends)
    .set({ state, receipt_number, answer_status, answer, finished_at })
    .where(and(eq(vends.operator_id, operator_id), eq(vends.vend_id, vend_id)));
}

async function writeAll(tx: Queryable, finished: readonly FinishedVend[]): Promise<void> {
  const ends = finished.map(
    ({ operator_id, vend_id, state, receipt_number, answer_status, answer, finished_at }) => ({
      ...{ operator_id, vend_id, state, receipt_number, answer_status, finished_at },
      answer: answer.toString("hex"),
    }),
  );
  await tx.execute(sql`
    update ${vends} as v
    set state = e.state, receipt_number = e.receipt_number, answer_status = e.answer_status,
      answer = decode(e.answer, 'hex'), finished_at = e.finished_at
    from json_to_recordset(${JSON.stringify(ends)}::json) as e(operator_id uuid, vend_id text, state text,
      receipt_number bigint, answer_status integer, answer text, finished_at timestamptz)
    where v.operator_id = e.operator_id and v.vend_id = e.vend_id`);
}
