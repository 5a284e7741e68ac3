/**
 * Tables of carbon factors: kept by name, filled hour by hour.
 */
import { and, asc, eq, gt, gte, lt, sql } from "drizzle-orm";
import { inChunks } from "../each.ts";
import { type Author, recordDeed } from "./audit.ts";
import { type Queryable, ROWS_AT_ONCE } from "./database.ts";
import { carbonFactors, carbonTables } from "./schema/carbon.ts";
import type { Page } from "./sites.ts";

/** A table as the registry has it. */
export type CarbonTable = typeof carbonTables.$inferSelect;
/** A factor: micrograms of CO2 equivalent for a unit of the service in the hour that begins then. */
export type CarbonFactor = { hour: Date; micrograms: bigint };

/** Makes a table; undefined when there is one of the name. Runs in a transaction. */
export async function createCarbonTable(
  tx: Queryable,
  author: Author,
  table: { name: string; service: CarbonTable["service"] },
): Promise<CarbonTable | undefined> {
  const [row] = await tx
    .insert(carbonTables)
    .values({ operator_id: author.operatorId, ...table })
    .onConflictDoNothing()
    .returning();
  if (row !== undefined)
    await recordDeed(tx, author, {
      action: "carbon_table.made",
      object: `carbon_table/${row.id}`,
    });
  return row;
}

/** The operator's table of this id, or undefined. */
export async function carbonTableOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<CarbonTable | undefined> {
  const [row] = await db
    .select()
    .from(carbonTables)
    .where(and(eq(carbonTables.operator_id, operatorId), eq(carbonTables.id, id)));
  return row;
}

/** The operator's tables in the order of their making. */
export function listCarbonTables(
  db: Queryable,
  operatorId: string,
  page: Page,
): Promise<CarbonTable[]> {
  return db
    .select()
    .from(carbonTables)
    .where(and(eq(carbonTables.operator_id, operatorId), gt(carbonTables.ordinal, page.after)))
    .orderBy(asc(carbonTables.ordinal))
    .limit(page.limit);
}

/** Puts factors in the place of those that were there for the same hours. Runs in a transaction. */
export async function putCarbonFactors(
  tx: Queryable,
  author: Author,
  tableId: string,
  factors: readonly CarbonFactor[],
): Promise<void> {
  for (const some of inChunks(factors, ROWS_AT_ONCE))
    await tx
      .insert(carbonFactors)
      .values(some.map((factor) => ({ table_id: tableId, ...factor })))
      .onConflictDoUpdate({
        target: [carbonFactors.table_id, carbonFactors.hour],
        set: { micrograms: sql`excluded.micrograms` },
      });
  await recordDeed(tx, author, {
    action: "carbon_table.filled",
    object: `carbon_table/${tableId}`,
    data: { hours: factors.length, from: factors[0]?.hour.toISOString() },
  });
}

/** The factors of hours that begin in [fromS, toS), in order, so many at most. */
export async function carbonFactorsOf(
  db: Queryable,
  tableId: string,
  { fromS, toS, limit }: { fromS: number; toS: number; limit: number },
): Promise<CarbonFactor[]> {
  return db
    .select({ hour: carbonFactors.hour, micrograms: carbonFactors.micrograms })
    .from(carbonFactors)
    .where(
      and(
        eq(carbonFactors.table_id, tableId),
        gte(carbonFactors.hour, new Date(fromS * 1_000)),
        lt(carbonFactors.hour, new Date(toS * 1_000)),
      ),
    )
    .orderBy(asc(carbonFactors.hour))
    .limit(limit);
}
