/**
 * Account orders as the interface shows them.
 */
import { z } from "@hono/zod-openapi";
import { heldIn, heldText, partTexts } from "../holding.ts";
import { ORDER_OPS, ORDER_STATES } from "../registry/schema/orders.ts";
import { heldOut, timeOut } from "../schemas.ts";
import type { OrderRow } from "./place.ts";

/** An order. `request` is what was asked for, as it was sent; `balance` the one right after it. */
export const orderOut = z
  .object({
    order_id: z.uuid(),
    account_id: z.uuid(),
    op: z.enum(ORDER_OPS),
    state: z.enum(ORDER_STATES),
    request: z.looseObject({}),
    reason: z.string().nullable(),
    requested_by: z.uuid(),
    decided_by: z.uuid().nullable(),
    decision_reason: z.string().nullable(),
    decided_at: timeOut.nullable(),
    vend_id: z.string().nullable(),
    fault: z.string().nullable(),
    /** What balance and parts are in, but for parts that are debts, which are money. */
    amounts_in: z.string(),
    balance: heldOut.nullable(),
    parts: z.record(z.string(), heldOut).nullable(),
    requested_at: timeOut,
    applied_at: timeOut.nullable(),
  })
  .openapi("AccountOrder");

/** An order as it is shown. */
export function orderView(row: OrderRow): z.input<typeof orderOut> {
  const { holding } = row.note;
  return {
    order_id: row.id,
    account_id: row.account_id,
    op: row.op,
    state: row.state,
    request: row.note.request as Record<string, unknown>,
    reason: row.reason,
    requested_by: row.key_id,
    decided_by: row.decided_by,
    decision_reason: row.decision_reason,
    decided_at: row.decided_at?.toISOString() ?? null,
    vend_id: row.vend_id,
    fault: row.fault,
    amounts_in: heldIn(holding),
    balance: row.balance_micros === null ? null : heldText(row.balance_micros, holding),
    parts: row.parts === null ? null : partTexts(row.parts, holding),
    requested_at: row.requested_at.toISOString(),
    applied_at: row.applied_at?.toISOString() ?? null,
  };
}
