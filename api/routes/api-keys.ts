/**
 * `/v1/api-keys`: the operator's keys. A secret is shown once, when it is made or rotated.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { foreignScopes, outlives, ROLES_MADE, rightsBeyond } from "../access/key-rules.ts";
import { createKey, keyOfOperator, listKeys, revokeKey, rotateKey } from "../access/keys-store.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Caller } from "../keys.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import type { ApiKey, Role } from "../registry/api-keys.ts";
import { ROLES } from "../registry/schema/access.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { SCOPES, scopesOf } from "../roles.ts";
import { instantText, plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { reasonText } from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

/** Longest time for which a rotated key goes on working, in seconds, and that unless asked otherwise. */
const GRACE_S_MAX = 30 * 86_400;
const GRACE_S = 86_400;

const keyOut = z
  .object({
    key_id: z.uuid(),
    name: z.string(),
    prefix: z.string().nullable().openapi({ description: "How the secret begins" }),
    role: z.enum(ROLES),
    scopes: z.array(z.enum(SCOPES)),
    customer_id: z.uuid().nullable(),
    created_at: timeOut,
    expires_at: timeOut.nullable(),
    revoked_at: timeOut.nullable(),
    previous_until: timeOut.nullable().openapi({
      description: "Until when the secret before the last rotation is good",
    }),
    last_used_at: timeOut
      .nullable()
      .openapi({ description: "The hour in which it was last used with its secret" }),
  })
  .openapi("ApiKey");
const madeOut = keyOut
  .extend({ key: z.string().openapi({ description: "The secret; it is not shown again" }) })
  .openapi("MadeApiKey");
const keyBody = z
  .strictObject({
    name: plainText(NAME_MAX),
    role: z.enum(ROLES_MADE),
    scopes: z
      .array(z.enum(SCOPES))
      .max(SCOPES.length)
      .default([])
      .openapi({ description: "None means all those of the role" }),
    expires_at: instantText.optional(),
  })
  .openapi("ApiKeyRequest");
const keyId = z.object({ key_id: z.uuid() });

