/**
 * `/v1/price-list-assignments`, `/v1/supply-policy-assignments` and `/v1/accounts/{account_id}/effective` (R37).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { isUnitOf } from "../policy-units.ts";
import { Problem } from "../problems.ts";
import {
  assignmentOf,
  createAssignment,
  endAssignment,
  type Kind,
  listAssignments,
  type NewAssignment,
} from "../registry/assign.ts";
import type { Assignment } from "../registry/effective.ts";
import { policyOf } from "../registry/policies.ts";
import { unitsIn } from "../registry/policy-fit.ts";
import { priceListOf } from "../registry/price-lists.ts";
import { LEVELS, type Level } from "../registry/schema/assignments.ts";
import { isTarget } from "../registry/targets.ts";
import { instantText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { applyNow } from "./apply-now.ts";
import { reasonText } from "./order-answers.ts";
import { unknownList } from "./price-lists.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { unknownPolicy } from "./supply-policies.ts";
import { idBefore, withVerb } from "./verbs.ts";

/** The members that an assignment has whatever is assigned. */
const common = {
  level: z.enum(LEVELS),
  target_id: z.uuid().nullable(),
  service: z.enum(SERVICES).nullable(),
  currency: z.string(),
  effective_from: timeOut,
  ended_from: timeOut.nullable(),
  reason: z.string().nullable(),
  accounts: z.int().nullable().openapi({
    description: "How many accounts it names now; told when it is made or ended",
  }),
};
const assignmentOut = z
  .object({
    assignment_id: z.uuid(),
    price_list_id: z.uuid().nullable(),
    supply_policy_id: z.uuid().nullable(),
    ...common,
  })
  .openapi("Assignment");

const target = {
  level: z.enum(LEVELS),
  target_id: z.uuid().optional(),
  effective_from: instantText.optional(),
  reason: reasonText.optional(),
};
const BODIES = {
  price_list: z
    .strictObject({ price_list_id: z.uuid(), ...target })
    .openapi("PriceListAssignmentRequest"),
  supply_policy: z
    .strictObject({
      supply_policy_id: z.uuid(),
      service: z.enum(SERVICES).optional().openapi({
        description:
          "Accounts of this service only; needed where the policy names flows or quantities",
      }),
      ...target,
    })
    .openapi("SupplyPolicyAssignmentRequest"),
};
const NAMES = { price_list: "price-list", supply_policy: "supply-policy" } as const;
const WORDS = { price_list: "price list", supply_policy: "supply policy" } as const;

const tags = ["Prices"];
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };

/** Adds the routes of both kinds. */
export function addAssignmentRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  addKind(app, context, "price_list");
  addKind(app, context, "supply_policy");
}

function routesOf(kind: Kind) {
  const path = `/v1/${NAMES[kind]}-assignments`;
  const word = WORDS[kind];
  const make = createRoute({
    ...write,
    method: "post",
    path,
    summary: `Assign a ${word} to an account, unit, set, customer, group, tariff class, site or the operator; the most specific wins, then the newest`,
    request: { body: jsonBody(BODIES[kind]) },
    responses: {
      201: json(assignmentOut, "The assignment; the engine is told of what changes by it"),
      ...problems(
        "malformed_json",
        "invalid_request",
        "price_list_unknown",
        "policy_unknown",
        "policy_mismatch",
        "target_unknown",
        "directory_full",
      ),
    },
  });
  const all = createRoute({
    ...read,
    method: "get",
    path,
    summary: `List assignments of ${word === "price list" ? "price lists" : "supply policies"}`,
    request: { query: pageQuery.extend({ ended: z.enum(["true", "false"]).default("false") }) },
    responses: { 200: json(pageOut(assignmentOut), "A page"), ...problems("invalid_request") },
  });
  const end = createRoute({
    ...write,
    method: "post",
    path: `${path}/{assignment_id}:end`,
    summary: "End an assignment, now or from an instant on; what is in force then is what is left",
    request: {
      params: z.object({ assignment_id: idBefore("end") }),
      body: jsonBody(z.strictObject({ at: instantText.optional(), reason: reasonText.optional() })),
    },
    responses: {
      200: json(assignmentOut, "The assignment"),
      ...problems("malformed_json", "invalid_request", "assignment_unknown", "not_found"),
    },
  });
  return { make, all, end };
}

