/**
 * How long rows are kept, and where: what the settings say, brought to the tables whenever a store writer starts. ClickHouse
 * drops and moves whole parts, a month's rows or fewer, when all of a part's rows are old enough.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { ROLLUPS } from "./rollups.ts";
import { CHARGES, EVENTS, READINGS, VENDS } from "./schema.ts";
import { onCluster, storedName, type Topology } from "./topology.ts";

/** Days of 0 mean for ever, or never. `policy` and `coldVolume` are names of ClickHouse's storage configuration. */
export type Retention = {
  keepDays: number;
  rollupKeepDays: number;
  eventsKeepDays: number;
  coldDays: number;
  policy: string;
  coldVolume: string;
};

/** All is kept where it is. */
export const KEEP_ALL: Retention = {
  keepDays: 0,
  rollupKeepDays: 0,
  eventsKeepDays: 0,
  coldDays: 0,
  policy: "",
  coldVolume: "",
};

/** The volume for old rows, unless the settings name another. */
const COLD_VOLUME = "cold";

/** What a table's rows of `time` are to do, in ClickHouse's own spelling; empty where they stay for ever. */
export type TableRetention = { table: string; ttl: string; policy: string };

/** What each table is to do. Throws where rows are to move and nobody said by which policy. */
export function retentionOf(retention: Retention): TableRetention[] {
  const { keepDays, rollupKeepDays, eventsKeepDays, coldDays, policy } = retention;
  if (coldDays > 0 && policy === "")
    throw new Error(
      "DRAWDOWN_STORE_COLD_DAYS needs DRAWDOWN_STORE_POLICY, the name of a storage policy of ClickHouse",
    );
  const volume = retention.coldVolume === "" ? COLD_VOLUME : retention.coldVolume;
  const drop = (time: string, days: number): string[] =>
    days === 0 ? [] : [`${time} + toIntervalDay(${days})`];
  const move = (time: string): string[] =>
    coldDays === 0 ? [] : [`${time} + toIntervalDay(${coldDays}) TO VOLUME '${volume}'`];
  return [
    { table: READINGS.name, ttl: [...drop("to", keepDays), ...move("to")].join(", "), policy },
    { table: CHARGES.name, ttl: [...drop("at", keepDays), ...move("at")].join(", "), policy },
    ...ROLLUPS.map(({ table, key }) => ({
      table,
      ttl: drop(key, rollupKeepDays).join(", "),
      policy: "",
    })),
    ...[EVENTS, VENDS].map(({ name }) => ({
      table: name,
      ttl: drop("at", eventsKeepDays).join(", "),
      policy: "",
    })),
  ];
}

/** Makes the tables do so. Gives the statements that it took: none where they did already. */
export async function applyRetention(
  client: ClickHouseClient,
  retention: Retention,
  topology: Topology,
): Promise<string[]> {
  const done: string[] = [];
  for (const wanted of retentionOf(retention)) {
    const stored = storedName(wanted.table, topology);
    const engine = await engineOf(client, stored);
    for (const change of changesOf(wanted, engine)) {
      const query = `ALTER TABLE ${stored}${onCluster(topology)} ${change}`;
      await client.command({ query, clickhouse_settings: { materialize_ttl_after_modify: 0 } });
      done.push(query);
    }
  }
  return done;
}

function changesOf({ ttl, policy }: TableRetention, engine: string): string[] {
  const has = / TTL (.*?)(?= SETTINGS |$)/.exec(engine)?.[1] ?? "";
  const changes: string[] = [];
  if (policy !== "" && !engine.includes(`storage_policy = '${policy}'`))
    changes.push(`MODIFY SETTING storage_policy = '${policy}'`);
  if (has === ttl) return changes;
  if (ttl === "") return [...changes, "REMOVE TTL"];
  if (!engine.includes("ttl_only_drop_parts = 1"))
    changes.push("MODIFY SETTING ttl_only_drop_parts = 1");
  return [...changes, `MODIFY TTL ${ttl.replace(/\bto \+/g, "`to` +")}`];
}

async function engineOf(client: ClickHouseClient, table: string): Promise<string> {
  const result = await client.query({
    query:
      "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = {table:String}",
    query_params: { table },
    format: "JSONCompactEachRow",
  });
  const [row] = await result.json<[string]>();
  if (row === undefined) throw new Error(`the store has no table ${table}`);
  return row[0].replaceAll("`", "");
}
