/**
 * API keys: given out once, kept as a hash.
 */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, isNull, lt, ne, or } from "drizzle-orm";
import { one, type Queryable } from "./database.ts";
import { apiKeys, type ROLES } from "./schema/access.ts";

/** A role. */
export type Role = (typeof ROLES)[number];
/** A key as the registry has it. */
export type ApiKey = typeof apiKeys.$inferSelect;

const KEY_BYTES = 32;

/** A new key: 32 random bytes behind a prefix by which it is told from other secrets. */
export function newKey(): string {
  return `dd_${randomBytes(KEY_BYTES).toString("base64url")}`;
}

/** How many of a key's characters are kept to tell it by: 6 random ones behind `dd_`. */
const PREFIX_CHARS = 9;

/** The beginning of a key, by which people tell it from others; 220 bits of it stay unknown. */
export function prefixOf(key: string): string {
  return key.slice(0, PREFIX_CHARS);
}

/** What is kept of a key. 32 random bytes cannot be guessed, so a fast hash without salt is enough. */
export function hashOfKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** Keeps a key under a name of the operator, and revokes others of that name. The same key again changes nothing. */
export async function keepKey(
  tx: Queryable,
  kept: { operatorId: string; name: string; role: Role; key: string },
): Promise<void> {
  const { operatorId, name, role } = kept;
  const hash = hashOfKey(kept.key);
  await tx
    .update(apiKeys)
    .set({ revoked_at: new Date() })
    .where(
      and(
        eq(apiKeys.operator_id, operatorId),
        eq(apiKeys.name, name),
        ne(apiKeys.hash, hash),
        isNull(apiKeys.revoked_at),
      ),
    );
  await tx
    .insert(apiKeys)
    .values({ operator_id: operatorId, name, role, hash, prefix: prefixOf(kept.key) })
    .onConflictDoNothing();
}

/** The key with this hash now or before its last rotation; expiry and revocation are the caller's to judge. */
export async function keyWithHash(db: Queryable, hash: string): Promise<ApiKey | undefined> {
  const [key] = await db
    .select()
    .from(apiKeys)
    .where(or(eq(apiKeys.hash, hash), eq(apiKeys.previous_hash, hash)));
  return key;
}

/** The key of this id, or undefined. */
export async function keyOfId(db: Queryable, id: string): Promise<ApiKey | undefined> {
  const [key] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  return key;
}

const HOUR_MS = 3_600_000;

/** Notes the hour in which a key is used: one write an hour and key. */
export async function noteUse(
  db: Queryable,
  { id, last_used_at }: ApiKey,
  now: Date,
): Promise<void> {
  const hour = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  if (last_used_at !== null && last_used_at >= hour) return;
  await db
    .update(apiKeys)
    .set({ last_used_at: hour })
    .where(
      and(eq(apiKeys.id, id), or(isNull(apiKeys.last_used_at), lt(apiKeys.last_used_at, hour))),
    );
}

/** Makes a key of a customer; gives it, this once. Runs in a transaction. */
export async function createCustomerKey(
  tx: Queryable,
  of: { operatorId: string; customerId: string; name: string; expiresAt: Date | undefined },
): Promise<{ key: string; row: ApiKey }> {
  const key = newKey();
  const row = one(
    await tx
      .insert(apiKeys)
      .values({
        operator_id: of.operatorId,
        customer_id: of.customerId,
        name: of.name,
        role: "customer",
        hash: hashOfKey(key),
        prefix: prefixOf(key),
        expires_at: of.expiresAt ?? null,
      })
      .returning(),
  );
  return { key, row };
}
