/**
 * For tests: a database of its own on a PostgreSQL that is there, in place of an embedded one.
 */
import { randomBytes } from "node:crypto";
import { Client } from "pg";

/** Makes the database; `stop` drops it and the roles that have its name. */
export async function databaseOf(server: string): Promise<{ url: string; stop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onServer(server, [`create database ${name}`]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    stop: () =>
      onServer(server, [
        `drop database ${name} with (force)`,
        `drop role if exists ${name}_app, ${name}_system`,
      ]),
  };
}

async function onServer(server: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
