/**
 * Statements: `/v1/accounts/{account_id}/statement`, and those of a customer and of a unit, as JSON or CSV by Accept.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { HOLDINGS } from "../../engine/contract/queries.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { shownIn } from "../account-view.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { heldIn, heldText } from "../holding.ts";
import type { Caller } from "../keys.ts";
import { Problem } from "../problems.ts";
import { type AccountInPlace, heldSince, listAccounts } from "../registry/accounts.ts";
import { unitOf } from "../registry/sites.ts";
import { csvOf } from "../reports/csv.ts";
import { ReportTooLarge } from "../reports/limits.ts";
import { chargeOf } from "../reports/statement.ts";
import { column, maybe, type Row } from "../reports/table.ts";
import { type Tariff, tariffsOf } from "../reports/tariffs.ts";
import { currencyOut, heldOut, instantText, timeOut, timeText } from "../schemas.ts";
import { STATEMENT_ACCOUNTS_MAX } from "../statements/limits.ts";
import { LINE_KINDS, type Line } from "../statements/line.ts";
import { makeStatement, type Statement } from "../statements/statement.ts";
import { json, KEYED, problems } from "./answers.ts";
import { findCustomer } from "./customers.ts";
import { unknownAccount } from "./unknown-account.ts";

const DAY_S = 86_400;
const DAYS_DEFAULT = 31;
const CSV = "text/csv";

const lineOut = z.object({
  kind: z.enum(LINE_KINDS),
  from: timeOut,
  to: timeOut.openapi({ description: "The same as `from` but of what was taken over a time" }),
  text: z.string().nullable().openapi({ description: "The charge's or the debt's name" }),
  receipt_number: z.int().nullable(),
  vend_id: z.string().nullable(),
  quantity: z.string().nullable(),
  unit: z.string().nullable(),
  entries: z.int().nullable(),
  amount: heldOut.openapi({ description: "What it moved the balance by" }),
  beside: heldOut.nullable().openapi({ description: "An amount that did not move the balance" }),
  balance: heldOut.openapi({ description: "Behind the line" }),
});
const statementOut = z
  .object({
    account_id: z.uuid(),
    unit_id: z.uuid(),
    service: z.enum(SERVICES),
    currency: currencyOut,
    holds: z.enum(HOLDINGS),
    balance_in: z.string(),
    from: timeOut,
    to: timeOut,
    as_of: timeOut,
    partial: z.boolean().openapi({
      description: "Whether something moved the balance that the store does not tell of (yet)",
    }),
    opening_balance: heldOut,
    closing_balance: heldOut,
    other: heldOut.openapi({
      description: "What nothing stored accounts for, over all of the account's life; normally 0",
    }),
    items: z.array(lineOut),
  })
  .openapi("Statement");
type StatementOut = z.input<typeof statementOut>;
type LineOut = z.input<typeof lineOut>;
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

function statementView(
  made: Statement,
  unitId: string,
  tariffs: ReadonlyMap<number, Tariff>,
): StatementOut {
  const { account } = made;
  let balance = made.opening;
  return {
    account_id: account.id,
    unit_id: unitId,
    service: account.service,
    currency: account.currency,
    holds: account.holds,
    balance_in: heldIn(account),
    from: timeText(made.fromS),
    to: timeText(made.toS),
    as_of: timeText(made.asOfS),
    partial: made.other !== 0n,
    opening_balance: heldText(made.opening, account),
    closing_balance: heldText(made.closing, account),
    other: heldText(made.other, account),
    items: made.lines.map((line) => {
      balance += line.amount;
      return { ...lineView(line, made, tariffs), balance: heldText(balance, account) };
    }),
  };
}

/** Besides, only what is granted is in what the account holds. */
const IN_HELD: readonly string[] = ["credit_granted", "credit_expired", "emergency_invoked"];

function lineView(
  line: Line,
  { account, receipts }: Statement,
  tariffs: ReadonlyMap<number, Tariff>,
): Omit<LineOut, "balance"> {
  const receipt = line.number === undefined ? undefined : receipts.get(line.number);
  const shown =
    line.quantityAtoms === undefined ? undefined : shownIn(line.quantityAtoms, account.service);
  const { beside } = line;
  const besideText = (amount: bigint): string =>
    IN_HELD.includes(line.kind) ? heldText(amount, account) : formatMicros(amount);
  return {
    kind: line.kind,
    from: timeText(line.fromS),
    to: timeText(line.toS),
    text: textOf(line, tariffs),
    receipt_number: receipt?.receiptNumber ?? null,
    vend_id: receipt?.vendId ?? null,
    quantity: shown?.quantity ?? null,
    unit: shown?.unit ?? null,
    entries: line.entries ?? null,
    amount: heldText(line.amount, account),
    beside: beside === undefined ? null : besideText(beside),
  };
}

function textOf({ charge, debt }: Line, tariffs: ReadonlyMap<number, Tariff>): string | null {
  if (charge === undefined) return debt ?? null;
  const list = tariffs.get(charge.tariff)?.list;
  return list === undefined ? null : chargeOf(list, charge.code % 64).charge;
}

const COLUMNS = [
  column("account_id", "text", ""),
  column("service", "text", ""),
  column("kind", "text", ""),
  column("from", "time", ""),
  column("to", "time", ""),
  maybe("text", "text", ""),
  maybe("receipt_number", "count", ""),
  maybe("vend_id", "text", ""),
  maybe("quantity", "quantity", ""),
  maybe("unit", "text", ""),
  maybe("entries", "count", ""),
  column("amount", "money", ""),
  maybe("beside", "money", ""),
  column("balance", "money", ""),
  column("balance_in", "text", ""),
];

/** As CSV each statement begins with a row `opening_balance` and ends with `closing_balance`. */
function rowsOf(made: StatementOut): Row[] {
  const { account_id, service, balance_in, from, to } = made;
  const of = { account_id, service, balance_in };
  return [
    { ...of, kind: "opening_balance", from, to: from, balance: made.opening_balance },
    ...made.items.map((item) => ({ ...of, ...item })),
    { ...of, kind: "closing_balance", from: to, to, balance: made.closing_balance },
  ];
}

function answer(
  c: Context<ApiEnv>,
  { format }: Asked,
  body: StatementOut | { items: StatementOut[] },
  all: readonly StatementOut[],
): Response {
  const isCsv = format === undefined ? c.req.header("Accept")?.includes(CSV) : format === "csv";
  if (isCsv !== true) return c.json(body, 200);
  return new Response(csvOf(COLUMNS, all.flatMap(rowsOf)), {
    headers: {
      "Content-Type": `${CSV}; charset=utf-8`,
      "Content-Disposition": 'attachment; filename="statement.csv"',
    },
  });
}
