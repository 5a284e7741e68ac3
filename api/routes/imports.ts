/**
 * `/v1/imports`: whole estates as lines of JSON or CSV, a verdict a line.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { carryOut } from "../imports/carry-out.ts";
import { importOf, listImports } from "../imports/import-rows.ts";
import { importOut, importView } from "../imports/import-view.ts";
import { IMPORT_BYTES_MAX, IMPORT_LINES_MAX } from "../imports/limits.ts";
import { verdictStream } from "../imports/verdict-stream.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { IMPORT_ID_MAX } from "../registry/schema/imports.ts";
import { json, KEYED, problems } from "./answers.ts";

/** Where imports are. */
export const IMPORTS_PATH = "/v1/imports/";

const NDJSON = "application/x-ndjson";
const CSV = "text/csv";
const id = z
  .string()
  .max(IMPORT_ID_MAX)
  .regex(/^[\w.:-]+$/, "must be letters, digits and . _ : -")
  .openapi({ example: "estate-2026-11" });
const params = z.object({ import_id: id });
const tags = ["Imports"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const verdicts = { [NDJSON]: { schema: z.string() } };
const put = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write"), needs("accounts:write")],
  method: "put",
  path: "/v1/imports/{import_id}",
  summary:
    "Make sites, units, customers, gateways, usage points, meters, agreements and accounts from one file; send it again to go on",
  request: {
    params,
    query: z.object({
      dry_run: z
        .enum(["true", "false"])
        .default("false")
        .openapi({ description: "Only the verdicts; nothing is made" }),
    }),
    body: {
      required: true,
      content: {
        [NDJSON]: {
          schema: z.string().openapi({
            description: `Lines of JSON, each with a type; at most ${IMPORT_LINES_MAX} lines and ${IMPORT_BYTES_MAX} bytes`,
          }),
        },
        [CSV]: {
          schema: z.string().openapi({ description: "The same with a head and a row each" }),
        },
      },
    },
  },
  responses: {
    200: {
      description: `The import; with Accept: ${NDJSON} the verdicts of its lines`,
      content: { ...json(importOut, "").content, ...verdicts },
    },
    ...problems(
      "invalid_request",
      "not_found",
      "unsupported_media_type",
      "body_too_large",
      "import_interrupted",
      "import_in_flight",
      "idempotency_key_reused",
    ),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/imports",
  summary: "List imports with their progress",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(importOut), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/imports/{import_id}",
  summary: "How far an import has come",
  request: { params },
  responses: { 200: json(importOut, "The import"), ...problems("import_unknown", "not_found") },
});
const lines = createRoute({
  ...read,
  method: "get",
  path: "/v1/imports/{import_id}/verdicts",
  summary: "The verdicts of an import's lines so far",
  request: {
    params,
    query: z.object({ verdict: z.enum(["made", "unchanged", "refused"]).optional() }),
  },
  responses: {
    200: {
      description:
        'Lines of {"line", "type", "verdict", "id"}; a refused one has "code", "field" and "detail"',
      content: verdicts,
    },
    ...problems("invalid_request", "import_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addImportRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(put, (async (c: Context<ApiEnv>) => {
    const { import_id } = c.req.valid("param" as never) as z.output<typeof params>;
    const { dry_run } = c.req.valid("query" as never) as { dry_run: string };
    const author = authorOf(c.get("caller"), context.clock);
    const done = await carryOut(
      { context, author },
      {
        import_id,
        format: formatOf(c.req.header("Content-Type")),
        dry_run: dry_run === "true",
        body: c.req.raw.body,
        signal: c.req.raw.signal,
      },
    );
    const headers = done.isAgain ? { "Idempotent-Replayed": "true" } : undefined;
    if ((c.req.header("Accept") ?? "").includes(NDJSON)) {
      const stream = verdictStream(db, done.row, undefined);
      return new Response(stream, { headers: { "Content-Type": NDJSON, ...headers } });
    }
    return c.json(await importView(db, done.row), 200, headers);
  }) as never);
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listImports(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    const items = await Promise.all(rows.map((row) => importView(db, row)));
    return c.json({ items, next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { import_id } = c.req.valid("param");
    return c.json(
      await importView(db, await found(context, c.get("caller").operatorId, import_id)),
      200,
    );
  });
  app.openapi(lines, (async (c: Context<ApiEnv>) => {
    const { import_id } = c.req.valid("param" as never) as z.output<typeof params>;
    const { verdict } = c.req.valid("query" as never) as { verdict?: string };
    const row = await found(context, c.get("caller").operatorId, import_id);
    return new Response(verdictStream(db, row, verdict), { headers: { "Content-Type": NDJSON } });
  }) as never);
}

async function found({ db }: ApiContext, operatorId: string, importId: string) {
  const row = await importOf(db, operatorId, importId);
  if (row !== undefined) return row;
  throw new Problem("import_unknown", { detail: `there is no import ${importId}: check the id` });
}

function formatOf(type: string | undefined): "ndjson" | "csv" {
  if (/^application\/(x-)?ndjson\b/i.test(type ?? "")) return "ndjson";
  if (/^text\/csv\b/i.test(type ?? "")) return "csv";
  throw new Problem("unsupported_media_type", {
    detail: `send the file with Content-Type: ${NDJSON} or ${CSV}`,
  });
}
