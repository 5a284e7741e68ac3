/**
 * `/v1/reports/efficiency`: like units against each other.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { EFFICIENCY_COLUMNS, efficiencyRows, PEERS_MIN } from "../reports/efficiency.ts";
import { sumGroups } from "../reports/sums.ts";
import { subjectQuery, subjectsAsked, timeOf, timeQuery } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

const query = z.object({
  ...timeQuery.shape,
  ...subjectQuery.shape,
  within: z.enum(["site", "operator"]).default("site"),
});

/** Adds the route. */
export function addEfficiencyReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "efficiency",
    summary: "What private units used for their area, among those of their tariff class",
    scope: "reports:read",
    query,
    columns: EFFICIENCY_COLUMNS,
    codes: ["site_unknown", "unit_unknown", "account_unknown"],
    make: async (parts, asked) => {
      const time = timeOf(parts, asked);
      const subjects = (await subjectsAsked(parts, asked)).filter(({ use }) => use === "private");
      const shares = subjects.map(({ number }, group) => ({ number, group }));
      const sums = await sumGroups(parts.store, shares, [time.fromS, time.toS]);
      const uses = sums.flatMap(({ group, quantityAtoms }) => {
        const subject = subjects[group];
        return subject === undefined ? [] : [{ subject, atoms: quantityAtoms }];
      });
      const notes = [`fewer than ${PEERS_MIN} like units are not compared`];
      return { ...time, notes, rows: efficiencyRows(uses, asked.within) };
    },
  });
}
