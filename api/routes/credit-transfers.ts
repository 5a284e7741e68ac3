/**
 * `/v1/credit-transfers`: credit moved between two accounts of one site, with approval; between services it is converted (R90).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { heldIn, heldText } from "../holding.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { type Account, type AccountInPlace, listAccounts } from "../registry/accounts.ts";
import { TRANSFER_STATES } from "../registry/schema/transfers.ts";
import { heldOut, timeOut } from "../schemas.ts";
import {
  decideTransfer,
  listTransfers,
  requestTransfer,
  type Transfer,
  transferOf,
} from "../transfers/transfers.ts";
import { positiveHeld } from "./account-actions.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { decisionRoute } from "./decision.ts";
import { keyIn, mustBeKeyed, reasonText } from "./order-answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { unknownAccount } from "./unknown-account.ts";
import { idBefore, withVerb } from "./verbs.ts";

const transferOut = z
  .object({
    credit_transfer_id: z.uuid(),
    from_account_id: z.uuid(),
    to_account_id: z.uuid(),
    amount: heldOut,
    amount_in: z.string(),
    convert: z.boolean(),
    state: z.enum(TRANSFER_STATES),
    fault: z.string().nullable(),
    reason: z.string(),
    requested_by: z.uuid(),
    decided_by: z.uuid().nullable(),
    decision_reason: z.string().nullable(),
    requested_at: timeOut,
    decided_at: timeOut.nullable(),
    ended_at: timeOut.nullable(),
  })
  .openapi("CreditTransfer");
const transferBody = z
  .strictObject({
    from_account_id: z.uuid(),
    to_account_id: z.uuid(),
    amount: z.string().max(39).openapi({
      pattern: "^-?\\d{1,25}(\\.\\d{1,12})?$",
      example: "5.00",
      description: "In what the giver holds: its currency or unit",
    }),
    convert: z.boolean().optional().openapi({
      description:
        "By the price lists of both: needed where one holds money and the other quantity, or they hold quantities of two services",
    }),
    reason: reasonText,
  })
  .openapi("CreditTransferRequest");

const tags = ["Vending"];
const post = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write")],
  method: "post",
  path: "/v1/credit-transfers",
  summary: "Request a transfer of credit between two accounts of one site",
  request: { headers: mustBeKeyed, body: jsonBody(transferBody) },
  responses: {
    200: {
      ...json(transferOut, "The transfer, requested before under the same Idempotency-Key"),
      headers: z.object({ "Idempotent-Replayed": z.literal("true") }),
    },
    201: json(transferOut, "The transfer, posted: it was within the operator's limit"),
    202: json(
      transferOut,
      "The transfer, its amount set aside; it waits for another key's approval",
    ),
    ...problems(
      "malformed_json",
      "invalid_request",
      "account_unknown",
      "currency_mismatch",
      "idempotency_key_missing",
      "idempotency_key_reused",
      "transfer_insufficient",
      "balance_limit_exceeded",
      "money_limit_exceeded",
      "not_prepayment",
      "price_list_basis",
      "command_refused",
      "engine_unavailable",
    ),
  },
});
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("orders:read")],
  method: "get",
  path: "/v1/credit-transfers",
  summary: "List transfers",
  request: { query: pageQuery.extend({ state: z.enum(TRANSFER_STATES).optional() }) },
  responses: {
    200: json(pageOut(transferOut), "A page of transfers"),
    ...problems("invalid_request"),
  },
});
const one = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("orders:read")],
  method: "get",
  path: "/v1/credit-transfers/{credit_transfer_id}",
  summary: "What became of a transfer",
  request: { params: z.object({ credit_transfer_id: z.uuid() }) },
  responses: {
    200: json(transferOut, "The transfer"),
    ...problems("transfer_unknown", "not_found"),
  },
});
const decided = (verb: "approve" | "reject") => ({
  tags,
  params: z.object({ credit_transfer_id: idBefore(verb) }),
  out: transferOut,
  told: "The transfer, decided",
  unknown: "transfer_unknown" as const,
  refusals: [
    "transfer_insufficient",
    "balance_limit_exceeded",
    "money_limit_exceeded",
    "not_prepayment",
    "price_list_basis",
    "command_refused",
    "engine_unavailable",
  ] as const,
});
const approve = decisionRoute("/v1/credit-transfers/{credit_transfer_id}:approve", {
  ...decided("approve"),
  summary: "Approve a transfer that another key requested; it is posted in one step",
});
const reject = decisionRoute("/v1/credit-transfers/{credit_transfer_id}:reject", {
  ...decided("reject"),
  summary: "Reject a transfer that another key requested; what was set aside is given back",
});

/** Adds the routes. */
export function addCreditTransferRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(post, async (c) => {
    const idempotencyKey = keyIn(c.req.valid("header"));
    const { from_account_id, to_account_id, amount, convert = false, reason } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const ids = [from_account_id, to_account_id];
    const found = await listAccounts(db, author.operatorId, { after: 0, limit: 2, ids });
    const { from, to } = pairOf(found, from_account_id, to_account_id);
    const { row, replayed } = await requestTransfer(context, {
      author,
      from: from.account,
      to: to.account,
      siteId: from.site.id,
      amount: positiveHeld(amount, from.account),
      convert,
      reason,
      idempotencyKey,
    });
    const view = transferView(row, from.account);
    const location = { Location: `/v1/credit-transfers/${row.id}` };
    if (replayed) return c.json(view, 200, { ...location, "Idempotent-Replayed": "true" });
    return c.json(view, row.state === "posted" ? 201 : 202, location);
  });
  for (const [route, approved] of [
    [approve, true],
    [reject, false],
  ] as const) {
    app.openapi(withVerb(app, route), async (c) => {
      const author = authorOf(c.get("caller"), clock);
      const { reason } = c.req.valid("json");
      const { credit_transfer_id } = c.req.valid("param");
      const row = await decideTransfer(context, author, credit_transfer_id, { approved, reason });
      return c.json(await viewOf(context, author.operatorId, row), 200);
    });
  }
  addReads(app, context);
}

