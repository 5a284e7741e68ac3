import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RATED_TABLES } from "../../engine/contract/rated.ts";
import { openStore } from "./client.ts";
import { type Fence, INSERT_MARK, insertsEnded, isFenced, takeOver } from "./fence.ts";
import { groupOf, type RatedGroup } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { settleGroup } from "./settle.ts";
import { blockBytes, ratedBlock, readingRow } from "./testing/rows.ts";
import { type TestStore, withTestStore } from "./testing/server.ts";
import { SINGLE } from "./topology.ts";

let store: TestStore;
let client: ClickHouseClient;

beforeAll(async () => {
  store = await withTestStore();
  client = openStore(store.url);
});
beforeEach(() => client.command({ query: "TRUNCATE TABLE readings" }).then(() => undefined));
afterAll(async () => {
  await client?.close();
  await store?.stop();
});

const rows = [readingRow({ account: 3, quantity: 5, cost: 750 })];
const groupNamed = (token: string): RatedGroup =>
  groupOf("readings", [ratedBlock("readings", token, rows)]);

async function count(query: string): Promise<number> {
  const result = await client.query({ query, format: "JSONCompactEachRow" });
  const [row] = await result.json<[string]>();
  return Number(row?.[0]);
}

async function refused(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => false,
    (error: unknown) => isFenced(error),
  );
}

describe("a writer whose successor has taken over", () => {
  it("inserts nothing any more, in no way", async () => {
    const before = await takeOver(client);
    await insertGroup(client, groupNamed("a"), before);
    const after = await takeOver(client);
    const side = { topology: SINGLE, keepDays: 0, fence: before };
    expect(await refused(insertGroup(client, groupNamed("b"), before))).toBe(true);
    expect(await refused(settleGroup(client, groupNamed("c"), side))).toBe(true);
    expect(await count("SELECT count() FROM readings")).toBe(1);
    await insertGroup(client, groupNamed("b"), after);
    expect(await count("SELECT count() FROM readings")).toBe(2);
  });

  it("is told from any other error", () => {
    expect(isFenced(new Error("another store writer has taken over"))).toBe(false);
    expect(isFenced(undefined)).toBe(false);
  });

  it("of two that come at the same moment, is one of them", async () => {
    const fences = await Promise.all([takeOver(client), takeOver(client), takeOver(client)]);
    const outcomes = await Promise.all(
      fences.map((fence, i) => refused(insertGroup(client, groupNamed(`d${i}`), fence))),
    );
    expect(outcomes.filter((isRefused) => !isRefused)).toHaveLength(1);
  });
});

describe("an insert that is under way while another writer takes over", () => {
  /** ClickHouse begins a statement when it has this much of its body. */
  const many = Array.from({ length: 6_000 }, () => rows[0] ?? {});

  /** An insert of two blocks, of which the second comes only when `go` is called. */
  function slowInsert(fence: Fence, id: string): { go: () => void; done: Promise<void> } {
    let go: () => void = () => undefined;
    const going = new Promise<void>((resolve) => {
      go = resolve;
    });
    const bytes = async function* () {
      yield blockBytes("readings", many);
      await going;
      yield blockBytes("readings", rows);
    };
    const columns = RATED_TABLES.readings.map(({ name, type }) => `\`${name}\` ${type}`).join(", ");
    const select = `SELECT * FROM input('${columns.replaceAll("'", "\\'")}')`;
    const done = (async () => {
      const { stream } = await client.exec({
        query: `INSERT INTO readings ${fence.guard(select)} FORMAT Native`,
        values: Readable.from(bytes(), { objectMode: false }),
        query_id: id,
      });
      for await (const _ of stream);
    })();
    done.catch(() => undefined);
    return { go, done };
  }

  it("is waited for before anybody looks at what is there", async () => {
    const before = await takeOver(client);
    const id = `${INSERT_MARK}slow`;
    const insert = slowInsert(before, id);
    const running = `SELECT count() FROM system.processes WHERE query_id = '${id}'`;
    await expect.poll(() => count(running), { timeout: 5_000 }).toBe(1);
    await takeOver(client);
    let hasEnded = false;
    const ended = insertsEnded(client, SINGLE).then(() => {
      hasEnded = true;
    });
    await sleep(300);
    expect(hasEnded).toBe(false);
    insert.go();
    await insert.done;
    await ended;
    expect(await count("SELECT count() FROM readings")).toBe(many.length + 1);
  });
});
