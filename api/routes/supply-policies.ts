/**
 * `/v1/supply-policies`.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { THRESHOLDS_MAX } from "../../engine/contract/fields.ts";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { createPolicy, listPolicies, policyOf, type SupplyPolicy } from "../registry/policies.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { currencyOut, moneyOut, moneyText, plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { taken } from "./sites.ts";

const policyOut = z
  .object({
    supply_policy_id: z.uuid(),
    name: z.string(),
    currency: currencyOut,
    low_credit_thresholds: z.array(moneyOut),
    hysteresis: moneyOut,
    disablement_threshold: moneyOut,
    clearance: moneyOut,
    max_balance: moneyOut,
    automatic_cut: z.boolean(),
    stale_after_s: z.int(),
    created_at: timeOut,
  })
  .openapi("SupplyPolicy");

const positive = moneyText.refine((micros) => micros > 0n, "must be more than 0");
const notNegative = moneyText.refine((micros) => micros >= 0n, "must not be negative");

const policyBody = z
  .strictObject({
    name: plainText(NAME_MAX),
    currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as "EUR"'),
    low_credit_thresholds: z
      .array(moneyText)
      .max(THRESHOLDS_MAX)
      .refine(falls, "must fall from the highest to the lowest")
      .openapi({ example: ["5.00", "2.00"] }),
    hysteresis: notNegative.prefault("0"),
    disablement_threshold: moneyText.prefault("0"),
    clearance: notNegative.prefault("0"),
    max_balance: positive.openapi({ example: "1000.00" }),
    automatic_cut: z.boolean().default(true),
    stale_after_s: z
      .int()
      .min(0)
      .max(31_536_000)
      .default(86_400)
      .openapi({ description: "No automatic cut when the last reading is older; 0: never stale" }),
  })
  .openapi("SupplyPolicyRequest");

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
    ...problems("malformed_json", "invalid_request", "already_exists"),
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
export function addSupplyPolicyRoutes(app: OpenAPIHono<ApiEnv>, { db }: ApiContext): void {
  app.openapi(make, async (c) => {
    const body = c.req.valid("json");
    const { row, created } = await createPolicy(db, {
      operator_id: c.get("caller").operatorId,
      name: body.name,
      currency: body.currency,
      low_credit_micros: body.low_credit_thresholds,
      hysteresis_micros: body.hysteresis,
      disablement_threshold_micros: body.disablement_threshold,
      clearance_micros: body.clearance,
      max_balance_micros: body.max_balance,
      automatic_cut: body.automatic_cut,
      stale_after_s: body.stale_after_s,
    });
    if (!created) throw taken("supply policy", body.name);
    return c.json(policyView(row), 201, { Location: `/v1/supply-policies/${row.id}` });
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

function falls(thresholds: readonly bigint[]): boolean {
  return thresholds.every((value, at) => at === 0 || value < (thresholds[at - 1] ?? value));
}

function policyView(row: SupplyPolicy): z.input<typeof policyOut> {
  return {
    supply_policy_id: row.id,
    name: row.name,
    currency: row.currency,
    low_credit_thresholds: row.low_credit_micros.map(formatMicros),
    hysteresis: formatMicros(row.hysteresis_micros),
    disablement_threshold: formatMicros(row.disablement_threshold_micros),
    clearance: formatMicros(row.clearance_micros),
    max_balance: formatMicros(row.max_balance_micros),
    automatic_cut: row.automatic_cut,
    stale_after_s: row.stale_after_s,
    created_at: row.created_at.toISOString(),
  };
}
