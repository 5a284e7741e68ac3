/**
 * A condition on many ids that takes one parameter, however many there are.
 */
import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/** The column, of uuids, is one of these. */
export function anyOf(column: AnyColumn, ids: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(ids)}::uuid[])`;
}
