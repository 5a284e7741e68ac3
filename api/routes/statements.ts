/**
 * Statements: `/v1/accounts/{account_id}/statement`, and those of a customer and of a unit, as JSON or CSV by Accept.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Caller } from "../keys.ts";
import { Problem } from "../problems.ts";
import { type AccountInPlace, heldSince, listAccounts } from "../registry/accounts.ts";
import { unitOf } from "../registry/sites.ts";
import { csvOf } from "../reports/csv.ts";
import { ReportTooLarge } from "../reports/limits.ts";
import { tariffsOf } from "../reports/tariffs.ts";
import { instantText } from "../schemas.ts";
import { STATEMENT_ACCOUNTS_MAX } from "../statements/limits.ts";
import { makeStatement } from "../statements/statement.ts";
import {
  rowsOf,
  STATEMENT_FILE_COLUMNS,
  type StatementOut,
  statementOut,
  statementView,
} from "../statements/view.ts";
import { json, KEYED, problems } from "./answers.ts";
import { findCustomer } from "./customers.ts";
import { unknownAccount } from "./unknown-account.ts";

const DAY_S = 86_400;
const DAYS_DEFAULT = 31;
const CSV = "text/csv";

const manyOut = z.object({ items: z.array(statementOut) }).openapi("Statements");

const query = z.object({
  from: instantText.optional(),
  to: instantText.optional(),
  format: z
    .enum(["json", "csv"])
    .optional()
    .openapi({ description: "Instead of the Accept header" }),
});
const CODES = [
  "not_found",
  "invalid_request",
  "report_too_large",
  "store_unavailable",
  "engine_unavailable",
] as const;
const read = {
  tags: ["Statements"],
  security: KEYED,
  middleware: [needs("consumption:read")],
  method: "get" as const,
};
const ofAccount = createRoute({
  ...read,
  path: "/v1/accounts/{account_id}/statement",
  summary: "Statement of an account in [from, to): what it held, what moved it, what it holds",
  request: { params: z.object({ account_id: z.uuid() }), query },
  responses: { 200: answers(statementOut), ...problems("account_unknown", ...CODES) },
});
const ofCustomer = createRoute({
  ...read,
  path: "/v1/customers/{customer_id}/statement",
  summary: "Statements of a customer's accounts, each since the customer has it",
  request: { params: z.object({ customer_id: z.uuid() }), query },
  responses: { 200: answers(manyOut), ...problems("customer_unknown", ...CODES) },
});
const ofUnit = createRoute({
  ...read,
  path: "/v1/units/{unit_id}/statement",
  summary: "Statements of a unit's accounts, of one service or of all",
  request: {
    params: z.object({ unit_id: z.uuid() }),
    query: query.extend({ service: z.enum(SERVICES).optional() }),
  },
  responses: { 200: answers(manyOut), ...problems("unit_unknown", ...CODES) },
});

function answers<Schema extends z.ZodType>(schema: Schema) {
  return {
    description: "The statement",
    content: { ...json(schema, "").content, [CSV]: { schema: z.string() } },
  };
}

/** Adds the routes. */
export function addStatementRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  const accountsOf = (caller: Caller, filter: Partial<Parameters<typeof listAccounts>[2]>) =>
    listAccounts(db, caller.operatorId, {
      customerId: caller.customerId,
      after: 0,
      limit: STATEMENT_ACCOUNTS_MAX + 1,
      ...filter,
    });
  app.openapi(ofAccount, (async (c: Context<ApiEnv>) => {
    const account_id = c.req.param("account_id") ?? "";
    const asked = c.req.valid("query" as never) as Asked;
    const caller = c.get("caller");
    const found = await accountsOf(caller, { ids: [account_id] });
    const [made] = await statementsOf(context, found, { caller, asked });
    if (made === undefined) throw unknownAccount(account_id);
    return answer(c, asked, made, [made]);
  }) as never);
  app.openapi(ofCustomer, (async (c: Context<ApiEnv>) => {
    const customerId = c.req.param("customer_id") ?? "";
    const asked = c.req.valid("query" as never) as Asked;
    const caller = c.get("caller");
    await findCustomer(context, caller.operatorId, customerId);
    if (caller.customerId !== undefined && caller.customerId !== customerId)
      throw new Problem("customer_unknown", {
        detail: `there is no customer ${customerId}: check the id`,
      });
    const found = await accountsOf(caller, { customerId });
    const items = await statementsOf(context, found, { caller: { ...caller, customerId }, asked });
    return answer(c, asked, { items }, items);
  }) as never);
  app.openapi(ofUnit, (async (c: Context<ApiEnv>) => {
    const unitId = c.req.param("unit_id") ?? "";
    const asked = c.req.valid("query" as never) as Asked;
    const caller = c.get("caller");
    if ((await unitOf(db, caller.operatorId, unitId)) === undefined)
      throw new Problem("unit_unknown", { detail: `there is no unit ${unitId}: check the id` });
    const found = await accountsOf(caller, { unitId, service: asked.service });
    const items = await statementsOf(context, found, { caller, asked });
    return answer(c, asked, { items }, items);
  }) as never);
}

