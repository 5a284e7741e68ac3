/**
 * The record of the engine's answers, each with what follows from it, in one transaction.
 */
import { and, eq, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { spanned } from "../../engine/contract/trace/active.ts";
import type { Queryable } from "../registry/database.ts";
import { narrowToOwnerOf } from "../registry/isolation/scope.ts";
import { engineCommands } from "../registry/schema/accounts.ts";
import type {
  Answered,
  AnsweredCommand,
  Finished,
  Settle,
  SettleAll,
  Settlements,
} from "./delivery.ts";
import { inGroups } from "./groups.ts";
import type { CommandRow } from "./outbox.ts";

/** Records an answer; where another process has done so, nothing follows. */
export type RecordAnswer = (command: CommandRow, reply: Answered) => Promise<Finished>;

/** Makes the record. Answers that can be settled together are, in groups, one group at a time. */
export function makeRecord(parts: { db: NodePgDatabase; settlements: Settlements }): RecordAnswer {
  const { db, settlements } = parts;
  const groups = new Map(
    Object.entries(settlements).flatMap(([op, settle]) =>
      typeof settle === "function" ? [] : [[op, inGroups(settledBy(db, settle.together))] as const],
    ),
  );
  // Answers that nothing follows from are only marked, and so can be marked together, whatever they are to.
  const plain = inGroups((answered: readonly AnsweredCommand[]) => markOnly(db, answered));
  return async (command, reply) => {
    const { op } = command.body;
    const group = groups.get(op);
    if (group !== undefined) {
      return await spanned("record answer", () => group({ command, reply }));
    }
    const settle = settlements[op];
    if (typeof settle === "function") {
      await spanned("record answer", () => recordAlone(db, { command, reply }, settle));
    } else await plain({ command, reply });
    return undefined;
  };
}

async function recordAlone(
  db: NodePgDatabase,
  answered: AnsweredCommand,
  settle: Settle,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await mark(tx, answered))) return;
    await narrowToOwnerOf(tx, answered.command);
    await settle(tx, answered.command, answered.reply);
  });
}

/** Whether it was this call that marked the row. */
async function mark(tx: Queryable, { command, reply }: AnsweredCommand): Promise<boolean> {
  const marked = await tx
    .update(engineCommands)
    .set({ state: reply.status, reply, answered_at: new Date() })
    .where(and(eq(engineCommands.id, command.id), eq(engineCommands.state, "pending")))
    .returning({ id: engineCommands.id });
  return marked.length === 1;
}

function settledBy(db: NodePgDatabase, together: SettleAll) {
  return (answered: readonly AnsweredCommand[]): Promise<readonly Finished[]> =>
    db.transaction(async (tx) => {
      const marked = await markAll(tx, answered);
      const own = answered.filter(({ command }) => marked.delete(command.id));
      const finished = own.length === 0 ? [] : await together(tx, own);
      return answered.map((each) => finished[own.indexOf(each)]);
    });
}

async function markOnly(
  db: NodePgDatabase,
  answered: readonly AnsweredCommand[],
): Promise<readonly Finished[]> {
  await markAll(db, answered);
  return answered.map(() => undefined);
}

/**
 * The ids of those that this call marked. They are locked in the order of their ids, as in every process. The state is asked for
 * in a way that its partial index has no part in: PostgreSQL would read all of that, with what was pending since it was cleaned.
 */
async function markAll(tx: Queryable, answered: readonly AnsweredCommand[]): Promise<Set<number>> {
  const told = answered.map(({ command: { id }, reply }) => ({ id, state: reply.status, reply }));
  const { rows } = await tx.execute<{ id: string }>(sql`
    with told as (
      select * from json_to_recordset(${JSON.stringify(told)}::json) as t(id bigint, state text, reply jsonb)
    ), own as (
      select id from ${engineCommands} where id = any(array(select id from told)) and state || '' = 'pending'
      order by id for no key update
    )
    update ${engineCommands} as c set state = told.state, reply = told.reply, answered_at = ${new Date()}
    from own join told using (id) where c.id = own.id
    returning c.id`);
  return new Set(rows.map(({ id }) => Number(id)));
}
