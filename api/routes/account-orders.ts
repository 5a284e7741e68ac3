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
import { json, KEYED, problems } from "./answers.ts";
import { decisionRoute } from "./decision.ts";
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

const decided = (verb: "approve" | "reject") => ({
  tags,
  params: z.object({ order_id: idBefore(verb) }),
  out: orderOut,
  told: "The order, decided",
  unknown: "order_unknown" as const,
  refusals: ["command_refused", "engine_unavailable"] as const,
});
const approve = decisionRoute("/v1/account-orders/{order_id}:approve", {
  ...decided("approve"),
  summary: "Approve an order that another key asked for; it is carried out",
});
const reject = decisionRoute("/v1/account-orders/{order_id}:reject", {
  ...decided("reject"),
  summary: "Reject an order that another key asked for",
});

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
