/**
 * Writes what a chunk's lines came to, in one transaction, and tells the shards of what is new.
 */
import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { inChunks } from "../each.ts";
import { ordersOfShard } from "../engine/many-orders.ts";
import { type NewAccount, openAccounts } from "../registry/accounts.ts";
import { anyOf } from "../registry/any-of.ts";
import { markDue } from "../registry/apply-terms.ts";
import type { Author } from "../registry/audit.ts";
import { one, type Queryable, ROWS_AT_ONCE } from "../registry/database.ts";
import { insertRows } from "../registry/insert-rows.ts";
import { lockPolicy } from "../registry/policies.ts";
import { lockPriceList } from "../registry/price-lists.ts";
import { audit } from "../registry/schema/access.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { gateways, meters } from "../registry/schema/field.ts";
import { agreements, customers, sites, units, usagePoints } from "../registry/schema/parties.ts";
import { emptiestShard, lockShard } from "../registry/shards.ts";
import { groupBy } from "../reports/group-by.ts";
import type { Plan } from "./plan.ts";
import type { KnownGateway } from "./world.ts";

const KEY_BYTES = 32;

/** What follows from a chunk: shards that have something to hear, and gateways whose roster has another version. */
export type Written = {
  shards: number[];
  rosters: { gateway: number; version: number }[];
  opened: number;
};

/** Writes the plan. What somebody else made meanwhile makes it fail whole, as a violation of a unique key. */
export async function writePlan(tx: Queryable, author: Author, plan: Plan): Promise<Written> {
  await writePlaces(tx, author, plan);
  for (const id of ids(plan.openings.map(({ policy }) => policy.id))) await lockPolicy(tx, id);
  for (const id of ids(plan.openings.map(({ list }) => list.id))) await lockPriceList(tx, id);
  const touched = [...plan.gateways, ...plan.openings.map(({ meter }) => meter.gateway)];
  const shards = [...new Set(touched.map(({ site }) => shardOf(site)))].sort((a, b) => a - b);
  // In one order, as everywhere; each is locked once for all that follows.
  for (const shard of shards) await lockShard(tx, shard);
  await writeGateways(tx, plan.gateways);
  await writePoints(tx, author, plan);
  const opened = await writeOpenings(tx, author, plan);
  const rosters = await tellRosters(tx, plan);
  await recordDeeds(tx, author, plan);
  return { shards, rosters, opened };
}

async function writePlaces(tx: Queryable, author: Author, plan: Plan): Promise<void> {
  const operator_id = author.operatorId;
  for (const site of plan.sites) {
    // One by one: each goes to the shard that has the fewest then.
    site.shard = await emptiestShard(tx);
    const { id, reference, name, timezone, shard } = site;
    await tx.insert(sites).values({ id, operator_id, reference, name, timezone, shard });
  }
  await insertRows(
    tx,
    units,
    plan.units.map(({ site, ...unit }) => ({ ...unit, site_id: site.id })),
  );
  await insertRows(
    tx,
    customers,
    plan.customers.map(({ groupId, ...customer }) => {
      return { ...customer, operator_id, customer_group_id: groupId };
    }),
  );
}

async function writeGateways(tx: Queryable, made: readonly KnownGateway[]): Promise<void> {
  for (const some of inChunks(made, ROWS_AT_ONCE)) {
    const rows = some.map(({ site, name }) => {
      const key = randomBytes(KEY_BYTES).toString("hex");
      return { site_id: site.id, shard: shardOf(site), name, key };
    });
    const written = await tx.insert(gateways).values(rows).returning();
    const numbers = new Map(written.map((row) => [`${row.site_id}/${row.name}`, row.number]));
    for (const gateway of some) {
      gateway.number = numbers.get(`${gateway.site.id}/${gateway.name}`);
    }
  }
}

async function writePoints(tx: Queryable, author: Author, plan: Plan): Promise<void> {
  const operator_id = author.operatorId;
  await insertRows(
    tx,
    usagePoints,
    plan.points.map(({ id, unitId, service, name, tariffClassId }) => {
      return { id, unit_id: unitId, service, name, tariff_class_id: tariffClassId };
    }),
  );
  for (const meter of plan.meters) {
    const { point, gateway, isRetired: _, row: __, ...facts } = meter;
    meter.row = { ...facts, operator_id, usage_point_id: point.id, gateway: numberOf(gateway) };
  }
  await insertRows(
    tx,
    meters,
    plan.meters.flatMap(({ row }) => row ?? []),
  );
  await insertRows(
    tx,
    agreements,
    plan.agreements.map(({ point, ...agreement }) => {
      return { ...agreement, operator_id, usage_point_id: point.id };
    }),
  );
  // Accounts that were there before are looked at again under who has them now; new ones are when they are opened.
  const points = plan.agreements.map(({ point }) => point.id);
  if (points.length === 0) return;
  await markDue(tx, anyOf(accounts.usage_point_id, points), author.at);
}

