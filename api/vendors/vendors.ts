/**
 * Vendors: made, changed and looked up within their operator; their keys are made here, too.
 */
import { and, asc, eq, gt } from "drizzle-orm";
import type { Service } from "../../engine/contract/services.ts";
import type { Caller } from "../keys.ts";
import { Problem } from "../problems.ts";
import { type ApiKey, hashOfKey, newKey, prefixOf } from "../registry/api-keys.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { apiKeys } from "../registry/schema/access.ts";
import { vendorCommissions, vendorKeys, vendors } from "../registry/schema/vendors.ts";
import type { Page } from "../registry/sites.ts";
import { vendorOfKey } from "./seller.ts";

/** A vendor as the registry has it. */
export type Vendor = typeof vendors.$inferSelect;
/** What a vendor earns by a service, in millionths. */
export type Commission = { service: Service; ppm: number };
/** What is said of a vendor; undefined stays as it is. `limitMicros` null: no limit. */
export type VendorTerms = {
  state?: Vendor["state"] | undefined;
  limitMicros?: bigint | null | undefined;
  commissions?: readonly Commission[] | undefined;
};

/** Makes a vendor. The database refuses a name that is taken (`vendors_operator_name`). Runs in a transaction. */
export async function createVendor(
  tx: Queryable,
  author: Author,
  { name, currency, ...terms }: VendorTerms & { name: string; currency: string },
): Promise<Vendor> {
  const { operatorId: operator_id } = author;
  const limit_micros = terms.limitMicros === undefined ? 0n : terms.limitMicros;
  const row = one(
    await tx.insert(vendors).values({ operator_id, name, currency, limit_micros }).returning(),
  );
  await putCommissions(tx, row.id, terms.commissions ?? []);
  await recordDeed(tx, author, {
    action: "vendor.created",
    object: `vendor/${row.id}`,
    data: { name, currency, ...told(terms) },
  });
  return row;
}

/** Changes a vendor. Runs in a transaction. */
export async function changeVendor(
  tx: Queryable,
  author: Author,
  id: string,
  { reason, ...terms }: VendorTerms & { reason: string },
): Promise<Vendor> {
  const { state, limitMicros, commissions } = terms;
  const changes = {
    ...(state !== undefined && { state }),
    ...(limitMicros !== undefined && { limit_micros: limitMicros }),
  };
  if (Object.keys(changes).length > 0) {
    await tx.update(vendors).set(changes).where(eq(vendors.id, id));
  }
  if (commissions !== undefined) {
    await tx.delete(vendorCommissions).where(eq(vendorCommissions.vendor_id, id));
    await putCommissions(tx, id, commissions);
  }
  const row = one(await tx.select().from(vendors).where(eq(vendors.id, id)));
  await recordDeed(tx, author, {
    action: "vendor.changed",
    object: `vendor/${id}`,
    reason,
    data: told(terms),
  });
  return row;
}

/** The vendor of this id that the caller sees (a vendor's key itself only), or a refusal. */
export async function vendorFor(db: Queryable, caller: Caller, id: string): Promise<Vendor> {
  const own = await ownVendorOf(db, caller);
  const [row] =
    own === undefined || own === id
      ? await db
          .select()
          .from(vendors)
          .where(and(eq(vendors.operator_id, caller.operatorId), eq(vendors.id, id)))
      : [];
  if (row !== undefined) return row;
  throw new Problem("vendor_unknown", { detail: `there is no vendor ${id}: check the id` });
}

/** Nobody's id: what a vendor's key without a vendor sees. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** The only vendor that the caller sees; undefined: all of the operator's. */
export async function ownVendorOf(db: Queryable, caller: Caller): Promise<string | undefined> {
  if (caller.role !== "vendor") return undefined;
  return (await vendorOfKey(db, caller.keyId)) ?? NOBODY;
}

/** The operator's vendors, or the only one that the caller sees. */
export async function listVendors(
  db: Queryable,
  caller: Caller,
  { after, limit }: Page,
): Promise<Vendor[]> {
  const own = await ownVendorOf(db, caller);
  return await db
    .select()
    .from(vendors)
    .where(
      and(
        eq(vendors.operator_id, caller.operatorId),
        own === undefined ? undefined : eq(vendors.id, own),
        gt(vendors.ordinal, after),
      ),
    )
    .orderBy(asc(vendors.ordinal))
    .limit(limit);
}

/** What a vendor earns, by service. */
export async function commissionsOf(db: Queryable, vendorId: string): Promise<Commission[]> {
  return await db
    .select({ service: vendorCommissions.service, ppm: vendorCommissions.ppm })
    .from(vendorCommissions)
    .where(eq(vendorCommissions.vendor_id, vendorId))
    .orderBy(asc(vendorCommissions.service));
}

/** Makes a key of a vendor; gives it, this once. Runs in a transaction. */
export async function createVendorKey(
  tx: Queryable,
  author: Author,
  { id, operator_id }: Vendor,
  { name, expiresAt }: { name: string; expiresAt: Date | undefined },
): Promise<{ key: string; row: ApiKey }> {
  const key = newKey();
  const hash = hashOfKey(key);
  const row = one(
    await tx
      .insert(apiKeys)
      .values({
        operator_id,
        name,
        role: "vendor",
        hash,
        prefix: prefixOf(key),
        expires_at: expiresAt ?? null,
      })
      .returning(),
  );
  await tx.insert(vendorKeys).values({ key_id: row.id, operator_id, vendor_id: id });
  await recordDeed(tx, author, {
    action: "vendor.key_created",
    object: `vendor/${id}`,
    data: { key_id: row.id, name },
  });
  return { key, row };
}

async function putCommissions(tx: Queryable, vendorId: string, commissions: readonly Commission[]) {
  if (commissions.length === 0) return;
  await tx
    .insert(vendorCommissions)
    .values(commissions.map(({ service, ppm }) => ({ vendor_id: vendorId, service, ppm })));
}

function told({ limitMicros, ...rest }: VendorTerms): Record<string, unknown> {
  return {
    ...rest,
    ...(limitMicros !== undefined && { limit_micros: limitMicros?.toString() ?? null }),
  };
}
