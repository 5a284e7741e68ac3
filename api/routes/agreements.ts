/**
 * `/v1/agreements`: who has a usage point, and changes of tenancy with their final settlement (R92).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { shownIn } from "../account-view.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { type Account, accountAtPoint } from "../registry/accounts.ts";
import { isTaken } from "../registry/database.ts";
import { meterAt } from "../registry/exchange.ts";
import {
  type Agreement,
  agreementOf,
  createAgreement,
  listAgreements,
} from "../registry/parties.ts";
import { AGREEMENT_ROLES, agreements as agreementsTable } from "../registry/schema/parties.ts";
import { settlementOf, type TenancyNote } from "../registry/tenancy.ts";
import { heldOut, instantText, moneyOut, timeOut, timeText } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { applyNow } from "./apply-now.ts";
import { findCustomer, findUsagePoint } from "./customers.ts";
import { answerOrder, keyIn, mustBeKeyed, orderAnswers, reasonText } from "./order-answers.ts";
import { registerAtoms, registerText } from "./register.ts";
import { idBefore, withVerb } from "./verbs.ts";

const agreementOut = z
  .object({
    agreement_id: z.uuid(),
    customer_id: z.uuid(),
    usage_point_id: z.uuid(),
    role: z.enum(AGREEMENT_ROLES),
    from: timeOut,
    to: timeOut.nullable(),
    created_at: timeOut,
  })
  .openapi("Agreement");
const settlementOut = z
  .object({
    settlement_number: z.int().positive(),
    account_id: z.uuid(),
    agreement_id: z.uuid(),
    customer: z.object({
      customer_id: z.uuid(),
      name: z.string(),
      reference: z.string().nullable(),
    }),
    role: z.enum(AGREEMENT_ROLES),
    from: timeOut,
    to: timeOut,
    service: z.enum(SERVICES),
    meter_serial: z.string().nullable(),
    closing: z.object({ register: z.string(), unit: z.string(), at: timeOut }).nullable(),
    currency: z.string(),
    holds: z.string(),
    balance_in: z.string(),
    balance: heldOut,
    emergency_credit_owed: heldOut,
    debts: z.record(z.string(), moneyOut),
    restricted_credit_lost: heldOut,
    final_amount: moneyOut.openapi({
      description: "Above 0: to be paid out to the customer; under 0: still owed by them",
    }),
    final_quantity: heldOut.nullable(),
    reason: z.string().nullable(),
    settled_at: timeOut,
  })
  .openapi("FinalSettlement");

const tags = ["Parties"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const params = z.object({ agreement_id: z.uuid() });
const make = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/agreements",
  summary: "Make the agreement of a customer and a usage point that nobody has",
  request: {
    body: jsonBody(
      z.strictObject({
        customer_id: z.uuid(),
        usage_point_id: z.uuid(),
        role: z.enum(AGREEMENT_ROLES).default("tenant"),
        from: instantText.optional(),
      }),
    ),
  },
  responses: {
    201: json(agreementOut, "The agreement"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "customer_unknown",
      "usage_point_unknown",
      "agreement_open",
    ),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/agreements",
  summary: "List agreements",
  request: {
    query: pageQuery.extend({
      customer_id: z.uuid().optional(),
      usage_point_id: z.uuid().optional(),
      open: z.enum(["true", "false"]).optional(),
    }),
  },
  responses: { 200: json(pageOut(agreementOut), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/agreements/{agreement_id}",
  summary: "Read an agreement",
  request: { params },
  responses: {
    200: json(agreementOut, "The agreement"),
    ...problems("agreement_unknown", "not_found"),
  },
});
const settlement = createRoute({
  ...read,
  method: "get",
  path: "/v1/agreements/{agreement_id}/settlement",
  summary: "The final settlement of an agreement that a change of tenancy ended",
  request: { params },
  responses: {
    200: json(settlementOut, "The settlement, as it was written"),
    ...problems("agreement_unknown", "not_found"),
  },
});
const change = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:write"), needs("registry:write")],
  method: "post",
  path: "/v1/agreements/{agreement_id}:change-tenancy",
  summary:
    "Settle the account for who leaves and begin clean for who comes; no debt and no credit passes on (R92)",
  request: {
    params: z.object({ agreement_id: idBefore("change-tenancy") }),
    headers: mustBeKeyed,
    body: jsonBody(
      z.strictObject({
        customer_id: z.uuid().nullable().openapi({ description: "Who comes; null: nobody yet" }),
        role: z.enum(AGREEMENT_ROLES).default("tenant"),
        closing_register: registerText.optional().openapi({
          description: "What the meter shows, in its unit; the last reading if left out",
        }),
        reason: reasonText,
      }),
    ),
  },
  responses: orderAnswers(
    "idempotency_key_missing",
    "agreement_unknown",
    "agreement_ended",
    "customer_unknown",
    "register_invalid",
  ),
});

/** Adds the routes. */
export function addAgreementRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(make, async (c) => {
    const { customer_id, usage_point_id, role, from } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    await findCustomer(context, author.operatorId, customer_id);
    await findUsagePoint(context, author.operatorId, usage_point_id);
    const wanted = { customer_id, usage_point_id, role, from_at: from ?? author.at };
    try {
      const row = await db.transaction((tx) => createAgreement(tx, author, wanted));
      await applyNow(context);
      return c.json(agreementView(row), 201, { Location: `/v1/agreements/${row.id}` });
    } catch (error) {
      if (!isTaken(error, "agreements_one_open")) throw error;
      throw new Problem("agreement_open", {
        detail: `somebody has usage point ${usage_point_id}: change the tenancy of that agreement`,
      });
    }
  });
  app.openapi(all, async (c) => {
    const { customer_id, usage_point_id, open, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const rows = await listAgreements(db, c.get("caller").operatorId, {
      ...page,
      customerId: customer_id,
      usagePointId: usage_point_id,
      open: open === undefined ? undefined : open === "true",
    });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(agreementView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { agreement_id } = c.req.valid("param");
    return c.json(
      agreementView(await findAgreement(context, c.get("caller").operatorId, agreement_id)),
      200,
    );
  });
  app.openapi(settlement, async (c) => {
    const { agreement_id } = c.req.valid("param");
    await findAgreement(context, c.get("caller").operatorId, agreement_id);
    const row = await settlementOf(db, agreement_id);
    if (row === undefined) {
      throw new Problem("not_found", { detail: `agreement ${agreement_id} has no settlement yet` });
    }
    return c.json(row.document as z.input<typeof settlementOut>, 200);
  });
  addChange(app, context);
}

function addChange(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(withVerb(app, change), async (c) => {
    const idempotencyKey = keyIn(c.req.valid("header"));
    const { customer_id, role, closing_register, reason } = c.req.valid("json");
    const { operatorId } = c.get("caller");
    const { agreement_id } = c.req.valid("param");
    const agreement = await findAgreement(context, operatorId, agreement_id);
    if (customer_id !== null) await findCustomer(context, operatorId, customer_id);
    const account = await accountAt(context, agreement);
    const closing =
      closing_register === undefined
        ? undefined
        : registerAtoms(closing_register, account.service, "/closing_register");
    const note: TenancyNote = {
      agreement_id,
      next: customer_id === null ? null : { customer_id, role },
      closing: await closingOf(context, account, closing),
      meter_serial: (await meterAt(db, account.usage_point_id))?.serial ?? null,
    };
    const answer = await answerOrder(context, c, {
      account,
      asked: {
        op: "change_tenancy",
        ...(closing !== undefined && { closing_atoms: String(closing) }),
      },
      reason,
      idempotencyKey,
      note,
      meaning: [agreement_id, customer_id, role],
      before: async (tx) => {
        const [now] = await tx
          .select()
          .from(agreementsTable)
          .where(eq(agreementsTable.id, agreement_id))
          .for("update");
        if (now?.to_at === null) return undefined;
        throw new Problem("agreement_ended", { detail: `agreement ${agreement_id} has ended` });
      },
    });
    await applyNow(context);
    return answer;
  });
}

async function findAgreement(
  { db }: ApiContext,
  operatorId: string,
  id: string,
): Promise<Agreement> {
  const row = await agreementOf(db, operatorId, id);
  if (row !== undefined) return row;
  throw new Problem("agreement_unknown", { detail: `there is no agreement ${id}: check the id` });
}

async function accountAt({ db }: ApiContext, { usage_point_id }: Agreement): Promise<Account> {
  const account = await accountAtPoint(db, usage_point_id);
  if (account !== undefined) return account;
  throw new Problem("account_unknown", {
    detail: `there is no account at usage point ${usage_point_id}: open it first`,
  });
}

/** The closing register as it was given, or the last reading as the engine has it. */
async function closingOf(
  { engine, clock }: ApiContext,
  account: Account,
  given: bigint | undefined,
): Promise<TenancyNote["closing"]> {
  if (given !== undefined) {
    const { quantity, unit } = shownIn(given, account.service);
    return { register: quantity, unit, at: timeText(clock.nowS()) };
  }
  const { state } = await engine.state(account);
  const last = state?.last_reading;
  if (last === null || last === undefined) return null;
  const { quantity, unit } = shownIn(BigInt(last.register_atoms), account.service);
  return { register: quantity, unit, at: timeText(last.at_s) };
}

function agreementView(row: Agreement): z.input<typeof agreementOut> {
  return {
    agreement_id: row.id,
    customer_id: row.customer_id,
    usage_point_id: row.usage_point_id,
    role: row.role,
    from: row.from_at.toISOString(),
    to: row.to_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
