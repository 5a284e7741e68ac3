/**
 * `/v1/account-orders`: what was asked of accounts by hand, and the second pair of eyes.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { decideOrder } from "../orders/decide.ts";
import { listOrders, orderOf } from "../orders/list.ts";
import { orderOut, orderView } from "../orders/order-view.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { ORDER_OPS, ORDER_STATES } from "../registry/schema/orders.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { reasonText } from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

const tags = ["Accounts"];
const read = { tags, security: KEYED, middleware: [needs("orders:read")] };
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/account-orders",
  summary: "List account orders, also those that wait for approval",
  request: {
    query: pageQuery.extend({
      account_id: z.uuid().optional(),
      state: z.enum(ORDER_STATES).optional(),
      op: z.enum(ORDER_OPS).optional(),
    }),
  },
  responses: { 200: json(pageOut(orderOut), "A page of orders"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/account-orders/{order_id}",
  summary: "What became of an account order",
  request: { params: z.object({ order_id: z.uuid() }) },
  responses: { 200: json(orderOut, "The order"), ...problems("order_unknown", "not_found") },
});

function decision<Path extends string>(verb: "approve" | "reject", path: Path) {
  return createRoute({
    tags,
    security: KEYED,
    middleware: [needs("orders:approve")],
    method: "post",
    path,
    summary:
      verb === "approve"
        ? "Approve an order that another key asked for; it is carried out"
        : "Reject an order that another key asked for",
    request: {
      params: z.object({ order_id: idBefore(verb) }),
      body: jsonBody(z.strictObject({ reason: reasonText.optional() })),
    },
    responses: {
      200: json(orderOut, "The order, decided"),
      ...problems(
        "malformed_json",
        "invalid_request",
        "order_unknown",
        "not_found",
        "approval_needs_another_key",
        "not_awaiting_approval",
        "command_refused",
        "engine_unavailable",
      ),
    },
  });
}
const approve = decision("approve", "/v1/account-orders/{order_id}:approve");
const reject = decision("reject", "/v1/account-orders/{order_id}:reject");

/** Adds the routes. */
export function addAccountOrderRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(all, async (c) => {
    const { account_id, state, op, ...paging } = c.req.valid("query");
    const page = { ...pageOf(paging), accountId: account_id, state, op };
    const rows = await listOrders(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(orderView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { order_id } = c.req.valid("param");
    const row = await orderOf(db, c.get("caller").operatorId, order_id);
    if (row === undefined) {
      throw new Problem("order_unknown", {
        detail: `there is no order ${order_id}: check the id`,
      });
    }
    return c.json(orderView(row), 200);
  });
  for (const [route, approved] of [
    [approve, true],
    [reject, false],
  ] as const) {
    app.openapi(withVerb(app, route), async (c) => {
      const author = authorOf(c.get("caller"), clock);
      const { reason } = c.req.valid("json");
      const { order_id } = c.req.valid("param");
      return c.json(
        orderView(await decideOrder(context, author, order_id, { approved, reason })),
        200,
      );
    });
  }
}
