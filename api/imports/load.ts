/**
 * Looks up what lines name, in as few statements as there are kinds of things, whatever the number of lines.
 */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "../registry/database.ts";
import { gateways, meters } from "../registry/schema/field.ts";
import {
  customerGroups,
  customers,
  sites,
  tariffClasses,
  units,
} from "../registry/schema/parties.ts";
import { priceLists, supplyPolicies } from "../registry/schema/pricing.ts";
import type { Line } from "./line-schema.ts";
import { loadPoints } from "./load-points.ts";
import { keyOf, type World } from "./world.ts";

/** Adds to the world what these lines name and it does not have. */
export async function loadWorld(
  db: Queryable,
  operatorId: string,
  { world, lines }: { world: World; lines: readonly Line[] },
): Promise<void> {
  await loadSites(db, operatorId, { world, lines });
  await loadUnits(db, { world, lines });
  await loadGateways(db, { world, lines });
  await loadNamed(db, operatorId, { world, lines });
  await loadPoints(db, operatorId, { world, lines });
}

/** What is loaded for. */
export type Loading = { world: World; lines: readonly Line[] };

async function loadSites(
  db: Queryable,
  operatorId: string,
  { world, lines }: Loading,
): Promise<void> {
  const references = wanted(lines, (line) =>
    line.type === "site" ? line.reference : "site" in line ? line.site : undefined,
  ).filter((reference) => !world.sites.has(reference));
  const names = wanted(lines, (line) => (line.type === "site" ? line.name : undefined));
  if (references.length + names.length === 0) return;
  const rows = await db
    .select()
    .from(sites)
    .where(
      and(
        eq(sites.operator_id, operatorId),
        sql`(${within(sites.reference, references)} or ${within(sites.name, names)})`,
      ),
    );
  for (const { id, reference, name, timezone, shard } of rows) {
    world.siteNames.add(name);
    if (reference !== null) world.sites.set(reference, { id, reference, name, timezone, shard });
  }
}

async function loadUnits(db: Queryable, { world, lines }: Loading): Promise<void> {
  const asked = pairs(lines, world, (line) =>
    line.type === "unit" ? line.reference : "unit" in line ? line.unit : undefined,
  ).filter(([site, reference]) => !world.units.has(keyOf(site, reference)));
  const named = pairs(lines, world, (line) => (line.type === "unit" ? line.name : undefined));
  const byId = new Map([...world.sites.values()].map((site) => [site.id, site]));
  for (const [column, some] of [
    [units.reference, asked],
    [units.name, named],
  ] as const) {
    if (some.length === 0) continue;
    const rows = await db
      .select()
      .from(units)
      .where(pairIn(units.site_id, column, some));
    for (const row of rows) {
      world.unitNames.add(keyOf(row.site_id, row.name));
      const site = byId.get(row.site_id);
      if (row.reference !== null && site !== undefined)
        world.units.set(keyOf(row.site_id, row.reference), { ...row, site });
    }
  }
}

async function loadGateways(db: Queryable, { world, lines }: Loading): Promise<void> {
  const asked = pairs(lines, world, (line) =>
    line.type === "gateway" ? line.name : line.type === "meter" ? line.gateway : undefined,
  ).filter(([site, name]) => !world.gateways.has(keyOf(site, name)));
  if (asked.length === 0) return;
  const byId = new Map([...world.sites.values()].map((site) => [site.id, site]));
  const rows = await db
    .select({
      number: gateways.number,
      name: gateways.name,
      site: gateways.site_id,
      meters: sql<number>`(select count(*)::int from ${meters} m where m.gateway = ${gateways.number} and m.retired_at is null)`,
    })
    .from(gateways)
    .where(pairIn(gateways.site_id, gateways.name, asked));
  for (const { number, name, site: siteId, meters: many } of rows) {
    const site = byId.get(siteId);
    if (site === undefined) continue;
    world.gateways.set(keyOf(siteId, name), { number, name, site, meters: many });
  }
}

async function loadNamed(
  db: Queryable,
  operatorId: string,
  { world, lines }: Loading,
): Promise<void> {
  const references = wanted(lines, (line) =>
    line.type === "customer"
      ? line.reference
      : line.type === "agreement"
        ? line.customer
        : undefined,
  ).filter((reference) => !world.customers.has(reference));
  if (references.length > 0) {
    const rows = await db
      .select()
      .from(customers)
      .where(and(eq(customers.operator_id, operatorId), within(customers.reference, references)));
    for (const { id, reference, name, customer_group_id: groupId } of rows)
      if (reference !== null) world.customers.set(reference, { id, reference, name, groupId });
  }
  const groups = wanted(lines, (line) =>
    line.type === "customer" ? line.customer_group : undefined,
  );
  for (const row of await named(db, customerGroups, operatorId, groups))
    world.groups.set(row.name, row.id);
  const classes = wanted(lines, (line) =>
    line.type === "usage_point" ? line.tariff_class : undefined,
  );
  for (const row of await named(db, tariffClasses, operatorId, classes))
    world.classes.set(row.name, row.id);
  const lists = wanted(lines, (line) => (line.type === "account" ? line.price_list : undefined));
  const listRows = await db
    .select()
    .from(priceLists)
    .where(and(eq(priceLists.operator_id, operatorId), within(priceLists.name, lists)));
  for (const row of listRows) world.lists.set(row.name, row);
  const policies = wanted(lines, (line) =>
    line.type === "account" ? line.supply_policy : undefined,
  );
  const policyRows = await db
    .select()
    .from(supplyPolicies)
    .where(and(eq(supplyPolicies.operator_id, operatorId), within(supplyPolicies.name, policies)));
  for (const row of policyRows) world.policies.set(row.name, row);
}

async function named(
  db: Queryable,
  table: typeof customerGroups | typeof tariffClasses,
  operatorId: string,
  names: readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (names.length === 0) return [];
  return await db
    .select({ id: table.id, name: table.name })
    .from(table)
    .where(and(eq(table.operator_id, operatorId), within(table.name, names)));
}

/** The different keys that lines have. */
export function wanted(lines: readonly Line[], key: (line: Line) => string | undefined): string[] {
  return [...new Set(lines.map(key).filter((each) => each !== undefined))];
}

/** The different pairs of a known site's id and a key. */
function pairs(
  lines: readonly Line[],
  world: World,
  key: (line: Line) => string | undefined,
): [site: string, key: string][] {
  const found = new Map<string, [string, string]>();
  for (const line of lines) {
    const name = key(line);
    const site = "site" in line ? world.sites.get(line.site) : undefined;
    if (name !== undefined && site !== undefined) found.set(keyOf(site.id, name), [site.id, name]);
  }
  return [...found.values()];
}

/** A column is one of these texts: one parameter, however many there are. */
export function within(column: AnyPgColumn, texts: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(texts)}::text[])`;
}

function pairIn(
  id: AnyPgColumn,
  key: AnyPgColumn,
  some: readonly (readonly [string, string])[],
): SQL {
  const ids = some.map(([first]) => first);
  const keys = some.map(([, second]) => second);
  return sql`(${id}, ${key}) in (select * from unnest(${sql.param(ids)}::uuid[], ${sql.param(keys)}::text[]))`;
}
