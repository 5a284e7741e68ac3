/**
 * `/v1/vendors/{vendor_id}/movements` and `/report`: what moved a vendor's float, and what a period came to.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { REFERENCE_MAX } from "../registry/schema/vendor-ledger.ts";
import { currencyOut, instantText, moneyOut, moneyText, plainText, timeOut } from "../schemas.ts";
import { listMovements, moveFloat } from "../vendors/ledger.ts";
import { type Report, reportOf } from "../vendors/report.ts";
import { type Vendor, vendorFor } from "../vendors/vendors.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { keyIn, mustBeKeyed, reasonText } from "./order-answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { movementOut, movementView } from "./vendor-answers.ts";

const movementBody = z
  .strictObject({
    kind: z.enum(["deposit", "payout", "correction"]),
    amount: moneyText.openapi({
      example: "250.00",
      description: "Above 0 for a deposit or payout; a correction takes either sign",
    }),
    tender: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/, "must be a word such as cash or transfer")
      .optional(),
    reference: plainText(REFERENCE_MAX).optional(),
    reason: reasonText,
  })
  .openapi("VendorMovementRequest");

const lineOut = z.object({
  tender: z.string(),
  service: z.enum(SERVICES),
  sales: z.int(),
  sales_amount: moneyOut,
  reversals: z.int(),
  reversals_amount: moneyOut,
  commission: moneyOut,
});
const reportOut = z
  .object({
    vendor_id: z.uuid(),
    currency: currencyOut,
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
    commission_earned: moneyOut,
    commission_paid: moneyOut,
    closing_float: moneyOut,
    lines: z.array(lineOut),
  })
  .openapi("VendorReport");

const tags = ["Vendors"];
const params = z.object({ vendor_id: z.uuid() });
const create = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "post",
  path: "/v1/vendors/{vendor_id}/movements",
  summary: "Record a deposit, payout or correction of a vendor's float",
  request: { params, headers: mustBeKeyed, body: jsonBody(movementBody) },
  responses: {
    201: json(movementOut, "The movement"),
    200: {
      ...json(movementOut, "The movement, recorded before under the same Idempotency-Key"),
      headers: z.object({ "Idempotent-Replayed": z.literal("true") }),
    },
    ...problems(
      "malformed_json",
      "invalid_request",
      "vendor_unknown",
      "not_found",
      "vendor_limit_reached",
      "idempotency_key_missing",
      "idempotency_key_reused",
    ),
  },
});
const read = { tags, security: KEYED, middleware: [needs("vends:read")] };
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/vendors/{vendor_id}/movements",
  summary: "List what moved a vendor's float, oldest first",
  request: { params, query: pageQuery },
  responses: {
    200: json(pageOut(movementOut), "A page"),
    ...problems("invalid_request", "vendor_unknown", "not_found"),
  },
});
const report = createRoute({
  ...read,
  method: "get",
  path: "/v1/vendors/{vendor_id}/report",
  summary: "What a period came to: sales, reversals, commission, deposits, by tender and service",
  request: { params, query: z.object({ from: instantText, to: instantText }) },
  responses: {
    200: json(reportOut, "The report"),
    ...problems("invalid_request", "vendor_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addVendorMovementRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(create, async (c) => {
    const caller = c.get("caller");
    const vendor = await vendorFor(db, caller, c.req.valid("param").vendor_id);
    const { amount, kind, tender, reference, reason } = c.req.valid("json");
    if (kind === "correction" ? amount === 0n : amount <= 0n) {
      throw refuseWrong("/amount", kind === "correction" ? "must not be 0" : "must be more than 0");
    }
    const { row, replayed } = await moveFloat(db, authorOf(caller, clock), vendor, {
      kind,
      amountMicros: kind === "payout" ? -amount : amount,
      tender,
      reference,
      reason,
      idempotencyKey: keyIn(c.req.valid("header")),
    });
    if (replayed) return c.json(movementView(row), 200, { "Idempotent-Replayed": "true" });
    return c.json(movementView(row), 201);
  });
  app.openapi(all, async (c) => {
    const { id } = await vendorFor(db, c.get("caller"), c.req.valid("param").vendor_id);
    const page = pageOf(c.req.valid("query"));
    const rows = await listMovements(db, id, page);
    const next_cursor = nextCursor(
      rows.map((row) => row.id),
      page.limit,
    );
    return c.json({ items: rows.map(movementView), next_cursor }, 200);
  });
  app.openapi(report, async (c) => {
    const vendor = await vendorFor(db, c.get("caller"), c.req.valid("param").vendor_id);
    const span = c.req.valid("query");
    if (span.from >= span.to) throw refuseWrong("/to", "must be after from");
    return c.json(reportView(vendor, span, await reportOf(db, vendor.id, span)), 200);
  });
}

function reportView(
  { id, currency }: Vendor,
  { from, to }: { from: Date; to: Date },
  { openingMicros, sums, lines }: Report,
): z.input<typeof reportOut> {
  return {
    vendor_id: id,
    currency,
    from: from.toISOString(),
    to: to.toISOString(),
    opening_float: formatMicros(openingMicros),
    sales: sums.sales,
    sales_amount: formatMicros(sums.salesMicros),
    reversals: sums.reversals,
    reversals_amount: formatMicros(sums.reversalsMicros),
    deposits: formatMicros(sums.depositsMicros),
    payouts: formatMicros(sums.payoutsMicros),
    corrections: formatMicros(sums.correctionsMicros),
    commission_earned: formatMicros(sums.commission),
    commission_paid: formatMicros(sums.commissionPaidMicros),
    closing_float: formatMicros(openingMicros + sums.movedMicros),
    lines: lines.map(({ salesMicros, reversalsMicros, commission, ...line }) => ({
      ...line,
      sales_amount: formatMicros(salesMicros),
      reversals_amount: formatMicros(reversalsMicros),
      commission: formatMicros(commission),
    })),
  };
}
