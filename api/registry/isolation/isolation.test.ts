/**
 * The policies alone: what the api's role sees and changes of every table there is, whatever its queries say.
 */
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestServers, withServers } from "../../../engine/host/testing.ts";
import { loginOf } from "./login.ts";
import { openIsolated } from "./open.ts";
import { quoted } from "./policies.ts";
import { OPERATOR_SETTING } from "./scope.ts";
import { appPrivileges, belongingOf } from "./tables.ts";
import {
  bareCatalogue,
  type CatalogueTable,
  insertAs,
  type Row,
  strangeRow,
} from "./testing/strange-rows.ts";

const ONE = randomUUID();
const OTHER = randomUUID();
/** Rows of each operator in each table, so that whose are seen can be told by how many. */
const MANY = { [ONE]: 1, [OTHER]: 2 };

let servers: TestServers;
let owner: Client;
let app: Client;
let catalogue: CatalogueTable[];
let kept: CatalogueTable[];
const rows = new Map<string, Record<string, Row[]>>();

beforeAll(async () => {
  servers = await withServers({ postgres: true });
  const address = { owner: servers.postgresUrl, app: "" };
  await (await openIsolated(address, { folder: servers.data })).close();
  owner = new Client({ connectionString: servers.postgresUrl });
  app = new Client({ connectionString: loginOf(servers.postgresUrl, "").url });
  await owner.connect();
  await app.connect();
  catalogue = await bareCatalogue(owner);
  kept = catalogue.filter((table) => belonging(table)?.by !== "installation");
  for (const table of kept) {
    const own: Record<string, Row[]> = {};
    for (const [operatorId, many] of Object.entries(MANY)) {
      own[operatorId] = [];
      for (let at = 0; at < many; at++) own[operatorId].push(await makeRow(table, operatorId));
    }
    rows.set(table.table, own);
  }
}, 60_000);
afterAll(async () => {
  await app?.end();
  await owner?.end();
  await servers?.stop();
});

function belonging({ table, columns }: CatalogueTable) {
  return belongingOf(
    table,
    columns.map(({ name }) => name),
  );
}

/** Where an operator can have one row alone, that one. */
async function makeRow(table: CatalogueTable, operatorId: string): Promise<Row> {
  const row = await strangeRow(owner, catalogue, table, operatorId);
  const { where, values } = isRow(table, row);
  const { rows: there } = table.keys.every((key) => row[key] !== undefined)
    ? await owner.query<Row>(`select * from ${quoted(table.table)} where ${where}`, values)
    : { rows: [] };
  return there[0] ?? (await insertAs(owner, table.table, row));
}

/** Does something as the api's role for an operator, or for none, and undoes it; gives what came of it, or PostgreSQL's refusal. */
async function as(operatorId: string | undefined, text: string, values: unknown[] = []) {
  await app.query("begin");
  try {
    if (operatorId !== undefined)
      await app.query(`select set_config('${OPERATOR_SETTING}', $1, true)`, [operatorId]);
    const { rowCount } = await app.query(text, values);
    return rowCount;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await app.query("rollback");
  }
}

const DENIED = "42501";

/** Where the primary key is this row's. */
function isRow({ keys }: CatalogueTable, row: Row): { where: string; values: unknown[] } {
  const where = keys.map((key, at) => `${quoted(key)} = $${at + 1}`).join(" and ");
  return { where, values: keys.map((key) => row[key]) };
}

