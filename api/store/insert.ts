/**
 * Hands rated blocks to ClickHouse.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { RATED_TABLES } from "../../engine/contract/rated.ts";
import { type Fence, INSERT_MARK, OPEN } from "./fence.ts";
import type { RatedGroup } from "./group.ts";
import { nativeOf } from "./rated-block.ts";

/** A group may reach over any number of months; the roll-ups drop a repeat by themselves, each for its own. */
export const INSERT_SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  max_partitions_per_insert_block: "0",
  // What views make has one row for each key already: to look for more in every part costs half of the insert.
  optimize_on_insert: 0,
  // On a cluster an insert is answered when every shard has its part.
  distributed_foreground_insert: 1,
  wait_end_of_query: 1,
};

/**
 * Inserts a group under its token. Settles when ClickHouse has it, in the table and in all roll-ups, or had it before;
 * rejects as fenced (fence.ts) where another writer has taken over.
 */
export async function insertGroup(
  client: ClickHouseClient,
  group: RatedGroup,
  fence: Fence = OPEN,
): Promise<void> {
  const columns = RATED_TABLES[group.table];
  const names = columns.map(({ name }) => `\`${name}\``).join(", ");
  const typed = columns.map(({ name, type }) => `\`${name}\` ${type}`).join(", ");
  const from = `SELECT ${names} FROM input('${typed.replaceAll("'", "\\'")}')`;
  const into = `INSERT INTO ${group.table} (${names})`;
  await send(client, {
    query: `${into}${fence.isOpen ? "" : ` ${fence.guard(from)}`} FORMAT Native`,
    bytes: nativeBlocks(group),
    settings: { ...INSERT_SETTINGS, insert_deduplication_token: group.token },
    id: insertId(),
  });
}

/** `Native` blocks may follow each other; each is unpacked when the ones before it are on their way. */
function* nativeBlocks({ blocks }: RatedGroup): Iterable<Uint8Array> {
  for (const block of blocks) yield nativeOf(block);
}

/** An id for a statement that inserts. */
export function insertId(): string {
  return `${INSERT_MARK}${randomUUID()}`;
}

/** A statement whose data are bytes. */
export type Sent = {
  query: string;
  bytes: Iterable<Uint8Array>;
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
