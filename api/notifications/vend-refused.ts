/**
 * Vends that were refused, for the operator's endpoints: by the engine (limits of the policy and the balance), or before it by
 * limits of the vendor and of any vend. Told once for each vend id and reason, however often the vend is tried again.
 */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { Problem, type ProblemCode } from "../problems.ts";
import type { Queryable } from "../registry/database.ts";
import { notificationFacts, webhookEndpoints } from "../registry/schema/notifications.ts";

/** The type of what is told. */
export const VEND_REFUSED = "vend.refused";

/** Refusals before the engine is asked that are told of: those of limits, not those of a request that is wrong in itself. */
const TOLD: readonly ProblemCode[] = [
  "vendor_limit_reached",
  "vendor_suspended",
  "vend_below_minimum",
  "vend_above_maximum",
  "not_prepayment",
];

/** A refused vend; `by` says who refused it. */
type RefusedVend = {
  operator_id: string;
  account_id: string;
  vend_id: string;
  vendor_id: string | null;
  amount_micros: bigint;
  currency: string;
  received_at: Date;
  code: ProblemCode;
  by: "engine" | "limits";
};

/** The code of a refusal that is told of; undefined for any other error. */
export function toldCode(error: unknown): ProblemCode | undefined {
  return error instanceof Problem && TOLD.includes(error.code) ? error.code : undefined;
}

/** Puts it down to be told, where an endpoint wants it. */
export async function noteRefusal(tx: Queryable, refused: RefusedVend): Promise<void> {
  const { operator_id, account_id, received_at, amount_micros, vend_id, code, by } = refused;
  const name = JSON.stringify([operator_id, vend_id, code]);
  const id = `evt_refused_${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
  const data = {
    ...{ account_id, vend_id, vendor_id: refused.vendor_id },
    ...{ amount_micros: String(amount_micros), currency: refused.currency, code, by },
  };
  await tx.execute(sql`
    insert into ${notificationFacts} (id, operator_id, account_id, type, at, data)
    select ${id}, ${operator_id}, ${account_id}, ${VEND_REFUSED}, ${received_at.toISOString()}::timestamptz,
      ${JSON.stringify(data)}::jsonb
    where exists (select from ${webhookEndpoints} e where e.operator_id = ${operator_id} and e.state = 'active'
      and (cardinality(e.event_types) = 0 or ${VEND_REFUSED} = any(e.event_types)))
    on conflict (id) do nothing`);
}
