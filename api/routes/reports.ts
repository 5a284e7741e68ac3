/**
 * `/v1/reports/…`: what managers, customers and auditors ask.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { addConsumptionReport } from "./reports-consumption.ts";
import { addLoadReports } from "./reports-load.ts";

/** Adds the routes of all reports. */
export function addReportRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addConsumptionReport(app, context);
  addLoadReports(app, context);
}