async function writeOpenings(tx: Queryable, author: Author, { openings }: Plan): Promise<number> {
  let many = 0;
  const byShard = groupBy(openings, ({ meter }) => shardOf(meter.gateway.site));
  for (const shard of [...byShard.keys()].sort((a, b) => a - b)) {
    const own = byShard.get(shard) ?? [];
    const wanted = own.map(({ meter, list, policy, mode }): NewAccount => {
      const row = one([meter.row].filter((each) => each !== undefined));
      return { meter: row, priceList: list, policy, paymentMode: mode, creditMicros: 0n };
    });
    const opened = await openAccounts(tx, { shard }, wanted, author.at);
    if (opened.length < wanted.length) throw new Overtaken("an account was opened meanwhile");
    const byPoint = new Map(opened.map((account) => [account.usage_point_id, account.id]));
    for (const { meter, verdict } of own) {
      const id = byPoint.get(meter.point.id) ?? "";
      verdict.id = id;
      if (meter.point.account !== undefined) meter.point.account.id = id;
    }
    many += opened.length;
  }
  return many;
}

/** Somebody else made the same meanwhile: to be looked at anew. */
export class Overtaken extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Overtaken";
  }
}

/** Gateways that are new, or read more than before, are told to their shards with their rosters' versions. */
async function tellRosters(tx: Queryable, plan: Plan): Promise<Written["rosters"]> {
  const grown = ids(plan.openings.map(({ meter }) => String(numberOf(meter.gateway)))).map(Number);
  const all = [...new Set([...grown, ...plan.gateways.map(numberOf)])];
  if (all.length === 0) return [];
  const rows = await tx
    .update(gateways)
    .set({
      roster_version: sql`${gateways.roster_version} + case when ${gateways.number} = any(${sql.param(grown)}::int[]) then 1 else 0 end`,
    })
    .where(sql`${gateways.number} = any(${sql.param(all)}::int[])`)
    .returning();
  const byShard = groupBy(rows, ({ shard }) => shard);
  for (const shard of [...byShard.keys()].sort((a, b) => a - b)) {
    const orders = (byShard.get(shard) ?? []).map(({ number: gateway, key, roster_version }) => {
      return { op: "set_gateway" as const, gateway, key, roster_version };
    });
    await ordersOfShard(tx, shard, orders);
  }
  return rows
    .filter(({ number }) => grown.includes(number))
    .map(({ number: gateway, roster_version: version }) => ({ gateway, version }));
}

async function recordDeeds(tx: Queryable, author: Author, plan: Plan): Promise<void> {
  const deeds = [
    ...plan.sites.map(({ id }) => ["site.made", `site/${id}`]),
    ...plan.units.map(({ id }) => ["unit.made", `unit/${id}`]),
    ...plan.customers.map(({ id }) => ["customer.made", `customer/${id}`]),
    ...plan.gateways.map((gateway) => ["gateway.made", `gateway/${numberOf(gateway)}`]),
    ...plan.points.map(({ id }) => ["usage_point.made", `usage_point/${id}`]),
    ...plan.meters.map(({ id }) => ["meter.made", `meter/${id}`]),
    ...plan.agreements.map(({ id }) => ["agreement.made", `agreement/${id}`]),
    ...plan.openings.map(({ verdict }) => ["account.opened", `account/${verdict.id}`]),
  ];
  if (deeds.length === 0) return;
  const { operatorId, keyId, at } = author;
  const actions = deeds.map(([action]) => action);
  const objects = deeds.map(([, object]) => object);
  await tx.execute(sql`
    insert into ${audit} (operator_id, actor, channel, action, object, at)
    select ${operatorId}, ${keyId}, 'api', action, object, ${at}
    from unnest(${sql.param(actions)}::text[], ${sql.param(objects)}::text[]) as t(action, object)`);
}

function ids(some: readonly string[]): string[] {
  return [...new Set(some)].sort();
}

function shardOf({ shard }: { shard: number | undefined }): number {
  if (shard === undefined) throw new Error("a site was not written before what is in it");
  return shard;
}

function numberOf({ number }: KnownGateway): number {
  if (number === undefined) throw new Error("a gateway was not written before what is on it");
  return number;
}
