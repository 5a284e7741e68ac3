/**
 * `/v1/customers` with their keys, and `/v1/usage-points`.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { createCustomerKey } from "../registry/api-keys.ts";
import { recordDeed } from "../registry/audit.ts";
import { isTaken } from "../registry/database.ts";
import {
  type Customer,
  changeCustomer,
  classify,
  createCustomer,
  customerOf,
  listCustomers,
  listUsagePoints,
  type UsagePoint,
} from "../registry/parties.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { instantText, plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { applyNow } from "./apply-now.ts";
import { findNamed } from "./named.ts";
import { taken } from "./refuse-taken.ts";

/** Most usage points of one unit that are listed. */
const POINTS_MAX = 1_000;
const REFERENCE_MAX = 64;

const customerOut = z
  .object({
    customer_id: z.uuid(),
    name: z.string(),
    reference: z.string().nullable(),
    customer_group_id: z.uuid().nullable(),
    created_at: timeOut,
  })
  .openapi("Customer");
const fields = {
  reference: plainText(REFERENCE_MAX)
    .nullable()
    .optional()
    .openapi({ description: "The operator's own number for them" }),
  customer_group_id: z.uuid().nullable().optional(),
};
const pointOut = z
  .object({
    usage_point_id: z.uuid(),
    unit_id: z.uuid(),
    service: z.enum(SERVICES),
    name: z.string(),
    tariff_class_id: z.uuid().nullable(),
    created_at: timeOut,
  })
  .openapi("UsagePoint");

