/**
 * Which vends a caller sees: a vendor its own, whoever of it sold them; others those of their operator.
 */
import type { Caller } from "../keys.ts";
import { Problem } from "../problems.ts";
import type { Queryable } from "../registry/database.ts";
import { vendorOfKey } from "../vendors/seller.ts";
import type { VendRow } from "./receipt.ts";
import { vendOf } from "./vend.ts";

/** The vend of this id, or a refusal: one that the caller does not see was never received. */
export async function visibleVend(db: Queryable, caller: Caller, vendId: string): Promise<VendRow> {
  const vend = await vendOf(db, caller.operatorId, vendId);
  if (vend !== undefined && (await maySee(db, caller, vend))) return vend;
  throw new Problem("vend_unknown", {
    detail: `no vend ${vendId} was received from this key: nothing was credited under this id`,
  });
}

async function maySee(db: Queryable, { role, keyId }: Caller, vend: VendRow): Promise<boolean> {
  if (role !== "vendor" || vend.key_id === keyId) return true;
  return vend.vendor_id !== null && vend.vendor_id === (await vendorOfKey(db, keyId));
}
