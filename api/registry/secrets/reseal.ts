/**
 * Brings what is sealed with older keys, or not sealed at all, to the key of now: after an upgrade and after a rotation.
 */
import type { PoolClient } from "pg";
import { COMMAND_PURPOSE } from "./gateway-command.ts";
import { knowsKey, opened, sealed, sealingKey, unknownKey } from "./keyring.ts";
import { sealedPrefix } from "./seal.ts";

/** Rows of one step. */
const STEP_ROWS = 500;

type Client = Pick<PoolClient, "query">;
/** Where secrets are: which rows, how theirs are read, and how each is put back from the new text of this name. */
type Place = {
  table: string;
  id: string;
  type: "uuid" | "bigint";
  values: readonly string[];
  set: (at: number, text: string) => string;
  where: string;
  of: string;
};

const columns = (table: string, names: readonly string[], id: "id" | "number" = "id"): Place => ({
  table,
  id,
  type: id === "id" ? "uuid" : "bigint",
  values: names,
  set: (at, text) => `${names[at]} = ${text}`,
  where: "true",
  of: table,
});
const PLACES: readonly Place[] = [
  columns("gateways", ["key"], "number"),
  columns("meters", ["key"]),
  // Together: what a row holds is checked as a whole.
  columns("webhook_endpoints", ["secret", "old_secret"]),
  columns("auto_top_ups", ["method"]),
  {
    table: "engine_commands",
    id: "id",
    type: "bigint",
    values: ["body->>'key'"],
    set: (_, text) => `body = jsonb_set(body, '{key}', to_jsonb(${text}))`,
    // By shard, so that the index on places serves.
    where:
      "shard = any(array(select shard from shards)) and slot is null and body->>'op' = 'set_gateway'",
    of: COMMAND_PURPOSE,
  },
];

/** Seals with the key of now whatever is not; gives how many there were. Throws, with nothing changed, where a key is not known. */
export async function resealAll(client: Client): Promise<number> {
  for (const id of await keysInUse(client)) if (!knowsKey(id)) throw unknownKey(id);
  let resealed = 0;
  for (const place of PLACES) resealed += await resealPlace(client, place);
  return resealed;
}

/** The ids of the keys that something is sealed with. */
async function keysInUse(client: Client): Promise<string[]> {
  const each = PLACES.flatMap(({ table, values, where }) =>
    values.map(
      (value) =>
        `select split_part(${value}, '.', 3) as id from ${table} where ${where} and ${value} like 'sealed.1.%'`,
    ),
  );
  const { rows } = await client.query<{ id: string }>(each.join(" union "));
  return rows.map(({ id }) => id).sort();
}

type Row = { id: string; texts: (string | null)[] };

async function resealPlace(client: Client, place: Place): Promise<number> {
  const { table, id, type, values, set, where, of } = place;
  const prefix = sealedPrefix(sealingKey());
  const isOlder = values.map((value) => `not starts_with(${value}, $1)`).join(" or ");
  const texts = values.map((_, at) => `n.text_${at}`);
  const sets = texts.map((text, at) => set(at, text)).join(", ");
  const same = values.map((value, at) => `${value} is not distinct from n.old_${at}`).join(" and ");
  const given = values.flatMap((_, at) => [`$${2 * at + 2}::text[]`, `$${2 * at + 3}::text[]`]);
  const names = values.flatMap((_, at) => [`text_${at}`, `old_${at}`]);
  let resealed = 0;
  for (;;) {
    const { rows } = await client.query<Row>(
      `select ${id}::text as id, array[${values.join(", ")}] as texts from ${table}
       where ${where} and (${isOlder}) limit ${STEP_ROWS}`,
      [prefix],
    );
    if (rows.length === 0) return resealed;
    // Where somebody has changed one meanwhile, theirs stays, and is looked at in the next step.
    await client.query(
      `update ${table} set ${sets}
       from unnest($1::${type}[], ${given.join(", ")}) as n(id, ${names.join(", ")})
       where ${table}.${id} = n.id and ${same}`,
      [
        rows.map((row) => row.id),
        ...values.flatMap((_, at) => [resealedOf(rows, at, of), oldOf(rows, at)]),
      ],
    );
    resealed += rows.length;
  }
}

function oldOf(rows: readonly Row[], at: number): (string | null)[] {
  return rows.map(({ texts }) => texts[at] ?? null);
}

function resealedOf(rows: readonly Row[], at: number, of: string): (string | null)[] {
  return oldOf(rows, at).map((text) => (text === null ? null : sealed(opened(text, of), of)));
}
