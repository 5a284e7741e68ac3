/**
 * `/v1/reports/consumption`: quantity and cost by account, unit, site, customer, service, cost centre or tariff class.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import {
  CONSUMPTION_COLUMNS,
  consumptionRows,
  consumptionSums,
  coveredBy,
  edgesBy,
} from "../reports/consumption.ts";
import { GROUPINGS } from "../reports/shares.ts";
import {
  everyQuery,
  subjectQuery,
  subjectsAsked,
  tenanciesAsked,
  timeOf,
  timeQuery,
  timezoneQuery,
} from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

const TOP_MAX = 10_000;

const query = z.object({
  ...timeQuery.shape,
  ...subjectQuery.shape,
  every: everyQuery.default("day"),
  timezone: timezoneQuery,
  group_by: z.enum(GROUPINGS).default("account"),
  top: z
    .string()
    .regex(/^\d{1,5}$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= 1 && value <= TOP_MAX, `must be from 1 to ${TOP_MAX}`)
    .optional()
    .openapi({ description: "Only so many rows, those with the highest quantity first" }),
});

/** Adds the route. */
export function addConsumptionReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "consumption",
    summary: "Consumption and cost by group and interval, in local time",
    scope: "consumption:read",
    query,
    columns: CONSUMPTION_COLUMNS,
    codes: ["site_unknown", "unit_unknown", "account_unknown"],
    make: async (parts, asked) => {
      const { every, timezone, group_by: by } = asked;
      const time = { ...timeOf(parts, asked), every, timezone };
      const subjects = await subjectsAsked(parts, asked);
      const covered = coveredBy(edgesBy(time), subjects, time);
      const only = await tenanciesAsked(parts, subjects, {
        ...covered,
        customerId: asked.customer_id,
        byCustomer: by === "customer",
      });
      const sums = await consumptionSums({
        store: parts.store,
        subjects,
        by,
        asked: time,
        ...only,
      });
      return { ...covered, notes: [], rows: consumptionRows(sums, asked.top) };
    },
  });
}