type Asked = z.output<typeof query> & { service?: (typeof SERVICES)[number] };

async function statementsOf(
  context: ApiContext,
  found: readonly AccountInPlace[],
  { caller, asked }: { caller: Caller; asked: Asked },
): Promise<StatementOut[]> {
  if (found.length > STATEMENT_ACCOUNTS_MAX)
    throw new Problem("report_too_large", {
      detail: `more than ${STATEMENT_ACCOUNTS_MAX} accounts: ask account by account`,
    });
  const { reports, db } = context;
  if (reports === undefined)
    throw new Problem("store_unavailable", {
      detail: "this installation has no store of readings",
    });
  const { customerId } = caller;
  const ids = found.map(({ account }) => account.id);
  const since = customerId === undefined ? undefined : await heldSince(db, customerId, ids);
  const nowS = context.clock.nowS();
  const toS = asked.to === undefined ? undefined : Math.ceil(asked.to.getTime() / 1_000);
  const wished =
    asked.from === undefined
      ? (toS ?? nowS) - DAYS_DEFAULT * DAY_S
      : Math.floor(asked.from.getTime() / 1_000);
  const made: StatementOut[] = [];
  for (const { account, unit, site } of found) {
    const begin = since?.get(account.id);
    const fromS = Math.max(0, wished, begin === undefined ? 0 : Math.ceil(begin.getTime() / 1_000));
    if (toS !== undefined && wished < toS && fromS >= toS) continue;
    const ownOnly = customerId !== undefined;
    const { timezone } = site;
    const statement = await told(() =>
      makeStatement(context, reports, { account, fromS, toS, timezone, ownOnly }),
    );
    const numbers = statement.lines.flatMap(({ charge }) => charge?.tariff ?? []);
    const tariffs = await tariffsOf(db, caller.operatorId, [...new Set(numbers)]);
    made.push(statementView(statement, unit.id, tariffs));
  }
  return made;
}

async function told<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ReportTooLarge)
      throw new Problem("report_too_large", { detail: error.message, cause: error });
    if (error instanceof RangeError)
      throw new Problem("invalid_request", { detail: error.message, cause: error });
    throw error;
  }
}

function answer(
  c: Context<ApiEnv>,
  { format }: Asked,
  body: StatementOut | { items: StatementOut[] },
  all: readonly StatementOut[],
): Response {
  const isCsv = format === undefined ? c.req.header("Accept")?.includes(CSV) : format === "csv";
  if (isCsv !== true) return c.json(body, 200);
  return new Response(csvOf(STATEMENT_FILE_COLUMNS, all.flatMap(rowsOf)), {
    headers: {
      "Content-Type": `${CSV}; charset=utf-8`,
      "Content-Disposition": 'attachment; filename="statement.csv"',
    },
  });
}
