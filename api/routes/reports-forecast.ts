/**
 * `/v1/reports/forecast` and `/v1/reports/top-up-reminders`.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { intervalEdges } from "../reports/intervals.ts";
import { atMost } from "../reports/limits.ts";
import { type Outlook, outlooksOf } from "../reports/outlook.ts";
import {
  FORECAST_COLUMNS,
  forecastRows,
  REMINDER_COLUMNS,
  reminderRow,
} from "../reports/outlook-rows.ts";
import { instantText } from "../schemas.ts";
import { subjectQuery, subjectsAsked, wholeNumber } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

/** Accounts whose forecasts one answer holds. */
const FORECAST_ACCOUNTS_MAX = 500;
/** Accounts that one list of reminders looks at. */
const REMINDER_ACCOUNTS_MAX = 20_000;
const HORIZON_MAX = 60;
const LENGTH_S = { day: 86_400, hour: 3_600 } as const;

const forecastQuery = z.object({
  ...subjectQuery.shape,
  every: z.enum(["day", "hour"]).default("day"),
  as_of: instantText.optional().openapi({
    description:
      "Made from what was known then; now unless given. Days left are always by the present credit",
  }),
  horizon: wholeNumber(1, HORIZON_MAX * 24, 14).openapi({
    description: `How many intervals; days up to ${HORIZON_MAX}, hours up to ${HORIZON_MAX * 24}`,
  }),
});
const reminderQuery = z.object({
  ...subjectQuery.shape,
  days: wholeNumber(1, HORIZON_MAX, 3).openapi({
    description: "Accounts whose credit lasts for less days than this",
  }),
});
const NOTE =
  "forecasts are estimates; mae, mase and smape say how far the same model was off when the end of the account's own history was held back";
const codes = ["site_unknown", "unit_unknown", "account_unknown"] as const;

/** Adds the routes. */
export function addForecastReports(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "forecast",
    summary: "What accounts will consume and pay, with the error of the forecast in a back-test",
    scope: "reports:read",
    query: forecastQuery,
    columns: FORECAST_COLUMNS,
    codes,
    make: async (parts, asked) => {
      const { every, horizon } = asked;
      if (every === "day") atMost(horizon, HORIZON_MAX, "days");
      const nowS = asked.as_of === undefined ? context.clock.nowS() : asked.as_of.getTime() / 1_000;
      const subjects = await subjectsAsked(parts, asked);
      atMost(subjects.length, FORECAST_ACCOUNTS_MAX, "accounts");
      const outlooks = await outlooksOf(parts.store, subjects, { nowS, every, horizon });
      const states = every === "day" ? await statesOf(context, outlooks) : [];
      const rows = outlooks.flatMap((outlook, at) => {
        const toS = outlook.fromS + (horizon + 1) * LENGTH_S[every];
        const edges = intervalEdges(outlook.fromS, toS, every, outlook.subject.timezone);
        return forecastRows(outlook, states[at], edges);
      });
      return { fromS: nowS, toS: nowS + horizon * LENGTH_S[every], notes: [NOTE], rows };
    },
  });
  addReport(app, context, {
    name: "top-up-reminders",
    summary: "Prepaid accounts whose credit lasts for less than so many days by their forecast",
    scope: "reports:read",
    query: reminderQuery,
    columns: REMINDER_COLUMNS,
    codes,
    make: async (parts, asked) => {
      const nowS = context.clock.nowS();
      const all = await subjectsAsked(parts, asked);
      const subjects = all.filter(({ paymentMode }) => paymentMode === "prepayment");
      atMost(subjects.length, REMINDER_ACCOUNTS_MAX, "prepaid accounts");
      const outlooks = await outlooksOf(parts.store, subjects, {
        nowS,
        every: "day",
        horizon: Math.max(7, asked.days),
      });
      const states = await statesOf(context, outlooks);
      const rows = outlooks
        .flatMap((outlook, at) => {
          const row = reminderRow(outlook, states[at], { nowS, thresholdDays: asked.days });
          return row === undefined ? [] : [row];
        })
        .sort((a, b) => Number(a["days_left"]) - Number(b["days_left"]));
      const silent = states.filter((state) => state === undefined).length;
      const notes = [
        NOTE,
        ...(silent > 0 ? [`the engine did not tell of ${silent} accounts`] : []),
      ];
      return { fromS: nowS, toS: nowS + asked.days * 86_400, notes, rows };
    },
  });
}

function statesOf({ engine }: ApiContext, outlooks: readonly Outlook[]) {
  return engine.states(outlooks.map(({ subject: { shard, slot } }) => ({ shard, slot })));
}
