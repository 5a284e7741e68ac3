/**
 * Pieces of the OpenAPI document that routes share: bodies, answers and problems.
 */
import { z } from "@hono/zod-openapi";
import { PROBLEM_TYPE, PROBLEMS, type ProblemCode } from "../problems.ts";

const codes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** A problem as it is answered (RFC 9457). */
export const problemOut = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes),
    detail: z.string(),
    customer_message: z.string(),
    errors: z.array(
      z.object({
        pointer: z.string().optional(),
        parameter: z.string().optional(),
        message: z.string(),
      }),
    ),
    retryable: z.boolean(),
    trace_id: z.string(),
  })
  .openapi("Problem");

/** A JSON answer. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body, which must be there. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** Every /v1 route needs a key. */
export const KEYED: Record<string, string[]>[] = [{ bearer: [] }];

/** The answers with a problem, one for each status of these codes; those of keys and of absent parts are always there. */
export function problems(
  ...own: readonly ProblemCode[]
): Record<number, ReturnType<typeof problemAnswer>> {
  const all: ProblemCode[] = [
    "unauthorized",
    "forbidden",
    "rate_limited",
    "registry_unavailable",
    "internal",
    ...own,
    ...(own.includes("malformed_json") ? (["body_too_deep"] as const) : []),
  ];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of all) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, list]) => [status, problemAnswer(list)]));
}

function problemAnswer(of: readonly ProblemCode[]) {
  return {
    description: of.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join("; "),
    content: { [PROBLEM_TYPE]: { schema: problemOut } },
  };
}
