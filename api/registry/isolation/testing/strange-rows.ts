/**
 * For tests: a row of an operator in any table of the catalogue, made of what the catalogue says alone, so that a table that is
 * new needs nothing here. Checks, foreign keys and uniqueness are taken off first: they are not what keeps operators apart.
 */
import { randomInt, randomUUID } from "node:crypto";
import type { Client } from "pg";
import { quoted } from "../policies.ts";
import { belongingOf } from "../tables.ts";

type Column = { name: string; type: string; isNeeded: boolean; isSettable: boolean };
/** A table as the catalogue has it; `keys` are the columns of its primary key. */
export type CatalogueTable = { table: string; columns: Column[]; keys: string[] };
/** A row by its columns. */
export type Row = Record<string, unknown>;

/** All tables of the registry. Takes checks, foreign keys and uniqueness off. */
export async function bareCatalogue(owner: Client): Promise<CatalogueTable[]> {
  const { rows: constraints } = await owner.query<{ table: string; name: string }>(
    "select conrelid::regclass::text as table, conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'u') order by contype = 'f' desc",
  );
  for (const { table, name } of constraints)
    await owner.query(`alter table ${table} drop constraint ${quoted(name)}`);
  const { rows: indexes } = await owner.query<{ name: string }>(
    "select indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace and i.indisunique and not i.indisprimary",
  );
  for (const { name } of indexes) await owner.query(`drop index ${name}`);
  const { rows } = await owner.query<CatalogueTable>(
    `select c.relname as table,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
        'isNeeded', a.attnotnull and not a.atthasdef and a.attidentity = '',
        'isSettable', a.attidentity = '' and a.attgenerated = '') order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select json_agg(a.attname) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
        where i.indrelid = c.oid and i.indisprimary), '[]') as keys
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname`,
  );
  return rows;
}

/** What a new row of the operator would hold; rows that it hangs on are made as the owner where there are none. */
export async function strangeRow(
  owner: Client,
  catalogue: readonly CatalogueTable[],
  { table, columns }: CatalogueTable,
  operatorId: string,
): Promise<Row> {
  const row: Row = {};
  for (const { name, type, isNeeded } of columns) if (isNeeded) row[name] = anyOf(type);
  const belonging = belongingOf(
    table,
    columns.map(({ name }) => name),
  );
  if (belonging?.by === "column") row[belonging.column] = operatorId;
  if (belonging?.by !== "parents") return row;
  for (const { parent, columns: same } of belonging.parents) {
    const above = catalogue.find((each) => each.table === parent);
    if (above === undefined) throw new Error(`${table} hangs on ${parent}, which is no table`);
    const theirs =
      parent === "operators"
        ? { id: operatorId }
        : await insertAs(owner, parent, await strangeRow(owner, catalogue, above, operatorId));
    for (const [own, other] of Object.entries(same)) row[own] = theirs[other];
  }
  return row;
}

/** Puts a row in; gives it as it is then. */
export async function insertAs(client: Client, table: string, row: Row): Promise<Row> {
  const names = Object.keys(row);
  const { rows } = await client.query<Row>(
    `insert into ${quoted(table)} (${names.map(quoted).join(", ")}) values (${names.map((_, at) => `$${at + 1}`).join(", ")}) returning *`,
    names.map((name) => row[name]),
  );
  return rows[0] ?? {};
}

function anyOf(type: string): unknown {
  if (type === "uuid") return randomUUID();
  if (type.endsWith("[]")) return "{}";
  if (/^(bigint|integer|smallint|numeric)/.test(type)) return randomInt(1, 1_000_000_000);
  if (/^(timestamp|date)/.test(type)) return new Date(randomInt(1, 2_000_000_000) * 1_000);
  if (type.startsWith("json")) return "{}";
  if (type === "boolean") return false;
  if (type === "bytea") return Buffer.alloc(1);
  return randomUUID();
}
