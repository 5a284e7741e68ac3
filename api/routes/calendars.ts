/**
 * `/v1/calendars`: friendly periods and cut windows of supply policies (R71, R73).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type CalendarFault, parseCalendar } from "../../engine/contract/calendar/parse.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { eachAtMost } from "../each.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { recordDeed } from "../registry/audit.ts";
import {
  type CalendarRow,
  calendarNamed,
  calendarOf,
  createCalendar,
  listCalendars,
  replaceCalendar,
  spanOf,
} from "../registry/calendars.ts";
import { timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { tellShard } from "./gateways.ts";
import { taken } from "./refuse-taken.ts";

const calendarOut = z
  .object({
    calendar_id: z.uuid(),
    name: z.string(),
    version: z.int().positive(),
    calendar: z.looseObject({ name: z.string(), timezone: z.string() }),
    created_at: timeOut,
  })
  .openapi("Calendar");
const calendarBody = z
  .strictObject({
    calendar: z.unknown().openapi({ type: "object", description: "The calendar as JSON" }),
  })
  .openapi("CalendarRequest");

const tags = ["Supply"];
const params = z.object({ calendar_id: z.uuid() });
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const make = createRoute({
  ...write,
  method: "post",
  path: "/v1/calendars",
  summary: "Make a calendar; a supply policy names it as friendly period or cut window",
  request: { body: jsonBody(calendarBody) },
  responses: {
    200: json(calendarOut, "The same calendar was there already"),
    201: json(calendarOut, "The calendar"),
    ...problems("malformed_json", "invalid_request", "calendar_invalid", "already_exists"),
  },
});
const replace = createRoute({
  ...write,
  method: "put",
  path: "/v1/calendars/{calendar_id}",
  summary: "Put another text in the place of a calendar's; accounts are judged by it at once",
  request: { params, body: jsonBody(calendarBody) },
  responses: {
    200: json(calendarOut, "The calendar; its version has risen unless nothing changed"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "calendar_invalid",
      "calendar_unknown",
      "not_found",
    ),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/calendars",
  summary: "List calendars",
  request: { query: pageQuery },
  responses: {
    200: json(pageOut(calendarOut), "A page of calendars"),
    ...problems("invalid_request"),
  },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/calendars/{calendar_id}",
  summary: "Read a calendar",
  request: { params },
  responses: {
    200: json(calendarOut, "The calendar"),
    ...problems("calendar_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addCalendarRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(make, async (c) => {
    const wanted = checked(c.req.valid("json").calendar, clock.nowS());
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction(async (tx) => {
      const made = await createCalendar(tx, author, wanted);
      if (made !== undefined) {
        await recordDeed(tx, author, { action: "calendar.made", object: `calendar/${made.id}` });
      }
      return made;
    });
    if (row !== undefined) {
      return c.json(calendarView(row), 201, { Location: `/v1/calendars/${row.id}` });
    }
    const there = await calendarNamed(db, author.operatorId, wanted.name);
    if (there?.text !== wanted.text) throw taken("calendar", wanted.name);
    return c.json(calendarView(there), 200);
  });
  app.openapi(replace, async (c) => {
    const { calendar_id: id } = c.req.valid("param");
    const author = authorOf(c.get("caller"), clock);
    const { name, text } = checked(c.req.valid("json").calendar, clock.nowS());
    const known = await calendarOf(db, author.operatorId, id);
    if (known === undefined) throw unknownCalendar(id);
    if (known.name !== name) {
      const message = `must stay ${JSON.stringify(known.name)}`;
      throw invalid([{ pointer: "/name", message }]);
    }
    if (known.text === text) return c.json(calendarView(known), 200);
    const { row, shards } = await db.transaction(async (tx) => {
      const replaced = await replaceCalendar(tx, author, { id, text });
      const data = { version: replaced.row.version };
      await recordDeed(tx, author, { action: "calendar.replaced", object: `calendar/${id}`, data });
      return replaced;
    });
    await eachAtMost(8, shards, (shard) => tellShard(context, shard));
    return c.json(calendarView(row), 200);
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listCalendars(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(calendarView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { calendar_id } = c.req.valid("param");
    const row = await calendarOf(db, c.get("caller").operatorId, calendar_id);
    if (row === undefined) throw unknownCalendar(calendar_id);
    return c.json(calendarView(row), 200);
  });
}

function unknownCalendar(id: string): Problem {
  return new Problem("calendar_unknown", { detail: `there is no calendar ${id}: check the id` });
}

function checked(value: unknown, nowS: number): { name: string; text: string } {
  const text = JSON.stringify(value ?? null);
  const parsed = parseCalendar(text);
  if (!parsed.ok) throw invalid(parsed.faults);
  if (spanOf(text, nowS) === undefined) {
    const message = "has too many periods to be compiled for 50 days: give it fewer";
    throw invalid([{ pointer: "", message }]);
  }
  return { name: parsed.calendar.name, text };
}

function invalid(faults: readonly CalendarFault[]): Problem {
  return new Problem("calendar_invalid", {
    detail: `the calendar has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}: mend what errors name`,
    errors: faults.map(({ pointer, message }) => ({ pointer: `/calendar${pointer}`, message })),
  });
}

function calendarView(row: CalendarRow): z.input<typeof calendarOut> {
  return {
    calendar_id: row.id,
    name: row.name,
    version: row.version,
    calendar: JSON.parse(row.text) as { name: string; timezone: string },
    created_at: row.created_at.toISOString(),
  };
}
