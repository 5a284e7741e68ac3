/**
 * Gateways: made with a key, and known to their shard's engine by it.
 */
import { randomBytes } from "node:crypto";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { orderOfShard } from "../engine/outbox.ts";
import { type Created, createOrFind } from "./created.ts";
import { one, type Queryable } from "./database.ts";
import { gateways } from "./schema/field.ts";
import { sites } from "./schema/parties.ts";
import { lockShard } from "./shards.ts";
import type { Page, Site } from "./sites.ts";

/** A gateway as the registry has it; `key` is secret. */
export type Gateway = typeof gateways.$inferSelect;

const KEY_BYTES = 32;

/** Makes a gateway and tells its shard, or finds the site's gateway of this name. Runs in a transaction. */
export async function createGateway(
  tx: Queryable,
  gateway: { site: Site; name: string },
): Promise<Created<Gateway>> {
  const { site, name } = gateway;
  const made = await createOrFind(
    () =>
      tx
        .insert(gateways)
        .values({
          site_id: site.id,
          shard: site.shard,
          name,
          key: randomBytes(KEY_BYTES).toString("hex"),
        })
        .onConflictDoNothing()
        .returning(),
    () =>
      tx
        .select()
        .from(gateways)
        .where(and(eq(gateways.site_id, site.id), eq(gateways.name, name))),
  );
  if (made.created) await tellShard(tx, made.row);
  return made;
}

/** Gives a gateway, which is there, another name. Throws the database's error where the site has one of it. */
export async function renameGateway(tx: Queryable, number: number, name: string): Promise<Gateway> {
  return one(
    await tx.update(gateways).set({ name }).where(eq(gateways.number, number)).returning(),
  );
}

/** Gives a gateway another key and tells its shard, which then refuses frames under the old one. Runs in a transaction. */
export async function rekeyGateway(tx: Queryable, { number, shard }: Gateway): Promise<Gateway> {
  await lockShard(tx, shard);
  const key = randomBytes(KEY_BYTES).toString("hex");
  const row = one(
    await tx.update(gateways).set({ key }).where(eq(gateways.number, number)).returning(),
  );
  await tellShard(tx, row);
  return row;
}

/** Raises the roster's version and tells the shard, which then refuses frames of older ones. Gives the new version. */
export async function raiseRoster(tx: Queryable, number: number): Promise<number> {
  const { shard } = one(await tx.select().from(gateways).where(eq(gateways.number, number)));
  await lockShard(tx, shard);
  const gateway = one(
    await tx
      .update(gateways)
      .set({ roster_version: sql`${gateways.roster_version} + 1` })
      .where(eq(gateways.number, number))
      .returning(),
  );
  await tellShard(tx, gateway);
  return gateway.roster_version;
}

/** The operator's gateway of this number, or undefined. */
export async function gatewayOf(
  db: Queryable,
  operatorId: string,
  number: number,
): Promise<Gateway | undefined> {
  const [found] = await db
    .select({ gateway: gateways })
    .from(gateways)
    .innerJoin(sites, eq(gateways.site_id, sites.id))
    .where(and(eq(sites.operator_id, operatorId), eq(gateways.number, number)));
  return found?.gateway;
}

/** The gateway of this number, whosever it is, or undefined. */
export async function gatewayNumbered(db: Queryable, number: number): Promise<Gateway | undefined> {
  const [row] = await db.select().from(gateways).where(eq(gateways.number, number));
  return row;
}

/** The operator's gateways in the order of their numbers. */
export async function listGateways(
  db: Queryable,
  operatorId: string,
  page: Page,
): Promise<Gateway[]> {
  const rows = await db
    .select({ gateway: gateways })
    .from(gateways)
    .innerJoin(sites, eq(gateways.site_id, sites.id))
    .where(and(eq(sites.operator_id, operatorId), gt(gateways.number, page.after)))
    .orderBy(asc(gateways.number))
    .limit(page.limit);
  return rows.map(({ gateway }) => gateway);
}

async function tellShard(tx: Queryable, gateway: Gateway): Promise<void> {
  await orderOfShard(tx, gateway.shard, {
    op: "set_gateway",
    gateway: gateway.number,
    key: gateway.key,
    roster_version: gateway.roster_version,
  });
}
