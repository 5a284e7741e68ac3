/**
 * `/v1/operator`: the caller's operator, with the limits that its own people set.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { recordDeed } from "../registry/audit.ts";
import { type Operator, operatorOf, setLimits } from "../registry/operators.ts";
import { moneyOut, notNegativeMoney, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { reasonText } from "./order-answers.ts";

const operatorOut = z
  .object({
    operator_id: z.uuid(),
    name: z.string(),
    adjustment_limit: moneyOut,
    transfer_limit: moneyOut,
    reversal_window_s: z.int(),
    created_at: timeOut,
  })
  .openapi("Operator");
const limitsBody = z
  .strictObject({
    adjustment_limit: notNegativeMoney
      .optional()
      .openapi({ description: "Adjustments and grants over it need another key's approval" }),
    transfer_limit: notNegativeMoney
      .optional()
      .openapi({ description: "Transfers over it need another key's approval; 0: all of them" }),
    reversal_window_s: z.int().min(0).max(31_536_000).optional(),
    reason: reasonText,
  })
  .openapi("OperatorLimits");

const tags = ["Operator"];
const get = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/operator",
  summary: "Read the caller's operator",
  responses: { 200: json(operatorOut, "The operator"), ...problems() },
});
const patch = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "patch",
  path: "/v1/operator",
  summary: "Change the operator's limits; what is left out stays",
  request: { body: jsonBody(limitsBody) },
  responses: {
    200: json(operatorOut, "The operator"),
    ...problems("malformed_json", "invalid_request"),
  },
});

/** Adds the routes. */
export function addOperatorRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(get, async (c) =>
    c.json(operatorView(await operatorOf(db, c.get("caller").operatorId)), 200),
  );
  app.openapi(patch, async (c) => {
    const { adjustment_limit, transfer_limit, reversal_window_s, reason } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction(async (tx) => {
      const changed = await setLimits(tx, author.operatorId, {
        adjustment_limit_micros: adjustment_limit,
        transfer_limit_micros: transfer_limit,
        reversal_window_s,
      });
      await recordDeed(tx, author, {
        action: "operator.limits",
        object: `operator/${author.operatorId}`,
        reason,
        data: operatorView(changed),
      });
      return changed;
    });
    return c.json(operatorView(row), 200);
  });
}

function operatorView(row: Operator): z.input<typeof operatorOut> {
  return {
    operator_id: row.id,
    name: row.name,
    adjustment_limit: formatMicros(row.adjustment_limit_micros),
    transfer_limit: formatMicros(row.transfer_limit_micros),
    reversal_window_s: row.reversal_window_s,
    created_at: row.created_at.toISOString(),
  };
}