function addReads(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(all, async (c) => {
    const { state, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const { operatorId } = c.get("caller");
    const rows = await listTransfers(db, operatorId, { ...page, state });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: await viewsOf(context, operatorId, rows), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { credit_transfer_id } = c.req.valid("param");
    const { operatorId } = c.get("caller");
    const row = await transferOf(db, operatorId, credit_transfer_id);
    if (row === undefined) {
      throw new Problem("transfer_unknown", {
        detail: `there is no transfer ${credit_transfer_id}: check the id`,
      });
    }
    return c.json(await viewOf(context, operatorId, row), 200);
  });
}

async function viewsOf(
  { db }: ApiContext,
  operatorId: string,
  rows: readonly Transfer[],
): Promise<z.input<typeof transferOut>[]> {
  const ids = [...new Set(rows.map(({ from_account_id }) => from_account_id))];
  if (ids.length === 0) return [];
  const found = await listAccounts(db, operatorId, { after: 0, limit: ids.length, ids });
  const givers = new Map(found.map(({ account }) => [account.id, account]));
  return rows.map((row) => transferView(row, givers.get(row.from_account_id)));
}

async function viewOf(
  context: ApiContext,
  operatorId: string,
  row: Transfer,
): Promise<z.input<typeof transferOut>> {
  const [view] = await viewsOf(context, operatorId, [row]);
  if (view === undefined) throw new Error("a transfer has no view");
  return view;
}

type Pair = { from: AccountInPlace; to: AccountInPlace };

/** Both accounts, in one site and of one currency: only so they lie in one shard and are moved in one step. */
function pairOf(found: readonly AccountInPlace[], fromId: string, toId: string): Pair {
  const named = (id: string) => found.find(({ account }) => account.id === id.toLowerCase());
  const from = named(fromId);
  const to = named(toId);
  if (from === undefined) throw unknownAccount(fromId);
  if (to === undefined) throw unknownAccount(toId);
  if (from === to) throw refuseWrong("/to_account_id", "must be another account");
  if (from.site.id !== to.site.id) {
    throw refuseWrong("/to_account_id", `is at site ${to.site.name}, not at ${from.site.name}`);
  }
  if (from.account.currency !== to.account.currency) {
    throw new Problem("currency_mismatch", {
      detail: `credit in ${from.account.currency} cannot go to an account in ${to.account.currency}`,
    });
  }
  return { from, to };
}

function transferView(row: Transfer, from: Account | undefined): z.input<typeof transferOut> {
  if (from === undefined) throw new Error(`the giver of transfer ${row.id} is gone`);
  return {
    credit_transfer_id: row.id,
    from_account_id: row.from_account_id,
    to_account_id: row.to_account_id,
    amount: heldText(row.amount, from),
    amount_in: heldIn(from),
    convert: row.convert,
    state: row.state,
    fault: row.fault,
    reason: row.reason,
    requested_by: row.key_id,
    decided_by: row.decided_by,
    decision_reason: row.decision_reason,
    requested_at: row.requested_at.toISOString(),
    decided_at: row.decided_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}
