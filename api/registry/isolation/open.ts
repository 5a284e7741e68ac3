/**
 * The registry as the api has it: brought up to date by the owner of its tables, then used by a role that sees, of every table,
 * the rows of one operator.
 */
import { drizzle } from "drizzle-orm/node-postgres";
import { type ClientBase, DatabaseError, type Pool } from "pg";
import { bringUpToDate, poolOf, type Registry } from "../database.ts";
import type { KeySource } from "../secrets/keyring.ts";
import { applyIsolation } from "./apply.ts";
import { type Login, loginOf } from "./login.ts";
import { checkApp, RolesError, resetPassword } from "./roles.ts";
import { ScopedPool } from "./scoped-pool.ts";
import { prepareScopes } from "./scoped-query.ts";

/** Where the registry is: the owner's address, and the api's own where somebody else made its role ("": made of the owner's). */
export type RegistryAddress = { owner: string; app: string };

/**
 * Opens it. Every query must be made within `asOperator` or `crossing`. Rejects as `openRegistry` does, and with a RolesError where
 * the roles cannot be had as they must be.
 */
export async function openIsolated(address: RegistryAddress, keys: KeySource): Promise<Registry> {
  const login = loginOf(address.owner, address.app);
  const owner = poolOf(address.owner);
  try {
    await bringUpToDate(owner, keys, async (client) => {
      await applyIsolation(client, login);
      await takeIn(client, login);
    });
  } finally {
    await owner.end();
  }
  const pool = poolOf(login.url, prepareScopes);
  // Drizzle asks nothing of a pool but these two.
  const client = new ScopedPool(pool, login.roles.system) as unknown as Pool;
  return { db: drizzle({ client }), close: () => pool.end() };
}

/** Logs in once as the first role, gives it the password that it should have, and looks whether row security holds for it. */
async function takeIn(owner: ClientBase, login: Login): Promise<void> {
  try {
    await tryApp(login);
  } catch (error) {
    if (!isRefused(error)) throw error;
    await resetPassword(owner, login);
    await tryApp(login).catch((again: unknown) => {
      if (!isRefused(again)) throw again;
      throw new RolesError(
        `PostgreSQL does not let its role ${login.roles.app} in: set DRAWDOWN_POSTGRES_APP_URL to an address with which it does`,
        { cause: again },
      );
    });
  }
}

async function tryApp({ url, roles }: Login): Promise<void> {
  const pool = poolOf(url);
  try {
    const client = await pool.connect();
    try {
      await checkApp(client, roles);
    } finally {
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

/** A wrong password, or none where one is needed. */
function isRefused(error: unknown): boolean {
  if (error instanceof DatabaseError) return ["28P01", "28000"].includes(error.code ?? "");
  return error instanceof Error && /password must be a string/.test(error.message);
}
