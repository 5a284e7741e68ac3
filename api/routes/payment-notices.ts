/**
 * `/payment-notices`: where the payment provider says that something became of a payment. A notice only makes us look: what came
 * of it is asked of the provider, so that a forged or doubled notice does nothing.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiContext, ApiEnv } from "../context.ts";
import { advance } from "../payments/advance.ts";
import { Problem } from "../problems.ts";
import { jsonBody, problems } from "./answers.ts";

/** The address that the provider is given. */
export const NOTICES_PATH = "/payment-notices";

const route = createRoute({
  tags: ["Payments"],
  method: "post",
  path: NOTICES_PATH,
  summary: "A notice of the payment provider, signed as Standard Webhooks has it",
  request: { body: jsonBody(z.looseObject({ payment_id: z.string() }).openapi("PaymentNotice")) },
  responses: {
    204: { description: "Taken" },
    ...problems("malformed_json", "invalid_request", "body_too_large"),
  },
});

/** Adds the route. A notice of a payment that is not known, or ended, is taken, too: it would come again for ever. */
export function addPaymentNoticeRoute(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  app.openapi(route, async (c) => {
    const { payments } = context;
    const id = payments?.noticed((name) => c.req.header(name), await c.req.text());
    if (payments === undefined || id === undefined) {
      throw new Problem("unauthorized", {
        detail: "the notice is not signed by the payment provider, or too old",
      });
    }
    await advance({ ...context, payments }, id);
    return c.body(null, 204);
  });
}
