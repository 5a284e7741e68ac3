/**
 * `/v1/auto-top-ups`: rules by which accounts are paid up by themselves, and the notices of the payment provider.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import {
  changeRule,
  createRule,
  lastPayment,
  listPayments,
  listRules,
  type Payment,
  type Rule,
  ruleOf,
} from "../payments/rules.ts";
import { Problem } from "../problems.ts";
import { METHOD_MAX, PAYMENT_STATES, RULE_STATES } from "../registry/schema/payments.ts";
import { currencyOut, moneyOut, moneyText, plainText, positiveMoney, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { ownAccount, reasonText } from "./order-answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { idBefore, withVerb } from "./verbs.ts";

const paymentOut = z
  .object({
    payment_id: z.uuid(),
    account_id: z.uuid(),
    amount: moneyOut,
    currency: currencyOut,
    state: z.enum(PAYMENT_STATES),
    provider_reference: z.string().nullable(),
    vend_id: z.string().nullable(),
    fault: z.string().nullable(),
    requested_at: timeOut,
    ended_at: timeOut.nullable(),
  })
  .openapi("Payment");
const ruleOut = z
  .object({
    auto_top_up_id: z.uuid(),
    account_id: z.uuid(),
    currency: currencyOut,
    threshold: moneyOut,
    target: moneyOut,
    monthly_cap: moneyOut,
    method: z.string(),
    state: z.enum(RULE_STATES),
    fault: z.string().nullable().openapi({ description: "Why it was stopped" }),
    last_payment: paymentOut.nullable(),
    created_at: timeOut,
  })
  .openapi("AutoTopUp");
const ruleBody = z
  .strictObject({
    account_id: z.uuid(),
    threshold: moneyText.openapi({
      example: "5.00",
      description: "Due when the balance is at or under it",
    }),
    target: moneyText.openapi({ example: "25.00", description: "Paid up to it, in whole cents" }),
    monthly_cap: positiveMoney.openapi({
      example: "100.00",
      description: "Most in a calendar month of the site's time zone",
    }),
    method: plainText(METHOD_MAX).openapi({
      example: "pm_4f1c",
      description: "The token by which the payment provider knows whom to charge",
    }),
  })
  .openapi("AutoTopUpRequest");

const tags = ["Payments"];
const write = { tags, security: KEYED, middleware: [needs("accounts:write")] };
const read = { tags, security: KEYED, middleware: [needs("orders:read")] };
const params = z.object({ auto_top_up_id: z.uuid() });
const create = createRoute({
  ...write,
  method: "post",
  path: "/v1/auto-top-ups",
  summary: "Have an account paid up by itself: one rule an account, one payment in flight",
  request: { body: jsonBody(ruleBody) },
  responses: {
    201: json(ruleOut, "The rule"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "account_unknown",
      "already_exists",
      "no_payment_provider",
    ),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/auto-top-ups",
  summary: "List automatic top-ups",
  request: { query: pageQuery.extend({ account_id: z.uuid().optional() }) },
  responses: { 200: json(pageOut(ruleOut), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/auto-top-ups/{auto_top_up_id}",
  summary: "Read an automatic top-up with its newest payment",
  request: { params },
  responses: { 200: json(ruleOut, "The rule"), ...problems("auto_top_up_unknown", "not_found") },
});
const its = createRoute({
  ...read,
  method: "get",
  path: "/v1/auto-top-ups/{auto_top_up_id}/payments",
  summary: "List the payments of a rule",
  request: { params, query: pageQuery },
  responses: {
    200: json(pageOut(paymentOut), "A page"),
    ...problems("invalid_request", "auto_top_up_unknown", "not_found"),
  },
});
const change = (verb: "resume" | "end", summary: string) =>
  createRoute({
    ...write,
    method: "post",
    path: `/v1/auto-top-ups/{auto_top_up_id}:${verb}`,
    summary,
    request: {
      params: z.object({ auto_top_up_id: idBefore(verb) }),
      body: jsonBody(z.strictObject({ reason: reasonText })),
    },
    responses: {
      200: json(ruleOut, "The rule"),
      ...problems(
        "malformed_json",
        "invalid_request",
        "auto_top_up_unknown",
        "not_found",
        "auto_top_up_ended",
      ),
    },
  });
const VERBS = [
  [change("resume", "Go on with a rule that was stopped by a failure"), "active"],
  [change("end", "End a rule for good; a payment under way is finished"), "ended"],
] as const;

/** Adds the routes. */
export function addAutoTopUpRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  const view = async (row: Rule) => ruleView(row, await lastPayment(db, row.id));
  app.openapi(create, async (c) => {
    const caller = c.get("caller");
    const { account_id, threshold, target, monthly_cap, method } = c.req.valid("json");
    const account = await ownAccount(context, caller, account_id);
    if (target <= threshold) throw refuseWrong("/target", "must be more than threshold");
    if (account.holds !== "money" || account.payment_mode !== "prepayment") {
      throw refuseWrong("/account_id", "must be of an account that holds money, paid in advance");
    }
    if (context.payments === undefined) {
      throw new Problem("no_payment_provider", {
        detail: "no payment provider is set up: set DRAWDOWN_PAYMENT_PROVIDER_URL",
      });
    }
    const row = await createRule(db, authorOf(caller, clock), account, {
      thresholdMicros: threshold,
      targetMicros: target,
      monthlyCapMicros: monthly_cap,
      method,
    });
    return c.json(await view(row), 201, { Location: `/v1/auto-top-ups/${row.id}` });
  });
  app.openapi(all, async (c) => {
    const { account_id: accountId, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const rows = await listRules(db, c.get("caller").operatorId, { ...page, accountId });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: await Promise.all(rows.map(view)), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { auto_top_up_id } = c.req.valid("param");
    return c.json(await view(await ruleOf(db, c.get("caller").operatorId, auto_top_up_id)), 200);
  });
  app.openapi(its, async (c) => {
    const { auto_top_up_id } = c.req.valid("param");
    const { id } = await ruleOf(db, c.get("caller").operatorId, auto_top_up_id);
    const page = pageOf(c.req.valid("query"));
    const rows = await listPayments(db, id, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(paymentView), next_cursor }, 200);
  });
  for (const [route, to] of VERBS) {
    app.openapi(withVerb(app, route), async (c) => {
      const author = authorOf(c.get("caller"), clock);
      const { auto_top_up_id } = c.req.valid("param");
      const rule = await ruleOf(db, author.operatorId, auto_top_up_id);
      const { reason } = c.req.valid("json");
      return c.json(await view(await changeRule(db, author, rule, { to, reason })), 200);
    });
  }
}

function ruleView(row: Rule, last: Payment | undefined): z.input<typeof ruleOut> {
  return {
    auto_top_up_id: row.id,
    account_id: row.account_id,
    currency: row.currency,
    threshold: formatMicros(row.threshold_micros),
    target: formatMicros(row.target_micros),
    monthly_cap: formatMicros(row.monthly_cap_micros),
    method: row.method,
    state: row.state,
    fault: row.fault,
    last_payment: last === undefined ? null : paymentView(last),
    created_at: row.created_at.toISOString(),
  };
}

function paymentView(row: Payment): z.input<typeof paymentOut> {
  return {
    payment_id: row.id,
    account_id: row.account_id,
    amount: formatMicros(row.amount_micros),
    currency: row.currency,
    state: row.state,
    provider_reference: row.provider_reference,
    vend_id: row.vend_id,
    fault: row.fault,
    requested_at: row.requested_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}
