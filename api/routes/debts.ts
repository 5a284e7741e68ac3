/**
 * `/v1/accounts/{account_id}/debts`: what is owed beside the balance, and how it is recovered (R35, R36, R50, R51).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatDecimal, formatMicros } from "../../engine/contract/decimal.ts";
import { DEBT_MICROS_MAX, DEBTS } from "../../engine/contract/fields.ts";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import { lastDebtOrders } from "../orders/last-debts.ts";
import type { Asked } from "../orders/place.ts";
import {
  currencyOut,
  moneyOut,
  notNegativeMoney,
  shareText,
  timeOut,
  timeText,
} from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { answerOrder, mayBeKeyed, orderAnswers, ownAccount, reasonText } from "./order-answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";

type SetDebt = Extract<Asked, { op: "set_debt" }>;

const EVERY = ["day", "week", "month"] as const;
const debtMoney = notNegativeMoney.refine(
  (micros) => micros <= DEBT_MICROS_MAX,
  `is beyond ${formatMicros(DEBT_MICROS_MAX)}`,
);
const collect = z.strictObject({
  disconnected: z.boolean().default(false),
  limited: z.boolean().default(true),
  friendly: z.boolean().default(true),
});
const debtBody = z
  .strictObject({
    owed: debtMoney.openapi({ description: "Takes the place of what was owed of this debt" }),
    rate: debtMoney.optional().openapi({ description: "Of a time debt: taken so often" }),
    every: z.enum(EVERY).optional(),
    collect: collect.optional(),
    share: shareText.optional().openapi({ description: "Of the payment debt: of each payment" }),
    weekly_cap: notNegativeMoney.optional(),
    reason: reasonText,
  })
  .openapi("DebtRequest");

const debtOut = z.object({
  debt: z.enum(DEBTS),
  owed: moneyOut,
  /** As they were last set over this interface; null where they never were. */
  terms: z
    .object({
      order_id: z.uuid(),
      owed_then: moneyOut,
      rate: moneyOut.nullable(),
      every: z.enum(EVERY).nullable(),
      collect: collect.nullable(),
      share: z.string().nullable(),
      weekly_cap: moneyOut.nullable(),
      reason: z.string().nullable(),
      set_at: timeOut,
    })
    .nullable(),
});
const debtsOut = z
  .object({ account_id: z.uuid(), currency: currencyOut, as_of: timeOut, items: z.array(debtOut) })
  .openapi("Debts");

const tags = ["Accounts"];
const put = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "put",
  path: "/v1/accounts/{account_id}/debts/{debt}",
  summary: "Put a debt and its terms in the place of what was owed of it",
  request: {
    params: z.object({ account_id: z.uuid(), debt: z.enum(DEBTS) }),
    headers: mayBeKeyed,
    body: jsonBody(debtBody),
  },
  responses: orderAnswers(),
});
const get = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:read")],
  method: "get",
  path: "/v1/accounts/{account_id}/debts",
  summary: "Read an account's debts, with the terms that they were last given",
  request: { params: z.object({ account_id: z.uuid() }) },
  responses: {
    200: json(debtsOut, "The debts"),
    ...problems("account_unknown", "not_found", "engine_unavailable"),
  },
});

/** Adds the routes. */
export function addDebtRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, engine } = context;
  app.openapi(put, async (c) => {
    const { account_id, debt } = c.req.valid("param");
    const body = c.req.valid("json");
    refuseMisplaced(debt, body);
    const { owed, rate, every, collect, share, weekly_cap, reason } = body;
    return answerOrder(context, c, {
      account: await ownAccount(context, c.get("caller"), account_id),
      asked: {
        op: "set_debt",
        debt,
        owed_micros: String(owed),
        ...(rate !== undefined && { rate_micros: String(rate) }),
        ...(every !== undefined && { every }),
        ...(collect !== undefined && { collect }),
        ...(share !== undefined && { share_ppm: share }),
        ...(weekly_cap !== undefined && { weekly_cap_micros: String(weekly_cap) }),
      },
      reason,
      idempotencyKey: c.req.valid("header")["idempotency-key"],
    });
  });
  app.openapi(get, async (c) => {
    const account = await ownAccount(context, c.get("caller"), c.req.valid("param").account_id);
    const { state, asOfS } = await engine.state(account);
    if (state === null) throw new EngineUnavailable("the engine has yet to open this account");
    const orders = await lastDebtOrders(db, account.id);
    const items = DEBTS.map((debt) => {
      const order = orders.find(({ asked }) => asked.op === "set_debt" && asked.debt === debt);
      return {
        debt,
        owed: formatMicros(BigInt(state.debts[debt])),
        terms:
          order === undefined
            ? null
            : {
                ...termsView(order.asked as SetDebt),
                order_id: order.id,
                reason: order.reason,
                set_at: (order.applied_at ?? order.requested_at).toISOString(),
              },
      };
    });
    const { id, currency } = account;
    return c.json({ account_id: id, currency, as_of: timeText(asOfS), items }, 200);
  });
}

/** Terms that a debt does not have are refused, not passed over. */
function refuseMisplaced(debt: SetDebt["debt"], body: z.output<typeof debtBody>): void {
  const isTimed = debt === "time_debt_1" || debt === "time_debt_2";
  const isPayment = debt === "payment_debt";
  for (const [name, belongs, needed] of [
    ["rate", isTimed, isTimed],
    ["every", isTimed, isTimed],
    ["collect", isTimed, false],
    ["share", isPayment, isPayment],
    ["weekly_cap", isPayment, false],
  ] as const) {
    const isGiven = body[name] !== undefined;
    if (isGiven && !belongs) throw refuseWrong(`/${name}`, `is no term of ${debt}: leave it out`);
    if (!isGiven && needed) throw refuseWrong(`/${name}`, `is needed for ${debt}`);
  }
}

function termsView(asked: SetDebt) {
  const { rate_micros: rate, share_ppm: share, weekly_cap_micros: cap, collect: when } = asked;
  return {
    owed_then: formatMicros(BigInt(asked.owed_micros)),
    rate: rate === undefined ? null : formatMicros(BigInt(rate)),
    every: asked.every ?? null,
    collect: when === undefined ? null : collect.parse(when),
    share: share === undefined ? null : formatDecimal(BigInt(share), 6, 2),
    weekly_cap: cap === undefined ? null : formatMicros(BigInt(cap)),
  };
}
