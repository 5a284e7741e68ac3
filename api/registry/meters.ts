/**
 * Meters at usage points, and how their gateways reach them.
 */
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { Link } from "../../engine/contract/link.ts";
import type { Service } from "../../engine/contract/services.ts";
import { inChunks } from "../each.ts";
import { one, type Queryable, ROWS_AT_ONCE } from "./database.ts";
import { meters } from "./schema/field.ts";
import { usagePoints } from "./schema/parties.ts";
import type { Page } from "./sites.ts";

/** A meter as the registry has it. */
export type Meter = typeof meters.$inferSelect;

/** What a meter is made of: where, which, how it is reached, and what is known of its register (R12, R13; 0 unknown). */
export type NewMeter = {
  unitId: string;
  gateway: number;
  serial: string;
  service: Service;
  usagePoint: string;
  driver: Meter["driver"];
  device: string;
  link: Link;
  address: string;
  /** AES-128 key of a meter that encrypts what it sends, 32 digits of hex. */
  key?: string | undefined;
  modulusAtoms: bigint;
  maxRateAtomsPerHour: bigint;
  stepAtoms: bigint;
};

/**
 * Makes meters with their usage points. Gives those that were made: one is left out when the operator has a meter of its
 * serial number, or another one stands at its usage point. Runs in a transaction.
 */
export async function createMeters(
  tx: Queryable,
  operatorId: string,
  wanted: readonly NewMeter[],
): Promise<Meter[]> {
  const made: Meter[] = [];
  for (const some of inChunks(wanted, ROWS_AT_ONCE)) {
    const points = await ensureUsagePoints(tx, some);
    const rows = some.map((meter) => rowOf(meter, operatorId, points.get(pointKey(meter))));
    made.push(...(await tx.insert(meters).values(rows).onConflictDoNothing().returning()));
  }
  return made;
}

function rowOf(
  meter: NewMeter,
  operatorId: string,
  usagePointId: string | undefined,
): typeof meters.$inferInsert {
  if (usagePointId === undefined) throw new Error("a usage point was neither inserted nor found");
  return {
    operator_id: operatorId,
    gateway: meter.gateway,
    usage_point_id: usagePointId,
    serial: meter.serial,
    service: meter.service,
    driver: meter.driver,
    device: meter.device,
    link: meter.link,
    key: meter.key ?? null,
    address: meter.address,
    modulus_atoms: meter.modulusAtoms,
    max_rate_atoms_per_hour: meter.maxRateAtomsPerHour,
    step_atoms: meter.stepAtoms,
  };
}

type Point = { unitId: string; service: Service; usagePoint: string };

function pointKey({ unitId, service, usagePoint }: Point): string {
  return `${unitId}/${service}/${usagePoint}`;
}

async function ensureUsagePoints(
  tx: Queryable,
  points: readonly Point[],
): Promise<Map<string, string>> {
  const rows = points.map(({ unitId, service, usagePoint }) => ({
    unit_id: unitId,
    service,
    name: usagePoint,
  }));
  await tx.insert(usagePoints).values(rows).onConflictDoNothing();
  const unitIds = [...new Set(points.map(({ unitId }) => unitId))];
  const there = await tx.select().from(usagePoints).where(inArray(usagePoints.unit_id, unitIds));
  return new Map(
    there.map(({ id, unit_id, service, name }) => [
      pointKey({ unitId: unit_id, service, usagePoint: name }),
      id,
    ]),
  );
}

/** The operator's meter of this id or serial number, or undefined. */
export async function meterOf(
  db: Queryable,
  operatorId: string,
  by: { id: string } | { serial: string },
): Promise<Meter | undefined> {
  const named = "id" in by ? eq(meters.id, by.id) : eq(meters.serial, by.serial);
  const [meter] = await db
    .select()
    .from(meters)
    .where(and(eq(meters.operator_id, operatorId), named));
  return meter;
}

/** How a meter is reached; what is undefined stays as it is, null takes its key away. */
export type MeterReach = {
  [Name in "driver" | "device" | "link" | "address" | "key"]?: Meter[Name] | undefined;
};

/** Changes how a meter, which is there, is reached. The roster's version is the caller's to raise. */
export async function changeMeter(tx: Queryable, id: string, reach: MeterReach): Promise<Meter> {
  const given = Object.entries(reach).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    await tx.update(meters).set(Object.fromEntries(given)).where(eq(meters.id, id));
  return one(await tx.select().from(meters).where(eq(meters.id, id)));
}

/** The operator's meters in the order of their making. */
export function listMeters(db: Queryable, operatorId: string, page: Page): Promise<Meter[]> {
  return db
    .select()
    .from(meters)
    .where(and(eq(meters.operator_id, operatorId), gt(meters.ordinal, page.after)))
    .orderBy(asc(meters.ordinal))
    .limit(page.limit);
}
