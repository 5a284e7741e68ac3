/**
 * What the routes of account orders share: the Idempotency-Key, the answers, and whose account it is.
 */

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Caller } from "../keys.ts";
import { orderOut, orderView } from "../orders/order-view.ts";
import { type OrderRequest, type Placed, placeOrder } from "../orders/place.ts";
import { Problem, type ProblemCode } from "../problems.ts";
import { type Account, accountOf } from "../registry/accounts.ts";
import { REASON_MAX } from "../registry/schema/supply.ts";
import { VEND_ID_MAX } from "../registry/schema/vending.ts";
import { plainText } from "../schemas.ts";
import { json, problems } from "./answers.ts";
import { unknownAccount } from "./unknown-account.ts";

/** The form of an id that a client makes. */
export const CLIENT_ID = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,${VEND_ID_MAX - 1}}$`);

const key = z
  .string()
  .regex(
    CLIENT_ID,
    `must be 1 to ${VEND_ID_MAX} letters, digits, dots, colons, dashes or underscores`,
  )
  .openapi({ example: "till7-2026-11-21-0042" });
/** The Idempotency-Key of what is safe to repeat without. */
export const mayBeKeyed = z.object({ "idempotency-key": key.optional() });
/** The Idempotency-Key of what creates or takes money, or can be done once only: without it nothing is done. */
export const mustBeKeyed = z.object({
  "idempotency-key": key.optional().openapi({ description: "Without it nothing is done" }),
});

/** The key, or the refusal of a request without one. */
export function keyIn(headers: { "idempotency-key"?: string | undefined }): string {
  const given = headers["idempotency-key"];
  if (given !== undefined) return given;
  throw new Problem("idempotency_key_missing", {
    detail:
      "send an Idempotency-Key of your own making: a repeat under it is never carried out twice",
    errors: [{ parameter: "Idempotency-Key", message: "is missing" }],
  });
}

/** A reason, which is recorded. */
export const reasonText = plainText(REASON_MAX);

/** The answers of a route that places an order; `more` are its own refusals. */
export function orderAnswers(...more: ProblemCode[]) {
  return {
    200: {
      ...json(orderOut, "The order, placed before under the same Idempotency-Key"),
      headers: z.object({ "Idempotent-Replayed": z.literal("true") }),
    },
    201: json(orderOut, "The order, carried out"),
    202: json(orderOut, "The order; it waits for the approval of another key"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "account_unknown",
      "not_found",
      "idempotency_key_reused",
      "command_refused",
      "engine_unavailable",
      ...more,
    ),
  };
}

/** The caller's account, or a refusal. */
export async function ownAccount(
  { db }: ApiContext,
  { operatorId, customerId }: Caller,
  id: string,
): Promise<Account> {
  const account = await accountOf(db, operatorId, id, customerId);
  if (account === undefined) throw unknownAccount(id);
  return account;
}

/** What a route says of its order; the rest is in the request. */
export type RouteOrder = Omit<OrderRequest, "author" | "traceId" | "note"> & {
  note?: Record<string, unknown>;
};

/** Places a route's order for the caller and answers with it. */
export async function answerOrder(
  context: ApiContext,
  c: Context<ApiEnv>,
  { note, ...order }: RouteOrder,
) {
  const placed = await placeOrder(context, {
    ...order,
    author: authorOf(c.get("caller"), context.clock),
    traceId: c.get("traceId"),
    note: { request: await bodyOf(c), ...note },
  });
  return orderAnswer(c, placed);
}

/** The answer with an order that was placed. */
export function orderAnswer(c: Context<ApiEnv>, { row, replayed }: Placed) {
  const location = { Location: `/v1/account-orders/${row.id}` };
  if (replayed) {
    return c.json(orderView(row), 200, { ...location, "Idempotent-Replayed": "true" });
  }
  return c.json(orderView(row), row.state === "awaiting_approval" ? 202 : 201, location);
}

async function bodyOf(c: Context<ApiEnv>): Promise<unknown> {
  const text = await c.req.text();
  return text === "" ? {} : (JSON.parse(text) as unknown);
}
