/**
 * API keys: given out once, kept as a hash.
 */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, isNull, ne } from "drizzle-orm";
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

/** What is kept of a key. */
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
    .values({ operator_id: operatorId, name, role, hash })
    .onConflictDoNothing();
}

/** The key with this hash, or undefined; expiry and revocation are the caller's to judge. */
export async function keyWithHash(db: Queryable, hash: string): Promise<ApiKey | undefined> {
  const [key] = await db.select().from(apiKeys).where(eq(apiKeys.hash, hash));
  return key;
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
        expires_at: of.expiresAt ?? null,
      })
      .returning(),
  );
  return { key, row };
}
