/**
 * The connection to the store of readings: ClickHouse over HTTP.
 */
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";

/** The database, unless the URL's path names another. */
export const STORE_DATABASE = "drawdown";
/** Most connections of one process to ClickHouse. */
export const STORE_CONNECTIONS_MAX = 8;
/** Longest that a request may take, in milliseconds. */
const REQUEST_MS = 60_000;
/** Shorter than any server keeps an idle connection, so that none is used that the server has just closed. */
const IDLE_MS = 2_000;

/** A database name that needs no quoting. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The database that a URL means. Throws where it is no plain name. */
export function databaseOf(url: string): string {
  const path = new URL(url).pathname.replace(/^\/+|\/+$/g, "");
  const name = path === "" ? STORE_DATABASE : path;
  if (!NAME.test(name))
    throw new Error("the path of DRAWDOWN_CLICKHOUSE_URL must be a plain database name");
  return name;
}

/**
 * Opens the store at `http://user:password@host:port/database`; nothing is asked of the server yet. `database` stands in
 * for the URL's own, for what must be done before that is there.
 */
export function openStore(url: string, database = databaseOf(url)): ClickHouseClient {
  const server = new URL(url);
  const user = decodeURIComponent(server.username);
  const password = decodeURIComponent(server.password);
  return createClient({
    url: `${server.protocol}//${server.host}`,
    database,
    application: "drawdown",
    ...(user === "" ? {} : { username: user, password }),
    request_timeout: REQUEST_MS,
    max_open_connections: STORE_CONNECTIONS_MAX,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_MS },
    use_multipart_params_auto: true,
    // Whoever asks gets the error and tells of it.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
}
