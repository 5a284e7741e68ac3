/**
 * `/v1/accounts/{account_id}/notification-preferences`: the customer who has the account says how they want to be told, with a
 * portal token or a key of their own; an operator's key may do it for them.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Caller } from "../keys.ts";
import { preferencesOf, quietMinutes, setPreferences } from "../notifications/preferences.ts";
import { Problem } from "../problems.ts";
import { currentCustomerOf } from "../registry/accounts.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import {
  preferencesBody,
  preferencesOut,
  preferencesView,
  termsOf,
} from "./notification-preferences.ts";
import { ownAccount } from "./order-answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { unknownAccount } from "./unknown-account.ts";

/** Longest quiet hours that customers may set: what waits for their end must still be news. */
const QUIET_MINUTES_MAX = 12 * 60;

const tags = ["Notifications"];
const path = "/v1/accounts/{account_id}/notification-preferences";
const params = z.object({ account_id: z.uuid() });
const get = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("preferences:read")],
  method: "get",
  path,
  summary: "Read how the account's customer wants to be told",
  request: { params },
  responses: {
    200: json(preferencesOut, "The preferences"),
    ...problems("account_unknown", "preferences_unknown", "not_found"),
  },
});
const put = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("preferences:write")],
  method: "put",
  path,
  summary:
    "Set how the account's customer wants to be told; without channels they are told nothing",
  request: { params, body: jsonBody(preferencesBody) },
  responses: {
    200: json(preferencesOut, "The preferences"),
    ...problems("malformed_json", "invalid_request", "account_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addAccountPreferenceRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(get, async (c) => {
    const id = c.req.valid("param").account_id;
    const caller = c.get("caller");
    const row = await preferencesOf(db, caller.operatorId, await customerOf(context, caller, id));
    if (row === undefined) {
      throw new Problem("preferences_unknown", {
        detail: `the customer of account ${id} has no preferences: set them`,
      });
    }
    return c.json(preferencesView(row), 200);
  });
  app.openapi(put, async (c) => {
    const id = c.req.valid("param").account_id;
    const caller = c.get("caller");
    const customerId = await customerOf(context, caller, id);
    const terms = termsOf(c.req.valid("json"));
    if (quietMinutes(terms) > QUIET_MINUTES_MAX) {
      throw refuseWrong("/quiet_hours", `must be at most ${QUIET_MINUTES_MAX / 60} hours long`);
    }
    const isOwn = caller.customerId !== undefined;
    const author = { ...authorOf(caller, clock), ...(isOwn && { channel: "app" as const }) };
    const row = await db.transaction((tx) => setPreferences(tx, author, customerId, terms));
    if (row === undefined) throw unknownAccount(id);
    return c.json(preferencesView(row), 200);
  });
}

/** Who has the account now. Whoever had it before, and an account that nobody has, find nothing (R92). */
async function customerOf(context: ApiContext, caller: Caller, id: string): Promise<string> {
  const account = await ownAccount(context, caller, id);
  const customerId = await currentCustomerOf(context.db, account.id);
  const isAnothers = caller.customerId !== undefined && caller.customerId !== customerId;
  if (customerId === undefined || isAnothers) throw unknownAccount(id);
  return customerId;
}
