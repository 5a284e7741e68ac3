/**
 * Usage points that lines name, with the meter, the agreements and the account there.
 */
import { and, eq, isNull, or, sql } from "drizzle-orm";
import { anyOf } from "../registry/any-of.ts";
import type { Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { gateways, meters } from "../registry/schema/field.ts";
import { agreements, sites, usagePoints } from "../registry/schema/parties.ts";
import { type Loading, wanted, within } from "./load.ts";
import { type KnownPoint, keyOf, type World } from "./world.ts";

type PointRow = typeof usagePoints.$inferSelect;

/** Adds the points of the units that lines name, and of the meters. */
export async function loadPoints(
  db: Queryable,
  operatorId: string,
  { world, lines }: Loading,
): Promise<void> {
  const serials = wanted(lines, (line) =>
    line.type === "meter" ? line.serial : line.type === "account" ? line.meter : undefined,
  ).filter((serial) => !world.meters.has(serial));
  const found = serials.length === 0 ? [] : await metersOf(db, operatorId, serials);
  const unitIds = namedUnits({ world, lines });
  const pointIds = [...new Set(found.map(({ meter }) => meter.usage_point_id))];
  const points =
    unitIds.length + pointIds.length === 0 ? [] : await pointsOf(db, unitIds, pointIds);
  const known = new Map<string, KnownPoint>();
  for (const row of points) {
    const key = keyOf(row.unit_id, row.service, row.name);
    const point = world.points.get(key) ?? pointFrom(row);
    known.set(row.id, point);
    world.points.set(key, point);
  }
  await loadWhatIsThere(db, known);
  for (const { meter, gateway, site } of found) {
    const point = known.get(meter.usage_point_id);
    if (point === undefined) continue;
    const key = keyOf(site.id, gateway.name);
    world.meters.set(meter.serial, {
      ...meter,
      point,
      gateway: world.gateways.get(key) ?? {
        number: gateway.number,
        name: gateway.name,
        site,
        meters: 0,
      },
      isRetired: meter.retired_at !== null,
      row: meter,
    });
  }
}

/**
 * Meters by serial number with where they are. Two statements and no join: while an import fills the tables PostgreSQL has no
 * figures of them yet, and would go through all meters of all gateways instead of the few that are named.
 */
async function metersOf(db: Queryable, operatorId: string, serials: readonly string[]) {
  const found = await db
    .select()
    .from(meters)
    .where(and(eq(meters.operator_id, operatorId), within(meters.serial, serials)));
  if (found.length === 0) return [];
  const numbers = [...new Set(found.map(({ gateway }) => gateway))];
  const places = await db
    .select({ gateway: gateways, site: sites })
    .from(gateways)
    .innerJoin(sites, eq(sites.id, gateways.site_id))
    .where(sql`${gateways.number} = any(${sql.param(numbers)}::int[])`);
  const byNumber = new Map(places.map((place) => [place.gateway.number, place]));
  return found.flatMap((meter) => {
    const place = byNumber.get(meter.gateway);
    return place === undefined ? [] : [{ meter, ...place }];
  });
}

function namedUnits({ world, lines }: { world: World; lines: Loading["lines"] }): string[] {
  const ids = new Set<string>();
  for (const line of lines) {
    if (!("unit" in line)) continue;
    const site = world.sites.get(line.site);
    const unit = site && world.units.get(keyOf(site.id, line.unit));
    if (unit !== undefined && !world.points.has(keyOf(unit.id, line.service, line.usage_point)))
      ids.add(unit.id);
  }
  return [...ids];
}

async function pointsOf(
  db: Queryable,
  unitIds: readonly string[],
  pointIds: readonly string[],
): Promise<PointRow[]> {
  return await db
    .select()
    .from(usagePoints)
    .where(or(anyOf(usagePoints.unit_id, unitIds), anyOf(usagePoints.id, pointIds)));
}

function pointFrom(row: PointRow): KnownPoint {
  return {
    id: row.id,
    unitId: row.unit_id,
    service: row.service,
    name: row.name,
    tariffClassId: row.tariff_class_id,
    meter: undefined,
    agreements: [],
    account: undefined,
  };
}

async function loadWhatIsThere(db: Queryable, known: Map<string, KnownPoint>): Promise<void> {
  const ids = [...known.keys()];
  if (ids.length === 0) return;
  const standing = await db
    .select({ point: meters.usage_point_id, serial: meters.serial })
    .from(meters)
    .where(and(anyOf(meters.usage_point_id, ids), isNull(meters.retired_at)));
  for (const { point, serial } of standing) {
    const at = known.get(point);
    if (at !== undefined) at.meter = serial;
  }
  // Ended ones too, which no index has by point: a hash of the ids, where `any` would compare each row with each of them.
  const isThere = sql`${agreements.usage_point_id} in (select unnest(${sql.param(ids)}::uuid[]))`;
  const had = await db.select().from(agreements).where(isThere);
  for (const { usage_point_id, customer_id, from_at, to_at } of had)
    known.get(usage_point_id)?.agreements.push({ customer_id, from_at, to_at });
  const opened = await db
    .select({
      id: accounts.id,
      point: accounts.usage_point_id,
      priceListId: accounts.opening_price_list_id,
      policyId: accounts.opening_policy_id,
    })
    .from(accounts)
    .where(anyOf(accounts.usage_point_id, ids));
  for (const { point, ...account } of opened) {
    const at = known.get(point);
    if (at !== undefined) at.account = account;
  }
}
