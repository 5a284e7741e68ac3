/**
 * `/v1/accounts`: list, one, balance, open.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { accountOut, accountView, balanceOut, balanceView } from "../account-view.ts";
import { type Balances, makeBalances } from "../balances.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import {
  type Account,
  type AccountInPlace,
  isOfCustomer,
  listAccounts,
} from "../registry/accounts.ts";
import { PAYMENT_MODES } from "../registry/schema/accounts.ts";
import { plainText } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { openOne } from "./open-account.ts";
import { unknownAccount } from "./unknown-account.ts";

const openBody = z
  .strictObject({
    meter_id: z.uuid(),
    price_list_id: z
      .uuid()
      .optional()
      .openapi({ description: "What is assigned to its place (R37) if left out" }),
    supply_policy_id: z
      .uuid()
      .optional()
      .openapi({ description: "What is assigned to its place (R37) if left out" }),
    payment_mode: z.enum(PAYMENT_MODES).default("prepayment"),
  })
  .openapi("OpenAccountRequest");
const id = z.object({ account_id: z.uuid() });

const tags = ["Accounts"];
const read = { tags, security: KEYED, middleware: [needs("accounts:read")] };
const open = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "post",
  path: "/v1/accounts",
  summary: "Open an account at a meter's usage point",
  request: { body: jsonBody(openBody) },
  responses: {
    201: json(accountOut, "The account; its balance is null until the engine has opened it"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "already_exists",
      "meter_unknown",
      "price_list_unknown",
      "policy_unknown",
      "currency_mismatch",
      "policy_mismatch",
      "directory_full",
    ),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/accounts",
  summary: "List accounts with their balances",
  request: {
    query: pageQuery.extend({
      site_id: z.uuid().optional(),
      unit_id: z.uuid().optional(),
      service: z.enum(SERVICES).optional(),
      meter_serial: plainText(64).optional(),
    }),
  },
  responses: {
    200: json(pageOut(accountOut), "A page of accounts"),
    ...problems("invalid_request"),
  },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/accounts/{account_id}",
  summary: "Read an account",
  request: { params: id },
  responses: { 200: json(accountOut, "The account"), ...problems("account_unknown", "not_found") },
});
const balance = createRoute({
  ...read,
  method: "get",
  path: "/v1/accounts/{account_id}/balance",
  summary: "Read an account's balance and supply, as they are on the engine's disk",
  request: { params: id },
  responses: {
    200: json(balanceOut, "The balance"),
    ...problems("account_unknown", "not_found", "engine_unavailable"),
  },
});

/** Adds the routes. */
export function addAccountRoutes(
  app: OpenAPIHono<ApiEnv>,
  context: ApiContext,
  { findAccount, daysLeft }: Balances = makeBalances(context),
): void {
  const { db, engine } = context;
  app.openapi(open, async (c) => {
    const account = await openOne(context, c.get("caller"), {
      price_list_id: undefined,
      supply_policy_id: undefined,
      ...c.req.valid("json"),
    });
    const [view] = await viewsOf(context, [await inPlace(context, account)]);
    if (view === undefined) throw new Error("an account that was opened is gone");
    return c.json(view, 201, { Location: `/v1/accounts/${account.id}` });
  });
  app.openapi(all, async (c) => {
    const { site_id, unit_id, service, meter_serial, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const { operatorId, customerId } = c.get("caller");
    const filter = { siteId: site_id, unitId: unit_id, service, meterSerial: meter_serial };
    const rows = await listAccounts(db, operatorId, { ...page, ...filter, customerId });
    const next_cursor = nextCursor(
      rows.map(({ account }) => account.ordinal),
      page.limit,
    );
    return c.json({ items: await viewsOf(context, rows), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { account_id } = c.req.valid("param");
    const [row] = await listAccounts(db, c.get("caller").operatorId, {
      after: 0,
      limit: 1,
      ids: [account_id],
      customerId: c.get("caller").customerId,
    });
    const [view] = row === undefined ? [] : await viewsOf(context, [row]);
    if (view === undefined) throw unknownAccount(account_id);
    return c.json(view, 200);
  });
  app.openapi(balance, async (c) => {
    const { account_id } = c.req.valid("param");
    const { operatorId, customerId } = c.get("caller");
    const account = await findAccount(operatorId, account_id);
    const isTheirs = customerId === undefined || (await isOfCustomer(db, account_id, customerId));
    if (account === undefined || !isTheirs) throw unknownAccount(account_id);
    const { state, asOfS } = await engine.state(account);
    if (state === null) throw new EngineUnavailable("the engine has yet to open this account");
    const { id: accountId, currency, service } = account;
    const available = BigInt(state.available_credit_micros);
    const left = state.days_left ?? (await daysLeft(account, available, asOfS));
    const of = { accountId, currency, service, asOfS, daysLeft: left };
    return c.json(balanceView(state, of), 200);
  });
}

async function viewsOf(
  { engine }: ApiContext,
  rows: readonly AccountInPlace[],
): Promise<z.input<typeof accountOut>[]> {
  const states = await engine.states(rows.map(({ account }) => account));
  return rows.map((row, at) => accountView(row, states[at]));
}

async function inPlace({ db }: ApiContext, account: Account): Promise<AccountInPlace> {
  const page = { after: 0, limit: 1, ids: [account.id] };
  const [row] = await listAccounts(db, account.operator_id, page);
  if (row === undefined) throw unknownAccount(account.id);
  return row;
}
