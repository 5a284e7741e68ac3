/**
 * What is asked of an account by hand: `POST /v1/accounts/{account_id}:verb` (R60, R72, R91, adjustments and grants).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { DEBT_MICROS_MAX } from "../../engine/contract/fields.ts";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { heldAmount, heldText } from "../holding.ts";
import type { Account } from "../registry/accounts.ts";
import { operatorOf } from "../registry/operators.ts";
import { PAYMENT_MODES } from "../registry/schema/accounts.ts";
import { instantText, notNegativeMoney, shareText } from "../schemas.ts";
import { jsonBody, KEYED } from "./answers.ts";
import {
  answerOrder,
  keyIn,
  mayBeKeyed,
  mustBeKeyed,
  orderAnswers,
  ownAccount,
  reasonText,
} from "./order-answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { idBefore, withVerb } from "./verbs.ts";

const tags = ["Accounts"];
const amountText = z.string().max(39).openapi({
  pattern: "^-?\\d{1,25}(\\.\\d{1,12})?$",
  example: "10.00",
  description: "In what the account holds: its currency or unit",
});

function action(verb: string, summary: string) {
  return {
    tags,
    security: KEYED,
    middleware: [needs("accounts:write")],
    method: "post" as const,
    summary,
    params: z.object({ account_id: idBefore(verb) }),
  };
}

const { params: ofActivate, ...toActivate } = action(
  "activate-emergency-credit",
  "Invoke emergency credit for the customer (R60); asking again changes nothing",
);
const activate = createRoute({
  ...toActivate,
  path: "/v1/accounts/{account_id}:activate-emergency-credit",
  request: {
    params: ofActivate,
    headers: mayBeKeyed,
    body: jsonBody(z.strictObject({ reason: reasonText.optional() })),
  },
  responses: orderAnswers(
    "emergency_credit_not_selectable",
    "emergency_credit_not_repaid",
    "not_prepayment",
  ),
});

const { params: ofCritical, ...toCritical } = action(
  "set-critical-need",
  "Say whether somebody at the account depends on supply (R72)",
);
const critical = createRoute({
  ...toCritical,
  path: "/v1/accounts/{account_id}:set-critical-need",
  request: {
    params: ofCritical,
    headers: mayBeKeyed,
    body: jsonBody(z.strictObject({ critical_need: z.boolean(), reason: reasonText })),
  },
  responses: orderAnswers(),
});

const { params: ofAdjust, ...toAdjust } = action(
  "adjust",
  "Add to the balance or take from it by hand; over the operator's limit another key has to approve",
);
const adjust = createRoute({
  ...toAdjust,
  path: "/v1/accounts/{account_id}:adjust",
  request: {
    params: ofAdjust,
    headers: mustBeKeyed,
    body: jsonBody(z.strictObject({ amount: amountText, reason: reasonText })),
  },
  responses: orderAnswers("idempotency_key_missing", "money_limit_exceeded"),
});

const { params: ofGrant, ...toGrant } = action(
  "grant-credit",
  "Grant restricted credit, used before any other and gone at its expiry (R41); over the operator's limit another key has to approve",
);
const grant = createRoute({
  ...toGrant,
  path: "/v1/accounts/{account_id}:grant-credit",
  request: {
    params: ofGrant,
    headers: mustBeKeyed,
    body: jsonBody(
      z.strictObject({ amount: amountText, expires_at: instantText, reason: reasonText }),
    ),
  },
  responses: orderAnswers(
    "idempotency_key_missing",
    "pots_full",
    "pot_expired",
    "money_limit_exceeded",
  ),
});

const { params: ofMode, ...toMode } = action(
  "set-payment-mode",
  "Change between prepayment and credit, now or at an instant to come (R91)",
);
const mode = createRoute({
  ...toMode,
  path: "/v1/accounts/{account_id}:set-payment-mode",
  request: {
    params: ofMode,
    headers: mayBeKeyed,
    body: jsonBody(
      z.strictObject({
        payment_mode: z.enum(PAYMENT_MODES),
        at: instantText.optional(),
        share: shareText.optional(),
        weekly_cap: notNegativeMoney.optional(),
        reason: reasonText,
      }),
    ),
  },
  responses: orderAnswers("mode_change_in_progress", "money_limit_exceeded", "price_list_basis"),
});

const { params: ofCancel, ...toCancel } = action(
  "cancel-mode-change",
  "Cancel the change of payment mode that is pending",
);
const cancel = createRoute({
  ...toCancel,
  path: "/v1/accounts/{account_id}:cancel-mode-change",
  request: {
    params: ofCancel,
    headers: mayBeKeyed,
    body: jsonBody(z.strictObject({ reason: reasonText })),
  },
  responses: orderAnswers("no_mode_change"),
});

/** Adds the routes. */
export function addAccountActionRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const account = (c: { get(name: "caller"): ApiEnv["Variables"]["caller"] }, id: string) =>
    ownAccount(context, c.get("caller"), id);
  addMoney(app, context);
  app.openapi(withVerb(app, activate), async (c) => {
    const { reason } = c.req.valid("json");
    return answerOrder(context, c, {
      account: await account(c, c.req.valid("param").account_id),
      asked: { op: "activate_emergency_credit" },
      reason,
      idempotencyKey: c.req.valid("header")["idempotency-key"],
    });
  });
  app.openapi(withVerb(app, critical), async (c) => {
    const { critical_need, reason } = c.req.valid("json");
    return answerOrder(context, c, {
      account: await account(c, c.req.valid("param").account_id),
      asked: { op: "set_critical_need", critical: critical_need },
      reason,
      idempotencyKey: c.req.valid("header")["idempotency-key"],
    });
  });
  app.openapi(withVerb(app, mode), async (c) => {
    const { payment_mode, at, share, weekly_cap, reason } = c.req.valid("json");
    return answerOrder(context, c, {
      account: await account(c, c.req.valid("param").account_id),
      asked: {
        op: "set_payment_mode",
        mode: payment_mode,
        at_s: at === undefined ? 0 : at.getTime() / 1_000,
        ...(share !== undefined && { share_ppm: share }),
        ...(weekly_cap !== undefined && { weekly_cap_micros: String(weekly_cap) }),
      },
      reason,
      idempotencyKey: c.req.valid("header")["idempotency-key"],
    });
  });
  app.openapi(withVerb(app, cancel), async (c) => {
    return answerOrder(context, c, {
      account: await account(c, c.req.valid("param").account_id),
      asked: { op: "cancel_mode_change" },
      reason: c.req.valid("json").reason,
      idempotencyKey: c.req.valid("header")["idempotency-key"],
    });
  });
}

