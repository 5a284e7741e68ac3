/**
 * Which vends a caller sees: a vendor its own, whoever of it sold them; a portal token those of its account, since its
 * customer has it (R92); others those of their operator.
 */
import type { Caller } from "../keys.ts";
import { Problem } from "../problems.ts";
import { heldSince } from "../registry/accounts.ts";
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

async function maySee(db: Queryable, caller: Caller, vend: VendRow): Promise<boolean> {
  const { role, keyId, accountId, customerId } = caller;
  if (accountId !== undefined) {
    if (vend.account_id !== accountId) return false;
    if (customerId === undefined) return true;
    const since = (await heldSince(db, customerId, [accountId])).get(accountId);
    return since !== undefined && vend.received_at >= since;
  }
  if (role !== "vendor" || vend.key_id === keyId) return true;
  return vend.vendor_id !== null && vend.vendor_id === (await vendorOfKey(db, keyId));
}
