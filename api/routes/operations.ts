/**
 * `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, `/docs`: for machines and people that run the installation. No key.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { pageHeaders } from "../access/page-headers.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { docsPage } from "../docs-page.ts";
import { json } from "./answers.ts";
import { completed } from "./document.ts";

const healthOut = z.object({ status: z.literal("ok") }).openapi("Health");
const partOut = z.object({ ok: z.boolean(), needed: z.boolean(), detail: z.string().optional() });
const readyOut = z
  .object({ ready: z.boolean(), parts: z.record(z.string(), partOut) })
  .openapi("Readiness");

const tags = ["Operations"];
const health = createRoute({
  tags,
  method: "get",
  path: "/healthz",
  summary: "Whether this process is alive",
  responses: { 200: json(healthOut, "It is") },
});
const ready = createRoute({
  tags,
  method: "get",
  path: "/readyz",
  summary: "Whether readings are metered and vends are taken",
  responses: {
    200: json(readyOut, "They are; a part that is not needed for it may still be away"),
    503: json(readyOut, "They are not: parts tells why"),
  },
});
const metrics = createRoute({
  tags,
  method: "get",
  path: "/metrics",
  summary: "Figures as Prometheus text",
  responses: {
    200: { description: "The figures", content: { "text/plain": { schema: z.string() } } },
  },
});

/** What the interface's document says of itself. */
const DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "Drawdown",
    version: "1",
    description:
      "Prepaid metering. Money is a decimal in quotes with its currency, quantities are decimals in quotes with their unit, times are RFC 3339, intervals are [from, to). Lists go on by next_cursor. Errors are RFC 9457 problems with a stable code.",
  },
};

/** Adds the routes. */
export function addOperationRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "A key; the first ones are in data/access.json",
  });
  app.openapi(health, (c) => c.json({ status: "ok" }, 200));
  app.openapi(ready, async (c) => {
    const readiness = await context.checks();
    return c.json(readiness, readiness.ready ? 200 : 503);
  });
  app.openapi(metrics, async (c) =>
    c.text(await context.metricsText(), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
    }),
  );
  let document: string | undefined;
  let page: string | undefined;
  app.get("/openapi.json", (c) => {
    document ??= JSON.stringify(completed(app.getOpenAPI31Document(DOCUMENT)));
    return c.body(document, 200, { "Content-Type": "application/json" });
  });
  app.get("/docs", (c) => {
    page ??= docsPage(completed(app.getOpenAPI31Document(DOCUMENT)));
    return c.html(page, 200, pageHeaders(page));
  });
}
