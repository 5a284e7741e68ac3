/**
 * `/v1/instalment-plans`: a debt that is paid little by little, of each payment or by time (R35, R50).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatDecimal, formatMicros } from "../../engine/contract/decimal.ts";
import { DEBT_MICROS_MAX } from "../../engine/contract/fields.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import {
  instalmentOf,
  listPlans,
  type Plan,
  type PlanTerms,
  planOf,
  recordPlan,
} from "../instalments/plans.ts";
import type { Asked } from "../orders/place.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import {
  INSTALMENTS_MAX,
  PLAN_DEBTS,
  PLAN_EVERY,
  PLAN_STATES,
} from "../registry/schema/instalments.ts";
import { moneyOut, notNegativeMoney, positiveMoney, shareText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import {
  answerOrder,
  keyIn,
  mayBeKeyed,
  mustBeKeyed,
  orderAnswers,
  ownAccount,
  reasonText,
} from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

const total = positiveMoney
  .refine((micros) => micros <= DEBT_MICROS_MAX, `is beyond ${formatMicros(DEBT_MICROS_MAX)}`)
  .openapi({ example: "120.00", description: "Takes the place of what was owed of this debt" });
const collect = z.strictObject({
  disconnected: z.boolean().default(false),
  limited: z.boolean().default(true),
  friendly: z.boolean().default(true),
});
const planBody = z
  .discriminatedUnion("debt", [
    z.strictObject({
      account_id: z.uuid(),
      debt: z.literal("payment_debt"),
      total,
      share: shareText
        .refine((ppm) => ppm > 0, "must be more than 0")
        .openapi({ description: "Of each payment" }),
      weekly_cap: notNegativeMoney.optional(),
      reason: reasonText,
    }),
    z.strictObject({
      account_id: z.uuid(),
      debt: z.enum(["time_debt_1", "time_debt_2"]),
      total,
      instalments: z.int().min(1).max(INSTALMENTS_MAX),
      every: z.enum(PLAN_EVERY),
      collect: collect.optional(),
      reason: reasonText,
    }),
  ])
  .openapi("InstalmentPlanRequest");

const planOut = z
  .object({
    plan_id: z.uuid(),
    account_id: z.uuid(),
    debt: z.enum(PLAN_DEBTS),
    state: z.enum(PLAN_STATES),
    total: moneyOut,
    share: z.string().nullable(),
    weekly_cap: moneyOut.nullable(),
    instalments: z.int().nullable(),
    instalment: moneyOut.nullable().openapi({ description: "Each; the last one is what is left" }),
    every: z.enum(PLAN_EVERY).nullable(),
    owed: moneyOut.nullable().openapi({
      description: "Of the debt now, of a plan in force; null while the engine does not answer",
    }),
    order_id: z.uuid().nullable(),
    ended_at: timeOut.nullable(),
    created_at: timeOut,
  })
  .openapi("InstalmentPlan");

const tags = ["Accounts"];
const create = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "post",
  path: "/v1/instalment-plans",
  summary: "Have a debt paid in instalments; takes the place of a plan that is in force for it",
  request: { headers: mustBeKeyed, body: jsonBody(planBody) },
  responses: orderAnswers("idempotency_key_missing"),
});
const read = { tags, security: KEYED, middleware: [needs("orders:read")] };
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/instalment-plans",
  summary: "List instalment plans",
  request: {
    query: pageQuery.extend({
      account_id: z.uuid().optional(),
      state: z.enum(PLAN_STATES).optional(),
    }),
  },
  responses: { 200: json(pageOut(planOut), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/instalment-plans/{plan_id}",
  summary: "Read a plan, with what is owed",
  request: { params: z.object({ plan_id: z.uuid() }) },
  responses: { 200: json(planOut, "The plan"), ...problems("plan_unknown", "not_found") },
});
const writeOff = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "post",
  path: "/v1/instalment-plans/{plan_id}:write-off",
  summary: "End a plan and forgive what is left of its debt",
  request: {
    params: z.object({ plan_id: idBefore("write-off") }),
    headers: mayBeKeyed,
    body: jsonBody(z.strictObject({ reason: reasonText })),
  },
  responses: orderAnswers("plan_unknown", "plan_ended"),
});

/** Adds the routes. */
export function addInstalmentRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(create, async (c) => {
    const body = c.req.valid("json");
    const account = await ownAccount(context, c.get("caller"), body.account_id);
    const terms = termsIn(body);
    const author = authorOf(c.get("caller"), clock);
    return answerOrder(context, c, {
      account,
      asked: askedOf(terms, body.debt === "payment_debt" ? undefined : body.collect),
      reason: body.reason,
      idempotencyKey: keyIn(c.req.valid("header")),
      meaning: ["instalment_plan", terms.debt === "payment_debt" ? null : terms.instalments],
      before: (tx) => recordPlan(tx, author, account.id, terms),
    });
  });
  app.openapi(all, async (c) => {
    const { account_id: accountId, state, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const rows = await listPlans(db, c.get("caller").operatorId, { ...page, accountId, state });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    const items = rows.map((row) => planView(row, undefined));
    return c.json({ items, next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const caller = c.get("caller");
    const plan = await found(context, caller.operatorId, c.req.valid("param").plan_id);
    const account = await ownAccount(context, caller, plan.account_id);
    const [state] = await context.engine.states([account]);
    return c.json(planView(plan, state?.debts[plan.debt]), 200);
  });
  app.openapi(withVerb(app, writeOff), async (c) => {
    const caller = c.get("caller");
    const { plan_id } = c.req.valid("param");
    const plan = await found(context, caller.operatorId, plan_id);
    if (plan.state !== "active" && plan.state !== "written_off") {
      throw new Problem("plan_ended", { detail: `plan ${plan_id} is ${plan.state}` });
    }
    return answerOrder(context, c, {
      account: await ownAccount(context, caller, plan.account_id),
      asked: { ...askedOf(termsOf(plan), undefined), owed_micros: "0" },
      reason: c.req.valid("json").reason,
      // One write-off of a plan counts, however often it is asked for.
      idempotencyKey: `plan:${plan_id}:off`,
      meaning: "write_off",
      note: { written_off: true },
    });
  });
}

function termsIn(body: z.output<typeof planBody>): PlanTerms {
  const { total: totalMicros } = body;
  if (body.debt === "payment_debt") {
    const { debt, share: sharePpm, weekly_cap: weeklyCapMicros } = body;
    return { debt, totalMicros, sharePpm, weeklyCapMicros };
  }
  const { debt, instalments, every } = body;
  return { debt, totalMicros, instalments, every };
}

function termsOf(plan: Plan): PlanTerms {
  const { debt, total_micros: totalMicros } = plan;
  if (debt === "payment_debt") {
    const weeklyCapMicros = plan.weekly_cap_micros ?? undefined;
    return { debt, totalMicros, sharePpm: plan.share_ppm ?? 0, weeklyCapMicros };
  }
  return { debt, totalMicros, instalments: plan.instalments ?? 1, every: plan.every ?? "month" };
}

type SetDebt = Extract<Asked, { op: "set_debt" }>;

function askedOf(terms: PlanTerms, when: SetDebt["collect"] | undefined): SetDebt {
  const owed = {
    op: "set_debt" as const,
    debt: terms.debt,
    owed_micros: String(terms.totalMicros),
  };
  if (terms.debt === "payment_debt") {
    const { sharePpm, weeklyCapMicros: cap } = terms;
    return {
      ...owed,
      share_ppm: sharePpm,
      ...(cap !== undefined && { weekly_cap_micros: String(cap) }),
    };
  }
  return {
    ...owed,
    rate_micros: String(instalmentOf(terms.totalMicros, terms.instalments)),
    every: terms.every,
    ...(when !== undefined && { collect: when }),
  };
}

async function found({ db }: ApiContext, operatorId: string, id: string): Promise<Plan> {
  const plan = await planOf(db, operatorId, id);
  if (plan !== undefined) return plan;
  throw new Problem("plan_unknown", { detail: `there is no instalment plan ${id}: check the id` });
}

function planView(row: Plan, owed: string | undefined): z.input<typeof planOut> {
  const money = (micros: bigint | null) => (micros === null ? null : formatMicros(micros));
  return {
    plan_id: row.id,
    account_id: row.account_id,
    debt: row.debt,
    state: row.state,
    total: formatMicros(row.total_micros),
    share: row.share_ppm === null ? null : formatDecimal(BigInt(row.share_ppm), 6, 2),
    weekly_cap: money(row.weekly_cap_micros),
    instalments: row.instalments,
    instalment: money(row.instalment_micros),
    every: row.every,
    owed: owed === undefined || row.state !== "active" ? null : formatMicros(BigInt(owed)),
    order_id: row.order_id,
    ended_at: row.ended_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
