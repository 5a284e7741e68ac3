/**
 * `/v1/notifications`: what is on its way, has gone out or was given up; and sending it again.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Message } from "../notifications/dispatch.ts";
import { listMessages, messageOf, replayMessage } from "../notifications/messages.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { CHANNELS_OUT, DELIVERIES, MESSAGE_STATES } from "../registry/schema/notifications.ts";
import { timeOut } from "../schemas.ts";
import { json, KEYED, problems } from "./answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

const out = z
  .object({
    notification_id: z.uuid(),
    channel: z.enum(CHANNELS_OUT),
    kind: z.string().openapi({ example: "low_credit" }),
    account_id: z.uuid().nullable(),
    customer_id: z.uuid().nullable(),
    webhook_endpoint_id: z.uuid().nullable(),
    notice_id: z.uuid().nullable(),
    urgent: z.boolean(),
    state: z.enum(MESSAGE_STATES),
    attempts: z.int(),
    fault: z.string().nullable().openapi({ description: "Why the last attempt failed" }),
    delivery: z.enum(DELIVERIES).nullable().openapi({
      description: "What receipts say of an SMS over SMPP; null where the way has none",
    }),
    delivery_fault: z.string().nullable().openapi({ example: "UNDELIV, error 011" }),
    at: timeOut,
    due_at: timeOut,
    retry_at: timeOut,
    ended_at: timeOut.nullable(),
  })
  .openapi("Notification");

const PATH = "/v1/notifications";
const tags = ["Notifications"];
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: PATH,
  summary: "List notifications",
  request: {
    query: pageQuery.extend({
      state: z.enum(MESSAGE_STATES).optional(),
      channel: z.enum(CHANNELS_OUT).optional(),
      account_id: z.uuid().optional(),
      customer_id: z.uuid().optional(),
      webhook_endpoint_id: z.uuid().optional(),
      notice_id: z.uuid().optional(),
    }),
  },
  responses: { 200: json(pageOut(out), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: `${PATH}/{notification_id}`,
  summary: "What became of a notification",
  request: { params: z.object({ notification_id: z.uuid() }) },
  responses: {
    200: json(out, "The notification"),
    ...problems("notification_unknown", "not_found"),
  },
});
const replay = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: `${PATH}/{notification_id}:replay`,
  summary: "Send a notification again that was given up or has gone out, under the same id",
  request: { params: z.object({ notification_id: idBefore("replay") }) },
  responses: {
    200: json(out, "The notification, on its way again"),
    ...problems("notification_unknown", "notification_pending", "not_found"),
  },
});

/** Adds the routes. */
export function addNotificationOutboxRoutes(
  app: OpenAPIHono<ApiEnv>,
  { db, clock }: ApiContext,
): void {
  app.openapi(all, async (c) => {
    const { webhook_endpoint_id: endpoint_id, limit, cursor, ...filter } = c.req.valid("query");
    const page = pageOf({ limit, cursor });
    const asked = { ...page, ...filter, endpoint_id };
    const rows = await listMessages(db, c.get("caller").operatorId, asked);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(view), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const id = c.req.valid("param").notification_id;
    return c.json(view(found(await messageOf(db, c.get("caller").operatorId, id), id)), 200);
  });
  app.openapi(withVerb(app, replay), async (c) => {
    const id = c.req.valid("param").notification_id;
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) => replayMessage(tx, author, id));
    if (row !== undefined) return c.json(view(row), 200);
    found(await messageOf(db, author.operatorId, id), id);
    throw new Problem("notification_pending", {
      detail: `notification ${id} is on its way already`,
    });
  });
}

function found(row: Message | undefined, id: string): Message {
  if (row !== undefined) return row;
  throw new Problem("notification_unknown", {
    detail: `there is no notification ${id}: check the id`,
  });
}

function view(row: Message): z.input<typeof out> {
  return {
    notification_id: row.id,
    channel: row.channel,
    kind: row.kind,
    account_id: row.account_id,
    customer_id: row.customer_id,
    webhook_endpoint_id: row.endpoint_id,
    notice_id: row.notice_id,
    urgent: row.urgent,
    state: row.state,
    attempts: row.attempts,
    fault: row.fault,
    delivery: row.delivery,
    delivery_fault: row.delivery_fault,
    at: row.at.toISOString(),
    due_at: row.due_at.toISOString(),
    retry_at: row.retry_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}
