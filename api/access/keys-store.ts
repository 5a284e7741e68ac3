/**
 * The operator's API keys in the registry: made, listed, rotated, revoked, each write on record.
 */
import { and, asc, eq, gt } from "drizzle-orm";
import { type ApiKey, hashOfKey, newKey, prefixOf, type Role } from "../registry/api-keys.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { apiKeys } from "../registry/schema/access.ts";
import type { Page } from "../registry/sites.ts";

/** A key with its secret, which is shown this once. */
export type MadeKey = { key: string; row: ApiKey };

/** What a new key is. No scopes means all those of the role. */
export type NewKey = {
  name: string;
  role: Role;
  scopes: readonly string[];
  expiresAt: Date | undefined;
};

/** Makes a key. Runs in a transaction. */
export async function createKey(tx: Queryable, author: Author, made: NewKey): Promise<MadeKey> {
  const { name, role, scopes, expiresAt } = made;
  const key = newKey();
  const row = one(
    await tx
      .insert(apiKeys)
      .values({
        operator_id: author.operatorId,
        name,
        role,
        scopes: [...scopes],
        hash: hashOfKey(key),
        prefix: prefixOf(key),
        expires_at: expiresAt ?? null,
      })
      .returning(),
  );
  await recordDeed(tx, author, {
    action: "key.made",
    object: `api_key/${row.id}`,
    data: { name, role, scopes, expires_at: expiresAt?.toISOString() ?? null },
  });
  return { key, row };
}

/** The operator's key of this id, or undefined. */
export async function keyOfOperator(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<ApiKey | undefined> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.operator_id, operatorId), eq(apiKeys.id, id)));
  return row;
}

/** The operator's keys in the order of their making, revoked ones too. */
export async function listKeys(
  db: Queryable,
  operatorId: string,
  { after, limit }: Page,
): Promise<ApiKey[]> {
  return await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.operator_id, operatorId), gt(apiKeys.ordinal, after)))
    .orderBy(asc(apiKeys.ordinal))
    .limit(limit);
}

/** Gives the key a new secret; the one before is good until `graceUntil`, older ones end now. Runs in a transaction. */
export async function rotateKey(
  tx: Queryable,
  author: Author,
  id: string,
  graceUntil: Date,
): Promise<MadeKey> {
  const key = newKey();
  const before = one(await tx.select().from(apiKeys).where(eq(apiKeys.id, id)).for("update"));
  const row = one(
    await tx
      .update(apiKeys)
      .set({
        hash: hashOfKey(key),
        prefix: prefixOf(key),
        previous_hash: before.hash,
        previous_until: graceUntil,
      })
      .where(eq(apiKeys.id, id))
      .returning(),
  );
  await recordDeed(tx, author, {
    action: "key.rotated",
    object: `api_key/${id}`,
    data: { previous_until: graceUntil.toISOString() },
  });
  return { key, row };
}

/** Ends a key and all tokens that stand for it; one that has ended stays as it is. Runs in a transaction. */
export async function revokeKey(
  tx: Queryable,
  author: Author,
  { id, reason }: { id: string; reason: string | undefined },
): Promise<ApiKey> {
  const before = one(await tx.select().from(apiKeys).where(eq(apiKeys.id, id)).for("update"));
  if (before.revoked_at !== null) return before;
  const row = one(
    await tx.update(apiKeys).set({ revoked_at: new Date() }).where(eq(apiKeys.id, id)).returning(),
  );
  await recordDeed(tx, author, { action: "key.revoked", object: `api_key/${id}`, reason });
  return row;
}
