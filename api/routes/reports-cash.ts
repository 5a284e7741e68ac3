/**
 * `/v1/reports/collection`: what was charged and what was collected, site by site.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { formatMicros } from "../../engine/contract/decimal.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { type CashSum, cashSums } from "../reports/cash.ts";
import { consumptionSums, coveredBy, edgesBy, type PlacedSum } from "../reports/consumption.ts";
import { percentText } from "../reports/losses.ts";
import { type Column, column, maybe, type Row, SHARED } from "../reports/table.ts";
import { timeText } from "../schemas.ts";
import { everyQuery, subjectsAsked, timeOf, timeQuery, timezoneQuery } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

const COLUMNS: readonly Column[] = [
  SHARED.siteId,
  SHARED.site,
  SHARED.from,
  SHARED.to,
  SHARED.timezone,
  column("charged", "money", "Consumption and charges"),
  column("collected", "money", "Vends that were credited"),
  column("reversed", "money", "Vends that were taken back"),
  column("net", "money", "collected − reversed"),
  maybe("collection_percent", "decimal", "net over charged, rounded down to four places"),
  column("cash_flow", "money", "net − charged: what credit of customers grew by"),
  column("cumulative_net", "money", "net since the begin of the report"),
  column("vends", "count", "Vends that were credited"),
  maybe("mean_vend", "money", "collected over vends, rounded down"),
  SHARED.currency,
];

const query = z.object({
  ...timeQuery.shape,
  every: everyQuery.default("month"),
  timezone: timezoneQuery,
  site_id: z.uuid().optional(),
});

type Flow = { site: string; charged: bigint; cash: CashSum | undefined };

/** Adds the route. */
export function addCashReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "collection",
    summary: "What was charged and what was collected: arrears grow where the one passes the other",
    scope: "reports:read",
    query,
    columns: COLUMNS,
    codes: ["site_unknown"],
    make: async (parts, asked) => {
      const { every, timezone } = asked;
      const time = { ...timeOf(parts, asked), every, timezone };
      const subjects = await subjectsAsked(parts, asked);
      const edgesOf = edgesBy(time);
      const charged = await consumptionSums({
        store: parts.store,
        subjects,
        by: "site",
        asked: time,
      });
      const rows: Row[] = [];
      for (const zone of new Set(subjects.map((subject) => timezone ?? subject.timezone))) {
        const edges = edgesOf(zone);
        const zoned = timezone === undefined ? sql`s.timezone = ${zone}` : sql`true`;
        const ofSite = asked.site_id === undefined ? sql`true` : sql`s.id = ${asked.site_id}`;
        const cash = await cashSums(context.db, parts.caller.operatorId, {
          keys: { site_id: sql`s.id`, site: sql`s.name` },
          edges,
          also: sql`${zoned} and ${ofSite}`,
        });
        rows.push(
          ...flows(
            charged.filter((sum) => sum.in.timezone === zone),
            cash,
            edges,
            zone,
          ),
        );
      }
      return { ...coveredBy(edgesOf, subjects, time), notes: [NOTE], rows };
    },
  });
}

const NOTE =
  "accounts that hold quantity are charged nothing by their readings: what they buy is only in collected";

/** Both sides by site, currency and interval, with the running sum. */
function flows(
  charged: readonly PlacedSum[],
  cash: readonly CashSum[],
  edges: readonly number[],
  timezone: string,
): Row[] {
  const found = new Map<string, Flow>();
  const at = (key: readonly (string | number | null)[], site: string): Flow => {
    const id = JSON.stringify(key);
    const flow = found.get(id) ?? { site, charged: 0n, cash: undefined };
    found.set(id, flow);
    return flow;
  };
  for (const sum of charged)
    at([sum.in.id, sum.in.currency, sum.fromS], sum.in.name).charged +=
      sum.costMicros + sum.chargesMicros;
  for (const sum of cash)
    at(
      [sum.key["site_id"] ?? null, sum.currency, edges[sum.interval] ?? 0],
      sum.key["site"] ?? "",
    ).cash = sum;
  const running = new Map<string, bigint>();
  const keys = [...found.keys()].map((id) => JSON.parse(id) as [string, string, number]);
  keys.sort(
    (a, b) =>
      (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) ||
      (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] - b[2]),
  );
  return keys.map(([siteId, currency, fromS]) => {
    const flow = found.get(JSON.stringify([siteId, currency, fromS]));
    const net = (flow?.cash?.soldMicros ?? 0n) - (flow?.cash?.reversedMicros ?? 0n);
    const of = `${siteId}/${currency}`;
    running.set(of, (running.get(of) ?? 0n) + net);
    const toS = edges[edges.indexOf(fromS) + 1] ?? fromS;
    return rowOf(flow, {
      siteId,
      currency,
      fromS,
      toS,
      timezone,
      net,
      since: running.get(of) ?? 0n,
    });
  });
}

function rowOf(
  flow: Flow | undefined,
  at: {
    siteId: string;
    currency: string;
    fromS: number;
    toS: number;
    timezone: string;
    net: bigint;
    since: bigint;
  },
): Row {
  const charged = flow?.charged ?? 0n;
  const sold = flow?.cash?.soldMicros ?? 0n;
  const vends = flow?.cash?.sold ?? 0;
  return {
    site_id: at.siteId,
    site: flow?.site ?? "",
    from: timeText(at.fromS),
    to: timeText(at.toS),
    timezone: at.timezone,
    charged: formatMicros(charged),
    collected: formatMicros(sold),
    reversed: formatMicros(flow?.cash?.reversedMicros ?? 0n),
    net: formatMicros(at.net),
    collection_percent: percentText(at.net, charged),
    cash_flow: formatMicros(at.net - charged),
    cumulative_net: formatMicros(at.since),
    vends,
    mean_vend: vends === 0 ? null : formatMicros(sold / BigInt(vends)),
    currency: at.currency,
  };
}
