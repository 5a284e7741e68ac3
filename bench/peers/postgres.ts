/**
 * PostgreSQL as the opponent: balances in a table, readings applied by set-based updates (postgres.sql).
 *
 * Why it is fair: the readings do not come over a broker, they lie ready as array literals; batches of 32 Ki readings go over
 * two connections that never touch the same rows; a prepared statement; no rated rows are written. Tuned as its users would for
 * this work: a quarter of the memory as buffers, a large write-ahead log, room in pages for updates in place, no JIT.
 * Commits are durable, as ours are.
 */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startPostgres } from "../../engine/host/postgres.ts";
import type { Running } from "../../engine/host/running.ts";
import {
  FLEET_BEGIN_S,
  FLEET_CREDIT_MICROS,
  FLEET_PRICE_P,
  FLEET_STEP_S,
  type FrameSet,
  registerOf,
} from "../engine/fleet-frames.ts";
import { type Sample, timed } from "../harness/rounds.ts";
import { asSkip } from "../harness/skip.ts";

const CONNECTIONS = 2;
const BATCH = 32_768;
const PICOS_A_MICRO = 1_000_000n;
const UPDATE = readFileSync(new URL("postgres.sql", import.meta.url), "utf8");
const SETTINGS: Record<string, string> = {
  shared_buffers: `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`,
  max_wal_size: "16GB",
  min_wal_size: "4GB",
  checkpoint_timeout: "30min",
  wal_compression: "on",
  wal_buffers: "64MB",
  jit: "off",
};

/** A batch as parameters of the statement: three array literals. */
type Batch = [string, string, string];

/** A running server with the accounts in it. */
export class PostgresPeer {
  readonly #server: Running;
  readonly #clients: Client[];
  readonly #accounts: number;

  private constructor(server: Running, clients: Client[], accounts: number) {
    this.#server = server;
    this.#clients = clients;
    this.#accounts = accounts;
  }

  /** Starts and tunes it, with all accounts as they stand behind a step. Throws a SkipError where PostgreSQL can't be had. */
  static async start(folder: string, accounts: number, step: number): Promise<PostgresPeer> {
    const options = { data: join(folder, "postgres-peer"), port: 0 };
    const first = await asSkip(startPostgres(options));
    const admin = new Client({ connectionString: first.url });
    await admin.connect();
    for (const [name, value] of Object.entries(SETTINGS))
      await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await admin.end();
    await first.stop();
    const server = await startPostgres(options);
    const clients = Array.from(
      { length: CONNECTIONS },
      () => new Client({ connectionString: server.url }),
    );
    for (const client of clients) await client.connect();
    const peer = new PostgresPeer(server, clients, accounts);
    await peer.#fill(step);
    return peer;
  }

  /** The server's version. */
  async version(): Promise<string> {
    const result = await this.#clients[0]?.query("SHOW server_version");
    return String(result?.rows[0]?.server_version);
  }

  /** Applies the readings of a set; its check is the sum of balances. */
  async run({ fromStep, steps, readings }: FrameSet): Promise<Sample> {
    const parts = this.#clients.map((_, i) => this.#batches(i, fromStep, steps));
    const sample = await timed(async () => {
      await Promise.all(parts.map((batches, i) => this.#apply(i, batches)));
      return readings;
    }, [this.#server.pid]);
    const sum = await this.#clients[0]?.query("SELECT sum(balance)::text AS sum FROM accounts");
    return { ...sample, check: String(sum?.rows[0]?.sum) };
  }

  /** Ends it. */
  async stop(): Promise<void> {
    for (const client of this.#clients) await client.end();
    await this.#server.stop();
  }

  async #fill(step: number): Promise<void> {
    const [client] = this.#clients;
    await client?.query(
      "CREATE TABLE accounts (account int PRIMARY KEY, register bigint NOT NULL, read_s bigint NOT NULL, " +
        "balance bigint NOT NULL, carry int NOT NULL) WITH (fillfactor = 50)",
    );
    for (let from = 0; from < this.#accounts; from += BATCH) {
      const count = Math.min(BATCH, this.#accounts - from);
      const all = Array.from({ length: count }, (_, i) => from + i);
      const used = all.map((account) => BigInt(registerOf(account, step) - registerOf(account, 0)));
      const costs = used.map((each) => each * FLEET_PRICE_P);
      await client?.query(
        `INSERT INTO accounts SELECT account, register, ${FLEET_BEGIN_S + step * FLEET_STEP_S}, balance, carry ` +
          "FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[]) AS r (account, register, balance, carry)",
        [
          literal(all),
          literal(all.map((account) => registerOf(account, step))),
          literal(costs.map((cost) => FLEET_CREDIT_MICROS - cost / PICOS_A_MICRO)),
          literal(costs.map((cost) => cost % PICOS_A_MICRO)),
        ],
      );
    }
    await client?.query("VACUUM ANALYZE accounts");
  }

  /** The batches of one connection: its share of the accounts, step by step. */
  #batches(connection: number, fromStep: number, steps: number): Batch[] {
    const share = Math.ceil(this.#accounts / CONNECTIONS);
    const begin = connection * share;
    const end = Math.min(this.#accounts, begin + share);
    const batches: Batch[] = [];
    for (let step = fromStep; step < fromStep + steps; step++) {
      for (let from = begin; from < end; from += BATCH) {
        const all = Array.from({ length: Math.min(BATCH, end - from) }, (_, i) => from + i);
        const atS = FLEET_BEGIN_S + step * FLEET_STEP_S;
        batches.push([
          literal(all),
          literal(all.map((account) => registerOf(account, step))),
          literal(all.map(() => atS)),
        ]);
      }
    }
    return batches;
  }

  async #apply(connection: number, batches: readonly Batch[]): Promise<void> {
    for (const values of batches) {
      const result = await this.#clients[connection]?.query({
        name: "apply",
        text: UPDATE,
        values,
      });
      const wanted = values[0].split(",").length;
      if (result?.rowCount !== wanted)
        throw new Error(`PostgreSQL took ${result?.rowCount} of ${wanted} readings`);
    }
  }
}

function literal(values: readonly (number | bigint)[]): string {
  return `{${values.join(",")}}`;
}
