/**
 * `/v1/reports/losses` and `/v1/reports/allocation`: a site's supply against its units, and common areas shared out.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { and, asc, eq } from "drizzle-orm";
import { SERVICES } from "../../engine/contract/services.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { units } from "../registry/schema/parties.ts";
import {
  ALLOCATION_COLUMNS,
  allocationRows,
  type Common,
  SHARE_RULES,
} from "../reports/allocation.ts";
import { coveredBy, edgesBy } from "../reports/consumption.ts";
import { atMost, REPORT_ACCOUNTS_MAX, REPORT_ROWS_MAX } from "../reports/limits.ts";
import { balanceRow, balancesOf, LOSS_COLUMNS } from "../reports/losses.ts";
import type { ReportStore } from "../reports/store.ts";
import { DOUBTS_NOTE } from "../reports/straddling.ts";
import type { Subject } from "../reports/subjects.ts";
import { type GroupSum, sumGroups } from "../reports/sums.ts";
import { everyQuery, subjectsAsked, timeOf, timeQuery, timezoneQuery } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

const siteShape = { ...timeQuery.shape, site_id: z.uuid(), service: z.enum(SERVICES).optional() };
const lossQuery = z.object({
  ...siteShape,
  every: everyQuery.default("day"),
  timezone: timezoneQuery,
});
const allocationQuery = z.object({
  ...siteShape,
  service: z.enum(SERVICES),
  rule: z.enum(SHARE_RULES).default("equal"),
});

/** Adds the routes. */
export function addSiteReports(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "losses",
    summary:
      "A site's supply meters against the sum of its units, with the doubt of unaligned reads",
    scope: "reports:read",
    query: lossQuery,
    columns: LOSS_COLUMNS,
    codes: ["site_unknown"],
    make: async (parts, asked) => {
      const { every, timezone } = asked;
      const time = { ...timeOf(parts, asked), every, timezone };
      const subjects = await subjectsAsked(parts, asked);
      const edgesOf = edgesBy(time);
      const covered = coveredBy(edgesOf, subjects, time);
      const intervals = edgesOf(timezone ?? subjects[0]?.timezone ?? "UTC").length - 1;
      atMost(intervals * subjects.length, REPORT_ROWS_MAX, "intervals of all meters");
      const balances = await balancesOf(parts.store, subjects, time);
      const notes = [DOUBTS_NOTE];
      if (balances.length === 0)
        notes.push(
          "no unit of the site has use supply: give the unit of the site's own meter that use",
        );
      return { ...covered, notes, rows: balances.map(balanceRow) };
    },
  });
  addReport(app, context, {
    name: "allocation",
    summary: "What common areas consumed, shared out among private units to the atom and the micro",
    scope: "reports:read",
    query: allocationQuery,
    columns: ALLOCATION_COLUMNS,
    codes: ["site_unknown"],
    make: async (parts, asked) => {
      const time = timeOf(parts, asked);
      const subjects = await subjectsAsked(parts, asked);
      const sharing = await context.db
        .select({ unitId: units.id, name: units.name, areaDm2: units.area_dm2 })
        .from(units)
        .where(and(eq(units.site_id, asked.site_id), eq(units.use, "private")))
        .orderBy(asc(units.ordinal))
        .limit(REPORT_ACCOUNTS_MAX + 1);
      atMost(sharing.length, REPORT_ACCOUNTS_MAX, "units");
      const { used, commons } = await usedOf(parts.store, subjects, time);
      const weighed = sharing.map((unit) => ({ ...unit, usedAtoms: used.get(unit.unitId) ?? 0n }));
      const rows = commons.flatMap((common) => allocationRows(asked.rule, weighed, common));
      const notes = commons.length > 0 ? [] : ["no account of this service is in a common area"];
      return { ...time, notes, rows };
    },
  });
}

/** What each private unit used, and what common areas did, one sum a currency. */
async function usedOf(
  store: ReportStore,
  subjects: readonly Subject[],
  { fromS, toS }: { fromS: number; toS: number },
): Promise<{ used: Map<string, bigint>; commons: Common[] }> {
  const shares = subjects.map(({ number }, group) => ({ number, group }));
  const sums = new Map<number, GroupSum>();
  for (const sum of await sumGroups(store, shares, [fromS, toS])) sums.set(sum.group, sum);
  const used = new Map<string, bigint>();
  const commons = new Map<string, Common>();
  for (const [at, { use, unitId, currency, service }] of subjects.entries()) {
    const sum = sums.get(at);
    const atoms = sum?.quantityAtoms ?? 0n;
    if (use === "private") used.set(unitId, (used.get(unitId) ?? 0n) + atoms);
    if (use !== "common") continue;
    const common = commons.get(currency) ?? {
      ...{ service, currency },
      ...{ quantityAtoms: 0n, costMicros: 0n, chargesMicros: 0n },
    };
    common.quantityAtoms += atoms;
    common.costMicros += sum?.costMicros ?? 0n;
    common.chargesMicros += sum?.chargesMicros ?? 0n;
    commons.set(currency, common);
  }
  return { used, commons: [...commons.values()] };
}
