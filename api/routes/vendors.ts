/**
 * `/v1/vendors`: who sells, with limit, commission and keys.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { isTaken } from "../registry/database.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { VENDOR_STATES } from "../registry/schema/vendors.ts";
import { currencyText, instantText, notNegativeMoney, plainText, timeOut } from "../schemas.ts";
import {
  changeVendor,
  commissionsOf,
  createVendor,
  createVendorKey,
  listVendors,
  type Vendor,
  vendorFor,
} from "../vendors/vendors.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { reasonText } from "./order-answers.ts";
import { taken } from "./refuse-taken.ts";
import { commissionsIn, vendorOut, vendorView } from "./vendor-answers.ts";

const limit = notNegativeMoney.nullable().openapi({
  description: "How far below 0 the float may fall; null: as far as it likes",
  example: "500.00",
});
const vendorBody = z
  .strictObject({
    name: plainText(NAME_MAX),
    currency: currencyText,
    limit: limit
      .optional()
      .openapi({ description: "0 if left out: what is sold is paid in before" }),
    commissions: commissionsIn.default([]),
  })
  .openapi("VendorRequest");
const changeBody = z
  .strictObject({
    state: z.enum(VENDOR_STATES).optional(),
    limit: limit.optional(),
    commissions: commissionsIn
      .optional()
      .openapi({ description: "Takes the place of all; for vends from now on" }),
    reason: reasonText,
  })
  .openapi("VendorChange");
const keyOut = z
  .object({
    key_id: z.uuid(),
    vendor_id: z.uuid(),
    name: z.string(),
    key: z.string().openapi({ description: "Shown this once" }),
    expires_at: timeOut.nullable(),
  })
  .openapi("VendorKey");

const tags = ["Vendors"];
const params = z.object({ vendor_id: z.uuid() });
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const read = { tags, security: KEYED, middleware: [needs("vends:read")] };
const create = createRoute({
  ...write,
  method: "post",
  path: "/v1/vendors",
  summary: "Make a vendor",
  request: { body: jsonBody(vendorBody) },
  responses: {
    201: json(vendorOut, "The vendor"),
    ...problems("malformed_json", "invalid_request", "already_exists"),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/vendors",
  summary: "List vendors; a vendor's key sees its own",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(vendorOut), "A page"), ...problems("invalid_request") },
});
const get = createRoute({
  ...read,
  method: "get",
  path: "/v1/vendors/{vendor_id}",
  summary: "Read a vendor with its float",
  request: { params },
  responses: { 200: json(vendorOut, "The vendor"), ...problems("vendor_unknown", "not_found") },
});
const change = createRoute({
  ...write,
  method: "patch",
  path: "/v1/vendors/{vendor_id}",
  summary: "Change a vendor's limit, commission or state; what is left out stays",
  request: { params, body: jsonBody(changeBody) },
  responses: {
    200: json(vendorOut, "The vendor"),
    ...problems("malformed_json", "invalid_request", "vendor_unknown", "not_found"),
  },
});
const keys = createRoute({
  ...write,
  method: "post",
  path: "/v1/vendors/{vendor_id}/keys",
  summary: "Make a key with which the vendor sells",
  request: {
    params,
    body: jsonBody(
      z.strictObject({ name: plainText(NAME_MAX), expires_at: instantText.optional() }),
    ),
  },
  responses: {
    201: json(keyOut, "The key"),
    ...problems("malformed_json", "invalid_request", "vendor_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addVendorRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  const view = async (row: Vendor) => vendorView(row, await commissionsOf(db, row.id));
  app.openapi(create, async (c) => {
    const { limit: limitMicros, ...body } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    try {
      const row = await db.transaction((tx) => createVendor(tx, author, { ...body, limitMicros }));
      return c.json(await view(row), 201, { Location: `/v1/vendors/${row.id}` });
    } catch (error) {
      if (isTaken(error, "vendors_operator_name")) throw taken("vendor", body.name);
      throw error;
    }
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listVendors(db, c.get("caller"), page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: await Promise.all(rows.map(view)), next_cursor }, 200);
  });
  app.openapi(get, async (c) => {
    const { vendor_id } = c.req.valid("param");
    return c.json(await view(await vendorFor(db, c.get("caller"), vendor_id)), 200);
  });
  app.openapi(change, async (c) => {
    const { id } = await vendorFor(db, c.get("caller"), c.req.valid("param").vendor_id);
    const { limit: limitMicros, ...body } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) =>
      changeVendor(tx, author, id, { ...body, limitMicros }),
    );
    return c.json(await view(row), 200);
  });
  app.openapi(keys, async (c) => {
    const vendor = await vendorFor(db, c.get("caller"), c.req.valid("param").vendor_id);
    const { name, expires_at: expiresAt } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const { key, row } = await db.transaction((tx) =>
      createVendorKey(tx, author, vendor, { name, expiresAt }),
    );
    const expires_at = row.expires_at?.toISOString() ?? null;
    return c.json({ key_id: row.id, vendor_id: vendor.id, name, key, expires_at }, 201);
  });
}
