/**
 * Whether what something is to be assigned to is the operator's own.
 */
import { and, eq, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Queryable } from "./database.ts";
import { accounts } from "./schema/accounts.ts";
import type { Level } from "./schema/assignments.ts";
import {
  customerGroups,
  customers,
  sites,
  tariffClasses,
  unitSets,
  units,
} from "./schema/parties.ts";

/** Whether the operator has a target of this level and id. */
export async function isTarget(
  db: Queryable,
  operatorId: string,
  level: Level,
  id: string,
): Promise<boolean> {
  if (level === "operator") return false;
  if (level === "unit") {
    const rows = await db
      .select({ id: units.id })
      .from(units)
      .innerJoin(sites, eq(sites.id, units.site_id))
      .where(and(eq(units.id, id), eq(sites.operator_id, operatorId)));
    return rows.length > 0;
  }
  const table = TABLES[level];
  return await has(db, table, and(eq(table.id, id), eq(table.operator_id, operatorId)));
}

const TABLES = {
  account: accounts,
  unit_set: unitSets,
  customer: customers,
  customer_group: customerGroups,
  tariff_class: tariffClasses,
  site: sites,
} as const;

async function has(db: Queryable, table: PgTable, where: SQL | undefined): Promise<boolean> {
  const rows = await db.select().from(table).where(where).limit(1);
  return rows.length > 0;
}
