/**
 * The registry's server as one world sees it, behind the same drizzle driver as in life. It has one session, so whoever
 * needs it waits for its turn; what a dead process had begun is rolled back, as a server does.
 */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { Random } from "../../prove/random.ts";
import { BEGIN_MS, type Life } from "./life.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SqlServer } from "./sql-server.ts";

/** How long a statement takes. */
const STATEMENT_US: readonly [number, number] = [100, 1_200];

type Types = { getTypeParser(oid: number, format: string): (text: string) => unknown };
/** A statement as drizzle gives it to its driver. */
type Statement = string | { text: string; rowMode?: "array"; types?: Types };
type Rows = { rows: unknown[]; rowCount: number };
type Lease = { life: Life };

/** The server of a world. */
export class Postgres {
  readonly #server: SqlServer;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  #holder: Lease | undefined;
  #waiting: { lease: Lease; grant: () => void }[] = [];

  constructor(server: SqlServer, parts: { scheduler: Scheduler; random: Random }) {
    this.#server = server;
    this.#scheduler = parts.scheduler;
    this.#random = parts.random;
    // The world before may have been left in the middle of something.
    this.now("rollback");
  }

  /** The registry as a process sees it. */
  connect(life: Life): NodePgDatabase {
    // A pool by its name, which is what drizzle asks for before a transaction.
    const pool = new SimPool(this, life);
    return drizzle({ client: pool as unknown as pg.Pool });
  }

  /** Ends what a dead process had begun, and gives its turn away. */
  release(life: Life): void {
    this.#waiting = this.#waiting.filter(({ lease }) => lease.life !== life);
    if (this.#holder?.life !== life) return;
    this.now("rollback");
    this.#next();
  }

  /** Waits for a turn. */
  async lease(life: Life): Promise<Lease> {
    const lease = { life };
    if (this.#holder === undefined) this.#holder = lease;
    else await new Promise<void>((grant) => this.#waiting.push({ lease, grant }));
    return lease;
  }

  /** Gives the turn to whoever waits longest. */
  giveBack(lease: Lease): void {
    if (this.#holder === lease) this.#next();
  }

  /** Carries out one statement, which takes its time. */
  run(life: Life, statement: Statement, values: readonly unknown[]): Promise<Rows> {
    return new Promise((done, failed) => {
      life.after(this.#random.int(...STATEMENT_US), () => {
        try {
          done(this.#execute(statement, values));
        } catch (error) {
          failed(error);
        }
      });
    });
  }

  /** Carries out a statement at once, for the checkers; its rows as text. */
  now(text: string): readonly (readonly (string | null)[])[] {
    return this.#server.run(text, [], this.#nowMs()).rows;
  }

  #execute(statement: Statement, values: readonly unknown[]): Rows {
    const {
      text,
      rowMode,
      types = pg.types,
    } = typeof statement === "string"
      ? { text: statement }
      : (statement as Exclude<Statement, string>);
    const result = this.#server.run(text, values.map(parameterOf), this.#nowMs());
    this.#scheduler.note(`sql ${text.slice(0, 40)} ${result.rowCount}`);
    const parsers = result.fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, "text"));
    const rows = result.rows.map((row) =>
      row.map((value, at) => (value === null ? null : parsers[at]?.(value))),
    );
    if (rowMode === "array") return { rows, rowCount: result.rowCount };
    const names = result.fields.map(({ name }) => name);
    const named = rows.map((row) =>
      Object.fromEntries(row.map((value, at) => [names[at] ?? "", value])),
    );
    return { rows: named, rowCount: result.rowCount };
  }

  #nowMs(): number {
    return Math.floor(BEGIN_MS + this.#scheduler.nowMs);
  }

  #next(): void {
    const next = this.#waiting.shift();
    this.#holder = next?.lease;
    next?.grant();
  }
}

/** What drizzle takes for a pool of connections. */
class SimPool {
  readonly #postgres: Postgres;
  readonly #life: Life;

  constructor(postgres: Postgres, life: Life) {
    this.#postgres = postgres;
    this.#life = life;
  }

  async query(statement: Statement, values: readonly unknown[] = []): Promise<Rows> {
    const lease = await this.#postgres.lease(this.#life);
    try {
      return await this.#postgres.run(this.#life, statement, values);
    } finally {
      this.#postgres.giveBack(lease);
    }
  }

  async connect() {
    const lease = await this.#postgres.lease(this.#life);
    return {
      query: (statement: Statement, values: readonly unknown[] = []) =>
        this.#postgres.run(this.#life, statement, values),
      release: () => this.#postgres.giveBack(lease),
    };
  }
}

/** A value as text on its way to the server, as the driver in life writes it. */
function parameterOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return `{${value.map((each) => JSON.stringify(String(each))).join(",")}}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
