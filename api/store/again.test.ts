import { rmSync } from "node:fs";
import type { ClickHouseClient } from "@clickhouse/client";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RATED_HEADERS } from "../../engine/contract/rated.ts";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import type { Running } from "../../engine/host/running.ts";
import { temporaryFolder } from "../../engine/host/testing.ts";
import { openStore } from "./client.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { migrateStore } from "./migrate.ts";
import type { RatedBlock } from "./rated-block.ts";
import { ratedBlock, readingRow } from "./testing/rows.ts";
import { type RatedMessage, StoreWriter } from "./writer.ts";
import { WriterFigures } from "./writer-figures.ts";

/** Blocks that are published a second time, after an earlier writer and the broker's store are gone. */

const data = temporaryFolder("again");
let server: Running;
let client: ClickHouseClient;

beforeAll(async () => {
  server = await startClickhouse({ data, port: 0 });
  client = openStore(server.url);
  await migrateStore(server.url);
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

const blockOf = (token: string, account: number): RatedBlock =>
  ratedBlock("readings", token, [readingRow({ account, quantity: 5, cost: 750 })]);

function published(block: RatedBlock, again: boolean): RatedMessage {
  const headers: Record<string, string> = {
    [RATED_HEADERS.table]: block.table,
    [RATED_HEADERS.token]: block.token,
    [RATED_HEADERS.rows]: String(block.rows),
    [RATED_HEADERS.again]: again ? "1" : "",
  };
  const header = (name: string): string => headers[name] ?? "";
  return { subject: "rated.0", seq: 1, data: block.bytes, header };
}

function newWriter(): StoreWriter {
  const closing = new AbortController().signal;
  const log = pino({ level: "silent" });
  return new StoreWriter({ client, figures: new WriterFigures(), log, closing });
}

async function rowsOf(account: number): Promise<[number, number]> {
  const count = async (query: string): Promise<number> => {
    const result = await client.query({ query, format: "JSONCompactEachRow" });
    return Number((await result.json<[string]>())[0]?.[0]);
  };
  return [
    await count(`SELECT count() FROM readings WHERE account = ${account}`),
    await count(`SELECT sum(readings) FROM readings_by_day WHERE account = ${account}`),
  ];
}

test("a block that was inserted and never noted counts once when it is published again", async () => {
  const block = blockOf("0-1-readings-0", 1);
  await insertGroup(client, groupOf("readings", [block, blockOf("0-2-readings-0", 2)]));
  expect(await newWriter().take(published(block, true))).toBe(true);
  expect(await rowsOf(1)).toEqual([1, 1]);
});

test("one that never came counts, too, beside blocks that are new", async () => {
  const writer = newWriter();
  const taken = await Promise.all([
    writer.take(published(blockOf("0-3-readings-0", 3), true)),
    writer.take(published(blockOf("0-4-readings-0", 4), false)),
    writer.take(published(blockOf("0-4-readings-0", 4), true)),
  ]);
  expect(taken).toEqual([true, true, true]);
  expect(await rowsOf(3)).toEqual([1, 1]);
  expect(await rowsOf(4)).toEqual([1, 1]);
});
