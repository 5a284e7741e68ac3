/**
 * The roster of a gateway: the meters that it reads whose account is open.
 */
import { and, asc, eq, isNull } from "drizzle-orm";
import { ROSTER_METERS_MAX, type Roster } from "../../engine/contract/roster.ts";
import type { Queryable } from "./database.ts";
import { accounts } from "./schema/accounts.ts";
import { gateways, meters } from "./schema/field.ts";

/** The roster of this gateway as it is now, or undefined when there is no such gateway. */
export function rosterOf(db: Queryable, number: number): Promise<Roster | undefined> {
  // One snapshot for version and meters: a roster must never carry a version that it does not have the meters of.
  return db.transaction((tx) => rosterIn(tx, number), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
}

async function rosterIn(tx: Queryable, number: number): Promise<Roster | undefined> {
  const [gateway] = await tx.select().from(gateways).where(eq(gateways.number, number));
  if (gateway === undefined) return undefined;
  const rows = await tx
    .select({ meter: meters, slot: accounts.slot })
    .from(meters)
    .innerJoin(accounts, eq(accounts.usage_point_id, meters.usage_point_id))
    .where(and(eq(meters.gateway, number), isNull(meters.retired_at)))
    .orderBy(asc(accounts.slot))
    .limit(ROSTER_METERS_MAX);
  return {
    gateway: number,
    shard: gateway.shard,
    version: gateway.roster_version,
    meters: rows.map(({ meter, slot }) => ({
      meter_id: meter.id,
      serial: meter.serial,
      slot,
      service: meter.service,
      driver: meter.driver,
      device: meter.device,
      link: meter.link,
      address: meter.address,
      ...(meter.key !== null && { key: meter.key }),
    })),
  };
}
