/**
 * `/v1/readings:batch`: readings as lines of JSON, from files and other systems. One verdict a line comes back, in their
 * order; a bad line never takes another with it. They go through the gateway that has the meters, and count once however
 * often they are sent: what the engine has already is a `duplicate` (R10).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { type BatchLine, sendBatch } from "../intake/batch.ts";
import { KEYED, problems } from "./answers.ts";

const LINES_MAX = 10_000;

const batch = createRoute({
  tags: ["Field"],
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/readings:batch",
  summary: "Take readings as lines of JSON; one verdict a line",
  request: {
    body: {
      required: true,
      content: {
        "application/x-ndjson": {
          schema: z.string().openapi({
            description: `At most ${LINES_MAX} lines, each {"meter_serial" or "meter_id", "read_at", "register" in the unit people know, or "register_atoms", "quality": "actual" or "estimated"}`,
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: `Lines of {"line", "meter_serial", "verdict"}; a refused one has the verdict "refused" with "code" and "detail"`,
      content: { "application/x-ndjson": { schema: z.string() } },
    },
    ...problems("invalid_request"),
  },
});

/** Adds the route. */
export function addReadingsBatchRoute(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  app.openapi(batch, async (c) => {
    const text = await c.req.text();
    const lines = text.split("\n").map((line) => line.trim());
    const wanted = lines.flatMap((line, i) => (line === "" ? [] : [{ line: i + 1, text: line }]));
    const taken = wanted.slice(0, LINES_MAX);
    const answers: BatchLine[] = await sendBatch(context, c.get("caller").operatorId, taken);
    for (const { line } of wanted.slice(LINES_MAX))
      answers.push({
        line,
        verdict: "refused",
        code: "too_many",
        detail: `more than ${LINES_MAX} lines`,
      });
    const body = answers.map((answer) => `${JSON.stringify(answer)}\n`).join("");
    return c.body(body, 200, { "content-type": "application/x-ndjson" }) as never;
  });
}
