/**
 * `/v1/notification-preferences/{customer_id}`: how a customer wants to be told.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import {
  type Preferences,
  type PreferenceTerms,
  preferencesOf,
  setPreferences,
} from "../notifications/preferences.ts";
import { Problem } from "../problems.ts";
import { CUSTOMER_CHANNELS, LANGUAGES } from "../registry/schema/notifications.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";

/** Longest address of an e-mail (RFC 5321). */
const EMAIL_MAX = 254;
/** Notices a day on one way, unless said otherwise. */
const DAILY_DEFAULT = 10;
const DAILY_MAX = 50;

const clockText = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 21:30")
  .openapi({ example: "21:30" });
const quiet = z.strictObject({ from: clockText, to: clockText }).nullable().openapi({
  description:
    "Time of day at the site in which only urgent notices go out and the others wait; over midnight, too",
});
/** Preferences as they are set: all of them at once. */
export const preferencesBody = z
  .strictObject({
    language: z.enum(LANGUAGES),
    channels: z.array(z.enum(CUSTOMER_CHANNELS)).max(CUSTOMER_CHANNELS.length),
    email: z.email("must be an e-mail address").max(EMAIL_MAX).nullable().default(null),
    phone: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, "must be a number such as +34600000000")
      .nullable()
      .default(null)
      .openapi({ example: "+34600000000" }),
    quiet_hours: quiet.default(null),
    daily_max: z
      .int()
      .min(1)
      .max(DAILY_MAX)
      .default(DAILY_DEFAULT)
      .openapi({ description: "Notices a day on one way; beyond them one summary" }),
  })
  .openapi("NotificationPreferencesRequest");
/** Preferences as they are shown. */
export const preferencesOut = z
  .object({
    customer_id: z.uuid(),
    language: z.enum(LANGUAGES),
    channels: z.array(z.enum(CUSTOMER_CHANNELS)),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    quiet_hours: quiet,
    daily_max: z.int(),
  })
  .openapi("NotificationPreferences");

const tags = ["Notifications"];
const path = "/v1/notification-preferences/{customer_id}";
const params = z.object({ customer_id: z.uuid() });
const get = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path,
  summary: "Read how a customer wants to be told",
  request: { params },
  responses: {
    200: json(preferencesOut, "The preferences"),
    ...problems("preferences_unknown", "not_found"),
  },
});
const put = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "put",
  path,
  summary: "Set how a customer wants to be told; without channels they are told nothing",
  request: { params, body: jsonBody(preferencesBody) },
  responses: {
    200: json(preferencesOut, "The preferences"),
    ...problems("malformed_json", "invalid_request", "customer_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addNotificationPreferenceRoutes(
  app: OpenAPIHono<ApiEnv>,
  { db, clock }: ApiContext,
): void {
  app.openapi(get, async (c) => {
    const id = c.req.valid("param").customer_id;
    const row = await preferencesOf(db, c.get("caller").operatorId, id);
    if (row === undefined) {
      throw new Problem("preferences_unknown", {
        detail: `there are no preferences of a customer ${id}: set them, or check the id`,
      });
    }
    return c.json(preferencesView(row), 200);
  });
  app.openapi(put, async (c) => {
    const id = c.req.valid("param").customer_id;
    const terms = termsOf(c.req.valid("json"));
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) => setPreferences(tx, author, id, terms));
    if (row === undefined) {
      throw new Problem("customer_unknown", {
        detail: `there is no customer ${id}: check the id`,
      });
    }
    return c.json(preferencesView(row), 200);
  });
}

/** What is set. Throws a Problem where a way has no address. */
export function termsOf({
  quiet_hours,
  ...asked
}: z.output<typeof preferencesBody>): PreferenceTerms {
  const channels = [...new Set(asked.channels)];
  if (channels.includes("email") && asked.email === null) {
    throw refuseWrong("/email", "must be there where e-mail is one of the channels");
  }
  if (channels.includes("sms") && asked.phone === null) {
    throw refuseWrong("/phone", "must be there where SMS is one of the channels");
  }
  return {
    ...asked,
    channels,
    quiet_from_min: quiet_hours === null ? null : minutes(quiet_hours.from),
    quiet_to_min: quiet_hours === null ? null : minutes(quiet_hours.to),
  };
}

function minutes(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function clock(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Preferences for the interface. */
export function preferencesView(row: Preferences): z.input<typeof preferencesOut> {
  const { customer_id, language, channels, email, phone, daily_max } = row;
  const { quiet_from_min: from, quiet_to_min: to } = row;
  const quiet_hours = from === null || to === null ? null : { from: clock(from), to: clock(to) };
  return { customer_id, language, channels, email, phone, quiet_hours, daily_max };
}
