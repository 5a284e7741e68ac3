/**
 * Middleware: counts each request against its limit, and refuses those past it with 429.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";
import { remoteAddressOf } from "../uws/remote-address.ts";
import { forwardedAddress, subjectOfAddress } from "./address.ts";
import { classOf, isCounted } from "./classes.ts";
import type { RateLimits, Told } from "./limiter.ts";

/** Counts requests with a key; goes behind `authenticate`. */
export function limitKeys({ limiter }: RateLimits): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { keyId, accountId } = c.get("caller");
    const { method, path } = c.req;
    const nowMs = performance.now();
    count(
      c,
      accountId === undefined
        ? limiter(classOf(method, path), keyId, nowMs)
        : limiter("portal", accountId, nowMs),
    );
    await next();
  };
}

/** Counts a request without a good key, by its address. Throws when there are too many. */
export function limitStranger(c: Context<ApiEnv>, { limiter, trustProxy }: RateLimits): void {
  const told = trustProxy ? forwardedAddress(c.req.header("X-Forwarded-For")) : undefined;
  const address = told ?? remoteAddressOf(c.get("connection"));
  count(c, limiter("anonymous", subjectOfAddress(address), performance.now()));
}

/** Counts requests to what needs no key. */
export function limitOpen(limits: RateLimits): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { path } = c.req;
    if (!path.startsWith("/v1/") && isCounted(path)) limitStranger(c, limits);
    await next();
  };
}

/** The headers that tell of a limit. */
export function limitHeaders({ policy, state }: Told): [string, string][] {
  return [
    ["RateLimit-Policy", policy],
    ["RateLimit", state],
  ];
}

function count(c: Context<ApiEnv>, told: Told | undefined): void {
  if (told === undefined) return;
  c.set("limit", told);
  if (told.retryAfterS === undefined) return;
  throw new Problem("rate_limited", {
    detail: `more requests than the limit ${told.policy} allows: wait ${told.retryAfterS} s, and spread them out`,
    headers: { "Retry-After": String(told.retryAfterS) },
  });
}
