/**
 * What the commands of the interface share: where to call, and the account that is meant.
 */
import { parseArgs } from "node:util";
import { type AccessRole, clientFor } from "../client/access.ts";
import type { Client } from "../client/client.ts";
import type { Schemas } from "../client/types.ts";

/** Where a command writes, and the environment that it reads. */
export type CommandIo = {
  stdout: { write(text: string): unknown };
  env: NodeJS.ProcessEnv;
  cwd: string;
};
/** A command's words and options, with its client. */
export type Asked = {
  words: string[];
  values: { json?: boolean; id?: string; tender?: string; terminal?: string };
  client: Client;
};

const FLAGS = {
  url: { type: "string" },
  key: { type: "string" },
  json: { type: "boolean" },
  id: { type: "string" },
  tender: { type: "string" },
  terminal: { type: "string" },
} as const;

/** Reads the arguments; `may` are the options beside url, key and json. Throws an Error with the code `usage` for wrong use. */
export function askedOf(
  argv: readonly string[],
  io: CommandIo,
  of: {
    usage: string;
    words: number;
    role: AccessRole;
    may?: readonly ("id" | "tender" | "terminal")[];
  },
): Asked {
  const { usage, words, role, may = [] } = of;
  const names = ["url", "key", "json", ...may] as const;
  const options = Object.fromEntries(names.map((name) => [name, FLAGS[name]]));
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw wrongUse(error instanceof Error ? error.message : String(error), usage);
  }
  const { positionals } = parsed;
  if (positionals.length !== words) throw wrongUse(`takes ${words} arguments`, usage);
  const { url, key, ...values } = parsed.values as Asked["values"] & { url?: string; key?: string };
  const client = clientFor({ url, key, role, env: io.env, cwd: io.cwd });
  return { words: positionals, values, client };
}

/** The account of an id or of a meter's serial number. Throws an Error of one line where there is none, or more than one. */
export async function accountNamed(client: Client, name: string): Promise<Schemas["Account"]> {
  if (/^[0-9a-f-]{36}$/i.test(name)) {
    return await client.get("/v1/accounts/{account_id}", { path: { account_id: name } });
  }
  const { items } = await client.get("/v1/accounts", { query: { meter_serial: name, limit: 2 } });
  const [account] = items;
  if (account === undefined) throw new Error(`no account has the meter ${name}: check the number`);
  if (items.length > 1) throw new Error(`more than one account has a meter ${name}: give the id`);
  return account;
}

/** The error of wrong use, with how it is used. */
export function wrongUse(message: string, usage: string): Error {
  return Object.assign(new Error(`${message}; usage: ${usage}`), { code: "usage" });
}
