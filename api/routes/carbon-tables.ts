/**
 * `/v1/carbon-tables`: factors by which the carbon report goes, hour by hour.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatDecimal, parseDecimal } from "../../engine/contract/decimal.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import {
  type CarbonTable,
  carbonFactorsOf,
  carbonTableOf,
  createCarbonTable,
  listCarbonTables,
  putCarbonFactors,
} from "../registry/carbon.ts";
import { FACTOR_MICROGRAMS_MAX } from "../registry/schema/carbon.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { instantText, plainText, timeOut, timeText } from "../schemas.ts";
import { unitShown } from "../shown-unit.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { taken } from "./refuse-taken.ts";

/** Most factors of one request: more than a year of hours. */
export const FACTORS_MAX = 9_000;
const FACTOR_SCALE = 6;
const HOUR_S = 3_600;

const tableOut = z
  .object({
    carbon_table_id: z.uuid(),
    name: z.string(),
    service: z.enum(SERVICES),
    per: z.string().openapi({ description: "The unit that factors are grams for", example: "kWh" }),
    created_at: timeOut,
  })
  .openapi("CarbonTable");
const tableBody = z
  .strictObject({ name: plainText(NAME_MAX), service: z.enum(SERVICES) })
  .openapi("CarbonTableRequest");
const factorText = z
  .string('must be a decimal in quotes, such as "191.5"')
  .transform((text, ctx) => {
    const micrograms = parseDecimal(text, FACTOR_SCALE);
    if (micrograms !== undefined && micrograms >= 0n && micrograms <= FACTOR_MICROGRAMS_MAX)
      return micrograms;
    ctx.addIssue({
      code: "custom",
      message: `must be grams from "0" to "${FACTOR_MICROGRAMS_MAX / 1e6}" with at most ${FACTOR_SCALE} decimals`,
    });
    return z.NEVER;
  })
  .openapi({ type: "string", example: "191.5" });
const hourText = instantText.refine(
  (at) => at.getTime() % (HOUR_S * 1_000) === 0,
  "must be a full hour of UTC",
);
const factorsBody = z
  .strictObject({
    from: hourText,
    factors: z
      .array(factorText)
      .min(1)
      .max(FACTORS_MAX)
      .openapi({ description: "Grams of CO2 equivalent for a unit, one each hour from `from` on" }),
  })
  .openapi("CarbonFactorsRequest");
const factorsOut = z
  .object({
    carbon_table_id: z.uuid(),
    per: z.string(),
    items: z.array(z.object({ hour: timeOut, grams: z.string() })),
  })
  .openapi("CarbonFactors");

const tags = ["Reports"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const params = z.object({ carbon_table_id: z.uuid() });

const make = createRoute({
  ...write,
  method: "post",
  path: "/v1/carbon-tables",
  summary: "Make a table of carbon factors",
  request: { body: jsonBody(tableBody) },
  responses: {
    201: json(tableOut, "The table, empty"),
    ...problems("malformed_json", "invalid_request", "already_exists"),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/carbon-tables",
  summary: "List tables of carbon factors",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(tableOut), "A page"), ...problems("invalid_request") },
});
const put = createRoute({
  ...write,
  method: "put",
  path: "/v1/carbon-tables/{carbon_table_id}/factors",
  summary: "Set the factors of hours in a row; what was there for them is replaced",
  request: { params, body: jsonBody(factorsBody) },
  responses: {
    200: json(factorsOut, "What was set"),
    ...problems("malformed_json", "invalid_request", "carbon_table_unknown", "not_found"),
  },
});
const get = createRoute({
  ...read,
  method: "get",
  path: "/v1/carbon-tables/{carbon_table_id}/factors",
  summary: `Read the factors of [from, to), at most ${FACTORS_MAX}`,
  request: { params, query: z.object({ from: instantText, to: instantText }) },
  responses: {
    200: json(factorsOut, "The factors that there are, in order"),
    ...problems("invalid_request", "carbon_table_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addCarbonTableRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(make, async (c) => {
    const body = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) => createCarbonTable(tx, author, body));
    if (row === undefined) throw taken("carbon table", body.name);
    return c.json(tableView(row), 201, { Location: `/v1/carbon-tables/${row.id}` });
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listCarbonTables(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(tableView), next_cursor }, 200);
  });
  app.openapi(put, async (c) => {
    const author = authorOf(c.get("caller"), clock);
    const { carbon_table_id: id } = c.req.valid("param");
    const table = await findCarbonTable(context, author.operatorId, id);
    const { from, factors } = c.req.valid("json");
    const hours = factors.map((micrograms, at) => {
      return { hour: new Date(from.getTime() + at * HOUR_S * 1_000), micrograms };
    });
    await db.transaction((tx) => putCarbonFactors(tx, author, id, hours));
    return c.json(factorsView(table, hours), 200);
  });
  app.openapi(get, async (c) => {
    const { carbon_table_id: id } = c.req.valid("param");
    const table = await findCarbonTable(context, c.get("caller").operatorId, id);
    const { from, to } = c.req.valid("query");
    const time = { fromS: from.getTime() / 1_000, toS: to.getTime() / 1_000, limit: FACTORS_MAX };
    return c.json(factorsView(table, await carbonFactorsOf(db, id, time)), 200);
  });
}

/** The operator's table of this id, or a refusal. */
export async function findCarbonTable(
  { db }: ApiContext,
  operatorId: string,
  id: string,
): Promise<CarbonTable> {
  const table = await carbonTableOf(db, operatorId, id);
  if (table !== undefined) return table;
  throw new Problem("carbon_table_unknown", {
    detail: `there is no carbon table ${id}: check the id`,
  });
}

function tableView({ id, name, service, created_at }: CarbonTable): z.input<typeof tableOut> {
  const per = unitShown(service).name;
  return { carbon_table_id: id, name, service, per, created_at: created_at.toISOString() };
}

function factorsView(
  { id, service }: CarbonTable,
  factors: readonly { hour: Date; micrograms: bigint }[],
): z.input<typeof factorsOut> {
  return {
    carbon_table_id: id,
    per: unitShown(service).name,
    items: factors.map(({ hour, micrograms }) => ({
      hour: timeText(hour.getTime() / 1_000),
      grams: formatDecimal(micrograms, FACTOR_SCALE, 0),
    })),
  };
}
