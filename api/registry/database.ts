/**
 * The registry's connection to PostgreSQL: a bounded pool, and the schema brought up to date at start.
 */
import { DrizzleQueryError } from "drizzle-orm";
import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type { PgDatabase } from "drizzle-orm/pg-core";
import { type ClientBase, DatabaseError, Pool } from "pg";
import { assetPath } from "../../engine/contract/assets.ts";
import { type KeySource, takeKeys } from "./secrets/keyring.ts";
import { resealAll } from "./secrets/reseal.ts";

/** Most connections of one api process. */
const CONNECTIONS_MAX = 16;
const CONNECT_MS = 5_000;
/** A connection that nobody needs is kept for this long: a new one costs as much as some vends, and is asked for when many come at once. */
const IDLE_MS = 600_000;
const STATEMENT_MS = 15_000;
/** Most rows of one insert: PostgreSQL takes 65 535 parameters a statement. */
export const ROWS_AT_ONCE = 1_000;
/** Any number, the same in every process: migrations run in one of them at a time. */
const MIGRATION_LOCK = 7_202_611;

/** What queries run on: the pool or a transaction. */
export type Queryable = PgDatabase<NodePgQueryResultHKT>;

/** The open registry. */
export type Registry = { db: NodePgDatabase; close(): Promise<void> };

/**
 * Connects, takes up the keys of secrets, and brings the schema up to date. Rejects when the server does not answer, a
 * migration fails, or secrets are sealed with a key that is not there.
 */
export async function openRegistry(url: string, keys: KeySource): Promise<Registry> {
  const pool = poolOf(url);
  try {
    await bringUpToDate(pool, keys);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { db: drizzle({ client: pool }), close: () => pool.end() };
}

/** A bounded pool of connections; `onConnect` makes each new one ready before its first use. */
export function poolOf(url: string, onConnect?: (client: ClientBase) => Promise<void>): Pool {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    application_name: "drawdown",
    ...(onConnect && { onConnect }),
  });
  // A connection that breaks while idle is replaced at its next use; without a listener it would end the process.
  pool.on("error", () => undefined);
  // One that breaks between two statements of a transaction shows at the next one; the pool listens only while it is idle.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Brings the schema up to date as the tables' owner, then does what is to follow under the same lock. */
export async function bringUpToDate(
  pool: Pool,
  keys: KeySource,
  followUp?: (owner: ClientBase) => Promise<void>,
): Promise<void> {
  takeKeys(keys);
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query("set statement_timeout = 0");
    await migrate(drizzle({ client }), {
      migrationsFolder: assetPath("api", "registry", "migrations"),
    });
    await resealAll(client);
    await followUp?.(client);
  } finally {
    client.release(true);
  }
}

/** Whether an error is the violation of this unique constraint or index. */
export function isTaken(error: unknown, constraint: string): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return (
    cause instanceof DatabaseError && cause.code === "23505" && cause.constraint === constraint
  );
}

/** Whether an error means that PostgreSQL is away or too busy, so that the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  if (cause instanceof DatabaseError) {
    // Classes: connection exception, insufficient resources, operator intervention, transaction rollback.
    return ["08", "53", "57", "40"].includes((cause.code ?? "").slice(0, 2));
  }
  if (!(cause instanceof Error)) return false;
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  return (
    ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND"].includes(code) ||
    /timeout exceeded when trying to connect|Connection terminated|Client has encountered/.test(
      cause.message,
    )
  );
}

/** The only row of a statement that always gives one. */
export function one<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("a statement gave no row where it always gives one");
  return row;
}
