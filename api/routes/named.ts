/**
 * `/v1/customer-groups`, `/v1/tariff-classes` and `/v1/unit-sets`: what price lists and policies are assigned to (R37).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem, type ProblemCode } from "../problems.ts";
import type { Author } from "../registry/audit.ts";
import {
  changeMembers,
  createNamed,
  listNamed,
  membersOf,
  type Named,
  type NamedKind,
  namedOf,
  renameNamed,
} from "../registry/parties.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { unitOf } from "../registry/sites.ts";
import { plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { applyNow } from "./apply-now.ts";
import { refuseTaken, taken } from "./refuse-taken.ts";
import { idBefore, withVerb } from "./verbs.ts";

/** Most units that one request puts into a set or takes out. */
const MEMBERS_MAX = 1_000;

const KINDS: Record<NamedKind, { path: string; word: string; unknown: ProblemCode }> = {
  customer_group: {
    path: "/v1/customer-groups",
    word: "customer group",
    unknown: "customer_group_unknown",
  },
  tariff_class: {
    path: "/v1/tariff-classes",
    word: "tariff class",
    unknown: "tariff_class_unknown",
  },
  unit_set: { path: "/v1/unit-sets", word: "unit set", unknown: "unit_set_unknown" },
};

const namedBody = z.strictObject({ name: plainText(NAME_MAX) }).openapi("NameRequest");
const tags = ["Parties"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };
const namedOut = z.object({ id: z.uuid(), name: z.string(), created_at: timeOut }).openapi("Named");
const setOut = z
  .object({ id: z.uuid(), name: z.string(), created_at: timeOut, unit_ids: z.array(z.uuid()) })
  .openapi("UnitSet");

/** Adds the routes. */
export function addNamedRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  for (const kind of Object.keys(KINDS) as NamedKind[]) {
    addKind(app, context, kind);
    if (kind !== "unit_set") addOne(app, context, kind);
  }
  addMembers(app, context);
}

/** The operator's thing of this kind and id, or a refusal. */
export async function findNamed(
  { db }: ApiContext,
  operatorId: string,
  kind: NamedKind,
  id: string,
): Promise<Named> {
  const row = await namedOf(db, operatorId, kind, id);
  if (row !== undefined) return row;
  const { word, unknown } = KINDS[kind];
  throw new Problem(unknown, { detail: `there is no ${word} ${id}: check the id` });
}

function addKind(app: OpenAPIHono<ApiEnv>, context: ApiContext, kind: NamedKind): void {
  const { db, clock } = context;
  const { path, word } = KINDS[kind];
  const make = createRoute({
    ...write,
    method: "post",
    path,
    summary: `Make a ${word}`,
    request: { body: jsonBody(namedBody) },
    responses: {
      201: json(namedOut, `The ${word}`),
      ...problems("malformed_json", "invalid_request", "already_exists"),
    },
  });
  const all = createRoute({
    ...read,
    method: "get",
    path,
    summary: `List ${word}s`,
    request: { query: pageQuery },
    responses: { 200: json(pageOut(namedOut), "A page"), ...problems("invalid_request") },
  });
  app.openapi(make, async (c) => {
    const { name } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction((tx) => createNamed(tx, author, kind, name));
    if (row === undefined) throw taken(word, name);
    return c.json(namedView(row), 201, { Location: `${path}/${row.id}` });
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listNamed(db, c.get("caller").operatorId, kind, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(namedView), next_cursor }, 200);
  });
}

