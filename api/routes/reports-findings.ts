/**
 * `/v1/reports/findings`: what looks like theft or a fault, with the figures it goes by.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { bypassFinding } from "../reports/bypass.ts";
import { type DaySeries, daySeries, edgesBefore } from "../reports/day-series.ts";
import { DAY_RULES, dayFindings, FINDING_KINDS, type Finding } from "../reports/findings.ts";
import { backwardsFindings, nightFindings } from "../reports/findings-store.ts";
import { groupBy } from "../reports/group-by.ts";
import { intervalEdges } from "../reports/intervals.ts";
import { atMost } from "../reports/limits.ts";
import { balancesOf } from "../reports/losses.ts";
import type { Subject } from "../reports/subjects.ts";
import { type Column, column, maybe, type Row, SHARED } from "../reports/table.ts";
import { tenanciesOf } from "../reports/tenancies.ts";
import { instantText, timeText } from "../schemas.ts";
import { subjectQuery, subjectsAsked } from "./reports-query.ts";
import { addReport, type ReportParts } from "./reports-route.ts";

/** Accounts that one list looks at. */
const FINDINGS_ACCOUNTS_MAX = 20_000;
const DAYS = DAY_RULES.recentDays + DAY_RULES.baseDays;

const COLUMNS: readonly Column[] = [
  column("kind", "text", FINDING_KINDS.join(", ")),
  SHARED.site,
  SHARED.siteId,
  maybe("unit_name", "text", "The unit; null of a finding about a site"),
  maybe("account_id", "text", "The account; null of a finding about a site"),
  SHARED.service,
  SHARED.from,
  SHARED.to,
  column("evidence", "detail", "The figures that it goes by"),
  column("thresholds", "detail", "What they passed"),
];

const query = z.object({
  ...subjectQuery.shape,
  until: instantText.optional().openapi({ description: "Whole local days before this; now" }),
  kind: z.enum(FINDING_KINDS).optional(),
});

/** Adds the route. */
export function addFindingsReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "findings",
    summary: `What looks like theft or a fault in the last ${DAY_RULES.recentDays} days, with evidence and thresholds`,
    scope: "reports:read",
    query,
    columns: COLUMNS,
    codes: ["site_unknown", "unit_unknown", "account_unknown"],
    make: async (parts, asked) => {
      const nowS = asked.until === undefined ? context.clock.nowS() : asked.until.getTime() / 1_000;
      const subjects = await subjectsAsked(parts, asked);
      atMost(subjects.length, FINDINGS_ACCOUNTS_MAX, "accounts");
      const found: Finding[] = [];
      for (const [timezone, some] of groupBy(subjects, (subject) => subject.timezone))
        found.push(...(await findingsIn(parts, some, { nowS, timezone })));
      const kept = found.filter(({ kind }) => asked.kind === undefined || kind === asked.kind);
      kept.sort((a, b) => FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind));
      const fromS = Math.max(0, nowS - DAYS * 86_400);
      return { fromS, toS: nowS, notes: [NOTE], rows: kept.map(rowOf) };
    },
  });
}

const NOTE = `a finding is a reason to look, not a proof; the last ${DAY_RULES.recentDays} whole local days are compared with the ${DAY_RULES.baseDays} before`;

/** The findings about subjects of one zone. */
async function findingsIn(
  { context, store }: ReportParts,
  subjects: readonly Subject[],
  { nowS, timezone }: { nowS: number; timezone: string },
): Promise<Finding[]> {
  const edges = edgesBefore(nowS, DAYS, "day", timezone);
  const toS = edges.at(-1) ?? nowS;
  const recentS = edges.at(-1 - DAY_RULES.recentDays) ?? toS;
  if (recentS >= toS) return [];
  const numbers = subjects.map(({ number }) => number);
  const series = new Map(
    (await daySeries(store, numbers, edges)).map((each) => [each.account, each]),
  );
  const found = await backwardsFindings(store, subjects, { fromS: recentS, toS });
  for (const subject of subjects) {
    const own = series.get(subject.number);
    if (own !== undefined && subject.use !== "supply")
      found.push(...dayFindings(subject, own, toS));
  }
  const empty = await emptyOf(context, subjects, { fromS: recentS, toS });
  const hours = intervalEdges(recentS, toS, "hour", timezone);
  found.push(...(await nightFindings(store, empty, hours, timezone)));
  if (edges.length === DAYS + 1) {
    const split = [edges[0] ?? 0, recentS, toS] as const;
    found.push(...(await bypasses(store, subjects, series, split)));
  }
  return found;
}

/** Units that somebody had before, and nobody has all the time. */
async function emptyOf(
  { db }: ApiContext,
  subjects: readonly Subject[],
  time: { fromS: number; toS: number },
): Promise<Subject[]> {
  const privates = subjects.filter(({ use }) => use === "private");
  const now = new Set((await tenanciesOf(db, privates, time)).map((each) => each.usagePointId));
  const ever = await tenanciesOf(db, privates, { fromS: 0, toS: time.fromS });
  const had = new Set(ever.map(({ usagePointId }) => usagePointId));
  return privates.filter(({ usagePointId }) => had.has(usagePointId) && !now.has(usagePointId));
}

async function bypasses(
  store: ReportParts["store"],
  subjects: readonly Subject[],
  series: ReadonlyMap<number, DaySeries>,
  [baseS, recentS, toS]: readonly [number, number, number],
): Promise<Finding[]> {
  const whole = { every: "whole" as const };
  const before = await balancesOf(store, subjects, { fromS: baseS, toS: recentS, ...whole });
  const recent = await balancesOf(store, subjects, { fromS: recentS, toS, ...whole });
  return recent.flatMap((balance) => {
    const isHere = (each: { siteId: string; service: string }): boolean =>
      each.siteId === balance.siteId && each.service === balance.service;
    const base = before.find(isHere);
    if (base === undefined) return [];
    const accounts = subjects.filter(isHere).flatMap((subject) => {
      const own = series.get(subject.number);
      return own === undefined ? [] : [{ subject, series: own }];
    });
    return bypassFinding(balance, base, accounts) ?? [];
  });
}

function rowOf({ kind, subject, isOfSite, fromS, toS, evidence, thresholds }: Finding): Row {
  return {
    kind,
    site: subject.site,
    site_id: subject.siteId,
    unit_name: isOfSite ? null : subject.unit,
    account_id: isOfSite ? null : subject.accountId,
    service: subject.service,
    from: timeText(fromS),
    to: timeText(toS),
    evidence,
    thresholds,
  };
}
