/**
 * The record of gateways' credentials: which were given out, and from when they are refused.
 */
import { and, desc, eq, gt, isNull, lte, or } from "drizzle-orm";
import { one, type Queryable } from "../registry/database.ts";
import { gatewayCredentials } from "../registry/schema/gateway-credentials.ts";

/** Credentials as they are on record. */
export type GivenCredentials = typeof gatewayCredentials.$inferSelect;

/** Most credentials of one gateway that are listed, newest first. */
const LISTED_MAX = 100;

/** Records credentials that are given now. */
export async function recordGiven(
  tx: Queryable,
  given: { publicKey: string; operatorId: string; gateway: number },
): Promise<GivenCredentials> {
  const { publicKey: public_key, operatorId: operator_id, gateway } = given;
  const values = { public_key, operator_id, gateway, issued_at: new Date() };
  return one(await tx.insert(gatewayCredentials).values(values).returning());
}

/** Ends all credentials of a gateway at an instant; those that end sooner anyway stay as they are. Gives how many. */
export async function endAll(tx: Queryable, gateway: number, endsAt: Date): Promise<number> {
  const later = or(isNull(gatewayCredentials.ends_at), gt(gatewayCredentials.ends_at, endsAt));
  const ended = await tx
    .update(gatewayCredentials)
    .set({ ends_at: endsAt })
    .where(and(eq(gatewayCredentials.gateway, gateway), later))
    .returning();
  return ended.length;
}

/** A gateway's credentials, newest first. */
export function credentialsOf(db: Queryable, gateway: number): Promise<GivenCredentials[]> {
  return db
    .select()
    .from(gatewayCredentials)
    .where(eq(gatewayCredentials.gateway, gateway))
    .orderBy(desc(gatewayCredentials.issued_at))
    .limit(LISTED_MAX);
}

/** Whom the broker is to refuse now: public key → the second of its end. */
export async function refusedNow(db: Queryable, now: Date): Promise<Record<string, number>> {
  const rows = await db
    .select()
    .from(gatewayCredentials)
    .where(lte(gatewayCredentials.ends_at, now))
    .orderBy(gatewayCredentials.public_key);
  const secondOf = (at: Date): number => Math.ceil(at.getTime() / 1_000);
  return Object.fromEntries(
    rows.flatMap(({ public_key, ends_at }) =>
      ends_at === null ? [] : [[public_key, secondOf(ends_at)]],
    ),
  );
}
