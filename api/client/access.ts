/**
 * Which installation a command talks to, and with whose key: what it is told, else the environment, else `access.json` of the
 * installation in the data folder.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadSettings } from "../../engine/contract/settings.ts";
import { type Client, type ClientOptions, createClient } from "./client.ts";

/** Whose key of `access.json` is taken. */
export type AccessRole = "operator" | "vendor";
/** What a command was told, and where else to look. */
export type AccessOptions = {
  url: string | undefined;
  key: string | undefined;
  role?: AccessRole;
  env: NodeJS.ProcessEnv;
  cwd: string;
};

/** A client for a command. Throws an Error of one line where neither a key nor the file is there. */
export function clientFor(
  options: AccessOptions,
  patience: Pick<ClientOptions, "attemptMs"> = {},
): Client {
  return createClient({ ...accessOf(options), ...patience });
}

/** The address and the key. Throws an Error of one line where they are not to be had. */
export function accessOf(options: AccessOptions): { url: string; key: string } {
  const { env, cwd, role = "operator" } = options;
  const url = options.url ?? env["DRAWDOWN_API_URL"];
  const key = options.key ?? env["DRAWDOWN_API_KEY"];
  if (url !== undefined && key !== undefined) return { url, key };
  const path = join(loadSettings(env, cwd).values.data, "access.json");
  if (!existsSync(path)) {
    throw new Error(`${path} is not there: give --url and --key, or start the installation`);
  }
  const access = JSON.parse(readFileSync(path, "utf8")) as {
    url: string;
    keys: Record<string, string>;
  };
  return { url: url ?? access.url, key: key ?? access.keys[role] ?? "" };
}