const tags = ["Parties"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const ofCustomer = z.object({ customer_id: z.uuid() });
const ofPoint = z.object({ usage_point_id: z.uuid() });
const make = createRoute({
  ...write,
  method: "post",
  path: "/v1/customers",
  summary: "Make a customer: who uses and pays, as tenant or owner by their agreements",
  request: { body: jsonBody(z.strictObject({ name: plainText(NAME_MAX), ...fields })) },
  responses: {
    201: json(customerOut, "The customer"),
    ...problems("malformed_json", "invalid_request", "already_exists", "customer_group_unknown"),
  },
});
const patch = createRoute({
  ...write,
  method: "patch",
  path: "/v1/customers/{customer_id}",
  summary: "Change a customer; what is left out stays",
  request: {
    params: ofCustomer,
    body: jsonBody(z.strictObject({ name: plainText(NAME_MAX).optional(), ...fields })),
  },
  responses: {
    200: json(customerOut, "The customer"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "already_exists",
      "customer_unknown",
      "customer_group_unknown",
      "not_found",
    ),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/customers",
  summary: "List customers",
  request: { query: pageQuery.extend({ reference: plainText(REFERENCE_MAX).optional() }) },
  responses: { 200: json(pageOut(customerOut), "A page"), ...problems("invalid_request") },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/customers/{customer_id}",
  summary: "Read a customer",
  request: { params: ofCustomer },
  responses: {
    200: json(customerOut, "The customer"),
    ...problems("customer_unknown", "not_found"),
  },
});
const makeKey = createRoute({
  ...write,
  method: "post",
  path: "/v1/customers/{customer_id}/keys",
  summary:
    "Make a key for a customer: it reads the accounts of their open agreements, from each one's beginning on",
  request: {
    params: ofCustomer,
    body: jsonBody(
      z.strictObject({ name: plainText(NAME_MAX), expires_at: instantText.optional() }),
    ),
  },
  responses: {
    201: json(
      z.object({
        key_id: z.uuid(),
        name: z.string(),
        key: z.string(),
        expires_at: timeOut.nullable(),
      }),
      "The key, given this once",
    ),
    ...problems("malformed_json", "invalid_request", "customer_unknown", "not_found"),
  },
});
const points = createRoute({
  ...read,
  method: "get",
  path: "/v1/usage-points",
  summary: "List the usage points of a unit",
  request: { query: z.object({ unit_id: z.uuid() }) },
  responses: {
    200: json(z.object({ items: z.array(pointOut) }), "All of them"),
    ...problems("invalid_request"),
  },
});
const onePoint = createRoute({
  ...read,
  method: "get",
  path: "/v1/usage-points/{usage_point_id}",
  summary: "Read a usage point",
  request: { params: ofPoint },
  responses: {
    200: json(pointOut, "The usage point"),
    ...problems("usage_point_unknown", "not_found"),
  },
});
const patchPoint = createRoute({
  ...write,
  method: "patch",
  path: "/v1/usage-points/{usage_point_id}",
  summary: "Put a usage point into a tariff class, or into none",
  request: {
    params: ofPoint,
    body: jsonBody(z.strictObject({ tariff_class_id: z.uuid().nullable() })),
  },
  responses: {
    200: json(pointOut, "The usage point"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "usage_point_unknown",
      "tariff_class_unknown",
      "not_found",
    ),
  },
});

/** Adds the routes. */
export function addCustomerRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(make, async (c) => {
    const body = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    await knowsGroup(context, author.operatorId, body.customer_group_id);
    const row = await referenced(body.reference, () =>
      db.transaction((tx) => createCustomer(tx, author, body)),
    );
    return c.json(customerView(row), 201, { Location: `/v1/customers/${row.id}` });
  });
  app.openapi(patch, async (c) => {
    const body = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const before = await findCustomer(context, author.operatorId, c.req.valid("param").customer_id);
    await knowsGroup(context, author.operatorId, body.customer_group_id);
    const row = await referenced(body.reference, () =>
      db.transaction((tx) => changeCustomer(tx, author, before, body)),
    );
    await applyNow(context);
    return c.json(customerView(row), 200);
  });
  app.openapi(all, async (c) => {
    const { reference, ...paging } = c.req.valid("query");
    const page = pageOf(paging);
    const rows = await listCustomers(db, c.get("caller").operatorId, { ...page, reference });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(customerView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { customer_id } = c.req.valid("param");
    return c.json(
      customerView(await findCustomer(context, c.get("caller").operatorId, customer_id)),
      200,
    );
  });
  app.openapi(makeKey, async (c) => {
    const { name, expires_at } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const { operatorId } = author;
    const customer = await findCustomer(context, operatorId, c.req.valid("param").customer_id);
    const { key, row } = await db.transaction(async (tx) => {
      const of = { operatorId, customerId: customer.id, name, expiresAt: expires_at };
      const made = await createCustomerKey(tx, of);
      await recordDeed(tx, author, {
        action: "key.made",
        object: `api_key/${made.row.id}`,
        data: { customer_id: customer.id },
      });
      return made;
    });
    const made = { key_id: row.id, name, key, expires_at: row.expires_at?.toISOString() ?? null };
    return c.json(made, 201);
  });
  addPoints(app, context);
}

function addPoints(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(points, async (c) => {
    const { unit_id: unitId } = c.req.valid("query");
    const filter = { unitId, limit: POINTS_MAX };
    const rows = await listUsagePoints(db, c.get("caller").operatorId, filter);
    return c.json({ items: rows.map(pointView) }, 200);
  });
  app.openapi(onePoint, async (c) => {
    const { usage_point_id } = c.req.valid("param");
    const point = await findUsagePoint(context, c.get("caller").operatorId, usage_point_id);
    return c.json(pointView(point), 200);
  });
  app.openapi(patchPoint, async (c) => {
    const { tariff_class_id } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const { usage_point_id } = c.req.valid("param");
    const point = await findUsagePoint(context, author.operatorId, usage_point_id);
    if (tariff_class_id !== null) {
      await findNamed(context, author.operatorId, "tariff_class", tariff_class_id);
    }
    const row = await db.transaction((tx) => classify(tx, author, point.id, tariff_class_id));
    await applyNow(context);
    return c.json(pointView(row), 200);
  });
}

/** The operator's customer, or a refusal. */
export async function findCustomer(
  { db }: ApiContext,
  operatorId: string,
  id: string,
): Promise<Customer> {
  const row = await customerOf(db, operatorId, id);
  if (row !== undefined) return row;
  throw new Problem("customer_unknown", { detail: `there is no customer ${id}: check the id` });
}

/** The operator's usage point, or a refusal. */
export async function findUsagePoint(
  { db }: ApiContext,
  operatorId: string,
  id: string,
): Promise<UsagePoint> {
  const [row] = await listUsagePoints(db, operatorId, { id, limit: 1 });
  if (row !== undefined) return row;
  throw new Problem("usage_point_unknown", {
    detail: `there is no usage point ${id}: check the id`,
  });
}

async function knowsGroup(
  context: ApiContext,
  operatorId: string,
  id: string | null | undefined,
): Promise<void> {
  if (id !== null && id !== undefined) await findNamed(context, operatorId, "customer_group", id);
}

async function referenced<Result>(
  reference: string | null | undefined,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (isTaken(error, "customers_operator_reference")) throw taken("customer", reference ?? "");
    throw error;
  }
}

function customerView(row: Customer): z.input<typeof customerOut> {
  return {
    customer_id: row.id,
    name: row.name,
    reference: row.reference,
    customer_group_id: row.customer_group_id,
    created_at: row.created_at.toISOString(),
  };
}

function pointView(row: UsagePoint): z.input<typeof pointOut> {
  return {
    usage_point_id: row.id,
    unit_id: row.unit_id,
    service: row.service,
    name: row.name,
    tariff_class_id: row.tariff_class_id,
    created_at: row.created_at.toISOString(),
  };
}
