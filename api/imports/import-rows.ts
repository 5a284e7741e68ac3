/**
 * The record of imports: begun, gone on with, ended; and the verdicts of their lines, chunk by chunk.
 */
import { and, asc, eq, gt, notInArray, type SQL, sql } from "drizzle-orm";
import { one, type Queryable } from "../registry/database.ts";
import { importChunks, imports } from "../registry/schema/imports.ts";
import type { Page } from "../registry/sites.ts";
import { IMPORTS_KEPT_MAX, SILENT_S } from "./limits.ts";

/** An import as the registry has it, and whether nothing was heard of it for SILENT_S. */
export type ImportRow = typeof imports.$inferSelect & { silent: boolean };

/** What is asked for. */
export type NewImport = Pick<
  ImportRow,
  "operator_id" | "import_id" | "key_id" | "format" | "dry_run"
>;
/** How it begins: anew, where it stopped, or again after its end; or why it does not. */
export type Begun =
  | { outcome: "begun" | "resumed" | "again"; row: ImportRow }
  | { outcome: "in_flight" | "another"; row: ImportRow };

const silent = sql<boolean>`(${imports.state} = 'running' and ${imports.alive_at} < now() - ${`${SILENT_S} s`}::interval)`;
const columns = {
  id: imports.id,
  ordinal: imports.ordinal,
  operator_id: imports.operator_id,
  import_id: imports.import_id,
  key_id: imports.key_id,
  format: imports.format,
  dry_run: imports.dry_run,
  state: imports.state,
  run: imports.run,
  lines_read: imports.lines_read,
  made: imports.made,
  unchanged: imports.unchanged,
  refused: imports.refused,
  accounts_opened: imports.accounts_opened,
  fault: imports.fault,
  alive_at: imports.alive_at,
  created_at: imports.created_at,
  ended_at: imports.ended_at,
  silent,
};
const NOTHING_YET = { lines_read: 0, made: 0, unchanged: 0, refused: 0, accounts_opened: 0 };
const RUNNING = { state: "running", fault: null, ended_at: null, alive_at: sql`now()` } as const;

/** Begins an import, or takes one up again. Runs in a transaction. */
export async function beginImport(tx: Queryable, wanted: NewImport): Promise<Begun> {
  const { operator_id, import_id, dry_run, format } = wanted;
  // One by one within an operator, so that of two that begin at the same time one is refused.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`imports/${operator_id}`}, 0))`,
  );
  await tx
    .update(imports)
    .set({ state: "interrupted", fault: "nothing was heard of it any more", ended_at: sql`now()` })
    .where(and(eq(imports.operator_id, operator_id), silent));
  const running = await findOne(tx, operator_id, eq(imports.state, "running"));
  if (running !== undefined) return { outcome: "in_flight", row: running };
  const there = await findOne(tx, operator_id, eq(imports.import_id, import_id));
  if (there === undefined) {
    await forgetOldest(tx, operator_id);
    const { id } = one(await tx.insert(imports).values(wanted).returning({ id: imports.id }));
    return { outcome: "begun", row: await importById(tx, id) };
  }
  if (there.format !== format || (dry_run && !there.dry_run)) {
    return { outcome: "another", row: there };
  }
  // What a dry run would have made is not kept, so it begins anew; so does the true run after it.
  const isAnew = there.dry_run && (there.state !== "finished" || !dry_run);
  if (isAnew) await tx.delete(importChunks).where(eq(importChunks.import, there.id));
  await tx
    .update(imports)
    .set({
      ...RUNNING,
      dry_run,
      run: there.run + 1,
      ...(isAnew && NOTHING_YET),
    })
    .where(eq(imports.id, there.id));
  const row = await importById(tx, there.id);
  if (isAnew) return { outcome: "begun", row };
  return { outcome: there.state === "finished" ? "again" : "resumed", row };
}

/** The oldest that have ended make room. */
async function forgetOldest(tx: Queryable, operatorId: string): Promise<void> {
  const kept = tx
    .select({ id: imports.id })
    .from(imports)
    .where(eq(imports.operator_id, operatorId))
    .orderBy(sql`${imports.ordinal} desc`)
    .limit(IMPORTS_KEPT_MAX - 1);
  await tx
    .delete(imports)
    .where(and(eq(imports.operator_id, operatorId), notInArray(imports.id, kept)));
}

