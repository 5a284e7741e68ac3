import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { openRegistry, type Registry } from "./database.ts";

let servers: TestServers;
let registry: Registry;

beforeAll(async () => {
  servers = await withServers({ postgres: true });
  registry = await openRegistry(servers.postgresUrl, { folder: servers.data });
});
afterAll(async () => {
  await registry?.close();
  await servers?.stop();
});

test("a connection that breaks between two statements of a transaction fails it, and nothing else", async () => {
  const broken = registry.db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await registry.db.execute(sql`select pg_terminate_backend(${rows[0]?.pid})`);
    // Long enough for the end to be read while no statement is under way.
    await new Promise((done) => setTimeout(done, 200));
    await tx.execute(sql`select 1`);
  });
  await expect(broken).rejects.toThrow();
  const { rows } = await registry.db.execute<{ one: number }>(sql`select 1 as one`);
  expect(rows).toEqual([{ one: 1 }]);
});
