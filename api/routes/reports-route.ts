/**
 * What all report routes share: the query's time and filters, the document of an answer, and JSON, CSV or Parquet by Accept
 * or `format`.
 */
import { Readable } from "node:stream";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Caller } from "../keys.ts";
import { Problem, type ProblemCode } from "../problems.ts";
import { csvOf } from "../reports/csv.ts";
import { ReportTooLarge } from "../reports/limits.ts";
import type { ReportStore } from "../reports/store.ts";
import type { Column, Kind, Report } from "../reports/table.ts";
import type { Scope } from "../roles.ts";
import { moneyOut, timeOut, timeText } from "../schemas.ts";
import { json, KEYED, problems } from "./answers.ts";

const PARQUET = "application/vnd.apache.parquet";
const CSV = "text/csv";

const decimalOut = z.string().regex(/^-?\d+(\.\d+)?$/);
const SCHEMAS: Record<Kind, () => z.ZodType> = {
  text: () => z.string(),
  time: () => timeOut,
  money: () => moneyOut,
  quantity: () => decimalOut,
  decimal: () => decimalOut,
  atoms: () => z.string().regex(/^-?\d+$/),
  count: () => z.int(),
  flag: () => z.boolean(),
  detail: () => z.record(z.string(), z.unknown()),
};

/** One report: where it is, what it asks and answers, and how it is made. */
export type ReportRoute<Query extends z.ZodObject> = {
  name: string;
  summary: string;
  scope: Scope;
  query: Query;
  columns: readonly Column[];
  codes?: readonly ProblemCode[];
  make(parts: ReportParts, query: z.output<Query>): Promise<Report>;
};

/** What reports are made of. */
export type ReportParts = { context: ApiContext; store: ReportStore; caller: Caller };

const format = z
  .enum(["json", "csv", "parquet"])
  .optional()
  .openapi({ description: "Instead of the Accept header" });

/** Adds the route of a report at `/v1/reports/{name}`. */
export function addReport<Query extends z.ZodObject>(
  app: OpenAPIHono<ApiEnv>,
  context: ApiContext,
  report: ReportRoute<Query>,
): void {
  const { name, columns } = report;
  const query = report.query.extend({ format });
  const route = createRoute({
    tags: ["Reports"],
    security: KEYED,
    middleware: [needs(report.scope)],
    method: "get",
    path: `/v1/reports/${name}`,
    summary: report.summary,
    request: { query },
    responses: {
      200: {
        description: "The report",
        content: {
          ...json(reportOut(report), "").content,
          [CSV]: { schema: z.string() },
          [PARQUET]: { schema: z.string().openapi({ format: "binary" }) },
        },
      },
      ...problems(
        "invalid_request",
        "report_too_large",
        "store_unavailable",
        ...(report.codes ?? []),
      ),
    },
  });
  const handler = async (c: Context<ApiEnv>): Promise<Response> => {
    const asked = c.req.valid("query" as never) as z.output<Query> & { format?: string };
    const caller = c.get("caller");
    const store = storeOf(context);
    const made = await told(() => report.make({ context, store, caller }, asked));
    return answer(c, { name, columns, made, store, format: asked.format });
  };
  app.openapi(route, handler as never);
}

function reportOut<Query extends z.ZodObject>({ name, columns }: ReportRoute<Query>) {
  const shape = columns.map(({ name: member, kind, nullable, says }) => {
    const schema = SCHEMAS[kind]();
    return [
      member,
      (nullable === true ? schema.nullable() : schema).openapi({ description: says }),
    ];
  });
  const words = name.split("-").map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
  return z
    .object({
      report: z.literal(name),
      from: timeOut,
      to: timeOut,
      notes: z.array(z.string()),
      items: z.array(z.object(Object.fromEntries(shape) as Record<string, z.ZodType>)),
    })
    .openapi(`${words.join("")}Report`);
}

/** The store, or a refusal where there is none. */
export function storeOf({ reports }: ApiContext): ReportStore {
  if (reports !== undefined) return reports;
  throw new Problem("store_unavailable", { detail: "this installation has no store of readings" });
}

/** Makes something from the store. Bounds are the asker's to mend; a store that is away is not. */
export async function told<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ReportTooLarge)
      throw new Problem("report_too_large", { detail: error.message, cause: error });
    if (error instanceof RangeError)
      throw new Problem("invalid_request", { detail: error.message, cause: error });
    throw storeIsAway(error) ? awayProblem(error) : error;
  }
}

function storeIsAway(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return (
    ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND"].includes(String(code)) ||
    (error instanceof Error && error.message === "Timeout error.")
  );
}

function awayProblem(cause: unknown): Problem {
  return new Problem("store_unavailable", {
    detail: "the store of readings does not answer: metering goes on, ask again later",
    headers: { "Retry-After": "5" },
    cause,
  });
}

type Made = {
  name: string;
  columns: readonly Column[];
  made: Report;
  store: ReportStore;
  format: string | undefined;
};

async function answer(c: Context<ApiEnv>, report: Made): Promise<Response> {
  const { name, columns, made, store } = report;
  switch (report.format ?? accepted(c.req.header("Accept") ?? "")) {
    case "csv":
      return new Response(csvOf(columns, made.rows), {
        headers: fileHeaders(`${CSV}; charset=utf-8`, `${name}.csv`),
      });
    case "parquet": {
      const bytes = await told(() => store.parquet(columns, made.rows));
      return new Response(Readable.toWeb(bytes) as ReadableStream, {
        headers: fileHeaders(PARQUET, `${name}.parquet`),
      });
    }
    default:
      return c.json({
        report: name,
        from: timeText(made.fromS),
        to: timeText(made.toS),
        notes: made.notes,
        items: made.rows,
      });
  }
}

function fileHeaders(type: string, name: string): Record<string, string> {
  return { "Content-Type": type, "Content-Disposition": `attachment; filename="${name}"` };
}

function accepted(accept: string): string {
  if (accept.includes(CSV)) return "csv";
  return accept.includes(PARQUET) ? "parquet" : "json";
}
