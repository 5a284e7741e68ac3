import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { assetPath } from "../../engine/contract/assets.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { openRegistry } from "./database.ts";
import { accounts } from "./schema/accounts.ts";
import { supplyCommands } from "./schema/supply.ts";

/** A registry of an earlier version, with rows in it, is taken over by the newest schema. */

let servers: TestServers;

beforeAll(async () => {
  servers = await withServers({ postgres: true });
});
afterAll(() => servers?.stop());

const ID = "00000000-0000-4000-8000-00000000000";

/** A folder with the first so many migrations. */
function firstMigrations(many: number): string {
  const from = assetPath("api", "registry", "migrations");
  const folder = join(servers.data, "migrations");
  mkdirSync(join(folder, "meta"), { recursive: true });
  type Journal = { entries: { idx: number; tag: string }[] };
  const journal = JSON.parse(readFileSync(join(from, "meta", "_journal.json"), "utf8")) as Journal;
  const entries = journal.entries.slice(0, many);
  for (const { tag } of entries) cpSync(join(from, `${tag}.sql`), join(folder, `${tag}.sql`));
  writeFileSync(join(folder, "meta", "_journal.json"), JSON.stringify({ ...journal, entries }));
  return folder;
}

it("keeps accounts with what they were opened with, and takes what was refused before", async () => {
  const pool = new Pool({ connectionString: servers.postgresUrl });
  await migrate(drizzle({ client: pool }), { migrationsFolder: firstMigrations(2) });
  for (const row of [
    `insert into operators (id, name) values ('${ID}1', 'One')`,
    "insert into shards (shard) values (0)",
    `insert into sites (id, operator_id, name, timezone, shard) values ('${ID}2', '${ID}1', 'S', 'UTC', 0)`,
    `insert into units (id, site_id, name) values ('${ID}3', '${ID}2', 'U')`,
    `insert into usage_points (id, unit_id, service) values ('${ID}4', '${ID}3', 'water')`,
    `insert into gateways (site_id, shard, name, key) values ('${ID}2', 0, 'g', '${"a".repeat(64)}')`,
    `insert into price_lists (id, operator_id, name, service, currency) values ('${ID}5', '${ID}1', 'L', 'water', 'EUR')`,
    `insert into supply_policies (id, operator_id, name, currency, low_credit_micros, hysteresis_micros, disablement_threshold_micros, clearance_micros, max_balance_micros, automatic_cut, stale_after_s) values ('${ID}6', '${ID}1', 'P', 'EUR', '{}', 0, 0, 0, 1, true, 0)`,
    `insert into accounts (id, operator_id, usage_point_id, service, currency, shard, slot, gateway, price_list_id, policy_id, opened_at) values ('${ID}7', '${ID}1', '${ID}4', 'water', 'EUR', 0, 0, 1, '${ID}5', '${ID}6', now())`,
    `insert into price_list_versions (price_list_id, effective_from, text) values ('${ID}5', '2026-01-01', '{}')`,
  ]) {
    await pool.query(row);
  }
  await pool.end();
  const registry = await openRegistry(servers.postgresUrl, { folder: servers.data });
  const [account] = await registry.db.select().from(accounts);
  expect(account).toMatchObject({
    id: `${ID}7`,
    price_list_id: `${ID}5`,
    opening_price_list_id: `${ID}5`,
    opening_policy_id: `${ID}6`,
    holds: "money",
    critical_need: false,
    next_price_list_id: null,
    terms_due_at: null,
  });
  // A cut by the load limit is nobody's by hand (R75).
  const at = new Date();
  await registry.db.insert(supplyCommands).values({
    operator_id: `${ID}1`,
    account_id: `${ID}7`,
    action: "cut",
    cause: "load_limit",
    reason: "the load was over its limit",
    supply_number: 1,
    state: "sent",
    requested_at: at,
    updated_at: at,
  });
  await registry.close();
});
