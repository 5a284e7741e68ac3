/**
 * `/v1/notices`: what somebody writes to the customers of an account, a unit set or a site, now or at a time.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import {
  cancelNotice,
  createNotice,
  listNotices,
  type NoticeRow,
  noticeOf,
} from "../notifications/notices.ts";
import { SUBJECT_MAX, TEXT_MAX } from "../notifications/render.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { LANGUAGES, NOTICE_LEVELS, NOTICE_STATES } from "../registry/schema/notifications.ts";
import { instantText, plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { idBefore, withVerb } from "./verbs.ts";

const text = z.strictObject({
  subject: plainText(SUBJECT_MAX),
  text: z
    .string()
    .min(1, "must not be empty")
    .max(TEXT_MAX, `must have at most ${TEXT_MAX} characters`)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|\n)*$/u, "must not hold control characters")
    .openapi({ pattern: "^[^\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]*$" }),
});
const texts = z.partialRecord(z.enum(LANGUAGES), text);
const body = z
  .strictObject({
    level: z.enum(NOTICE_LEVELS),
    target_id: z.uuid(),
    texts: texts.openapi({
      description:
        "By language; a customer gets theirs, else English, else any. HTML has no meaning in it",
    }),
    urgent: z.boolean().default(false).openapi({ description: "Goes out in quiet hours, too" }),
    send_at: instantText.optional().openapi({ description: "When; left out: now" }),
  })
  .openapi("NoticeRequest");
const out = z
  .object({
    notice_id: z.uuid(),
    level: z.enum(NOTICE_LEVELS),
    target_id: z.uuid(),
    texts: z.record(z.string(), z.object({ subject: z.string(), text: z.string() })),
    urgent: z.boolean(),
    send_at: timeOut,
    state: z.enum(NOTICE_STATES),
    recipients: z.int().openapi({ description: "Customers to whom it was put on its way" }),
    created_at: timeOut,
  })
  .openapi("Notice");

const PATH = "/v1/notices";
const tags = ["Notifications"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const make = createRoute({
  ...write,
  method: "post",
  path: PATH,
  summary: "Write to the customers of an account, a unit set or a site",
  request: { body: jsonBody(body) },
  responses: {
    201: json(out, "The notice"),
    ...problems("malformed_json", "invalid_request", "target_unknown"),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: PATH,
  summary: "List notices",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(out), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: `${PATH}/{notice_id}`,
  summary: "What became of a notice",
  request: { params: z.object({ notice_id: z.uuid() }) },
  responses: { 200: json(out, "The notice"), ...problems("notice_unknown", "not_found") },
});
const cancel = createRoute({
  ...write,
  method: "post",
  path: `${PATH}/{notice_id}:cancel`,
  summary: "Cancel a notice that has not begun to go out",
  request: { params: z.object({ notice_id: idBefore("cancel") }) },
  responses: {
    200: json(out, "The notice, cancelled"),
    ...problems("notice_unknown", "notice_begun", "not_found"),
  },
});

/** Adds the routes. */
export function addNoticeRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(make, async (c) => {
    const { send_at, texts: asked, ...terms } = c.req.valid("json");
    if (Object.keys(asked).length === 0) {
      throw refuseWrong("/texts", "must hold a text in one language at least");
    }
    const author = authorOf(c.get("caller"), clock);
    const kept = asked as NoticeRow["texts"];
    const notice = { ...terms, texts: kept, send_at: send_at ?? author.at };
    const row = await db.transaction((tx) => createNotice(tx, author, notice));
    if (row === undefined) {
      const detail = `there is no ${terms.level} ${terms.target_id}: check the id`;
      throw new Problem("target_unknown", { detail });
    }
    return c.json(view(row), 201, { Location: `${PATH}/${row.id}` });
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listNotices(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(view), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const id = c.req.valid("param").notice_id;
    return c.json(view(found(await noticeOf(db, c.get("caller").operatorId, id), id)), 200);
  });
  app.openapi(withVerb(app, cancel), async (c) => {
    const id = c.req.valid("param").notice_id;
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) => cancelNotice(tx, author, id));
    if (row !== undefined) return c.json(view(row), 200);
    const { state } = found(await noticeOf(db, author.operatorId, id), id);
    throw new Problem("notice_begun", { detail: `notice ${id} is ${state} already` });
  });
}

function found(row: NoticeRow | undefined, id: string): NoticeRow {
  if (row !== undefined) return row;
  throw new Problem("notice_unknown", { detail: `there is no notice ${id}: check the id` });
}

function view(row: NoticeRow): z.input<typeof out> {
  const { level, target_id, texts: kept, urgent, state, recipients } = row;
  return {
    notice_id: row.id,
    level,
    target_id,
    texts: kept,
    urgent,
    send_at: row.send_at.toISOString(),
    state,
    recipients,
    created_at: row.created_at.toISOString(),
  };
}