const tags = ["Access"];
const read = { tags, security: KEYED, middleware: [needs("keys:read")] };
const write = { tags, security: KEYED, middleware: [needs("keys:write")] };
const body = ["malformed_json", "invalid_request"] as const;
const make = createRoute({
  ...write,
  method: "post",
  path: "/v1/api-keys",
  summary: "Make a key that may do no more than the caller's; its secret is in this answer only",
  request: { body: jsonBody(keyBody) },
  responses: {
    201: json(madeOut, "The key with its secret"),
    ...problems(...body, "key_beyond_caller"),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/api-keys",
  summary: "List keys, those that have ended too",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(keyOut), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/api-keys/{key_id}",
  summary: "Read a key",
  request: { params: keyId },
  responses: { 200: json(keyOut, "The key"), ...problems("key_unknown", "not_found") },
});
const rotate = createRoute({
  ...write,
  method: "post",
  path: "/v1/api-keys/{key_id}:rotate",
  summary: "Give a key a new secret; the one before goes on working for a time of grace",
  request: {
    params: z.object({ key_id: idBefore("rotate") }),
    body: jsonBody(z.strictObject({ grace_s: z.int().min(0).max(GRACE_S_MAX).default(GRACE_S) })),
  },
  responses: {
    200: json(madeOut, "The key with its new secret"),
    ...problems(...body, "key_unknown", "not_found", "key_ended", "key_beyond_caller"),
  },
});
const revoke = createRoute({
  ...write,
  method: "post",
  path: "/v1/api-keys/{key_id}:revoke",
  summary: "End a key and the tokens that stand for it, within seconds; again changes nothing",
  request: {
    params: z.object({ key_id: idBefore("revoke") }),
    body: jsonBody(z.strictObject({ reason: reasonText })),
  },
  responses: {
    200: json(keyOut, "The key"),
    ...problems(...body, "key_unknown", "not_found", "key_beyond_caller"),
  },
});

/** Adds the routes. */
export function addApiKeyRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(make, async (c) => {
    const { name, role, scopes, expires_at: expiresAt } = c.req.valid("json");
    const caller = c.get("caller");
    refuseForeign(role, scopes);
    refuseBeyond(caller, { role, scopes });
    const own = await keyOfOperator(db, caller.operatorId, caller.keyId);
    if (outlives(expiresAt, own?.expires_at ?? null)) {
      throw new Problem("key_beyond_caller", {
        detail: `the caller's key ends at ${own?.expires_at?.toISOString()}: set expires_at no later`,
      });
    }
    const author = authorOf(caller, clock);
    const made = await db.transaction((tx) =>
      createKey(tx, author, { name, role, scopes, expiresAt }),
    );
    const { id } = made.row;
    return c.json(madeView(made.row, made.key), 201, {
      Location: `/v1/api-keys/${id}`,
      ...NOT_KEPT,
    });
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listKeys(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(keyView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    return c.json(
      keyView(await findKey(context, c.get("caller"), c.req.valid("param").key_id)),
      200,
    );
  });
  app.openapi(withVerb(app, rotate), async (c) => {
    const caller = c.get("caller");
    const key = await findKey(context, caller, c.req.valid("param").key_id);
    refuseBeyond(caller, key);
    const nowMs = Date.now();
    if (key.revoked_at !== null || (key.expires_at !== null && key.expires_at.getTime() <= nowMs)) {
      throw new Problem("key_ended", { detail: "the key is revoked or expired: make another" });
    }
    const graceUntil = new Date(nowMs + c.req.valid("json").grace_s * 1_000);
    const author = authorOf(caller, clock);
    const made = await db.transaction((tx) => rotateKey(tx, author, key.id, graceUntil));
    return c.json(madeView(made.row, made.key), 200, NOT_KEPT);
  });
  app.openapi(withVerb(app, revoke), async (c) => {
    const caller = c.get("caller");
    const { id, ...key } = await findKey(context, caller, c.req.valid("param").key_id);
    refuseBeyond(caller, key);
    const { reason } = c.req.valid("json");
    const author = authorOf(caller, clock);
    const row = await db.transaction((tx) => revokeKey(tx, author, { id, reason }));
    return c.json(keyView(row), 200);
  });
}

/** Secrets lie in no cache. */
const NOT_KEPT = { "Cache-Control": "no-store" };

async function findKey({ db }: ApiContext, { operatorId }: Caller, id: string): Promise<ApiKey> {
  const row = await keyOfOperator(db, operatorId, id);
  if (row !== undefined) return row;
  throw new Problem("key_unknown", { detail: `there is no key ${id}: check the id` });
}

function refuseForeign(role: Role, scopes: readonly (typeof SCOPES)[number][]): void {
  const foreign = foreignScopes(role, scopes);
  if (foreign.length === 0) return;
  const message = `are not of the role ${role}: ${foreign.join(", ")}`;
  throw new Problem("invalid_request", {
    detail: "the role does not have all these scopes: leave them out",
    errors: [{ pointer: "/scopes", message }],
  });
}

function refuseBeyond(caller: Caller, key: { role: Role; scopes: readonly string[] }): void {
  const beyond = rightsBeyond(caller.scopes, key);
  if (beyond.length === 0) return;
  throw new Problem("key_beyond_caller", {
    detail: `the caller itself lacks ${beyond.join(", ")}: name fewer scopes, or use a key that has them`,
  });
}

function keyView(row: ApiKey): z.input<typeof keyOut> {
  const text = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    key_id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    scopes: [...scopesOf(row.role, row.scopes)],
    customer_id: row.customer_id,
    created_at: row.created_at.toISOString(),
    expires_at: text(row.expires_at),
    revoked_at: text(row.revoked_at),
    previous_until: text(row.previous_until),
    last_used_at: text(row.last_used_at),
  };
}

function madeView(row: ApiKey, key: string): z.input<typeof madeOut> {
  return { ...keyView(row), key };
}
