/**
 * The pool that the api works with: every query and every transaction is in the scope of the work that asks (scope.ts). Work
 * without a scope is refused here; were it not, PostgreSQL would show it no row.
 */
import { DatabaseError, type Pool, type PoolClient, type QueryResult } from "pg";
import { currentScope, type Scope } from "./scope.ts";
import { scopedQuery, scopeStatement } from "./scoped-query.ts";
import { type Asked, StatementNames } from "./statement-names.ts";

/** Drizzle knows a pool by this class's name: it then takes a connection for a transaction, and gives it back. */
export class ScopedPool {
  readonly #pool: Pool;
  readonly #system: string;
  readonly #names = new StatementNames();

  /** `system` is the role of crossings. */
  constructor(pool: Pool, system: string) {
    this.#pool = pool;
    this.#system = system;
  }

  /** One statement, in a transaction of its own. */
  query(config: Asked, values?: unknown[]): Promise<QueryResult> {
    const scope = needScope();
    const asked = this.#names.named(config, values, roleOf(scope));
    return new Promise((resolve, reject) => {
      this.#pool.connect((refused, client, release) => {
        if (refused !== undefined || client === undefined) {
          reject(refused ?? new Error("PostgreSQL gave no connection"));
          return;
        }
        const ended = (error: Error | null | undefined, result: QueryResult): void => {
          // What PostgreSQL itself refuses leaves the connection good.
          release(error != null && !(error instanceof DatabaseError));
          if (error == null) resolve(result);
          else reject(error);
        };
        client.query(scopedQuery({ scope, system: this.#system }, asked, values, ended));
      });
    });
  }

  /** A connection for one transaction, which begins in the scope of the work that takes it. */
  async connect(): Promise<ScopedClient> {
    const scope = needScope();
    return new ScopedClient(await this.#pool.connect(), {
      scope,
      system: this.#system,
      names: this.#names,
    });
  }
}

type Begin = { scope: Scope; system: string; names: StatementNames };

class ScopedClient {
  readonly #client: PoolClient;
  readonly #begin: Begin;

  constructor(client: PoolClient, begin: Begin) {
    this.#client = client;
    this.#begin = begin;
  }

  query(config: Asked, values?: unknown[]): Promise<QueryResult> {
    const { scope, names } = this.#begin;
    if (/^begin\b/i.test(config.text)) return this.#beginBy(config.text);
    return this.#client.query(names.named(config, values, roleOf(scope)), values);
  }

  /** Drizzle gives no connection back whose transaction could not begin: the pool would run dry while PostgreSQL is troubled. */
  async #beginBy(text: string): Promise<QueryResult> {
    const { scope, system } = this.#begin;
    try {
      return await this.#client.query(`${text}; ${scopeStatement(scope, system)}`);
    } catch (error) {
      this.#client.release(true);
      throw error;
    }
  }

  release(): void {
    this.#client.release();
  }
}

function roleOf(scope: Scope): "app" | "system" {
  return "operatorId" in scope ? "app" : "system";
}

function needScope(): Scope {
  const scope = currentScope();
  if (scope !== undefined) return scope;
  throw new Error(
    "the registry was asked on nobody's behalf: do the work within asOperator or crossing (api/registry/isolation/scope.ts)",
  );
}
