/**
 * `/v1/reports/carbon`: what accounts emitted by a table of hourly factors.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { carbonFactorsOf } from "../registry/carbon.ts";
import { CARBON_COLUMNS, CARBON_HOURS_MAX, carbonRows, carbonSums } from "../reports/carbon.ts";
import { atMost } from "../reports/limits.ts";
import { findCarbonTable } from "./carbon-tables.ts";
import { subjectQuery, subjectsAsked, timeOf, timeQuery } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

const HOUR_S = 3_600;

/** Adds the route. */
export function addCarbonReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "carbon",
    summary: "What accounts emitted, by a table of hourly factors",
    scope: "reports:read",
    query: z.object({ ...timeQuery.shape, ...subjectQuery.shape, carbon_table_id: z.uuid() }),
    columns: CARBON_COLUMNS,
    codes: ["site_unknown", "unit_unknown", "account_unknown", "carbon_table_unknown"],
    make: async (parts, asked) => {
      const { operatorId } = parts.caller;
      const table = await findCarbonTable(context, operatorId, asked.carbon_table_id);
      const asIs = timeOf(parts, asked);
      const fromS = Math.floor(asIs.fromS / HOUR_S) * HOUR_S;
      const toS = Math.ceil(asIs.toS / HOUR_S) * HOUR_S;
      atMost((toS - fromS) / HOUR_S, CARBON_HOURS_MAX, "hours");
      const time = { fromS, toS, limit: CARBON_HOURS_MAX };
      const rows = await carbonFactorsOf(context.db, table.id, time);
      const factors = rows.map(({ hour, micrograms }) => {
        return { hourS: hour.getTime() / 1_000, micrograms };
      });
      const subjects = await subjectsAsked(parts, { ...asked, service: table.service });
      const numbers = subjects.map(({ number }) => number);
      const sums = await carbonSums(parts.store, numbers, { fromS, toS, factors });
      return { fromS, toS, notes: [NOTE], rows: carbonRows(subjects, sums) };
    },
  });
}

const NOTE =
  "a reading counts in the UTC hour that it ends in; hours without a factor are in without_factor and not in grams";
