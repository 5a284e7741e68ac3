/**
 * `/v1/reports/load-curve` and `/v1/reports/maximum-demand`.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";
import { coveredBy, edgesBy } from "../reports/consumption.ts";
import { demandRows, loadRows } from "../reports/demand.ts";
import {
  DEMAND_COLUMNS,
  LOAD_COLUMNS,
  loadsOf,
  READING_WINDOWS_MAX,
  WINDOW_MINUTES,
} from "../reports/load.ts";
import { type Grouped, groupSubjects } from "../reports/shares.ts";
import type { Row } from "../reports/table.ts";
import {
  everyQuery,
  subjectQuery,
  subjectsAsked,
  timeOf,
  timeQuery,
  timezoneQuery,
} from "./reports-query.ts";
import { addReport, type ReportParts } from "./reports-route.ts";

const BY = ["account", "unit", "site", "service", "cost_center", "tariff_class"] as const;
const shape = {
  ...timeQuery.shape,
  ...subjectQuery.shape,
  group_by: z.enum(BY).default("account"),
  window_minutes: z
    .enum(WINDOW_MINUTES.map(String) as [string, ...string[]])
    .default("15")
    .openapi({ description: "Length of a window; windows begin at its multiples of the hour" }),
};
const curveQuery = z.object(shape);
const demandQuery = z.object({
  ...shape,
  every: everyQuery.default("month"),
  timezone: timezoneQuery,
});

const NOTES = [
  "what an interval between two readings consumed is shared among its windows in proportion to time; where readings are longer than windows, peaks are levelled",
  `readings over more than ${READING_WINDOWS_MAX} windows are left out`,
];
const codes = ["site_unknown", "unit_unknown", "account_unknown"] as const;

/** Adds the routes. */
export function addLoadReports(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "load-curve",
    summary: "Mean load by windows of 15, 30 or 60 minutes",
    scope: "reports:read",
    query: curveQuery,
    columns: LOAD_COLUMNS,
    codes,
    make: async (parts, asked) => {
      const time = timeOf(parts, asked, 1);
      const { grouped, lengthS } = await groupedOf(parts, asked, time);
      const loads = await loadsOf(parts.store, grouped.shares, { ...time, lengthS });
      return { ...time, notes: NOTES, rows: loadRows(loads, grouped.groups, lengthS) };
    },
  });
  addReport(app, context, {
    name: "maximum-demand",
    summary: "Highest mean load of a window in each interval of local time",
    scope: "reports:read",
    query: demandQuery,
    columns: DEMAND_COLUMNS,
    codes,
    make: async (parts, asked) => {
      const time = timeOf(parts, asked);
      const { grouped, lengthS, subjects } = await groupedOf(parts, asked, time);
      const { every, timezone } = asked;
      const edgesOf = edgesBy({ ...time, every });
      const rows: Row[] = [];
      for (const zone of new Set(grouped.groups.map((group) => group.timezone))) {
        const edges = edgesOf(zone);
        const shares = grouped.shares.filter(
          ({ group }) => grouped.groups[group]?.timezone === zone,
        );
        const all = { fromS: edges[0] ?? 0, toS: edges.at(-1) ?? 0, lengthS };
        const loads = await loadsOf(parts.store, shares, all);
        rows.push(...demandRows(loads, grouped.groups, edges, lengthS));
      }
      const covered = coveredBy(edgesOf, subjects, { ...time, every, timezone });
      return { ...covered, notes: NOTES, rows };
    },
  });
}

async function groupedOf(
  parts: ReportParts,
  asked: z.output<typeof curveQuery> & { timezone?: string | undefined },
  time: { fromS: number; toS: number },
): Promise<{
  grouped: Grouped;
  lengthS: number;
  subjects: Awaited<ReturnType<typeof subjectsAsked>>;
}> {
  if (asked.customer_id !== undefined)
    throw new Problem("invalid_request", {
      detail: "loads are not told by customer: ask by account_id, unit_id or site_id",
      errors: [{ parameter: "customer_id", message: "is not taken here" }],
    });
  const subjects = await subjectsAsked(parts, asked);
  const grouped = groupSubjects(asked.group_by, subjects, { ...time, timezone: asked.timezone });
  return { grouped, subjects, lengthS: Number(asked.window_minutes) * 60 };
}
