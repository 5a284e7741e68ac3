/**
 * The routes of the second pair of eyes: another key approves or rejects what waits for it.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import type { ProblemCode } from "../problems.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { reasonText } from "./order-answers.ts";

/** What is decided: how it is named and answered, the problem of an id that nothing has, and what else may be refused. */
export type Decided<Params extends z.ZodObject, Out extends z.ZodType> = {
  tags: string[];
  summary: string;
  params: Params;
  out: Out;
  told: string;
  unknown: ProblemCode;
  refusals?: readonly ProblemCode[];
};

/** The route of one decision; `path` ends in `:approve` or `:reject`. */
export function decisionRoute<
  Path extends string,
  Params extends z.ZodObject,
  Out extends z.ZodType,
>(path: Path, { tags, summary, params, out, told, unknown, refusals = [] }: Decided<Params, Out>) {
  return createRoute({
    tags,
    security: KEYED,
    middleware: [needs("orders:approve")],
    method: "post",
    path,
    summary,
    request: { params, body: jsonBody(z.strictObject({ reason: reasonText.optional() })) },
    responses: {
      200: json(out, told),
      ...problems(
        "malformed_json",
        "invalid_request",
        unknown,
        "not_found",
        "approval_needs_another_key",
        "not_awaiting_approval",
        ...refusals,
      ),
    },
  });
}
