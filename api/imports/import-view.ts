/**
 * An import as the interface shows it.
 */
import { z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { one, type Queryable } from "../registry/database.ts";
import { IMPORT_FORMATS, IMPORT_STATES } from "../registry/schema/imports.ts";
import { timeOut } from "../schemas.ts";
import type { ImportRow } from "./import-rows.ts";
import { SILENT_S } from "./limits.ts";

/** Most accounts that wait for the engine that are counted. */
const WAITING_MAX = 100_000;
const count = z.int().nonnegative();

/** An import. */
export const importOut = z
  .object({
    import_id: z.string(),
    format: z.enum(IMPORT_FORMATS),
    dry_run: z.boolean(),
    state: z.enum(IMPORT_STATES).openapi({
      description: `interrupted: send the same file again under the same id, and it goes on; also where nothing was heard of it for ${SILENT_S} s`,
    }),
    fault: z.string().nullable().openapi({ description: "Why it was interrupted" }),
    lines_read: count.openapi({ description: "Lines that are done, with those of earlier times" }),
    lines_made: count,
    lines_unchanged: count,
    lines_refused: count,
    accounts_opened: count,
    accounts_waiting: count.openapi({
      description: `Of all the operator's accounts, those that the engine has yet to open; counted up to ${WAITING_MAX}`,
    }),
    began_at: timeOut,
    ended_at: timeOut.nullable(),
  })
  .openapi("Import");

/** The view of an import. */
export async function importView(
  db: Queryable,
  row: ImportRow,
): Promise<z.input<typeof importOut>> {
  const hasOpened = row.accounts_opened > 0 && !row.dry_run;
  return {
    import_id: row.import_id,
    format: row.format,
    dry_run: row.dry_run,
    state: row.silent ? "interrupted" : row.state,
    fault: row.silent ? "nothing is heard of it any more" : row.fault,
    lines_read: row.lines_read,
    lines_made: row.made,
    lines_unchanged: row.unchanged,
    lines_refused: row.refused,
    accounts_opened: row.accounts_opened,
    accounts_waiting: hasOpened ? await waiting(db, row.operator_id) : 0,
    began_at: row.created_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

async function waiting(db: Queryable, operatorId: string): Promise<number> {
  const { rows } = await db.execute<{ many: number }>(sql`
    select count(*)::int as many from (
      select 1 from engine_commands c join accounts a on a.shard = c.shard and a.slot = c.slot
      where c.state = 'pending' and c.number = 1 and a.operator_id = ${operatorId} limit ${WAITING_MAX}
    ) as waiting`);
  return one(rows).many;
}
