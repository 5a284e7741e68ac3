/**
 * `/oauth/token`: OAuth 2.0 client credentials, where the client is a key: its id and the key itself. And the public keys
 * that prove the tokens, at `/.well-known/jwks.json`.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  type OauthRefusal,
  scopeGranted,
  type TokenRequest,
  tokenRequestOf,
} from "../access/client-credentials.ts";
import { looksLikeToken } from "../access/jwt.ts";
import type { Tokens } from "../access/tokens.ts";
import type { ApiEnv } from "../context.ts";
import type { Caller, FindCaller } from "../keys.ts";
import { json } from "./answers.ts";

const tokenOut = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int().positive().openapi({ description: "Seconds" }),
    scope: z.string(),
  })
  .openapi("AccessToken");
const errorOut = z
  .object({ error: z.string(), error_description: z.string() })
  .openapi("OauthError");
const keysOut = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        alg: z.literal("EdDSA"),
        use: z.literal("sig"),
        kid: z.uuid(),
        x: z.string(),
      }),
    ),
  })
  .openapi("JwkSet");

const tags = ["Access"];
const token = createRoute({
  tags,
  method: "post",
  path: "/oauth/token",
  summary: "A short-lived token for a key (OAuth 2.0 client credentials, RFC 6749)",
  request: {
    body: {
      required: true,
      content: {
        "application/x-www-form-urlencoded": {
          schema: z.object({
            grant_type: z.literal("client_credentials"),
            client_id: z.uuid().optional().openapi({ description: "The key's id" }),
            client_secret: z.string().optional().openapi({ description: "The key" }),
            scope: z.string().optional().openapi({ description: "Fewer scopes than the key's" }),
          }),
        },
      },
    },
  },
  responses: {
    200: json(tokenOut, "The token; send it as Authorization: Bearer TOKEN"),
    400: json(errorOut, "The request is not understood"),
    401: json(errorOut, "The client is not known"),
  },
});
const jwks = createRoute({
  tags,
  method: "get",
  path: "/.well-known/jwks.json",
  summary: "The public keys that prove tokens (RFC 7517)",
  responses: { 200: json(keysOut, "The keys") },
});

/** Adds the routes; tokens live so many seconds. */
export function addOauthRoutes(
  app: OpenAPIHono<ApiEnv>,
  parts: { findCaller: FindCaller; tokens: Tokens; lifeS: number },
): void {
  const { tokens, lifeS } = parts;
  // Not validated by the schema: the errors of this address have the form of RFC 6749.
  app.openAPIRegistry.registerPath(token);
  app.post(token.path, async (c) => {
    const asked = tokenRequestOf(c.req.header("Authorization"), await formOf(c));
    if ("error" in asked) return refusal(c, asked);
    const basic = c.req.header("Authorization") !== undefined;
    const caller = await clientOf(parts.findCaller, asked);
    if (caller === undefined) {
      const description = "no such client: check the key's id and the key";
      return refusal(c, { error: "invalid_client", description, basic });
    }
    const scope = scopeGranted(caller.scopes, asked.scope);
    if (scope === undefined) {
      const description = `the key has these scopes: ${[...caller.scopes].join(" ")}`;
      return refusal(c, { error: "invalid_scope", description, basic });
    }
    const made = await tokens.issue("access", { keyId: caller.keyId, lifeS, scope });
    const answer = {
      access_token: made.token,
      token_type: "Bearer" as const,
      expires_in: lifeS,
      scope,
    };
    return c.json(answer, 200, NOT_KEPT);
  });
  app.openapi(jwks, async (c) => {
    const keys = await tokens.jwks();
    return c.json({ keys }, 200, { "Cache-Control": "public, max-age=300" });
  });
}

const NOT_KEPT = { "Cache-Control": "no-store", Pragma: "no-cache" };

async function formOf(c: Context<ApiEnv>): Promise<URLSearchParams> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header("Content-Type") ?? "");
  return new URLSearchParams(isForm ? await c.req.text() : "");
}

/** The client of this id and secret; a token is no secret, so that none begets another. */
async function clientOf(
  findCaller: FindCaller,
  { clientId, secret }: TokenRequest,
): Promise<Caller | undefined> {
  if (looksLikeToken(secret)) return undefined;
  const caller = await findCaller(secret);
  return caller?.keyId === clientId.toLowerCase() ? caller : undefined;
}

function refusal(c: Context<ApiEnv>, { error, description, basic }: OauthRefusal): Response {
  const status = error === "invalid_client" ? 401 : 400;
  const asking = status === 401 && basic ? { "WWW-Authenticate": 'Basic realm="drawdown"' } : {};
  return c.json({ error, error_description: description }, status, { ...NOT_KEPT, ...asking });
}
