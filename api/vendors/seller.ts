/**
 * Whose key sells: a vendor's key belongs to one vendor for its life, so what was found once is remembered.
 */
import { eq } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { vendorKeys } from "../registry/schema/vendors.ts";

/** Most keys that are remembered. */
const KEYS_REMEMBERED_MAX = 10_000;

const remembered = new Map<string, string | null>();

/** The vendor that a key belongs to; null for one that is no vendor's. Keys' ids are random, so that databases share the memory. */
export async function vendorOfKey(db: Queryable, keyId: string): Promise<string | null> {
  const known = remembered.get(keyId);
  if (known !== undefined) return known;
  const [row] = await db
    .select({ vendorId: vendorKeys.vendor_id })
    .from(vendorKeys)
    .where(eq(vendorKeys.key_id, keyId));
  const vendorId = row?.vendorId ?? null;
  if (remembered.size >= KEYS_REMEMBERED_MAX) remembered.clear();
  remembered.set(keyId, vendorId);
  return vendorId;
}
