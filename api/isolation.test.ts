import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scopeNeededBy } from "./access-control.ts";
import type { Role } from "./registry/api-keys.ts";
import { scopesOf } from "./roles.ts";
import { type Harness, startHarness } from "./testing/harness.ts";

/**
 * Every route of the document, as it stands, with every role of another operator and of the same: nobody reads or changes
 * what is another operator's, and nobody passes a route whose right the role does not have.
 */

const ROLES: Role[] = ["operator", "vendor", "ops", "auditor", "customer", "gateway"];
type Schema = Record<string, unknown> & { properties?: Record<string, Schema> };
type Route = { method: string; path: string; scope: string | undefined; body: Schema | undefined };
type Operation = {
  security?: unknown[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};

let h: Harness;
let routes: Route[] = [];
/** Ids of the first operator, by table; and the tables that have rows of operators. */
let ids: Record<string, string[]> = {};
let tables: string[] = [];
let operatorId = "";

beforeAll(async () => {
  h = await startHarness(4);
  operatorId = h.seeded.operatorId;
  await fill();
  const columns = await h.registry.db.execute<{ table_name: string; keyed: boolean }>(
    sql`select c.table_name, exists (select 1 from information_schema.columns i where i.table_schema = 'public' and i.table_name = c.table_name and i.column_name = 'id' and i.data_type = 'uuid') as keyed
      from information_schema.columns c where c.table_schema = 'public' and c.column_name = 'operator_id' order by 1`,
  );
  tables = columns.rows.map(({ table_name }) => table_name);
  for (const { table_name, keyed } of columns.rows) {
    if (!keyed) continue;
    const own = await h.registry.db.execute<{ id: string }>(
      sql`select id from ${sql.identifier(table_name)} where operator_id = ${operatorId} order by id limit 1`,
    );
    ids[table_name] = own.rows.map(({ id }) => id);
  }
  ids = Object.fromEntries(Object.entries(ids).filter(([, own]) => own.length > 0));
  routes = await routesOfDocument();
}, 60_000);
afterAll(() => h?.stop());

/** Some of what an operator has beside sites, meters and accounts. */
async function fill(): Promise<void> {
  const post = (path: string, body: unknown, method = "POST") => h.call(path, { method, body });
  const [account_id = ""] = h.accountIds;
  const named = { name: "Isolated" };
  await post("/v1/customers", named);
  await post("/v1/customer-groups", named);
  await post("/v1/unit-sets", named);
  await post("/v1/tariff-classes", named);
  const vendor = (await (await post("/v1/vendors", { ...named, currency: "EUR" })).json()) as {
    vendor_id?: string;
    id?: string;
  };
  const vendor_id = vendor.vendor_id ?? vendor.id;
  await post("/v1/terminals", { vendor_id, terminal_id: "isolated till" });
  const sale = { account_id, amount: "1.00", currency: "EUR", tender: { type: "cash" } };
  await post("/v1/vends/33333333-3333-4333-8333-333333333333", sale, "PUT");
  await post(`/v1/accounts/${account_id}:adjust`, { amount: "1.00", reason: "isolated" });
  await post("/v1/supply-commands", {
    action: "cut",
    account_ids: [account_id],
    reason: "isolated",
  });
}

async function routesOfDocument(): Promise<Route[]> {
  const document = (await (await h.call("/openapi.json")).json()) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  };
  const scopes = new Map<string, string>();
  for (const { method, path, handler } of h.app.routes) {
    const scope = scopeNeededBy(handler);
    if (scope !== undefined) scopes.set(`${method} ${path}`, scope);
  }
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security = [] }]) => security.length > 0)
      .map(([name, { requestBody }]) => {
        const method = name.toUpperCase();
        const schema = requestBody?.content["application/json"]?.schema;
        const reference =
          String(schema?.["$ref"] ?? "")
            .split("/")
            .at(-1) ?? "";
        const body = document.components.schemas[reference] ?? schema;
        return { method, path, scope: scopes.get(`${method} ${matchedAs(path)}`), body };
      }),
  );
}

/** The path as the router has it: parameters with a colon, verbs behind an id as a pattern. */
function matchedAs(path: string): string {
  return path.replace(/\{(\w+)\}:([a-z-]+)$/, ":$1{.+:$2}").replaceAll(/\{(\w+)\}/g, ":$1");
}

/** The first operator's ids for a parameter or member: those of the table that it names, else one of each table. */
function idsFor(name: string, resource: string): string[] {
  const table = resource.replaceAll("-", "_");
  const named = `${name.replace(/_ids?$/, "")}s`;
  return ids[table] ?? ids[named] ?? Object.values(ids).flat();
}