/** Those that create or take money. */
function addMoney(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  app.openapi(withVerb(app, adjust), async (c) => {
    const idempotencyKey = keyIn(c.req.valid("header"));
    const { amount, reason } = c.req.valid("json");
    const of = await ownAccount(context, c.get("caller"), c.req.valid("param").account_id);
    const held = heldAmount(amount, of, "/amount");
    if (held === 0n) throw refuseWrong("/amount", "must not be 0");
    return answerOrder(context, c, {
      account: of,
      asked: { op: "adjust", amount_micros: String(held) },
      reason,
      idempotencyKey,
      needsApproval: await isOverLimit(context, of, held),
    });
  });
  app.openapi(withVerb(app, grant), async (c) => {
    const idempotencyKey = keyIn(c.req.valid("header"));
    const { amount, expires_at, reason } = c.req.valid("json");
    const of = await ownAccount(context, c.get("caller"), c.req.valid("param").account_id);
    const held = positiveHeld(amount, of);
    return answerOrder(context, c, {
      account: of,
      asked: {
        op: "grant_credit",
        amount_micros: String(held),
        expires_s: expires_at.getTime() / 1_000,
      },
      reason,
      idempotencyKey,
      needsApproval: await isOverLimit(context, of, held),
    });
  });
}

/** An amount above 0 that one credit can be, in what the account holds; throws a Problem. */
export function positiveHeld(text: string, account: Account): bigint {
  const held = heldAmount(text, account, "/amount");
  if (held > 0n && held <= DEBT_MICROS_MAX) return held;
  throw refuseWrong(
    "/amount",
    `must be more than 0 and at most ${heldText(DEBT_MICROS_MAX, account)}`,
  );
}

async function isOverLimit({ db }: ApiContext, account: Account, amount: bigint): Promise<boolean> {
  const { adjustment_limit_micros: limit } = await operatorOf(db, account.operator_id);
  // Quantity has no price of its own here: every change of it takes two.
  return account.holds === "quantity" || (amount < 0n ? -amount : amount) > limit;
}
