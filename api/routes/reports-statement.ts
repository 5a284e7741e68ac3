/**
 * `/v1/reports/statement-lines`.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { atMost, REPORT_ROWS_MAX } from "../reports/limits.ts";
import {
  STATEMENT_COLUMNS,
  statementRows,
  statementSums,
  tariffNumbers,
} from "../reports/statement.ts";
import { tariffsOf } from "../reports/tariffs.ts";
import { subjectQuery, subjectsAsked, timeOf, timeQuery } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

/** Adds the route. */
export function addStatementReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "statement-lines",
    summary: "What was consumed at each step of the tariff, and each charge, with taxes",
    scope: "reports:read",
    query: z.object({ ...timeQuery.shape, ...subjectQuery.shape }),
    columns: STATEMENT_COLUMNS,
    codes: ["site_unknown", "unit_unknown", "account_unknown"],
    make: async (parts, asked) => {
      const time = timeOf(parts, asked);
      const subjects = await subjectsAsked(parts, asked);
      const numbers = subjects.map(({ number }) => number);
      const sums = await statementSums(parts.store, numbers, time);
      atMost(sums.consumed.length + sums.charged.length, REPORT_ROWS_MAX, "rows");
      const { operatorId } = parts.caller;
      const tariffs = await tariffsOf(context.db, operatorId, tariffNumbers(sums));
      return { ...time, notes: [], rows: statementRows(subjects, sums, tariffs) };
    },
  });
}