/** What a chunk adds. */
export type ChunkCounts = Pick<
  ImportRow,
  "lines_read" | "made" | "unchanged" | "refused" | "accounts_opened"
>;

/** Keeps the verdicts of a chunk. False, and nothing is kept, where another process has taken the import up. */
export async function keepChunk(
  tx: Queryable,
  row: ImportRow,
  chunk: { number: number; digest: string; lines: number; verdicts: string; counts: ChunkCounts },
): Promise<boolean> {
  const { counts, ...kept } = chunk;
  const changed = await tx
    .update(imports)
    .set({
      lines_read: sql`${imports.lines_read} + ${counts.lines_read}`,
      made: sql`${imports.made} + ${counts.made}`,
      unchanged: sql`${imports.unchanged} + ${counts.unchanged}`,
      refused: sql`${imports.refused} + ${counts.refused}`,
      accounts_opened: sql`${imports.accounts_opened} + ${counts.accounts_opened}`,
      alive_at: sql`now()`,
    })
    .where(ownRun(row))
    .returning({ id: imports.id });
  if (changed.length === 0) return false;
  const { id, operator_id } = row;
  await tx.insert(importChunks).values({ import: id, operator_id, ...kept });
  return true;
}

/** Says that it is alive; false where another process has taken it up. */
export async function keepAlive(db: Queryable, row: ImportRow): Promise<boolean> {
  const rows = await db
    .update(imports)
    .set({ alive_at: sql`now()` })
    .where(ownRun(row))
    .returning({ id: imports.id });
  return rows.length > 0;
}

/** Ends this run of it; `fault` where it did not come to its end. */
export async function endImport(
  db: Queryable,
  row: ImportRow,
  { state, fault }: { state: "finished" | "interrupted"; fault: string | null },
): Promise<void> {
  await db.update(imports).set({ state, fault, ended_at: sql`now()` }).where(ownRun(row));
}

function ownRun({ id, run }: ImportRow): SQL | undefined {
  return and(eq(imports.id, id), eq(imports.run, run), eq(imports.state, "running"));
}

/** The digests of the chunks that are done, in their order. */
export async function digestsOf(db: Queryable, id: string): Promise<string[]> {
  const rows = await db
    .select({ digest: importChunks.digest })
    .from(importChunks)
    .where(eq(importChunks.import, id))
    .orderBy(asc(importChunks.number));
  return rows.map(({ digest }) => digest);
}

/** The verdicts of one chunk, as lines of JSON; undefined behind the last. */
export async function verdictsOf(
  db: Queryable,
  id: string,
  number: number,
): Promise<string | undefined> {
  const [row] = await db
    .select({ verdicts: importChunks.verdicts })
    .from(importChunks)
    .where(and(eq(importChunks.import, id), eq(importChunks.number, number)));
  return row?.verdicts;
}

/** The operator's import of this id, or undefined. */
export function importOf(
  db: Queryable,
  operatorId: string,
  importId: string,
): Promise<ImportRow | undefined> {
  return findOne(db, operatorId, eq(imports.import_id, importId));
}

/** The operator's imports in the order of their beginning. */
export function listImports(
  db: Queryable,
  operatorId: string,
  { after, limit }: Page,
): Promise<ImportRow[]> {
  return db
    .select(columns)
    .from(imports)
    .where(and(eq(imports.operator_id, operatorId), gt(imports.ordinal, after)))
    .orderBy(asc(imports.ordinal))
    .limit(limit);
}

async function findOne(
  db: Queryable,
  operatorId: string,
  where: SQL,
): Promise<ImportRow | undefined> {
  const [row] = await db
    .select(columns)
    .from(imports)
    .where(and(eq(imports.operator_id, operatorId), where));
  return row;
}

/** An import that is there. */
export async function importById(db: Queryable, id: string): Promise<ImportRow> {
  return one(await db.select(columns).from(imports).where(eq(imports.id, id)));
}
