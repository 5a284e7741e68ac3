/**
 * The settings of servers: where the api listens, and where NATS, ClickHouse and PostgreSQL are.
 */
import { choice, file, host, name, port, url, whole } from "./settings-kinds.ts";

/** Longest that the store can be told to keep rows: a hundred years. */
const KEEP_DAYS_MAX = 36_500;
const days = (about: string) =>
  whole({ unit: "days", min: 0, max: KEEP_DAYS_MAX, fallback: 0, about });

/** The settings of the api's own address, by key. */
export const API_SETTINGS = {
  api_host: host("127.0.0.1", "address that the api listens on"),
  api_port: port(8_080, "port of the api and its web pages"),
  api_cert_file: file(
    "certificate of the api in PEM with its chain; with it the api speaks https and wss only, empty: http",
  ),
  api_key_file: file("private key of api_cert_file in PEM, mode 600"),
  api_tls_min: choice(["1.2", "1.3"], "1.2", "oldest TLS that the api speaks"),
} as const;

/** The settings of the servers, by key. */
export const SERVER_SETTINGS = {
  nats_host: host(
    "127.0.0.1",
    "address that the embedded NATS listens on; gateways on other machines need another one than loopback",
  ),
  nats_port: port(4_222, "port of the embedded NATS; another free one when it is taken"),
  nats_url: url(
    ["nats", "tls"],
    "NATS servers with JetStream (commas between them), in place of the embedded one",
  ),
  nats_credentials: file(
    "credentials of this role at NATS (a .creds file of mode 600); empty: the role's own under nats/credentials in the data folder, if any",
  ),
  nats_signing_file: file(
    "keys that sign for NATS, from which the api gives gateways their credentials; empty: nats/signing.json in the data folder, if any",
  ),
  nats_ca_file: file(
    "CA in PEM that signed the certificate of NATS; empty: those that Node.js knows",
  ),
  nats_cert_file: file("certificate that this role shows to NATS, in PEM; empty: none"),
  nats_key_file: file("private key of nats_cert_file in PEM, mode 600"),
  nats_server_cert_file: file(
    "certificate of the embedded NATS in PEM; with it NATS takes TLS connections only, empty: plain, on loopback",
  ),
  nats_server_key_file: file("private key of nats_server_cert_file in PEM, mode 600"),
  clickhouse_port: port(
    8_123,
    "HTTP port of the embedded ClickHouse; another free one when it is taken",
  ),
  clickhouse_url: url(
    ["http", "https"],
    "ClickHouse with user, password and database, in place of the embedded one",
  ),
  clickhouse_cluster: name(
    "name of the ClickHouse cluster that holds the store, with replicas; empty: one server",
  ),
  store_keep_days: days("how long readings and charges are kept in the store; 0: for ever"),
  store_rollup_keep_days: days("how long sums by hour, day and cycle are kept; 0: for ever"),
  store_events_keep_days: days("how long events and vends are kept in the store; 0: for ever"),
  store_cold_days: days(
    "age at which readings and charges move to the cold volume; 0: never, else store_policy is needed",
  ),
  store_policy: name(
    "ClickHouse storage policy of readings and charges; empty: the server's default",
  ),
  store_cold_volume: name(
    "volume of the storage policy for rows past store_cold_days; empty: cold",
  ),
  store_lag_alarm_s: whole({
    unit: "s",
    min: 1,
    max: 86_400,
    fallback: 60,
    about: "how long rated readings may wait for the store before an alarm is raised",
  }),
  postgres_port: port(5_432, "port of the embedded PostgreSQL; another free one when it is taken"),
  postgres_url: url(
    ["postgres", "postgresql"],
    "PostgreSQL 15 or later, in place of the embedded one; its user owns the registry's tables",
  ),
  postgres_app_url: url(
    ["postgres", "postgresql"],
    "the same database as the role that the api works as; empty: that role is made, and its address with it",
  ),
} as const;
