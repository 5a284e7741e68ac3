/**
 * `/v1/accounts/{account_id}/portal-tokens`: a short-lived token with which a customer's page reads this one account.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Tokens } from "../access/tokens.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { currentCustomerOf } from "../registry/accounts.ts";
import { recordDeed } from "../registry/audit.ts";
import { timeOut } from "../schemas.ts";
import { json, KEYED, problems } from "./answers.ts";
import { ownAccount } from "./order-answers.ts";

const tokenOut = z
  .object({
    token: z.string(),
    account_id: z.uuid(),
    customer_id: z.uuid().nullable().openapi({ description: "Who has the account now" }),
    expires_at: timeOut,
  })
  .openapi("PortalToken");

const route = createRoute({
  tags: ["Access"],
  security: KEYED,
  middleware: [needs("portal:write")],
  method: "post",
  path: "/v1/accounts/{account_id}/portal-tokens",
  summary: "A token to read this account with; it ends when somebody else gets the account",
  request: { params: z.object({ account_id: z.uuid() }) },
  responses: {
    201: json(tokenOut, "The token"),
    ...problems("account_unknown", "not_found"),
  },
});

/** Adds the route; tokens live so many seconds. */
export function addPortalTokenRoutes(
  app: OpenAPIHono<ApiEnv>,
  context: ApiContext,
  { tokens, lifeS }: { tokens: Tokens; lifeS: number },
): void {
  const { db, clock } = context;
  app.openapi(route, async (c) => {
    const caller = c.get("caller");
    const account = await ownAccount(context, caller, c.req.valid("param").account_id);
    const customerId = await currentCustomerOf(db, account.id);
    const { keyId } = caller;
    const made = { keyId, lifeS, accountId: account.id, customerId };
    const { token, expiresAt } = await tokens.issue("portal", made);
    const expires_at = expiresAt.toISOString();
    await recordDeed(db, authorOf(caller, clock), {
      action: "portal_token.made",
      object: `account/${account.id}`,
      data: { customer_id: customerId ?? null, expires_at },
    });
    const view = { token, account_id: account.id, customer_id: customerId ?? null, expires_at };
    return c.json(view, 201, { "Cache-Control": "no-store" });
  });
}
