/**
 * `/v1/audit`: who wrote what, by which way, when and why (R94).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { type AuditRow, listAudit } from "../registry/audit.ts";
import { CHANNELS } from "../registry/schema/access.ts";
import { instantText, plainText, timeOut } from "../schemas.ts";
import { json, KEYED, problems } from "./answers.ts";

const OBJECT_MAX = 200;

const entryOut = z
  .object({
    audit_id: z.int(),
    actor: z.string().openapi({ description: "The key's id, or the part that acted by itself" }),
    channel: z.enum(CHANNELS),
    action: z.string().openapi({ example: "account.adjust" }),
    object: z.string().openapi({ example: "account/0e670a36-3882-47c0-a611-c785c7a99cf8" }),
    reason: z.string().nullable(),
    data: z.unknown(),
    at: timeOut,
  })
  .openapi("AuditEntry");
const route = createRoute({
  tags: ["Operator"],
  security: KEYED,
  middleware: [needs("audit:read")],
  method: "get",
  path: "/v1/audit",
  summary: "List writes, oldest first",
  request: {
    query: pageQuery.extend({
      object: plainText(OBJECT_MAX).optional(),
      action: plainText(OBJECT_MAX).optional(),
      actor: plainText(OBJECT_MAX).optional(),
      from: instantText.optional(),
      to: instantText.optional(),
    }),
  },
  responses: { 200: json(pageOut(entryOut), "A page of writes"), ...problems("invalid_request") },
});

/** Adds the route. */
export function addAuditRoutes(app: OpenAPIHono<ApiEnv>, { db }: ApiContext): void {
  app.openapi(route, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const page = pageOf({ limit, cursor });
    const rows = await listAudit(db, c.get("caller").operatorId, { ...page, ...filter });
    const next_cursor = nextCursor(
      rows.map(({ id }) => id),
      page.limit,
    );
    return c.json({ items: rows.map(entryView), next_cursor }, 200);
  });
}

function entryView(row: AuditRow): z.input<typeof entryOut> {
  return {
    audit_id: row.id,
    actor: row.actor,
    channel: row.channel,
    action: row.action,
    object: row.object,
    reason: row.reason,
    data: row.data ?? null,
    at: row.at.toISOString(),
  };
}
