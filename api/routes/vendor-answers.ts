/**
 * What the routes of vendors share: money of theirs as it is asked for and given, and commission.
 */
import { z } from "@hono/zod-openapi";
import { formatDecimal, formatMicros, parseDecimal } from "../../engine/contract/decimal.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { MOVEMENT_KINDS } from "../registry/schema/vendor-ledger.ts";
import { WHOLE_PPM } from "../registry/schema/vendors.ts";
import { currencyOut, moneyOut, timeOut } from "../schemas.ts";
import type { Movement } from "../vendors/ledger.ts";
import type { Settlement } from "../vendors/settlements.ts";
import type { Commission, Vendor } from "../vendors/vendors.ts";

/** Per mille as a decimal text; millionths inside. */
const perMille = z
  .string('must be a decimal in quotes, such as "12.5"')
  .transform((text, ctx) => {
    const ppm = parseDecimal(text, 3);
    if (ppm !== undefined && ppm >= 0n && ppm <= BigInt(WHOLE_PPM)) return Number(ppm);
    const message = 'must be a decimal from "0" to "1000" with at most 3 decimals';
    ctx.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .openapi({ example: "12.5" });

/** Commissions as they are asked for; one a service at most. */
export const commissionsIn = z
  .array(
    z
      .strictObject({ service: z.enum(SERVICES), per_mille: perMille })
      .transform(({ service, per_mille: ppm }) => ({ service, ppm })),
  )
  .max(SERVICES.length)
  .refine(
    (all) => new Set(all.map(({ service }) => service)).size === all.length,
    "must name a service once",
  );

/** A vendor. */
export const vendorOut = z
  .object({
    vendor_id: z.uuid(),
    name: z.string(),
    currency: currencyOut,
    state: z.enum(["active", "suspended"]),
    limit: moneyOut
      .nullable()
      .openapi({ description: "How far below 0 the float may fall; null: as far as it likes" }),
    float: moneyOut.openapi({ description: "Paid in, less what was sold" }),
    reserved: moneyOut.openapi({ description: "Held back for vends that are under way" }),
    available: moneyOut.nullable().openapi({ description: "What can be sold now" }),
    commissions: z.array(z.object({ service: z.enum(SERVICES), per_mille: z.string() })),
    created_at: timeOut,
  })
  .openapi("Vendor");

/** A vendor as it is given. */
export function vendorView(
  row: Vendor,
  commissions: readonly Commission[],
): z.input<typeof vendorOut> {
  const { limit_micros: limit, float_micros: float, reserved_micros: reserved } = row;
  return {
    vendor_id: row.id,
    name: row.name,
    currency: row.currency,
    state: row.state,
    limit: limit === null ? null : formatMicros(limit),
    float: formatMicros(float),
    reserved: formatMicros(reserved),
    available: limit === null ? null : formatMicros(float + limit - reserved),
    commissions: commissions.map(({ service, ppm }) => {
      return { service, per_mille: formatDecimal(BigInt(ppm), 3, 0) };
    }),
    created_at: row.created_at.toISOString(),
  };
}

/** A movement of a float. */
export const movementOut = z
  .object({
    movement_id: z.int(),
    vendor_id: z.uuid(),
    kind: z.enum(MOVEMENT_KINDS),
    amount: moneyOut.openapi({ description: "What it does to the float" }),
    commission: moneyOut,
    float: moneyOut.openapi({ description: "The float behind it" }),
    vend_id: z.string().nullable(),
    tender: z.string().nullable(),
    reference: z.string().nullable(),
    shift_id: z.uuid().nullable(),
    reason: z.string().nullable(),
    at: timeOut,
  })
  .openapi("VendorMovement");

/** A movement as it is given. */
export function movementView(row: Movement): z.input<typeof movementOut> {
  return {
    movement_id: row.id,
    vendor_id: row.vendor_id,
    kind: row.kind,
    amount: formatMicros(row.amount_micros),
    commission: formatMicros(row.commission_micros),
    float: formatMicros(row.balance_micros),
    vend_id: row.vend_id,
    tender: row.tender,
    reference: row.reference,
    shift_id: row.shift_id,
    reason: row.reason,
    at: row.at.toISOString(),
  };
}

/** A settlement. */
export const settlementOut = z
  .object({
    settlement_id: z.uuid(),
    vendor_id: z.uuid(),
    number: z.int().positive().openapi({ description: "Counts the vendor's, without gaps" }),
    from: timeOut,
    to: timeOut,
    opening_float: moneyOut,
    sales: z.int(),
    sales_amount: moneyOut,
    reversals: z.int(),
    reversals_amount: moneyOut,
    deposits: moneyOut,
    payouts: moneyOut,
    corrections: moneyOut,
    commission: moneyOut,
    closing_float: moneyOut,
  })
  .openapi("Settlement");

/** A settlement as it is given. */
export function settlementView(row: Settlement): z.input<typeof settlementOut> {
  return {
    settlement_id: row.id,
    vendor_id: row.vendor_id,
    number: row.number,
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    opening_float: formatMicros(row.opening_micros),
    sales: row.sales,
    sales_amount: formatMicros(row.sales_micros),
    reversals: row.reversals,
    reversals_amount: formatMicros(row.reversals_micros),
    deposits: formatMicros(row.deposits_micros),
    payouts: formatMicros(row.payouts_micros),
    corrections: formatMicros(row.corrections_micros),
    commission: formatMicros(row.commission_micros),
    closing_float: formatMicros(row.closing_micros),
  };
}
