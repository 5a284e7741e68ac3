/**
 * `/v1/gateways`.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { recordDeed } from "../registry/audit.ts";
import {
  createGateway,
  type Gateway,
  gatewayOf,
  listGateways,
  rekeyGateway,
  renameGateway,
} from "../registry/gateways.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { siteOf } from "../registry/sites.ts";
import { plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { credentialsText } from "./gateway-credentials-text.ts";
import { reasonText } from "./order-answers.ts";
import { refuseTaken, taken } from "./refuse-taken.ts";
import { unknownSite } from "./sites.ts";
import { idBefore, withVerb } from "./verbs.ts";

const gatewayOut = z
  .object({
    gateway: z.int().positive(),
    site_id: z.uuid(),
    name: z.string(),
    shard: z.int(),
    roster_version: z.int().positive(),
    created_at: timeOut,
  })
  .openapi("Gateway");
const madeOut = gatewayOut
  .extend({
    key: z.string().openapi({ description: "Tags its frames; given this once" }),
    nats_credentials: credentialsText,
  })
  .openapi("NewGateway");
const rekeyedOut = gatewayOut
  .extend({ key: z.string().openapi({ description: "Tags its frames; given this once" }) })
  .openapi("RekeyedGateway");
const gatewayBody = z
  .strictObject({ site_id: z.uuid(), name: plainText(NAME_MAX) })
  .openapi("GatewayRequest");
const number = z.string().regex(/^[1-9]\d{0,9}$/);

const tags = ["Field"];
const make = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/gateways",
  summary: "Make a gateway; the answer holds its key and its credentials for NATS",
  request: { body: jsonBody(gatewayBody) },
  responses: {
    201: json(madeOut, "The gateway and its key"),
    ...problems("malformed_json", "invalid_request", "already_exists", "site_unknown"),
  },
});
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/gateways",
  summary: "List gateways",
  request: { query: pageQuery },
  responses: {
    200: json(pageOut(gatewayOut), "A page of gateways"),
    ...problems("invalid_request"),
  },
});
const one = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/gateways/{gateway}",
  summary: "Read a gateway",
  request: { params: z.object({ gateway: number }) },
  responses: { 200: json(gatewayOut, "The gateway"), ...problems("gateway_unknown", "not_found") },
});
const patch = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "patch",
  path: "/v1/gateways/{gateway}",
  summary: "Change a gateway's name",
  request: {
    params: z.object({ gateway: number }),
    body: jsonBody(z.strictObject({ name: plainText(NAME_MAX) })),
  },
  responses: {
    200: json(gatewayOut, "The gateway"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "already_exists",
      "gateway_unknown",
      "not_found",
    ),
  },
});
const rotateKey = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/gateways/{gateway}:rotate-key",
  summary:
    "Give a gateway a new key for its frames; those under the old one are refused from now on",
  request: {
    params: z.object({ gateway: idBefore("rotate-key", /^[1-9]\d{0,9}$/) }),
    body: jsonBody(z.strictObject({ reason: reasonText })),
  },
  responses: {
    200: json(rekeyedOut, "The new key, this once"),
    ...problems("malformed_json", "invalid_request", "gateway_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addGatewayRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(make, async (c) => {
    const { site_id, name } = c.req.valid("json");
    const site = await siteOf(db, c.get("caller").operatorId, site_id);
    if (site === undefined) throw unknownSite(site_id);
    const author = authorOf(c.get("caller"), context.clock);
    const { row, credentials } = await db.transaction(async (tx) => {
      const { row, created } = await createGateway(tx, { site, name });
      if (!created) throw taken("gateway", name);
      await recordDeed(tx, author, { action: "gateway.made", object: `gateway/${row.number}` });
      const credentials = await context.broker?.give(tx, site.operator_id, row);
      return { row, credentials: credentials ?? null };
    });
    await tellShard(context, row.shard);
    const location = { Location: `/v1/gateways/${row.number}` };
    const made = { ...gatewayView(row), key: row.key, nats_credentials: credentials };
    return c.json(made, 201, { ...location, "Cache-Control": "no-store" });
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listGateways(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map((row) => row.number),
      page.limit,
    );
    return c.json({ items: rows.map(gatewayView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { gateway } = c.req.valid("param");
    const row = await findGateway(context, c.get("caller").operatorId, Number(gateway));
    return c.json(gatewayView(row), 200);
  });
  app.openapi(patch, async (c) => {
    const author = authorOf(c.get("caller"), context.clock);
    const given = c.req.valid("json");
    const { number } = await findGateway(
      context,
      author.operatorId,
      Number(c.req.valid("param").gateway),
    );
    const row = await refuseTaken("gateway", given, () =>
      db.transaction(async (tx) => {
        const changed = await renameGateway(tx, number, given.name);
        const object = `gateway/${number}`;
        await recordDeed(tx, author, { action: "gateway.changed", object, data: given });
        return changed;
      }),
    );
    return c.json(gatewayView(row), 200);
  });
  app.openapi(withVerb(app, rotateKey), async (c) => {
    const author = authorOf(c.get("caller"), context.clock);
    const { gateway } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    const before = await findGateway(context, author.operatorId, Number(gateway));
    const row = await db.transaction(async (tx) => {
      const object = `gateway/${before.number}`;
      await recordDeed(tx, author, { action: "gateway.key_rotated", object, reason });
      return rekeyGateway(tx, before);
    });
    await tellShard(context, row.shard);
    return c.json({ ...gatewayView(row), key: row.key }, 200, { "Cache-Control": "no-store" });
  });
}

/** The operator's gateway, or a refusal. */
export async function findGateway(
  { db }: ApiContext,
  operatorId: string,
  gateway: number,
): Promise<Gateway> {
  // PostgreSQL's integer ends here, and so do our numbers.
  const row = gateway > 2_147_483_647 ? undefined : await gatewayOf(db, operatorId, gateway);
  if (row !== undefined) return row;
  throw new Problem("gateway_unknown", {
    detail: `there is no gateway ${gateway}: check the number, or make it first`,
  });
}

/** Delivers what a shard is to know now; when the engine does not answer, the sweeper does it later. */
export async function tellShard({ engine }: ApiContext, shard: number): Promise<void> {
  try {
    await engine.deliver({ shard, slot: null }, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
  }
}

function gatewayView(row: Gateway): z.input<typeof gatewayOut> {
  return {
    gateway: row.number,
    site_id: row.site_id,
    name: row.name,
    shard: row.shard,
    roster_version: row.roster_version,
    created_at: row.created_at.toISOString(),
  };
}
