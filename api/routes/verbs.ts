/**
 * Addresses with a verb behind the id, such as `/v1/accounts/{account_id}:adjust`. Hono has no pattern for a parameter with
 * something behind it in one segment: such a route is matched by a regular expression, and the verb is cut off the parameter.
 */
import { type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { ApiEnv } from "../context.ts";

/** An id with a verb behind it; the id inside. */
export function idBefore(verb: string, id: RegExp = UUID) {
  return z
    .string()
    .transform((text) => text.slice(0, -verb.length - 1))
    .refine((text) => id.test(text), "holds no such id")
    .openapi({ type: "string", ...(id === UUID ? { format: "uuid" } : { pattern: id.source }) });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The route as it is matched: documented under its own path, which ends in `{name}:verb`, and hidden where it is matched.
 */
export function withVerb<Route extends RouteConfig>(app: OpenAPIHono<ApiEnv>, route: Route): Route {
  const match = /^(.*\/\{)([a-z_]+)\}:([a-z-]+)$/.exec(route.path);
  if (match === null) throw new Error(`${route.path} does not end in an id and a verb`);
  const documented: RouteConfig = { ...route };
  delete documented.middleware;
  app.openAPIRegistry.registerPath(documented);
  const [, before, name, verb] = match;
  return { ...route, path: `${before}${name}{.+:${verb}}}`, hide: true };
}
