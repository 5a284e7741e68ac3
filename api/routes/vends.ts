/**
 * `/v1/vends/{vend_id}`: selling credit, and the advice of what became of a vend.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatDecimal, MONEY_SCALE } from "../../engine/contract/decimal.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { orderView } from "../orders/order-view.ts";
import type { OrderRow } from "../orders/place.ts";
import { PROBLEM_TYPE } from "../problems.ts";
import { VEND_ID_MAX } from "../registry/schema/vending.ts";
import { currencyOut, heldOut, moneyOut, timeOut } from "../schemas.ts";
import { vendBody } from "../vending/body.ts";
import { receiptOut, type VendRow } from "../vending/receipt.ts";
import { reversalOf, reverseVend } from "../vending/reverse.ts";
import type { VendAnswer } from "../vending/vend.ts";
import { visibleVend } from "../vending/visible.ts";
import { vendorOfKey } from "../vendors/seller.ts";
import { json, jsonBody, KEYED, problemOut, problems } from "./answers.ts";
import { orderAnswer, orderAnswers, reasonText, CLIENT_ID as VEND_ID } from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

/** The id of a vend in a path. */
export const vendParams = z.object({
  vend_id: z
    .string()
    .regex(
      VEND_ID,
      `must be 1 to ${VEND_ID_MAX} letters, digits, dots, colons, dashes or underscores`,
    )
    .openapi({ example: "pos7-000123" }),
});

/** `true` when these bytes were given before. */
const replayed = z.object({ "Idempotent-Replayed": z.literal("true") });

/** What is known of a vend that has no receipt. */
const pendingOut = z
  .object({
    vend_id: z.string(),
    status: z.enum(["pending", "refused"]),
    account_id: z.uuid(),
    amount: moneyOut,
    currency: currencyOut,
    received_at: timeOut,
    problem: problemOut.nullable(),
  })
  .openapi("VendAdvice");

const reversedOut = z
  .object({
    ...receiptOut.shape,
    status: z.literal("reversed"),
    reversal: z.object({
      order_id: z.uuid(),
      reason: z.string().nullable(),
      reversed_at: timeOut,
      balance: heldOut,
    }),
  })
  .openapi("ReversedVend");

const tags = ["Vending"];
const put = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("vends:write")],
  method: "put",
  path: "/v1/vends/{vend_id}",
  summary: "Sell credit; the id is the client's, and repeating it is always safe",
  request: { params: vendParams, body: jsonBody(vendBody) },
  responses: {
    201: json(receiptOut, "The receipt"),
    200: { ...json(receiptOut, "The receipt, given before"), headers: replayed },
    ...problems(
      "malformed_json",
      "invalid_request",
      "account_unknown",
      "meter_unknown",
      "vend_below_minimum",
      "vend_above_maximum",
      "currency_mismatch",
      "not_prepayment",
      "balance_limit_exceeded",
      "money_limit_exceeded",
      "vendor_limit_reached",
      "vendor_suspended",
      "terminal_unknown",
      "voucher_used",
      "free_issue_over_limit",
      "topup_cap_exceeded",
      "command_refused",
      "idempotency_key_reused",
      "vend_in_progress",
      "engine_unavailable",
    ),
  },
});
const get = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("vends:read")],
  method: "get",
  path: "/v1/vends/{vend_id}",
  summary: "The advice: what became of a vend; 404 means that it was never received",
  request: { params: vendParams },
  responses: {
    200: json(
      z.union([receiptOut, reversedOut, pendingOut]),
      "The receipt, also of a vend that was taken back, or where the vend stands",
    ),
    ...problems("vend_unknown", "not_found"),
  },
});

const reverse = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("vends:write")],
  method: "post",
  path: "/v1/vends/{vend_id}:reverse",
  summary:
    "Take a vend back whole, within the operator's window; asking again gives the same reversal",
  request: {
    params: z.object({ vend_id: idBefore("reverse", VEND_ID) }),
    body: jsonBody(
      z.strictObject({ reason: reasonText, confirmed_removed: z.boolean().default(false) }),
    ),
  },
  responses: orderAnswers(
    "vend_unknown",
    "not_reversible",
    "money_limit_exceeded",
    "price_list_basis",
  ),
});

/** Adds the routes. The answers are the bytes that were first given, so they pass the handlers' types by. */
export function addVendRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock, vending } = context;
  app.openapi(put, async (c) => {
    const { operatorId, keyId, scopes } = c.get("caller");
    const answer = await vending.put({
      vendId: c.req.valid("param").vend_id,
      body: c.req.valid("json"),
      operatorId,
      keyId,
      vendorId: await vendorOfKey(db, keyId),
      mayIssueFree: scopes.has("accounts:write"),
      traceId: c.get("traceId"),
      receivedAt: new Date(clock.nowS() * 1_000),
    });
    return respond(answer) as never;
  });
  app.openapi(get, async (c) => {
    const { vend_id } = c.req.valid("param");
    const vend = await visibleVend(db, c.get("caller"), vend_id);
    if (vend.state !== "applied" || vend.answer === null) return c.json(adviceOf(vend), 200);
    const reversal = await reversalOf(db, vend.operator_id, vend_id);
    if (reversal?.state === "applied") {
      const receipt = JSON.parse(vend.answer.toString("utf8")) as z.input<typeof receiptOut>;
      return c.json(reversedView(receipt, reversal), 200);
    }
    return bytesResponse(vend.answer, 200, "application/json") as never;
  });
  app.openapi(withVerb(app, reverse), async (c) => {
    const caller = c.get("caller");
    const { reason, confirmed_removed } = c.req.valid("json");
    const placed = await reverseVend(context, {
      vendId: c.req.valid("param").vend_id,
      reason,
      confirmedRemoved: confirmed_removed,
      caller,
      author: authorOf(caller, clock),
      traceId: c.get("traceId"),
    });
    return orderAnswer(c, placed);
  });
}

function reversedView(
  receipt: z.input<typeof receiptOut>,
  row: OrderRow,
): z.input<typeof reversedOut> {
  const { order_id, reason, balance, applied_at } = orderView(row);
  return {
    ...receipt,
    status: "reversed",
    reversal: { order_id, reason, reversed_at: applied_at ?? "", balance: balance ?? "" },
  };
}

function respond({ status, bytes, replayed }: VendAnswer): Response {
  const type = status < 400 ? "application/json" : PROBLEM_TYPE;
  const response = bytesResponse(bytes, replayed && status === 201 ? 200 : status, type);
  if (replayed) response.headers.set("Idempotent-Replayed", "true");
  return response;
}

function bytesResponse(bytes: Buffer, status: number, type: string): Response {
  return new Response(new Uint8Array(bytes), { status, headers: { "Content-Type": type } });
}

function adviceOf(vend: VendRow): z.input<typeof pendingOut> {
  return {
    vend_id: vend.vend_id,
    status: vend.state === "refused" ? "refused" : "pending",
    account_id: vend.account_id,
    amount: formatDecimal(vend.amount_micros, MONEY_SCALE, 2),
    currency: vend.currency,
    received_at: vend.received_at.toISOString(),
    problem:
      vend.answer === null
        ? null
        : (JSON.parse(vend.answer.toString("utf8")) as z.input<typeof problemOut>),
  };
}
