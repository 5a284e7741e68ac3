/**
 * What a table of the store becomes: one table on a single server; on a cluster a replicated table on each shard, behind
 * a `Distributed` one that has the plain name, so that questions and inserts read the same.
 */
import { type Rollup, rolledUp } from "./rollups.ts";
import type { StoreTable } from "./schema.ts";

/** Where the store lives. */
export type Topology = {
  /** The cluster's name in `remote_servers`; empty on a single server. */
  cluster: string;
  /** Whether each shard's rows have replicas (that takes ClickHouse Keeper). */
  isReplicated: boolean;
  /** Whether one server makes the tables of all (that takes ClickHouse Keeper); otherwise each is told by itself. */
  isOnCluster: boolean;
};

/** One server without a cluster. */
export const SINGLE: Topology = { cluster: "", isReplicated: false, isOnCluster: false };

/** A cluster by its name, with replicas, its tables made everywhere at once. */
export function clusterOf(name: string): Topology {
  return name === "" ? SINGLE : { cluster: name, isReplicated: true, isOnCluster: true };
}

/** Inserts whose tokens each table remembers: an insert that got no answer is repeated at once, or not at all. */
export const TOKENS_MAX = 10_000;

/** An insert is on disk before it is answered: its message is not in RATED any more then. */
const DURABLE = "fsync_after_insert = 1, fsync_part_directory = 1";

/** The name of the table that holds a table's rows on a server. */
export function storedName(name: string, { cluster }: Topology): string {
  return cluster === "" ? name : `${name}_local`;
}

/** The statements that make a table; they do no harm where it is there. */
export function createTable(table: StoreTable, topology: Topology): string[] {
  const stored = storedName(table.name, topology);
  const rows =
    `CREATE TABLE IF NOT EXISTS ${stored}${onCluster(topology)} (${columnsOf(table)}) ENGINE = ${engineOf(table, topology)} ` +
    `PARTITION BY ${table.partition} ORDER BY (${table.order})${table.ttl === undefined ? "" : ` TTL ${table.ttl}`} ` +
    `SETTINGS ${settingsOf(table, topology)}`;
  if (topology.cluster === "") return [rows];
  const spread =
    `CREATE TABLE IF NOT EXISTS ${table.name}${onCluster(topology)} AS ${stored} ` +
    `ENGINE = Distributed('${topology.cluster}', currentDatabase(), '${stored}', ${table.spread})`;
  return [rows, spread];
}

/** The statement that makes the view which fills a table with every insert into another: on a cluster, shard by shard. */
export function createView(view: { to: string; select: string }, topology: Topology): string {
  const to = storedName(view.to, topology);
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view.to}_fill${onCluster(topology)} TO ${to} AS ${view.select}`;
}

/** The view that fills a roll-up. */
export function rollupView(rollup: Rollup, topology: Topology): string {
  const select = rolledUp(rollup, storedName(rollup.of, topology));
  return createView({ to: rollup.table, select }, topology);
}

/** How a statement says that it is for all servers; empty where each is told by itself. */
export function onCluster({ cluster, isOnCluster }: Topology): string {
  return isOnCluster ? ` ON CLUSTER '${cluster}'` : "";
}

function columnsOf({ columns }: StoreTable): string {
  return columns
    .map(({ name, type, codec, fallback }) => {
      const otherwise = fallback === undefined ? "" : ` DEFAULT ${fallback}`;
      return `\`${name}\` ${type}${otherwise} CODEC(${codec})`;
    })
    .join(", ");
}

const ENGINES = {
  rows: "MergeTree",
  sums: "SummingMergeTree",
  once: "ReplacingMergeTree",
} as const;

function engineOf({ rows }: StoreTable, { isReplicated }: Topology): string {
  const place = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
  const given = [
    ...(isReplicated ? [place] : []),
    ...(rows.kind === "sums" ? [`(${rows.of.join(", ")})`] : []),
  ];
  return `${isReplicated ? "Replicated" : ""}${ENGINES[rows.kind]}(${given.join(", ")})`;
}

function settingsOf({ settings }: StoreTable, { isReplicated }: Topology): string {
  const window = isReplicated
    ? "replicated_deduplication_window"
    : "non_replicated_deduplication_window";
  return [`${window} = ${TOKENS_MAX}`, DURABLE, ...(settings ?? [])].join(", ");
}
