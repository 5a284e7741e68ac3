/**
 * Middleware: who is calling (`Authorization: Bearer …`), and whether they may.
 */
import type { Context, MiddlewareHandler } from "hono";
import { portalOpens } from "./access/portal.ts";
import type { ApiEnv } from "./context.ts";
import type { Caller, FindCaller } from "./keys.ts";
import { Problem } from "./problems.ts";
import { asOperator } from "./registry/isolation/scope.ts";
import type { Scope } from "./roles.ts";

/** Told of each request without a good key, before it is refused. */
type OnStranger = (c: Context<ApiEnv>) => void;

/** Lets only valid keys and tokens through and leaves the caller in the context. */
export function authenticate(
  findCaller: FindCaller,
  onStranger?: OnStranger,
): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];
    const caller = key === undefined ? undefined : await findCaller(key);
    if (caller === undefined) {
      onStranger?.(c);
      throw new Problem("unauthorized", {
        detail:
          key === undefined
            ? "send a key as Authorization: Bearer KEY; the first ones are in data/access.json"
            : "the key or token is unknown, expired or revoked: use another",
        headers: { "WWW-Authenticate": "Bearer" },
      });
    }
    c.set("caller", caller);
    keepToPortal(c, caller);
    await asOperator(caller.operatorId, next);
  };
}

/** A portal token opens its own account's pages and nothing else. */
function keepToPortal(c: Context<ApiEnv>, { accountId }: Caller): void {
  if (accountId === undefined) return;
  const { method, path } = c.req;
  const query = (name: string) => c.req.queries(name) ?? [];
  if (portalOpens(accountId, { method, path, query })) return;
  throw new Problem("forbidden", {
    detail: `a portal token reads the account ${accountId} only: balance, statement, consumption and receipts, and sets its notification preferences`,
  });
}

/** Lets only callers with this right through. */
export function needs(scope: Scope): MiddlewareHandler<ApiEnv> {
  const check: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const { role, scopes } = c.get("caller");
    if (!scopes.has(scope)) {
      throw new Problem("forbidden", {
        detail: `this needs the scope ${scope}, which the key (role ${role}) does not have`,
      });
    }
    await next();
  };
  NEEDED.set(check, scope);
  return check;
}

/** Which right a middleware asks for: by it a test finds the routes that ask for none. */
const NEEDED = new WeakMap<object, Scope>();

/** The right that a handler made by `needs` asks for; undefined for any other. */
export function scopeNeededBy(handler: object): Scope | undefined {
  return NEEDED.get(handler);
}