function addOne(
  app: OpenAPIHono<ApiEnv>,
  context: ApiContext,
  kind: Exclude<NamedKind, "unit_set">,
): void {
  const { path, word, unknown } = KINDS[kind];
  const one = createRoute({
    ...read,
    method: "get",
    path: `${path}/{id}`,
    summary: `Read a ${word}`,
    request: { params: z.object({ id: z.uuid() }) },
    responses: { 200: json(namedOut, `The ${word}`), ...problems(unknown, "not_found") },
  });
  app.openapi(one, async (c) => {
    const row = await findNamed(context, c.get("caller").operatorId, kind, c.req.valid("param").id);
    return c.json(namedView(row), 200);
  });
  const change = createRoute({
    ...write,
    method: "patch",
    path: `${path}/{id}`,
    summary: `Change a ${word}'s name`,
    request: { params: z.object({ id: z.uuid() }), body: jsonBody(namedBody) },
    responses: {
      200: json(namedOut, `The ${word}`),
      ...problems("malformed_json", "invalid_request", "already_exists", unknown, "not_found"),
    },
  });
  app.openapi(change, async (c) => {
    const asked = { id: c.req.valid("param").id, ...c.req.valid("json") };
    const row = await rename(context, authorOf(c.get("caller"), context.clock), kind, asked);
    return c.json(namedView(row), 200);
  });
}

async function rename(
  context: ApiContext,
  author: Author,
  kind: NamedKind,
  asked: { id: string; name: string },
): Promise<Named> {
  await findNamed(context, author.operatorId, kind, asked.id);
  return refuseTaken(KINDS[kind].word, asked, () =>
    context.db.transaction((tx) => renameNamed(tx, author, kind, asked)),
  );
}

const oneSet = createRoute({
  ...read,
  method: "get",
  path: "/v1/unit-sets/{unit_set_id}",
  summary: "Read a unit set with its units",
  request: { params: z.object({ unit_set_id: z.uuid() }) },
  responses: { 200: json(setOut, "The set"), ...problems("unit_set_unknown", "not_found") },
});
const renameSet = createRoute({
  ...write,
  method: "patch",
  path: "/v1/unit-sets/{unit_set_id}",
  summary: "Change a unit set's name",
  request: { params: z.object({ unit_set_id: z.uuid() }), body: jsonBody(namedBody) },
  responses: {
    200: json(setOut, "The set"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "already_exists",
      "unit_set_unknown",
      "not_found",
    ),
  },
});
const units = z.array(z.uuid()).max(MEMBERS_MAX).default([]);
const change = createRoute({
  ...write,
  method: "post",
  path: "/v1/unit-sets/{unit_set_id}:change-members",
  summary: "Put units into a set and take others out; what applies to their accounts follows",
  request: {
    params: z.object({ unit_set_id: idBefore("change-members") }),
    body: jsonBody(z.strictObject({ add: units, remove: units })),
  },
  responses: {
    200: json(setOut, "The set"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "unit_set_unknown",
      "unit_unknown",
      "not_found",
    ),
  },
});

function addMembers(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(oneSet, async (c) => {
    const { unit_set_id: id } = c.req.valid("param");
    const row = await findNamed(context, c.get("caller").operatorId, "unit_set", id);
    return c.json({ ...namedView(row), unit_ids: await membersOf(db, id) }, 200);
  });
  app.openapi(renameSet, async (c) => {
    const { unit_set_id: id } = c.req.valid("param");
    const author = authorOf(c.get("caller"), clock);
    const row = await rename(context, author, "unit_set", { id, ...c.req.valid("json") });
    return c.json({ ...namedView(row), unit_ids: await membersOf(db, id) }, 200);
  });
  app.openapi(withVerb(app, change), async (c) => {
    const { unit_set_id: id } = c.req.valid("param");
    const { add, remove } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    const row = await findNamed(context, author.operatorId, "unit_set", id);
    for (const [at, unitId] of add.entries()) {
      if ((await unitOf(db, author.operatorId, unitId)) !== undefined) continue;
      throw new Problem("unit_unknown", {
        detail: `there is no unit ${unitId}: check the id`,
        errors: [{ pointer: `/add/${at}`, message: "is not known" }],
      });
    }
    await db.transaction((tx) => changeMembers(tx, author, id, { add, remove }));
    await applyNow(context);
    return c.json({ ...namedView(row), unit_ids: await membersOf(db, id) }, 200);
  });
}

function namedView({ id, name, created_at }: Named): z.input<typeof namedOut> {
  return { id, name, created_at: created_at.toISOString() };
}
