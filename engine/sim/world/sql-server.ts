/**
 * A real PostgreSQL in WebAssembly, in this very thread. A statement is one message to it and one back, at once; it is
 * parsed and planned the same way every time, whatever came before.
 */
import { readFileSync } from "node:fs";
import type { messages, PGlite, protocol } from "@electric-sql/pglite";
import pg from "pg";
import { takeKeys } from "../../../api/registry/secrets/keyring.ts";
import { assetPath } from "../../contract/assets.ts";

/** What a statement gave: values as text, as they came. */
export type SqlResult = {
  fields: readonly { name: string; dataTypeID: number }[];
  rows: readonly (readonly (string | null)[])[];
  rowCount: number;
};

/** Nothing here outlives the process, so nothing need be logged. Referring tables go before those that they refer to. */
const WITHOUT_LOG = `
do $$ declare each record; again boolean := true; begin
  while again loop
    again := false;
    for each in select oid::regclass as name from pg_class
      where relkind = 'r' and relpersistence = 'p' and relnamespace = 'public'::regnamespace order by oid loop
      begin
        execute format('alter table %s set unlogged', each.name);
      exception when others then again := true;
      end;
    end loop;
  end loop;
end $$`;

/** What the registry's secrets are sealed with: nothing that a seed brings depends on it. */
const SEALING_KEY = Buffer.alloc(32, 1).toString("base64");

type Protocol = typeof protocol;

/** The server of this thread. It is used by one world after another. */
export class SqlServer {
  readonly #server: PGlite;
  readonly #protocol: Protocol;
  readonly #parser: InstanceType<Protocol["Parser"]>;
  /** Names of statements that were parsed already. */
  readonly #names = new Map<string, string>();

  private constructor(server: PGlite, parts: Protocol) {
    this.#server = server;
    this.#protocol = parts;
    this.#parser = new parts.Parser();
  }

  /** Starts the server and brings its schema up to date. */
  static async start(): Promise<SqlServer> {
    const loaded = await import("@electric-sql/pglite").catch((cause: unknown) => {
      throw new Error("the simulator needs its PostgreSQL: run npm ci without --omit=dev", {
        cause,
      });
    });
    takeKeys({ folder: "", setting: SEALING_KEY });
    const server = await loaded.PGlite.create();
    const path = assetPath("api", "registry", "migrations");
    const journal = JSON.parse(readFileSync(`${path}/meta/_journal.json`, "utf8")) as {
      entries: { tag: string }[];
    };
    for (const { tag } of journal.entries) {
      const text = readFileSync(`${path}/${tag}.sql`, "utf8");
      await server.exec(text.replaceAll("--> statement-breakpoint", ""));
    }
    // Plans are made once, and anew after the tables were emptied for another world: by that world alone.
    await server.exec("set plan_cache_mode = force_generic_plan");
    await server.exec(WITHOUT_LOG);
    return new SqlServer(server, loaded.protocol);
  }

  /** Carries out one statement; `nowMs` is what the server's clock shows. Throws a DatabaseError as the driver does. */
  run(text: string, values: readonly (string | null)[], nowMs: number): SqlResult {
    const machineNow = Date.now;
    // The server asks this process for the time.
    Date.now = () => nowMs;
    try {
      return this.#read(this.#server.execProtocolRawSync(this.#messageOf(text, values)));
    } finally {
      Date.now = machineNow;
    }
  }

  /** Ends the server. */
  close(): Promise<void> {
    return this.#server.close();
  }

  #messageOf(text: string, values: readonly (string | null)[]): Uint8Array {
    const { serialize } = this.#protocol;
    const known = this.#names.get(text);
    const name = known ?? `s${this.#names.size}`;
    const parts = [
      ...(known === undefined ? [serialize.parse({ name, text })] : []),
      serialize.bind({ statement: name, values: [...values] }),
      serialize.describe({ type: "P" }),
      serialize.execute({}),
      serialize.sync(),
    ];
    this.#names.set(text, name);
    return Buffer.concat(parts);
  }

  #read(answer: Uint8Array): SqlResult {
    let fields: SqlResult["fields"] = [];
    const rows: (string | null)[][] = [];
    let rowCount = 0;
    let failed: Error | undefined;
    this.#parser.parse(answer.slice().buffer, (message) => {
      if (message.name === "rowDescription")
        fields = (message as messages.RowDescriptionMessage).fields;
      else if (message.name === "dataRow") rows.push((message as messages.DataRowMessage).fields);
      else if (message.name === "commandComplete")
        rowCount = Number((message as messages.CommandCompleteMessage).text.split(" ").at(-1)) || 0;
      else if (message instanceof Error) failed = message;
    });
    if (failed !== undefined)
      throw Object.assign(new pg.DatabaseError(failed.message, 0, "error"), { ...failed });
    return { fields, rows, rowCount };
  }
}