describe("every table of the catalogue", () => {
  it("says whose its rows are", () => {
    expect(catalogue.length).toBeGreaterThan(45);
    expect(
      catalogue.filter((table) => belonging(table) === undefined).map(({ table }) => table),
    ).toEqual([]);
    expect(catalogue.filter(({ keys }) => keys.length === 0).map(({ table }) => table)).toEqual([]);
  });

  it("has row security on and is not the api's role's", async () => {
    const { rows: found } = await owner.query<{ table: string; secured: boolean; role: string }>(
      "select relname as table, relrowsecurity as secured, relowner::regrole::text as role from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')",
    );
    const open = found.filter(({ secured }) => !secured).map(({ table }) => table);
    expect(open.sort()).toEqual(["shards", "token_keys"]);
    expect(found.filter(({ role }) => role.endsWith("_app") || role.endsWith("_system"))).toEqual(
      [],
    );
  });

  it("shows an operator its own rows, and nobody's to whoever is none", async () => {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const { table } of kept) {
      const all = `select from ${quoted(table)}`;
      seen[table] = [
        await as(ONE, all),
        await as(OTHER, all),
        await as(undefined, all),
        await as(randomUUID(), all),
      ];
      const own = (operatorId: string) => ownRowsOf(table, operatorId);
      wanted[table] = [await own(ONE), await own(OTHER), 0, 0];
    }
    expect(seen).toEqual(wanted);
  });

  it("lets nobody change or delete another's row, nor make one", async () => {
    const done: unknown[] = [];
    let tried = 0;
    for (const table of kept) {
      const name = quoted(table.table);
      const can = appPrivileges(table.table);
      const strange = rows.get(table.table)?.[OTHER]?.[0] ?? {};
      const own = rows.get(table.table)?.[ONE]?.[0] ?? {};
      const fresh = await strangeRow(owner, catalogue, table, OTHER);
      // A new operator, and the first row of one that has none.
      const key = table.columns.find(({ isSettable }) => isSettable)?.name ?? "";
      const how = belonging(table);
      if (how?.by === "column" && table.keys.every((each) => each === how.column))
        fresh[how.column] = randomUUID();
      const names = Object.keys(fresh);
      const insert = `insert into ${name} (${names.map(quoted).join(", ")}) values (${names.map((_, at) => `$${at + 1}`).join(", ")})`;
      for (const operatorId of [ONE, undefined, randomUUID()]) {
        const { where, values } = isRow(table, strange);
        const tries = {
          select: await as(operatorId, `select from ${name} where ${where}`, values),
          update: await as(
            operatorId,
            `update ${name} set ${quoted(key)} = ${quoted(key)} where ${where}`,
            values,
          ),
          delete: await as(operatorId, `delete from ${name} where ${where}`, values),
          insert: await as(
            operatorId,
            insert,
            names.map((each) => fresh[each]),
          ),
        };
        const fine = {
          select: 0,
          update: can.includes("update") ? 0 : DENIED,
          delete: can.includes("delete") ? 0 : DENIED,
          insert: DENIED,
        };
        tried += 4;
        if (JSON.stringify(tries) !== JSON.stringify(fine))
          done.push([table.table, operatorId, tries]);
      }
      // The same is carried out where it is one's own, so that the zeros above say something.
      const mine = isRow(table, own);
      const touched = await as(
        ONE,
        `update ${name} set ${quoted(key)} = ${quoted(key)} where ${mine.where}`,
        mine.values,
      );
      if (can.includes("update") && touched !== 1) done.push([table.table, "own", touched]);
    }
    process.stdout.write(
      `row security: ${kept.length} tables, ${tried} attempts on another operator's rows\n`,
    );
    expect(done).toEqual([]);
  });

  it("lets nobody give a row away", async () => {
    for (const table of kept) {
      const found = belonging(table);
      if (found?.by !== "column" || !appPrivileges(table.table).includes("update")) continue;
      const { where, values } = isRow(table, rows.get(table.table)?.[ONE]?.[0] ?? {});
      const give = `update ${quoted(table.table)} set ${quoted(found.column)} = '${OTHER}' where ${where}`;
      expect([table.table, await as(ONE, give, values)]).toEqual([table.table, DENIED]);
    }
  });

  it("is closed to everybody while nobody has said whose it is", async () => {
    await owner.query("create table newcomers (id uuid primary key)");
    await owner.query("insert into newcomers values (gen_random_uuid())");
    await (
      await openIsolated({ owner: servers.postgresUrl, app: "" }, { folder: servers.data })
    ).close();
    expect(await as(ONE, "select from newcomers")).toBe(DENIED);
    await owner.query("drop table newcomers");
  });
});

/** How many rows an operator has, by the owner's count: there are also those that others hang on. */
async function ownRowsOf(table: string, operatorId: string): Promise<number> {
  const text = `select count(*)::int as many from ${quoted(table)} t0 where ${isOf(table, "t0", operatorId)}`;
  const { rows: counted } = await owner.query<{ many: number }>(text);
  return counted[0]?.many ?? -1;
}

function isOf(table: string, alias: string, operatorId: string): string {
  const found = catalogue.find((each) => each.table === table);
  const how = found && belonging(found);
  if (how?.by === "column") return `${alias}.${quoted(how.column)} = '${operatorId}'`;
  if (how?.by !== "parents") return "false";
  const parents = how.parents.map(({ parent, columns }, at) => {
    const own = `${alias}_${at}`;
    const same = Object.entries(columns).map(
      ([mine, theirs]) => `${own}.${quoted(theirs)} = ${alias}.${quoted(mine)}`,
    );
    return `exists (select from ${quoted(parent)} ${own} where ${same.join(" and ")} and ${isOf(parent, own, operatorId)})`;
  });
  return parents.join(" and ");
}
