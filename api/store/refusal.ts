/**
 * Messages that can never be inserted, put where people can look at them.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { REFUSED_BLOCKS } from "./writer-tables.ts";

/** A message, the table that it was for, and why it cannot go there. */
export type Refusal = {
  subject: string;
  seq: number;
  table: string;
  token: string;
  reason: string;
  data: Uint8Array;
};

/** Keeps it. Rejects when ClickHouse does not answer. */
export async function keepRefused(
  client: ClickHouseClient,
  { subject, table, token, reason, data }: Refusal,
): Promise<void> {
  const bytes = Buffer.from(data).toString("base64");
  const value = { at: Math.floor(Date.now() / 1000), subject, table, token, reason, bytes };
  await client.insert({
    table: REFUSED_BLOCKS.name,
    values: [value],
    format: "JSONEachRow",
    clickhouse_settings: { async_insert: 0, distributed_foreground_insert: 1 },
  });
}
