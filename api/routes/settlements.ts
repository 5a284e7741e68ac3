/**
 * `/v1/settlements`: a vendor's ledger closed up to now.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { listSettlements, settle, settlementOf } from "../vendors/settlements.ts";
import { ownVendorOf, vendorFor } from "../vendors/vendors.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { keyIn, mustBeKeyed } from "./order-answers.ts";
import { settlementOut, settlementView } from "./vendor-answers.ts";

const tags = ["Vendors"];
const create = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "post",
  path: "/v1/settlements",
  summary: "Settle a vendor: close its ledger up to now, and pay its commission into its float",
  request: {
    headers: mustBeKeyed,
    body: jsonBody(z.strictObject({ vendor_id: z.uuid() }).openapi("SettlementRequest")),
  },
  responses: {
    201: json(settlementOut, "The settlement"),
    200: {
      ...json(settlementOut, "The settlement, made before under the same Idempotency-Key"),
      headers: z.object({ "Idempotent-Replayed": z.literal("true") }),
    },
    ...problems(
      "malformed_json",
      "invalid_request",
      "vendor_unknown",
      "nothing_to_settle",
      "idempotency_key_missing",
      "idempotency_key_reused",
    ),
  },
});
const read = { tags, security: KEYED, middleware: [needs("vends:read")] };
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/settlements",
  summary: "List settlements; a vendor's key sees its own",
  request: { query: pageQuery.extend({ vendor_id: z.uuid().optional() }) },
  responses: {
    200: json(pageOut(settlementOut), "A page"),
    ...problems("invalid_request", "vendor_unknown"),
  },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/settlements/{settlement_id}",
  summary: "Read a settlement",
  request: { params: z.object({ settlement_id: z.uuid() }) },
  responses: {
    200: json(settlementOut, "The settlement"),
    ...problems("settlement_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addSettlementRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(create, async (c) => {
    const caller = c.get("caller");
    const vendor = await vendorFor(db, caller, c.req.valid("json").vendor_id);
    const key = keyIn(c.req.valid("header"));
    const { row, replayed } = await settle(db, authorOf(caller, clock), vendor, key);
    if (replayed) return c.json(settlementView(row), 200, { "Idempotent-Replayed": "true" });
    return c.json(settlementView(row), 201, { Location: `/v1/settlements/${row.id}` });
  });
  app.openapi(all, async (c) => {
    const caller = c.get("caller");
    const { vendor_id, ...paging } = c.req.valid("query");
    if (vendor_id !== undefined) await vendorFor(db, caller, vendor_id);
    const page = pageOf(paging);
    const vendorId = vendor_id ?? (await ownVendorOf(db, caller));
    const rows = await listSettlements(db, caller.operatorId, { ...page, vendorId });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(settlementView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const caller = c.get("caller");
    const { settlement_id } = c.req.valid("param");
    const own = await ownVendorOf(db, caller);
    return c.json(
      settlementView(await settlementOf(db, caller.operatorId, settlement_id, own)),
      200,
    );
  });
}
