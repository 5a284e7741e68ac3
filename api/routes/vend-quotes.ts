/**
 * `/v1/vends:quote`: what a vend would come to, part by part, without selling it.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatDecimal, formatMicros, MONEY_SCALE } from "../../engine/contract/decimal.ts";
import { HOLDINGS } from "../../engine/contract/queries.ts";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { heldIn, heldText } from "../holding.ts";
import { currencyOut, heldOut, moneyOut, timeOut, timeText } from "../schemas.ts";
import { type VendBody, vendBody } from "../vending/body.ts";
import { type Quote, quoteVend } from "../vending/quote.ts";
import { partsOut, shownParts } from "../vending/receipt.ts";
import { vendorOfKey } from "../vendors/seller.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";

const quoteOut = z
  .object({
    account_id: z.uuid(),
    meter_serial: z.string(),
    amount: moneyOut,
    currency: currencyOut,
    holds: z.enum(HOLDINGS),
    balance_in: z.string(),
    parts: partsOut,
    balance: heldOut.openapi({ description: "The one that the account would have then" }),
    commission: moneyOut.nullable().openapi({ description: "Of the vendor whose key asks" }),
    as_of: timeOut,
  })
  .openapi("VendQuote");

const route = createRoute({
  tags: ["Vending"],
  security: KEYED,
  middleware: [needs("vends:write")],
  method: "post",
  path: "/v1/vends:quote",
  summary:
    "What a vend would come to now, part by part; refused as the vend would be, and nothing is sold",
  request: { body: jsonBody(vendBody) },
  responses: {
    200: json(quoteOut, "What it would come to"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "account_unknown",
      "meter_unknown",
      "vend_below_minimum",
      "vend_above_maximum",
      "topup_cap_exceeded",
      "currency_mismatch",
      "not_prepayment",
      "balance_limit_exceeded",
      "money_limit_exceeded",
      "vendor_limit_reached",
      "vendor_suspended",
      "terminal_unknown",
      "free_issue_over_limit",
      "engine_unavailable",
    ),
  },
});

/** Adds the route. */
export function addVendQuoteRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  app.openapi(route, async (c) => {
    const { operatorId, keyId, scopes } = c.get("caller");
    const body = c.req.valid("json");
    const quote = await quoteVend(context, {
      body,
      operatorId,
      vendorId: await vendorOfKey(context.db, keyId),
      mayIssueFree: scopes.has("accounts:write"),
    });
    return c.json(quoteView(body, quote), 200);
  });
}

function quoteView(
  { amount, currency }: VendBody,
  { account, serial, parts, balance, commissionMicros, asOfS }: Quote,
): z.input<typeof quoteOut> {
  return {
    account_id: account.id,
    meter_serial: serial,
    amount: formatDecimal(amount, MONEY_SCALE, 2),
    currency,
    holds: account.holds,
    balance_in: heldIn(account),
    parts: shownParts(parts, account),
    balance: heldText(balance, account),
    commission: commissionMicros === null ? null : formatMicros(commissionMicros),
    as_of: timeText(asOfS),
  };
}
