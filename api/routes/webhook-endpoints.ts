/**
 * `/v1/webhook-endpoints`: where the operator's systems are told of events, signed as Standard Webhooks has it.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { EVENT_TYPES } from "../../engine/contract/events.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import {
  changeEndpoint,
  createEndpoint,
  ENDPOINTS_MAX,
  type Endpoint,
  endEndpoint,
  endpointOf,
  listEndpoints,
  rotateSecret,
  secretText,
} from "../notifications/endpoints.ts";
import { VEND_RECEIPTED } from "../notifications/facts.ts";
import { urlFault } from "../notifications/url-rule.ts";
import { VEND_REFUSED } from "../notifications/vend-refused.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { URL_MAX } from "../registry/schema/notifications.ts";
import { plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { idBefore, withVerb } from "./verbs.ts";

const PATH = "/v1/webhook-endpoints";
const TYPES = [...EVENT_TYPES, VEND_RECEIPTED, VEND_REFUSED] as const;

const terms = {
  url: plainText(URL_MAX).openapi({
    example: "https://example.com/hooks",
    description: "https, to a public address; others have to be allowed by a setting",
  }),
  description: plainText(NAME_MAX).nullable().optional(),
  event_types: z
    .array(z.enum(TYPES))
    .max(TYPES.length)
    .optional()
    .openapi({ description: "Types of events that are told; none: all of them" }),
};
const makeBody = z.strictObject(terms).openapi("WebhookEndpointRequest");
const changeBody = z
  .strictObject({
    ...terms,
    url: terms.url.optional(),
    state: z.enum(["active", "disabled"]).optional(),
  })
  .openapi("WebhookEndpointChange");
const out = z.object({
  webhook_endpoint_id: z.uuid(),
  url: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.string()),
  state: z.enum(["active", "disabled"]),
  failures: z.int().openapi({ description: "Calls that failed since the last that succeeded" }),
  created_at: timeOut,
});
const endpointOut = out.openapi("WebhookEndpoint");
const secretOut = out
  .extend({
    secret: z.string().openapi({
      example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      description: "What calls are signed with; shown here and never again",
    }),
  })
  .openapi("WebhookEndpointWithSecret");

const tags = ["Notifications"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const params = z.object({ webhook_endpoint_id: z.uuid() });
const ofOne = `${PATH}/{webhook_endpoint_id}`;
const make = createRoute({
  ...write,
  method: "post",
  path: PATH,
  summary: "Make a webhook endpoint; its secret is shown in this answer only",
  request: { body: jsonBody(makeBody) },
  responses: {
    201: json(secretOut, "The endpoint with its secret"),
    ...problems("malformed_json", "invalid_request", "webhook_endpoints_full"),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: PATH,
  summary: "List webhook endpoints",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(endpointOut), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: ofOne,
  summary: "Read a webhook endpoint",
  request: { params },
  responses: {
    200: json(endpointOut, "The endpoint"),
    ...problems("webhook_endpoint_unknown", "not_found"),
  },
});
const change = createRoute({
  ...write,
  method: "patch",
  path: ofOne,
  summary: "Change a webhook endpoint; what is left out stays",
  request: { params, body: jsonBody(changeBody) },
  responses: {
    200: json(endpointOut, "The endpoint"),
    ...problems("malformed_json", "invalid_request", "webhook_endpoint_unknown", "not_found"),
  },
});
const end = createRoute({
  ...write,
  method: "delete",
  path: ofOne,
  summary: "Remove a webhook endpoint; what waits for it is given up",
  request: { params },
  responses: {
    204: { description: "It is gone" },
    ...problems("webhook_endpoint_unknown", "not_found"),
  },
});
const rotate = createRoute({
  ...write,
  method: "post",
  path: `${ofOne}:rotate-secret`,
  summary: "Give it a new secret; calls are signed with the old one, too, for a day",
  request: { params: z.object({ webhook_endpoint_id: idBefore("rotate-secret") }) },
  responses: {
    200: json(secretOut, "The endpoint with its new secret"),
    ...problems("webhook_endpoint_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addWebhookEndpointRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(make, async (c) => {
    const body = c.req.valid("json");
    checkUrl(context, body.url);
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) => createEndpoint(tx, author, body));
    if (row === undefined) {
      throw new Problem("webhook_endpoints_full", {
        detail: `there are ${ENDPOINTS_MAX} endpoints, as many as there can be: remove one`,
      });
    }
    const location = { Location: `${PATH}/${row.id}` };
    return c.json({ ...view(row), secret: secretText(row) }, 201, location);
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listEndpoints(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(view), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const id = c.req.valid("param").webhook_endpoint_id;
    return c.json(view(found(await endpointOf(db, c.get("caller").operatorId, id), id)), 200);
  });
  addChanges(app, context);
}

function addChanges(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(change, async (c) => {
    const id = c.req.valid("param").webhook_endpoint_id;
    const body = c.req.valid("json");
    if (body.url !== undefined) checkUrl(context, body.url);
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) => changeEndpoint(tx, author, id, body));
    return c.json(view(found(row, id)), 200);
  });
  app.openapi(end, async (c) => {
    const id = c.req.valid("param").webhook_endpoint_id;
    const author = authorOf(c.get("caller"), clock);
    if (!(await db.transaction((tx) => endEndpoint(tx, author, id)))) found(undefined, id);
    return c.body(null, 204);
  });
  app.openapi(withVerb(app, rotate), async (c) => {
    const id = c.req.valid("param").webhook_endpoint_id;
    const author = authorOf(c.get("caller"), clock);
    const row = found(await db.transaction((tx) => rotateSecret(tx, author, id)), id);
    return c.json({ ...view(row), secret: secretText(row) }, 200);
  });
}

function checkUrl({ webhookHosts = new Set() }: ApiContext, url: string): void {
  const fault = urlFault(url, webhookHosts);
  if (fault !== undefined) throw refuseWrong("/url", fault);
}

function found(row: Endpoint | undefined, id: string): Endpoint {
  if (row !== undefined) return row;
  throw new Problem("webhook_endpoint_unknown", {
    detail: `there is no webhook endpoint ${id}: check the id`,
  });
}

function view(row: Endpoint): z.input<typeof endpointOut> {
  return {
    webhook_endpoint_id: row.id,
    url: row.url,
    description: row.description,
    event_types: row.event_types,
    state: row.state === "active" ? "active" : "disabled",
    failures: row.failures,
    created_at: row.created_at.toISOString(),
  };
}