function addKind(app: OpenAPIHono<ApiEnv>, context: ApiContext, kind: Kind): void {
  const { db, clock } = context;
  const { make, all, end } = routesOf(kind);
  app.openapi(make, async (c) => {
    const body = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const what = await findThing(context, author.operatorId, body);
    await findTarget(context, author.operatorId, body);
    const changed = await db.transaction((tx) =>
      createAssignment(tx, author, {
        ...what,
        kind,
        level: body.level,
        targetId: body.target_id,
        effectiveFrom: body.effective_from ?? author.at,
        reason: body.reason,
      }),
    );
    await applyNow(context);
    return c.json(assignmentView(changed.row, changed.accounts), 201);
  });
  app.openapi(all, async (c) => {
    const { ended, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const filter = { ...page, kind, ended: ended === "true" };
    const rows = await listAssignments(db, c.get("caller").operatorId, filter);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map((row) => assignmentView(row, null)), next_cursor }, 200);
  });
  app.openapi(withVerb(app, end), async (c) => {
    const { assignment_id: id } = c.req.valid("param");
    const { at, reason } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const row = await assignmentOf(db, author.operatorId, kind, id);
    if (row === undefined) {
      throw new Problem("assignment_unknown", {
        detail: `there is no assignment ${id} of a ${WORDS[kind]}: check the id`,
      });
    }
    const from = at ?? author.at;
    // Ended already, and not to be ended sooner: the same answer again.
    if (row.ended_from !== null && row.ended_from <= from)
      return c.json(assignmentView(row, null), 200);
    const changed = await db.transaction((tx) =>
      endAssignment(tx, author, row, { at: from, reason }),
    );
    await applyNow(context);
    return c.json(assignmentView(changed.row, changed.accounts), 200);
  });
}

type Thing = Pick<NewAssignment, "thingId" | "service" | "currency">;
type Body = z.output<(typeof BODIES)[Kind]>;

async function findThing({ db }: ApiContext, operatorId: string, body: Body): Promise<Thing> {
  if ("price_list_id" in body) {
    const list = await priceListOf(db, operatorId, body.price_list_id);
    if (list === undefined) throw unknownList(body.price_list_id);
    return { thingId: list.id, service: list.service, currency: list.currency };
  }
  const { supply_policy_id: id, service } = body;
  const policy = await policyOf(db, operatorId, id);
  if (policy === undefined) throw unknownPolicy(id);
  const wrong = unitsIn(policy).find(
    ({ unit }) => service === undefined || !isUnitOf(unit, service),
  );
  if (wrong !== undefined) {
    const message =
      service === undefined
        ? `must be given: ${wrong.rung} of the policy is in ${wrong.unit}`
        : `does not fit: ${wrong.rung} of the policy is in ${wrong.unit}`;
    throw new Problem("policy_mismatch", {
      detail: `service ${message}`,
      errors: [{ pointer: "/service", message }],
    });
  }
  return { thingId: policy.id, service: service ?? null, currency: policy.currency };
}

async function findTarget(
  { db }: ApiContext,
  operatorId: string,
  { level, target_id }: Body,
): Promise<void> {
  if (level === "operator") {
    if (target_id === undefined) return;
    throw refuseWrong("/target_id", "is not taken with level operator: it is the caller's own");
  }
  if (target_id === undefined) throw refuseWrong("/target_id", `is needed with level ${level}`);
  if (await isTarget(db, operatorId, level, target_id)) return;
  throw new Problem("target_unknown", {
    detail: `there is no ${level.replace("_", " ")} ${target_id}: check the id`,
    errors: [{ pointer: "/target_id", message: "is not known" }],
  });
}

/** Whose id an assignment names. */
export function targetOf(row: Assignment): string | null {
  const ids: Record<Exclude<Level, "operator">, string | null> = {
    account: row.account_id,
    unit: row.unit_id,
    unit_set: row.unit_set_id,
    customer: row.customer_id,
    customer_group: row.customer_group_id,
    tariff_class: row.tariff_class_id,
    site: row.site_id,
  };
  return row.level === "operator" ? null : ids[row.level];
}

function assignmentView(row: Assignment, accounts: number | null): z.input<typeof assignmentOut> {
  return {
    assignment_id: row.id,
    price_list_id: row.price_list_id,
    supply_policy_id: row.supply_policy_id,
    level: row.level,
    target_id: targetOf(row),
    service: row.service,
    currency: row.currency,
    effective_from: row.effective_from.toISOString(),
    ended_from: row.ended_from?.toISOString() ?? null,
    reason: row.reason,
    accounts,
  };
}
