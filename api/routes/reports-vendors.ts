/**
 * `/v1/reports/vendor-reconciliation`: what each vendor, key, terminal and tender sold and took back.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { formatMicros } from "../../engine/contract/decimal.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { type CashSum, cashSums } from "../reports/cash.ts";
import { intervalEdges } from "../reports/intervals.ts";
import { type Column, column, maybe, type Row, SHARED } from "../reports/table.ts";
import { timeText } from "../schemas.ts";
import { everyQuery, timeOf, timeQuery, timezoneQuery } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

const COLUMNS: readonly Column[] = [
  SHARED.from,
  SHARED.to,
  SHARED.timezone,
  maybe("vendor_id", "text", "The vendor; null where the key is nobody's"),
  maybe("vendor", "text", "The vendor's name"),
  column("key_id", "text", "The key that sold"),
  column("key", "text", "The key's name"),
  maybe("terminal_id", "text", "The terminal, where the vend named one"),
  column("tender", "text", "How it was paid"),
  column("vends", "count", "Vends that were credited"),
  column("sold", "money", "What they came to"),
  column("reversals", "count", "Vends that were taken back, whenever they were sold"),
  column("reversed", "money", "What they came to"),
  column("net", "money", "sold − reversed: what the vendor has to hand over"),
  column(
    "commission",
    "money",
    "What the vendor earned by what it sold, less what reversals took back",
  ),
  column("pending", "count", "Vends without an answer of the engine yet"),
  column("pending_amount", "money", "What they come to"),
  column("refused", "count", "Vends that were refused"),
  SHARED.currency,
];

const query = z.object({
  ...timeQuery.shape,
  every: everyQuery.default("day"),
  timezone: timezoneQuery,
  vendor_id: z.uuid().optional(),
  key_id: z.uuid().optional(),
});

/** Adds the route. */
export function addVendorReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addReport(app, context, {
    name: "vendor-reconciliation",
    summary: "What each vendor, key, terminal and tender sold and took back",
    scope: "reports:read",
    query,
    columns: COLUMNS,
    make: async (parts, asked) => {
      const { fromS, toS } = timeOf(parts, asked);
      const timezone = asked.timezone ?? "UTC";
      const edges = intervalEdges(fromS, toS, asked.every, timezone);
      const narrow = [
        asked.vendor_id === undefined ? undefined : sql`v.vendor_id = ${asked.vendor_id}`,
        asked.key_id === undefined ? undefined : sql`v.key_id = ${asked.key_id}`,
      ].filter((each) => each !== undefined);
      const sums = await cashSums(context.db, parts.caller.operatorId, {
        keys: {
          vendor_id: sql`v.vendor_id`,
          vendor: sql`n.name`,
          key_id: sql`k.id`,
          key: sql`k.name`,
          terminal_id: sql`v.terminal_id`,
          tender: sql`v.tender->>'type'`,
        },
        edges,
        also: narrow.length === 0 ? undefined : sql.join(narrow, sql` and `),
      });
      const covered = { fromS: edges[0] ?? fromS, toS: edges.at(-1) ?? toS };
      return { ...covered, notes: [], rows: sums.map((sum) => rowOf(sum, edges, timezone)) };
    },
  });
}

function rowOf(sum: CashSum, edges: readonly number[], timezone: string): Row {
  return {
    from: timeText(edges[sum.interval] ?? 0),
    to: timeText(edges[sum.interval + 1] ?? 0),
    timezone,
    ...sum.key,
    vends: sum.sold,
    sold: formatMicros(sum.soldMicros),
    reversals: sum.reversed,
    reversed: formatMicros(sum.reversedMicros),
    net: formatMicros(sum.soldMicros - sum.reversedMicros),
    commission: formatMicros(sum.commissionMicros),
    pending: sum.pending,
    pending_amount: formatMicros(sum.pendingMicros),
    refused: sum.refused,
    currency: sum.currency,
  };
}
