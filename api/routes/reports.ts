/**
 * `/v1/reports/…`: what managers, customers and auditors ask; with the labels and tables that reports go by.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { addCarbonTableRoutes } from "./carbon-tables.ts";
import { addArrearsReport } from "./reports-arrears.ts";
import { addCarbonReport } from "./reports-carbon.ts";
import { addCashReport } from "./reports-cash.ts";
import { addConsumptionReport } from "./reports-consumption.ts";
import { addEfficiencyReport } from "./reports-efficiency.ts";
import { addFindingsReport } from "./reports-findings.ts";
import { addForecastReports } from "./reports-forecast.ts";
import { addLoadReports } from "./reports-load.ts";
import { addSiteReports } from "./reports-site.ts";
import { addStatementReport } from "./reports-statement.ts";
import { addVendorReport } from "./reports-vendors.ts";
import { addUnitLabelRoutes } from "./unit-labels.ts";

/** Adds the routes of all reports. */
export function addReportRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addConsumptionReport(app, context);
  addLoadReports(app, context);
  addStatementReport(app, context);
  addSiteReports(app, context);
  addArrearsReport(app, context);
  addCashReport(app, context);
  addVendorReport(app, context);
  addForecastReports(app, context);
  addFindingsReport(app, context);
  addEfficiencyReport(app, context);
  addUnitLabelRoutes(app, context);
  addCarbonTableRoutes(app, context);
  addCarbonReport(app, context);
}
