/**
 * `/v1/supply-policies`: the ladder of what happens as credit runs out (R70-R81), with the bounds of payments.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { eachAtMost } from "../each.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { policyBody, policyColumns, policyTermsBody } from "../policy-schema.ts";
import { policyOut, policyView } from "../policy-view.ts";
import { Problem } from "../problems.ts";
import { recordDeed } from "../registry/audit.ts";
import { calendarOf } from "../registry/calendars.ts";
import {
  createPolicy,
  keepPolicyVersion,
  listPolicies,
  lockPolicy,
  type NewPolicy,
  policyOf,
  replacePolicy,
  type SupplyPolicy,
} from "../registry/policies.ts";
import { refuseMisfits } from "../registry/policy-fit.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { tellShard } from "./gateways.ts";
import { taken } from "./refuse-taken.ts";

const tags = ["Prices"];
const make = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/supply-policies",
  summary: "Make a supply policy: when people are warned, and when supply is cut and returns",
  request: { body: jsonBody(policyBody) },
  responses: {
    201: json(policyOut, "The policy"),
    ...problems("malformed_json", "invalid_request", "already_exists", "calendar_unknown"),
  },
});
const replace = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "put",
  path: "/v1/supply-policies/{supply_policy_id}",
  summary: "Put other terms in the place of a policy's; its accounts are judged by them at once",
  request: {
    params: z.object({ supply_policy_id: z.uuid() }),
    body: jsonBody(policyTermsBody),
  },
  responses: {
    200: json(policyOut, "The policy; its version has risen unless nothing changed"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "policy_unknown",
      "policy_mismatch",
      "calendar_unknown",
      "directory_full",
    ),
  },
});
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/supply-policies",
  summary: "List supply policies",
  request: { query: pageQuery },
  responses: {
    200: json(pageOut(policyOut), "A page of policies"),
    ...problems("invalid_request"),
  },
});
const one = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/supply-policies/{supply_policy_id}",
  summary: "Read a supply policy",
  request: { params: z.object({ supply_policy_id: z.uuid() }) },
  responses: { 200: json(policyOut, "The policy"), ...problems("policy_unknown", "not_found") },
});

/** Adds the routes. */
export function addSupplyPolicyRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(make, async (c) => {
    const { name, currency, unit = null, ...terms } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const columns = policyColumns(terms, unit);
    await knowsCalendars(context, author.operatorId, columns);
    const row = await db.transaction(async (tx) => {
      const wanted = { operator_id: author.operatorId, name, currency, unit, ...columns };
      const { row, created } = await createPolicy(tx, wanted);
      if (!created) throw taken("supply policy", name);
      await keepPolicyVersion(tx, row, author, policyView(row));
      await recordDeed(tx, author, {
        action: "supply_policy.made",
        object: `supply_policy/${row.id}`,
      });
      return row;
    });
    return c.json(policyView(row), 201, { Location: `/v1/supply-policies/${row.id}` });
  });
  app.openapi(replace, async (c) => {
    const { supply_policy_id } = c.req.valid("param");
    const author = authorOf(c.get("caller"), clock);
    const known = await policyOf(db, author.operatorId, supply_policy_id);
    if (known === undefined) throw unknownPolicy(supply_policy_id);
    const columns = policyColumns(c.req.valid("json"), known.unit);
    await knowsCalendars(context, author.operatorId, columns);
    const { row, shards } = await db.transaction(async (tx) => {
      const before = await lockPolicy(tx, known.id, "update");
      if (isSame(before, columns)) return { row: before, shards: [] };
      await refuseMisfits(tx, known.id, { unit: known.unit, terms: columns.terms ?? {} });
      const replaced = await replacePolicy(tx, known.id, columns, clock.nowS());
      await keepPolicyVersion(tx, replaced.row, author, policyView(replaced.row));
      await recordDeed(tx, author, {
        action: "supply_policy.replaced",
        object: `supply_policy/${known.id}`,
        data: { version: replaced.row.version },
      });
      return replaced;
    });
    await eachAtMost(8, shards, (shard) => tellShard(context, shard));
    return c.json(policyView(row), 200);
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listPolicies(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(policyView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { supply_policy_id } = c.req.valid("param");
    const row = await policyOf(db, c.get("caller").operatorId, supply_policy_id);
    if (row === undefined) throw unknownPolicy(supply_policy_id);
    return c.json(policyView(row), 200);
  });
}

/** The refusal of a policy that is not there, or another operator's. */
export function unknownPolicy(id: string): Problem {
  return new Problem("policy_unknown", { detail: `there is no supply policy ${id}: check the id` });
}

type Columns = Omit<NewPolicy, "operator_id" | "name" | "currency" | "unit">;

async function knowsCalendars(
  { db }: ApiContext,
  operatorId: string,
  { friendly_calendar_id, cut_window_calendar_id }: Columns,
): Promise<void> {
  for (const [pointer, id] of [
    ["/friendly_period/calendar_id", friendly_calendar_id],
    ["/cut_window/calendar_id", cut_window_calendar_id],
  ] as const) {
    if (id === undefined || id === null) continue;
    if ((await calendarOf(db, operatorId, id)) !== undefined) continue;
    throw new Problem("calendar_unknown", {
      detail: `there is no calendar ${id}: make it first with POST /v1/calendars`,
      errors: [{ pointer, message: "is not known" }],
    });
  }
}

/** A repeat changes nothing; the database gives objects back in an order of its own. */
function isSame(row: SupplyPolicy, columns: Columns): boolean {
  return (
    JSON.stringify(policyView(row)) ===
    JSON.stringify(policyView({ ...row, ...columns } as SupplyPolicy))
  );
}
