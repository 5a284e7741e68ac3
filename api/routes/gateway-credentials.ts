/**
 * `/v1/gateways/{gateway}/credentials` and the verbs that replace and end them: with what a gateway comes to NATS.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { Broker } from "../broker/broker.ts";
import { credentialsOf, type GivenCredentials } from "../broker/credentials-store.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";
import { recordDeed } from "../registry/audit.ts";
import { timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { credentialsText } from "./gateway-credentials-text.ts";
import { findGateway } from "./gateways.ts";
import { reasonText } from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

/** Longest time for which replaced credentials go on being taken, in seconds, and that unless asked otherwise. */
const GRACE_S_MAX = 30 * 86_400;
const GRACE_S = 86_400;

const number = z.string().regex(/^[1-9]\d{0,9}$/);
const numberBefore = (verb: string) => idBefore(verb, /^[1-9]\d{0,9}$/);

const givenOut = z
  .object({
    public_key: z.string(),
    issued_at: timeOut,
    ends_at: timeOut.nullable().openapi({ description: "From when NATS refuses them" }),
  })
  .openapi("GatewayCredentials");
const listOut = z.object({ items: z.array(givenOut) }).openapi("GatewayCredentialsList");
const inForce = z
  .boolean()
  .openapi({ description: "Whether NATS knows of it; if not, it is told within a minute" });
const rotatedOut = z
  .object({ gateway: z.int().positive(), nats_credentials: credentialsText, in_force: inForce })
  .openapi("RotatedGatewayCredentials");
const revokedOut = z
  .object({ gateway: z.int().positive(), in_force: inForce })
  .openapi("RevokedGatewayCredentials");

const tags = ["Field"];
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const body = ["malformed_json", "invalid_request"] as const;
const refusals = [...body, "gateway_unknown", "not_found", "credentials_not_ours"] as const;

const list = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/gateways/{gateway}/credentials",
  summary: "List the credentials that a gateway was given for NATS, the newest 100",
  request: { params: z.object({ gateway: number }) },
  responses: {
    200: json(listOut, "Newest first, without the secrets"),
    ...problems("gateway_unknown", "not_found"),
  },
});
const rotate = createRoute({
  ...write,
  method: "post",
  path: "/v1/gateways/{gateway}:rotate-credentials",
  summary: "Give a gateway new credentials; those before are taken for a time of grace",
  request: {
    params: z.object({ gateway: numberBefore("rotate-credentials") }),
    body: jsonBody(z.strictObject({ grace_s: z.int().min(0).max(GRACE_S_MAX).default(GRACE_S) })),
  },
  responses: { 200: json(rotatedOut, "The new credentials, this once"), ...problems(...refusals) },
});
const revoke = createRoute({
  ...write,
  method: "post",
  path: "/v1/gateways/{gateway}:revoke-credentials",
  summary: "End all credentials of a gateway; NATS ends its connections at once",
  request: {
    params: z.object({ gateway: numberBefore("revoke-credentials") }),
    body: jsonBody(z.strictObject({ reason: reasonText })),
  },
  responses: { 200: json(revokedOut, "They are ended"), ...problems(...refusals) },
});

/** Adds the routes. */
export function addGatewayCredentialsRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(list, async (c) => {
    const { operatorId } = c.get("caller");
    const { number } = await findGateway(context, operatorId, Number(c.req.valid("param").gateway));
    return c.json({ items: (await credentialsOf(db, number)).map(givenView) }, 200);
  });
  app.openapi(withVerb(app, rotate), async (c) => {
    const caller = c.get("caller");
    const { gateway } = c.req.valid("param");
    const row = await findGateway(context, caller.operatorId, Number(gateway));
    const broker = ours(context);
    const graceS = c.req.valid("json").grace_s;
    const author = authorOf(caller, clock);
    const credentials = await db.transaction(async (tx) => {
      await broker.end(tx, row.number, new Date(Date.now() + graceS * 1_000));
      const object = `gateway/${row.number}`;
      await recordDeed(tx, author, { action: "gateway.credentials_rotated", object });
      return broker.give(tx, caller.operatorId, row);
    });
    broker.keep(row.number, credentials);
    const in_force = await broker.inForce();
    const answer = { gateway: row.number, nats_credentials: credentials, in_force };
    return c.json(answer, 200, { "Cache-Control": "no-store" });
  });
  app.openapi(withVerb(app, revoke), async (c) => {
    const caller = c.get("caller");
    const { gateway } = c.req.valid("param");
    const row = await findGateway(context, caller.operatorId, Number(gateway));
    const broker = ours(context);
    const { reason } = c.req.valid("json");
    const author = authorOf(caller, clock);
    await db.transaction(async (tx) => {
      await broker.end(tx, row.number, new Date());
      const object = `gateway/${row.number}`;
      await recordDeed(tx, author, { action: "gateway.credentials_revoked", object, reason });
    });
    return c.json({ gateway: row.number, in_force: await broker.inForce() }, 200);
  });
}

function ours({ broker }: ApiContext): Broker {
  if (broker !== undefined) return broker;
  throw new Problem("credentials_not_ours", {
    detail:
      "this api has no keys that sign for NATS: name them in DRAWDOWN_NATS_SIGNING_FILE, or give credentials where NATS is configured",
  });
}

function givenView({ public_key, issued_at, ends_at }: GivenCredentials): z.input<typeof givenOut> {
  const endsAt = ends_at?.toISOString() ?? null;
  return { public_key, issued_at: issued_at.toISOString(), ends_at: endsAt };
}
