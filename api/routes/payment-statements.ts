/**
 * `/v1/payment-statements`: statements of banks and payment providers against our own records.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { LINE_STATES, REFERENCE_MAX } from "../registry/schema/vendor-ledger.ts";
import {
  currencyOut,
  currencyText,
  instantText,
  moneyOut,
  moneyText,
  plainText,
  timeOut,
} from "../schemas.ts";
import { type DatedRecord, unmatchedRecords } from "../vendors/payment-records.ts";
import {
  countsOf,
  importStatement,
  type Line,
  type LineCounts,
  linesOf,
  type Statement,
  statementOf,
  unmatchedLines,
} from "../vendors/statements.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";

/** Most lines of one statement. */
const LINES_MAX = 5_000;
/** Most of each side that a reconciliation tells. */
const TOLD_MAX = 1_000;

const statementBody = z
  .strictObject({
    source: plainText(REFERENCE_MAX).openapi({ example: "Banco de Levante" }),
    reference: plainText(REFERENCE_MAX).openapi({ example: "2026-11-21" }),
    currency: currencyText,
    lines: z
      .array(
        z.strictObject({
          at: instantText,
          amount: moneyText.openapi({ description: "Above 0: came in; under 0: went out" }),
          reference: plainText(REFERENCE_MAX),
        }),
      )
      .min(1, "must have a line")
      .max(LINES_MAX, `must have at most ${LINES_MAX} lines`),
  })
  .openapi("PaymentStatementRequest");
const statementOut = z
  .object({
    statement_id: z.uuid(),
    source: z.string(),
    reference: z.string(),
    currency: currencyOut,
    matched: z.int(),
    amount_differs: z.int(),
    unmatched: z.int(),
    imported_at: timeOut,
  })
  .openapi("PaymentStatement");
const lineOut = z
  .object({
    statement_id: z.uuid(),
    line: z.int(),
    at: timeOut,
    amount: moneyOut,
    reference: z.string(),
    state: z.enum(LINE_STATES),
    vend_id: z.string().nullable(),
    movement_id: z.int().nullable(),
    payment_id: z.uuid().nullable(),
  })
  .openapi("StatementLine");
const reconciliationOut = z
  .object({
    currency: currencyOut,
    from: timeOut,
    to: timeOut,
    lines: z
      .array(lineOut)
      .openapi({ description: "Of statements, that no record was matched with" }),
    records: z
      .array(
        z.object({
          kind: z.enum(["vend", "movement", "payment"]),
          id: z.string(),
          at: timeOut,
          amount: moneyOut,
          reference: z.string(),
        }),
      )
      .openapi({ description: "Of ours, that no line was matched with" }),
    complete: z
      .boolean()
      .openapi({ description: `False where a side has over ${TOLD_MAX}: ask for less time` }),
  })
  .openapi("PaymentReconciliation");

const tags = ["Payments"];
const params = z.object({ statement_id: z.uuid() });
const read = { tags, security: KEYED, middleware: [needs("orders:read")] };
const create = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "post",
  path: "/v1/payment-statements",
  summary:
    "Import a statement; its lines are matched with vends, deposits and payments by reference and amount",
  request: { body: jsonBody(statementBody) },
  responses: {
    201: json(statementOut, "The statement"),
    200: {
      ...json(statementOut, "The statement, imported before"),
      headers: z.object({ "Idempotent-Replayed": z.literal("true") }),
    },
    ...problems("malformed_json", "invalid_request", "already_exists"),
  },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/payment-statements/{statement_id}",
  summary: "Read a statement: how many of its lines stand how",
  request: { params },
  responses: {
    200: json(statementOut, "The statement"),
    ...problems("statement_unknown", "not_found"),
  },
});
const lines = createRoute({
  ...read,
  method: "get",
  path: "/v1/payment-statements/{statement_id}/lines",
  summary: "List the lines of a statement",
  request: { params, query: pageQuery.extend({ state: z.enum(LINE_STATES).optional() }) },
  responses: {
    200: json(pageOut(lineOut), "A page"),
    ...problems("invalid_request", "statement_unknown", "not_found"),
  },
});
const reconciliation = createRoute({
  ...read,
  method: "get",
  path: "/v1/reports/payment-reconciliation",
  summary: "What of a span of time was not matched, on both sides",
  request: { query: z.object({ from: instantText, to: instantText, currency: currencyText }) },
  responses: { 200: json(reconciliationOut, "Both sides"), ...problems("invalid_request") },
});

/** Adds the routes. */
export function addPaymentStatementRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(create, async (c) => {
    const { lines, ...body } = c.req.valid("json");
    const { row, replayed } = await importStatement(db, authorOf(c.get("caller"), clock), {
      ...body,
      lines: lines.map(({ amount: amountMicros, ...line }) => ({ ...line, amountMicros })),
    });
    const view = statementView(row, await countsOf(db, row.id));
    if (replayed) return c.json(view, 200, { "Idempotent-Replayed": "true" });
    return c.json(view, 201, { Location: `/v1/payment-statements/${row.id}` });
  });
  app.openapi(one, async (c) => {
    const row = await statementOf(
      db,
      c.get("caller").operatorId,
      c.req.valid("param").statement_id,
    );
    return c.json(statementView(row, await countsOf(db, row.id)), 200);
  });
  app.openapi(lines, async (c) => {
    const { id } = await statementOf(
      db,
      c.get("caller").operatorId,
      c.req.valid("param").statement_id,
    );
    const { state, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const rows = await linesOf(db, id, { ...page, state });
    const next_cursor = nextCursor(
      rows.map(({ line }) => line),
      page.limit,
    );
    return c.json({ items: rows.map(lineView), next_cursor }, 200);
  });
  app.openapi(reconciliation, async (c) => {
    const { from, to, currency } = c.req.valid("query");
    if (from >= to) throw refuseWrong("/to", "must be after from");
    const { operatorId } = c.get("caller");
    const asked = { operatorId, currency, from, to, limit: TOLD_MAX + 1 };
    const theirs = await unmatchedLines(db, asked);
    const ours = await unmatchedRecords(db, asked);
    return c.json(
      {
        currency,
        from: from.toISOString(),
        to: to.toISOString(),
        lines: theirs.slice(0, TOLD_MAX).map(lineView),
        records: ours.slice(0, TOLD_MAX).map(recordView),
        complete: theirs.length <= TOLD_MAX && ours.length <= TOLD_MAX,
      },
      200,
    );
  });
}

function statementView(row: Statement, counts: LineCounts): z.input<typeof statementOut> {
  const { id: statement_id, source, reference, currency, imported_at } = row;
  return {
    statement_id,
    source,
    reference,
    currency,
    ...counts,
    imported_at: imported_at.toISOString(),
  };
}

function lineView(row: Line): z.input<typeof lineOut> {
  const { statement_id, line, reference, state, vend_id, movement_id, payment_id } = row;
  return {
    ...{ statement_id, line, reference, state, vend_id, movement_id, payment_id },
    at: row.at.toISOString(),
    amount: formatMicros(row.amount_micros),
  };
}

function recordView({ kind, id, at, amountMicros, reference }: DatedRecord) {
  return { kind, id, at: at.toISOString(), amount: formatMicros(amountMicros), reference };
}
