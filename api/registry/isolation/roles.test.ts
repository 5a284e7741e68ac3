import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestServers, withServers } from "../../../engine/host/testing.ts";
import { openRegistry } from "../database.ts";
import { accounts } from "../schema/accounts.ts";
import { operators } from "../schema/parties.ts";
import { applyIsolation } from "./apply.ts";
import { loginOf } from "./login.ts";
import { openIsolated, type RegistryAddress } from "./open.ts";
import { asOperator, crossing } from "./scope.ts";

/** The roles: made by an owner that may, asked for of a DBA by one that may not, refused where row security would not hold. */

let servers: TestServers;
let superuser: Client;
const made: string[] = [];

beforeAll(async () => {
  servers = await withServers({ postgres: true });
  superuser = new Client({ connectionString: servers.postgresUrl });
  await superuser.connect();
});
afterAll(async () => {
  for (const name of made.toReversed()) await superuser?.query(`drop ${name}`);
  await superuser?.end();
  await servers?.stop();
});

const keys = () => ({ folder: servers.data });
const open = (address: RegistryAddress) => openIsolated(address, keys());
const suffix = () => `${process.pid}_${made.length}`;

/** A database with an owner of its own, who is no superuser. */
async function databaseOwnedBy(rights: string): Promise<{ url: string; name: string }> {
  const name = `owned_${suffix()}`;
  await superuser.query(`create role ${name} login ${rights} password 'pw'`);
  made.push(`role ${name}`);
  await superuser.query(`create database ${name} owner ${name}`);
  made.push(`role if exists ${name}_app, ${name}_system`, `database ${name} with (force)`);
  const url = new URL(servers.postgresUrl);
  url.username = name;
  url.password = "pw";
  url.pathname = `/${name}`;
  return { url: url.href, name };
}

it("takes over a registry from before there were roles, and finds nothing to do at the next start", async () => {
  const before = await openRegistry(servers.postgresUrl, keys());
  const ids = await before.db
    .insert(operators)
    .values([{ name: "A" }, { name: "B" }])
    .returning();
  await before.close();
  const registry = await open({ owner: servers.postgresUrl, app: "" });
  for (const { id, name } of ids) {
    expect(await asOperator(id, () => registry.db.select().from(operators))).toMatchObject([
      { name },
    ]);
  }
  await registry.close();
  expect(await applyIsolation(superuser, loginOf(servers.postgresUrl, ""))).toEqual([]);
  await superuser.query("drop policy own_rows on accounts");
  await superuser.query("alter table sites disable row level security");
  await superuser.query(
    `revoke all on vends from "${loginOf(servers.postgresUrl, "").roles.app}", "${loginOf(servers.postgresUrl, "").roles.system}"`,
  );
  expect(await applyIsolation(superuser, loginOf(servers.postgresUrl, ""))).toEqual([
    "accounts",
    "sites",
    "vends",
  ]);
});

it("works for an owner that is no superuser but may make roles", async () => {
  const { url } = await databaseOwnedBy("createrole");
  const registry = await open({ owner: url, app: "" });
  expect(await crossing("stream", () => registry.db.select().from(accounts))).toEqual([]);
  await registry.close();
  // The role was given another password, as by a change of the owner's: it is set anew.
  const login = loginOf(url, "");
  await superuser.query(`alter role ${login.roles.app} password 'lost'`);
  await (await open({ owner: url, app: "" })).close();
});

it("says what to run where the owner may make no roles, and works once that was run", async () => {
  const { url, name } = await databaseOwnedBy("");
  const refused = await open({ owner: url, app: "" }).then(
    () => "",
    (error: Error) => error.message,
  );
  const told =
    /as a superuser run: (.*); and set DRAWDOWN_POSTGRES_APP_URL/.exec(refused)?.[1] ?? "";
  expect(told).toContain(`create role "${name}_app" login noinherit`);
  for (const statement of told.split("; ")) await superuser.query(statement.replace("…", "given"));
  const app = new URL(url);
  app.username = `${name}_app`;
  app.password = "given";
  const registry = await open({ owner: url, app: app.href });
  expect(await crossing("stream", () => registry.db.select().from(accounts))).toEqual([]);
  await registry.close();
});

it("refuses to work as the owner, as a superuser, or as one that inherits what crossings may", async () => {
  const { url, name } = await databaseOwnedBy("createrole");
  await expect(open({ owner: url, app: url })).rejects.toThrow("another user");
  const at = new URL(servers.postgresUrl);
  at.pathname = `/${name}`;
  await expect(open({ owner: url, app: at.href })).rejects.toThrow(
    /may not make its roles|superuser/,
  );
  await (await open({ owner: url, app: "" })).close();
  await superuser.query(`alter role ${name}_app bypassrls`);
  await expect(open({ owner: url, app: "" })).rejects.toThrow("bypasses row security");
  await superuser.query(`alter role ${name}_app nobypassrls inherit`);
  await superuser.query(`revoke ${name}_system from ${name}_app`);
  await superuser.query(`grant ${name}_system to ${name}_app`);
  await expect(open({ owner: url, app: "" })).rejects.toThrow(`inherits from ${name}_system`);
});
