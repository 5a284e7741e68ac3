/**
 * Sites and units.
 */
import { and, asc, eq, gt, type SQL } from "drizzle-orm";
import { inChunks } from "../each.ts";
import { type Created, createOrFind } from "./created.ts";
import { one, type Queryable, ROWS_AT_ONCE } from "./database.ts";
import { sites, units } from "./schema/parties.ts";
import { emptiestShard } from "./shards.ts";

/** A site as the registry has it. */
export type Site = typeof sites.$inferSelect;
/** A unit as the registry has it. */
export type Unit = typeof units.$inferSelect;
/** Where a list goes on, and how far. */
export type Page = { after: number; limit: number };

/** Makes a site in the emptiest shard, or finds the operator's site of this name. */
export function createSite(
  db: Queryable,
  site: {
    operatorId: string;
    name: string;
    timezone: string;
    reference?: string | null | undefined;
  },
): Promise<Created<Site>> {
  const { operatorId, name, timezone, reference = null } = site;
  return createOrFind(
    async () =>
      db
        .insert(sites)
        .values({
          operator_id: operatorId,
          name,
          reference,
          timezone,
          shard: await emptiestShard(db),
        })
        .onConflictDoNothing()
        .returning(),
    () =>
      db
        .select()
        .from(sites)
        .where(ownSite(operatorId, eq(sites.name, name))),
  );
}

/** The operator's site of this id, or undefined. */
export async function siteOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Site | undefined> {
  const [site] = await db
    .select()
    .from(sites)
    .where(ownSite(operatorId, eq(sites.id, id)));
  return site;
}

/** What can be said of a site; what is undefined stays as it is, null takes a reference away. */
export type SiteFields = { name?: string | undefined; reference?: string | null | undefined };

/** Changes a site, which is there. Throws the database's error where the name or reference is taken. */
export async function changeSite(db: Queryable, id: string, fields: SiteFields): Promise<Site> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    await db.update(sites).set(Object.fromEntries(given)).where(eq(sites.id, id));
  return one(await db.select().from(sites).where(eq(sites.id, id)));
}

/** The operator's sites in the order of their making. */
export function listSites(db: Queryable, operatorId: string, page: Page): Promise<Site[]> {
  return db
    .select()
    .from(sites)
    .where(ownSite(operatorId, gt(sites.ordinal, page.after)))
    .orderBy(asc(sites.ordinal))
    .limit(page.limit);
}

/** A unit's name and keys, and what reports go by; what is undefined stays as it is, null takes one away. */
export type UnitLabels = {
  name?: string | undefined;
  reference?: string | null | undefined;
  use?: Unit["use"] | undefined;
  cost_center?: string | null | undefined;
  area_dm2?: number | null | undefined;
};

/** Makes a unit, or finds the site's unit of this name. */
export function createUnit(
  db: Queryable,
  unit: {
    siteId: string;
    name: string;
    reference?: string | null | undefined;
    labels?: UnitLabels;
  },
): Promise<Created<Unit>> {
  const { siteId, name, reference = null, labels } = unit;
  return createOrFind(
    () =>
      db
        .insert(units)
        .values({ ...labels, site_id: siteId, name, reference })
        .onConflictDoNothing()
        .returning(),
    () =>
      db
        .select()
        .from(units)
        .where(and(eq(units.site_id, siteId), eq(units.name, name))),
  );
}

/** The ids of a site's units by their names, made where there are none. */
export async function ensureUnits(
  tx: Queryable,
  siteId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  for (const some of inChunks(names, ROWS_AT_ONCE)) {
    await tx
      .insert(units)
      .values(some.map((name) => ({ site_id: siteId, name })))
      .onConflictDoNothing();
  }
  const rows = await tx.select().from(units).where(eq(units.site_id, siteId));
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** Changes a unit, which is there. Throws the database's error where the name or reference is taken. */
export async function labelUnit(db: Queryable, id: string, labels: UnitLabels): Promise<Unit> {
  const given = Object.entries(labels).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    await db.update(units).set(Object.fromEntries(given)).where(eq(units.id, id));
  return one(await db.select().from(units).where(eq(units.id, id)));
}

/** The operator's unit of this id with its site, or undefined. */
export async function unitOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<{ unit: Unit; site: Site } | undefined> {
  const [found] = await db
    .select({ unit: units, site: sites })
    .from(units)
    .innerJoin(sites, eq(units.site_id, sites.id))
    .where(ownSite(operatorId, eq(units.id, id)));
  return found;
}

/** The operator's units, of one site or of all, in the order of their making. */
export async function listUnits(
  db: Queryable,
  operatorId: string,
  page: Page & { siteId?: string | undefined },
): Promise<Unit[]> {
  const ofSite = page.siteId === undefined ? undefined : eq(units.site_id, page.siteId);
  const rows = await db
    .select({ unit: units })
    .from(units)
    .innerJoin(sites, eq(units.site_id, sites.id))
    .where(and(ownSite(operatorId, gt(units.ordinal, page.after)), ofSite))
    .orderBy(asc(units.ordinal))
    .limit(page.limit);
  return rows.map(({ unit }) => unit);
}

function ownSite(operatorId: string, also: SQL): SQL | undefined {
  return and(eq(sites.operator_id, operatorId), also);
}
