/**
 * A query that brings its scope with it: the scope is set and the statement is run in one round trip and one transaction of the
 * server's, so that a connection never keeps a scope. This is the one place that knows of PostgreSQL's wire protocol.
 */
import { type ClientBase, Query, type QueryResult } from "pg";
import { OPERATOR_SETTING, type Scope } from "./scope.ts";

const AS_OPERATOR = "drawdown_as_operator";
const AS_ROLE = "drawdown_as_role";

/** Makes a new connection know the statements that set a scope. */
export async function prepareScopes(client: ClientBase): Promise<void> {
  await client.query(
    `prepare ${AS_OPERATOR}(text) as select set_config('${OPERATOR_SETTING}', $1, true);
    prepare ${AS_ROLE}(text) as select set_config('role', $1, true)`,
  );
}

/** The scope as a statement for the beginning of a transaction; `system` is the second role. */
export function scopeStatement(scope: Scope, system: string): string {
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return "operatorId" in scope
    ? `select set_config('${OPERATOR_SETTING}', ${literal(scope.operatorId)}, true)`
    : `select set_config('role', ${literal(system)}, true)`;
}

/** What of pg's query and connection is used here and is not in its types. */
type Wire = {
  stream: { cork(): void; uncork(): void };
  bind(config: { statement: string; values: string[] }): void;
  execute(config: object): void;
};
type Inner = {
  submit(connection: Wire): Error | null;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
};
type Callback = (error: Error | null | undefined, result: QueryResult) => void;

/** Makes the query. `config` and `values` are as pg has them; `callback` is told of the end. */
export function scopedQuery(
  { scope, system }: { scope: Scope; system: string },
  config: object,
  values: unknown[] | undefined,
  callback: Callback,
): Query {
  const [statement, value] =
    "operatorId" in scope ? [AS_OPERATOR, scope.operatorId] : [AS_ROLE, system];
  // The simple protocol would end the transaction in which the scope was set.
  const query = new (Query as unknown as new (...args: unknown[]) => Query)(
    { ...config, queryMode: "extended" },
    values,
    callback,
  );
  const own = query as unknown as Inner;
  const { submit, handleDataRow, handleCommandComplete } = own;
  let isSet = false;
  own.submit = (connection) => {
    connection.stream.cork();
    try {
      connection.bind({ statement, values: [value] });
      connection.execute({});
      return submit.call(query, connection);
    } finally {
      connection.stream.uncork();
    }
  };
  own.handleDataRow = (message) => {
    if (isSet) handleDataRow.call(query, message);
  };
  own.handleCommandComplete = (message, connection) => {
    if (isSet) handleCommandComplete.call(query, message, connection);
    isSet = true;
  };
  return query;
}
