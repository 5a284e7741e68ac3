/**
 * `/v1/terminals`: the tills and devices of vendors.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { isTaken } from "../registry/database.ts";
import { TERMINAL_MAX, TERMINAL_STATES } from "../registry/schema/vendors.ts";
import { plainText, timeOut } from "../schemas.ts";
import {
  changeTerminal,
  createTerminal,
  listTerminals,
  type Terminal,
} from "../vendors/terminals.ts";
import { ownVendorOf, vendorFor } from "../vendors/vendors.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { reasonText } from "./order-answers.ts";
import { taken } from "./refuse-taken.ts";

const terminalOut = z
  .object({
    id: z.uuid(),
    vendor_id: z.uuid(),
    terminal_id: z
      .string()
      .openapi({ description: "The vendor's own name for it, as in its vends" }),
    state: z.enum(TERMINAL_STATES),
    created_at: timeOut,
  })
  .openapi("Terminal");

const tags = ["Vendors"];
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const create = createRoute({
  ...write,
  method: "post",
  path: "/v1/terminals",
  summary: "Register a terminal; vends of its vendor may name it",
  request: {
    body: jsonBody(
      z
        .strictObject({ vendor_id: z.uuid(), terminal_id: plainText(TERMINAL_MAX) })
        .openapi("TerminalRequest"),
    ),
  },
  responses: {
    201: json(terminalOut, "The terminal"),
    ...problems("malformed_json", "invalid_request", "vendor_unknown", "already_exists"),
  },
});
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("vends:read")],
  method: "get",
  path: "/v1/terminals",
  summary: "List terminals; a vendor's key sees its own",
  request: { query: pageQuery.extend({ vendor_id: z.uuid().optional() }) },
  responses: {
    200: json(pageOut(terminalOut), "A page"),
    ...problems("invalid_request", "vendor_unknown"),
  },
});
const change = createRoute({
  ...write,
  method: "patch",
  path: "/v1/terminals/{id}",
  summary: "Close a terminal, so that it takes no vends, or open it again",
  request: {
    params: z.object({ id: z.uuid() }),
    body: jsonBody(z.strictObject({ state: z.enum(TERMINAL_STATES), reason: reasonText })),
  },
  responses: {
    200: json(terminalOut, "The terminal"),
    ...problems("malformed_json", "invalid_request", "terminal_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addTerminalRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(create, async (c) => {
    const { vendor_id, terminal_id } = c.req.valid("json");
    const vendor = await vendorFor(db, c.get("caller"), vendor_id);
    const author = authorOf(c.get("caller"), clock);
    try {
      const row = await db.transaction((tx) => createTerminal(tx, author, vendor, terminal_id));
      return c.json(terminalView(row), 201);
    } catch (error) {
      if (isTaken(error, "terminals_name")) throw taken("terminal", terminal_id);
      throw error;
    }
  });
  app.openapi(all, async (c) => {
    const caller = c.get("caller");
    const { vendor_id, ...paging } = c.req.valid("query");
    if (vendor_id !== undefined) await vendorFor(db, caller, vendor_id);
    const page = pageOf(paging);
    const vendorId = vendor_id ?? (await ownVendorOf(db, caller));
    const rows = await listTerminals(db, caller.operatorId, { ...page, vendorId });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(terminalView), next_cursor }, 200);
  });
  app.openapi(change, async (c) => {
    const author = authorOf(c.get("caller"), clock);
    const { id } = c.req.valid("param");
    const row = await db.transaction((tx) => changeTerminal(tx, author, id, c.req.valid("json")));
    return c.json(terminalView(row), 200);
  });
}

function terminalView({ id, vendor_id, name, state, created_at }: Terminal) {
  return { id, vendor_id, terminal_id: name, state, created_at: created_at.toISOString() };
}