/** Addresses of a route with the first operator's ids in them. */
function addresses({ path, method }: Route): string[] {
  const match = /\/([^/{]+)\/\{(\w+)\}/.exec(path);
  const found = match === null ? [""] : idsFor(match[2] ?? "", match[1] ?? "");
  const account = h.accountIds[0] ?? "";
  const query =
    method === "GET" ? `?account_id=${account}&site_id=${ids["sites"]?.[0]}&limit=1000` : "";
  const plain = found.map((id) => path.replaceAll(/\{\w+\}/g, id));
  return query === "" ? plain : [...plain, ...plain.slice(0, 1).map((each) => each + query)];
}

/** A body with the first operator's ids wherever an id is asked for, and with something plausible elsewhere. */
function bodyOf({ body, path }: Route): unknown {
  const members = Object.entries(body?.properties ?? {}).map(([name, schema]) => {
    if (/_ids?$/.test(name) || name === "add" || name === "remove") {
      const [id] = idsFor(name, path.split("/")[2] ?? "");
      return [name, schema["type"] === "array" ? [id] : id];
    }
    return [name, plausible(name, schema)];
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function plausible(name: string, schema: Schema): unknown {
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  if (schema["example"] !== undefined) return schema["example"];
  if (schema["default"] !== undefined) return schema["default"];
  if (/amount|limit$|owed/.test(name)) return "1.00";
  if (name === "tender") return { type: "cash" };
  if (schema["format"] === "date-time") return "2026-03-01T00:00:00Z";
  if (schema["type"] === "integer" || schema["type"] === "number") return 1;
  if (schema["type"] === "boolean") return true;
  if (schema["type"] === "string") return "isolated";
  return undefined;
}

/** All rows of the first operator in every table, as one text a table; when a key was last used is not theirs to keep. */
async function rowsOfFirst(): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const table of tables) {
    const { rows } = await h.registry.db.execute<{ digest: string | null }>(
      sql`select md5(string_agg(t::text, E'\n' order by t::text)) as digest from (select to_jsonb(x) - 'last_used_at' as t from ${sql.identifier(table)} x where operator_id = ${operatorId}) as s`,
    );
    all[table] = rows[0]?.digest ?? "";
  }
  return all;
}

/** What only the first operator's things are called. */
const MARKS = /Calle Mayor 1|2000000[0-3]|[Ii]solated till/;

function leakIn(text: string, sent: string): string | undefined {
  const own = Object.values(ids).flat();
  // What was sent may come back in a refusal; of what was not, nothing may.
  return own.find((id) => text.includes(id) && !sent.includes(id)) ?? MARKS.exec(text)?.[0];
}

describe("every route", () => {
  it("asks for a right", () => {
    expect(routes.length).toBeGreaterThan(100);
    expect(routes.filter(({ scope }) => scope === undefined)).toEqual([]);
  });

  it("gives and changes nothing of another operator, whatever the role", async () => {
    const before = await rowsOfFirst();
    const applied = h.answering.applied.length;
    const leaks: unknown[] = [];
    let pairs = 0;
    let requests = 0;
    for (const route of routes) {
      const body = route.method === "GET" ? undefined : bodyOf(route);
      for (const role of ROLES) {
        pairs++;
        for (const path of addresses(route)) {
          requests++;
          const options = { method: route.method, key: h.otherKeys[role], body };
          const headers = { "Idempotency-Key": `${route.path}-${role}` };
          const response = await h.call(path, { ...options, headers });
          const leak = leakIn(await response.text(), `${path}${JSON.stringify(body)}`);
          const isOurFault = response.status >= 500 && response.status !== 503;
          // With an id of the other operator in the address, there is nothing to succeed with.
          const isTaken = response.ok && /\{/.test(route.path) && !isOwnId(route);
          if (leak !== undefined || isOurFault || isTaken) {
            leaks.push([route.method, path, role, response.status, leak]);
          }
        }
      }
    }
    process.stdout.write(
      `isolation: ${routes.length} routes, ${pairs} pairs of route and role, ${requests} requests, ${leaks.length} leaks\n`,
    );
    expect(leaks).toEqual([]);
    expect(await rowsOfFirst()).toEqual(before);
    const others = h.answering.applied
      .slice(applied)
      .filter(
        (command) => "account_id" in command && h.accountIds.includes(String(command.account_id)),
      );
    expect(others).toEqual([]);
  }, 120_000);

  it("refuses every role that does not have its right, and no other for that", async () => {
    const wrong: unknown[] = [];
    for (const route of routes) {
      for (const role of ROLES) {
        // A customer's key without a customer may do nothing.
        const has = role !== "customer" && scopesOf(role, []).has(route.scope as never);
        const path = route.path.replaceAll(/\{\w+\}/g, "00000000-0000-4000-8000-000000000000");
        const body = route.method === "GET" ? undefined : {};
        const response = await h.call(path, { method: route.method, key: h.keys[role], body });
        const text = response.status === 403 ? await response.text() : "";
        const isRefused = text.includes('"code":"forbidden"') && text.includes("needs the scope");
        if (isRefused === has) wrong.push([route.method, route.path, role, response.status]);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it("finds what is its own, so that the walk above asks for things that are there", async () => {
    const reads = routes.filter(({ method, path }) => method === "GET" && path.includes("{"));
    const found: string[] = [];
    for (const route of reads) {
      for (const path of addresses(route).slice(0, 60)) {
        const { status } = await h.call(path);
        if (status !== 200) continue;
        found.push(route.path);
        break;
      }
    }
    process.stdout.write(
      `isolation: ${found.length} of ${reads.length} reads by id find their own\n`,
    );
    expect(found.length).toBeGreaterThan(reads.length / 3);
  }, 60_000);
});

/** Ids that clients make are their own in each operator: the same one there is another thing. */
function isOwnId({ path, method }: Route): boolean {
  return method === "PUT" && path === "/v1/vends/{vend_id}";
}
