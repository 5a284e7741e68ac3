/**
 * Middleware: who is calling (`Authorization: Bearer …`), and whether they may.
 */
import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./context.ts";
import type { FindCaller } from "./keys.ts";
import { Problem } from "./problems.ts";
import type { Scope } from "./roles.ts";

/** Lets only valid keys through and leaves the caller in the context. */
export function authenticate(findCaller: FindCaller): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];
    const caller = key === undefined ? undefined : await findCaller(key);
    if (caller === undefined) {
      throw new Problem("unauthorized", {
        detail:
          key === undefined
            ? "send a key as Authorization: Bearer KEY; the first ones are in data/access.json"
            : "the key is unknown, expired or revoked: use another",
        headers: { "WWW-Authenticate": "Bearer" },
      });
    }
    c.set("caller", caller);
    await next();
  };
}

/** Lets only callers with this right through. */
export function needs(scope: Scope): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { role, scopes } = c.get("caller");
    if (!scopes.has(scope)) {
      throw new Problem("forbidden", {
        detail: `this needs the scope ${scope}, which the key (role ${role}) does not have`,
      });
    }
    await next();
  };
}
