/**
 * Hands rated blocks to ClickHouse as they came.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import type { RatedGroup } from "./group.ts";

/** A group may reach over any number of months; the roll-ups drop a repeat by themselves, each for its own. */
export const INSERT_SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  max_partitions_per_insert_block: "0",
  wait_end_of_query: 1,
};

/** What the query ids of these inserts begin with. */
export const INSERT_MARK = "drawdown-store-";

/** Inserts a group under its token. Settles when ClickHouse has it, in the table and in all roll-ups, or had it before. */
export async function insertGroup(client: ClickHouseClient, group: RatedGroup): Promise<void> {
  await send(client, {
    query: `INSERT INTO ${group.table} FORMAT Native`,
    // `Native` blocks may follow each other.
    bytes: group.blocks.map(({ bytes }) => bytes),
    settings: { ...INSERT_SETTINGS, insert_deduplication_token: group.token },
    id: `${INSERT_MARK}${randomUUID()}`,
  });
}

/** A statement whose data are bytes. */
export type Sent = {
  query: string;
  bytes: readonly Uint8Array[];
  settings: ClickHouseSettings;
  /** The session whose temporary tables the statement sees. */
  session?: string;
  /** The id under which ClickHouse shows the statement while it runs. */
  id?: string;
};

/** Sends bytes with a statement and waits for its end. */
export async function send(client: ClickHouseClient, sent: Sent): Promise<void> {
  const { query, bytes, settings, session, id } = sent;
  const { stream } = await client.exec({
    query,
    values: Readable.from(bytes, { objectMode: false }),
    clickhouse_settings: settings,
    ...(session === undefined ? {} : { session_id: session }),
    ...(id === undefined ? {} : { query_id: id }),
  });
  for await (const _ of stream) {
    // An insert answers with nothing; the stream must be read to its end for the connection to be used again.
  }
}
