/**
 * Statements of banks and payment providers: imported once, line by line, each with the record of ours that it stands for.
 */
import { createHash } from "node:crypto";
import { and, asc, count, eq, gt, gte, lt, ne, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { inChunks } from "../each.ts";
import { Problem } from "../problems.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable, ROWS_AT_ONCE } from "../registry/database.ts";
import {
  type LINE_STATES,
  paymentStatements,
  statementLines,
} from "../registry/schema/vendor-ledger.ts";
import { matchLines, type PaymentRecord } from "./match-lines.ts";
import { unmatchedRecords } from "./payment-records.ts";

/** A statement, and a line of one, as the registry has them. */
export type Statement = typeof paymentStatements.$inferSelect;
export type Line = typeof statementLines.$inferSelect;
/** How many lines stand how. */
export type LineCounts = Record<(typeof LINE_STATES)[number], number>;

/** A statement as it is imported. */
export type StatementImport = {
  source: string;
  reference: string;
  currency: string;
  lines: readonly { at: Date; amountMicros: bigint; reference: string }[];
};

/** Any number, with which imports of one operator wait for each other: two that match at once could match the same. */
const IMPORT_LOCK = 7_202_612;

/** Imports a statement; the same again gives the first. Throws a Problem where its reference stands for another one. */
export async function importStatement(
  db: NodePgDatabase,
  author: Author,
  asked: StatementImport,
): Promise<{ row: Statement; replayed: boolean }> {
  const body_hash = hashOf(asked);
  return await db.transaction(async (tx) => {
    await tx.execute(
      sql`select pg_advisory_xact_lock(${IMPORT_LOCK}, hashtext(${author.operatorId}))`,
    );
    const [known] = await tx
      .select()
      .from(paymentStatements)
      .where(
        and(
          eq(paymentStatements.operator_id, author.operatorId),
          eq(paymentStatements.source, asked.source),
          eq(paymentStatements.reference, asked.reference),
        ),
      );
    if (known !== undefined && known.body_hash !== body_hash) {
      throw new Problem("already_exists", {
        detail: `statement ${asked.reference} of ${asked.source} was imported with other lines: it stands`,
      });
    }
    if (known !== undefined) return { row: known, replayed: true };
    const row = await record(tx, author, asked, body_hash);
    return { row, replayed: false };
  });
}

async function record(
  tx: Queryable,
  author: Author,
  asked: StatementImport,
  body_hash: string,
): Promise<Statement> {
  const { operatorId: operator_id, keyId: key_id, at: imported_at } = author;
  const { source, reference, currency, lines } = asked;
  const row = one(
    await tx
      .insert(paymentStatements)
      .values({ operator_id, source, reference, currency, body_hash, key_id, imported_at })
      .returning(),
  );
  const references = [...new Set(lines.map((line) => line.reference))];
  const records: PaymentRecord[] = [];
  for (const some of inChunks(references, ROWS_AT_ONCE)) {
    const found = await unmatchedRecords(tx, {
      operatorId: operator_id,
      currency,
      references: some,
    });
    records.push(...found);
  }
  const matches = matchLines(lines, records);
  const rows = lines.map((line, at) => {
    const { state, record: found } = matches[at] ?? { state: "unmatched", record: undefined };
    return {
      ...{ statement_id: row.id, operator_id, line: at + 1, at: line.at, state },
      ...{ amount_micros: line.amountMicros, reference: line.reference },
      vend_id: found?.kind === "vend" ? found.id : null,
      movement_id: found?.kind === "movement" ? Number(found.id) : null,
      payment_id: found?.kind === "payment" ? found.id : null,
    };
  });
  for (const some of inChunks(rows, ROWS_AT_ONCE)) await tx.insert(statementLines).values(some);
  await recordDeed(tx, author, {
    action: "payment_statement.imported",
    object: `payment_statement/${row.id}`,
    data: { source, reference, lines: lines.length },
  });
  return row;
}

function hashOf({ currency, lines }: StatementImport): string {
  const meaning = [
    currency,
    lines.map(({ at, amountMicros, reference }) => [at, amountMicros.toString(), reference]),
  ];
  return createHash("sha256").update(JSON.stringify(meaning)).digest("hex");
}

/** The operator's statement of this id, or a refusal. */
export async function statementOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Statement> {
  const [row] = await db
    .select()
    .from(paymentStatements)
    .where(and(eq(paymentStatements.operator_id, operatorId), eq(paymentStatements.id, id)));
  if (row !== undefined) return row;
  throw new Problem("statement_unknown", { detail: `there is no statement ${id}: check the id` });
}

/** How the lines of a statement stand. */
export async function countsOf(db: Queryable, statementId: string): Promise<LineCounts> {
  const rows = await db
    .select({ state: statementLines.state, lines: count() })
    .from(statementLines)
    .where(eq(statementLines.statement_id, statementId))
    .groupBy(statementLines.state);
  const of = (state: Line["state"]) => rows.find((row) => row.state === state)?.lines ?? 0;
  return {
    matched: of("matched"),
    amount_differs: of("amount_differs"),
    unmatched: of("unmatched"),
  };
}

/** Lines of a statement, in their order, from behind one on. */
export async function linesOf(
  db: Queryable,
  statementId: string,
  asked: { after: number; limit: number; state: Line["state"] | undefined },
): Promise<Line[]> {
  const { after, limit, state } = asked;
  return await db
    .select()
    .from(statementLines)
    .where(
      and(
        eq(statementLines.statement_id, statementId),
        gt(statementLines.line, after),
        state === undefined ? undefined : eq(statementLines.state, state),
      ),
    )
    .orderBy(asc(statementLines.line))
    .limit(limit);
}

/** Lines of a span of time, in a currency, that no record of ours was matched with, oldest first. */
export async function unmatchedLines(
  db: Queryable,
  of: { operatorId: string; currency: string; from: Date; to: Date; limit: number },
): Promise<Line[]> {
  const rows = await db
    .select({ line: statementLines })
    .from(statementLines)
    .innerJoin(paymentStatements, eq(paymentStatements.id, statementLines.statement_id))
    .where(
      and(
        eq(statementLines.operator_id, of.operatorId),
        eq(paymentStatements.currency, of.currency),
        ne(statementLines.state, "matched"),
        gte(statementLines.at, of.from),
        lt(statementLines.at, of.to),
      ),
    )
    .orderBy(asc(statementLines.at), asc(statementLines.statement_id), asc(statementLines.line))
    .limit(of.limit);
  return rows.map(({ line }) => line);
}
