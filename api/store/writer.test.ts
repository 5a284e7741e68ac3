import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { metricsSubject, STREAMS } from "../../engine/contract/subjects.ts";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import { startNats } from "../../engine/host/nats.ts";
import { nodeArguments } from "../../engine/host/program.ts";
import type { Running } from "../../engine/host/running.ts";
import { temporaryFolder } from "../../engine/host/testing.ts";
import { openStore } from "./client.ts";
import { takeOver } from "./fence.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { migrateStore } from "./migrate.ts";
import { TABLES } from "./migrations.ts";
import { ensureStoreConsumer, STORE_CONSUMER } from "./rated-consumer.ts";
import { expectWorld } from "./testing/expect-world.ts";
import { Publisher } from "./testing/publish.ts";
import { blockHeaders } from "./testing/rows.ts";
import { chance, makeWorld, shuffle, type World } from "./testing/world.ts";
import type { StoreMetrics } from "./writer-figures.ts";
import { runStoreWriter } from "./writer-main.ts";

const data = temporaryFolder("writer");
const log = pino({ level: "silent" });
let clickhouse: Running;
let nats: Running;
let publisher: Publisher;

const settings = () => ({ natsUrl: nats.url, clickhouseUrl: clickhouse.url });

async function withClient<T>(work: (client: ClickHouseClient) => Promise<T>): Promise<T> {
  const client = openStore(clickhouse.url);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

beforeAll(async () => {
  [clickhouse, nats] = await Promise.all([
    startClickhouse({ data, port: 0 }),
    startNats({ data, port: 0, access: "open" }),
  ]);
  publisher = await Publisher.open(nats.url);
  await migrateStore(clickhouse.url);
});
beforeEach(async () => {
  await withClient(async (client) => {
    for (const { name } of TABLES) await client.command({ query: `TRUNCATE TABLE ${name}` });
  });
});
afterAll(async () => {
  await publisher?.nats.close();
  await Promise.all([clickhouse?.stop(), nats?.stop()]);
  rmSync(data, { recursive: true, force: true });
});

describe("the store writer", () => {
  it("brings every block into the store once, though each comes twice", async () => {
    const world = makeWorld(21, 4, 400);
    const writer = await runStoreWriter(settings(), log);
    await publisher.publish(shuffle([...world.blocks, ...world.blocks], chance(5)));
    await publisher.drained();
    await writer.close();
    await withClient((client) => expectWorld(client, world));
  });

  it("drops a block that comes again after a restart", async () => {
    const world = makeWorld(22, 2, 100);
    for (let times = 0; times < 2; times++) {
      const writer = await runStoreWriter(settings(), log);
      await publisher.publish(world.blocks);
      await publisher.drained();
      await writer.close();
    }
    await withClient((client) => expectWorld(client, world));
  });

  it("keeps what is no block in a table of its own and goes on", async () => {
    const world = makeWorld(23, 1, 50);
    const writer = await runStoreWriter(settings(), log);
    await publisher.raw(blockHeaders("readings", "torn", 3), Buffer.from("torn"));
    await publisher.raw({}, Buffer.alloc(0));
    await publisher.publish(world.blocks);
    await publisher.drained();
    await writer.close();
    await withClient(async (client) => {
      await expectWorld(client, world);
      const query = "SELECT `table`, token, base64Decode(bytes) FROM refused_blocks ORDER BY token";
      const refused = await client.query({ query, format: "TabSeparated" });
      expect(await refused.text()).toBe("\t\t\nreadings\ttorn\ttorn\n");
    });
  });

  it("tells its figures once a second", async () => {
    const world = makeWorld(24, 1, 50);
    const seen: StoreMetrics[] = [];
    const subscription = publisher.nats.subscribe(metricsSubject("store"), {
      callback: (_, message) => {
        seen.push(message.json<StoreMetrics>());
      },
    });
    const writer = await runStoreWriter(settings(), log);
    await publisher.publish(world.blocks);
    await publisher.drained();
    const rows = world.readings.length + world.charges.length;
    await expect.poll(() => seen.at(-1)?.rows_total, { timeout: 5_000 }).toBe(rows);
    await expect.poll(() => seen.at(-1)?.lag, { timeout: 5_000 }).toBe(0);
    expect(seen.at(-1)).toMatchObject({
      role: "store",
      lag_bytes: 0,
      lag_s: 0,
      events_lag: 0,
      behind: 0,
      last_error: "",
      refused_total: 0,
    });
    await writer.close();
    subscription.unsubscribe();
  });

  it("lets a second writer wait until the first has ended", async () => {
    const first = await runStoreWriter(settings(), log);
    let isSecondRunning = false;
    const second = runStoreWriter(settings(), log).then((writer) => {
      isSecondRunning = true;
      return writer;
    });
    await sleep(700);
    expect(isSecondRunning).toBe(false);
    await first.close();
    await (await second).close();
  });
});

describe("a store writer that another has taken over from", () => {
  it("writes nothing more, says so and ends; its successor brings in what it left", async () => {
    const world = makeWorld(35, 2, 200);
    const first = await runStoreWriter(settings(), log);
    await withClient(takeOver);
    await publisher.publish(world.blocks);
    await expect(first.ended).rejects.toThrow(/taken over/);
    await first.close();
    await withClient(async (client) => {
      const result = await client.query({
        query: "SELECT count() FROM readings",
        format: "TabSeparated",
      });
      expect((await result.text()).trim()).toBe("0");
    });
    const second = await runStoreWriter(settings(), log);
    await publisher.drained();
    await second.close();
    await withClient((client) => expectWorld(client, world));
  });
});

describe("the store writer under faults", () => {
  it("loses and doubles nothing while ClickHouse is killed again and again", async () => {
    const world = makeWorld(31, 4, 1_000);
    const random = chance(31);
    const writer = await runStoreWriter(settings(), log);
    const published = publishSlowly(world);
    for (let kills = 0; kills < 3; kills++) {
      await sleep(150 + random(250));
      const { port } = clickhouse;
      await clickhouse.stop();
      await sleep(random(300));
      clickhouse = await startClickhouse({ data, port });
      expect(clickhouse.port).toBe(port);
    }
    await published;
    await publisher.drained();
    await writer.close();
    await withClient((client) => expectWorld(client, world));
  });

  it("loses and doubles nothing while NATS is killed again and again", async () => {
    const world = makeWorld(36, 4, 1_000);
    const random = chance(36);
    const writer = await runStoreWriter(settings(), log);
    const published = (async () => {
      for (const block of world.blocks) {
        // What NATS did not confirm is sent again, as an engine does.
        while (
          !(await publisher.publish([block]).then(
            () => true,
            () => false,
          ))
        )
          await sleep(100);
        await sleep(8);
      }
    })();
    for (let kills = 0; kills < 2; kills++) {
      await sleep(200 + random(250));
      const { port, pid } = nats;
      process.kill(pid, "SIGKILL");
      await nats.stop();
      await sleep(random(300));
      nats = await startNats({ data, port, access: "open" });
    }
    await published;
    // What was on its way to the writer when NATS died comes again; not only after half a minute.
    await (await jetstreamManager(publisher.nats)).consumers.update(STREAMS.rated, STORE_CONSUMER, {
      ack_wait: 1e9,
    });
    await publisher.drained();
    await writer.close();
    await withClient((client) => expectWorld(client, world));
  });

  it("loses and doubles nothing while the writer is killed again and again", async () => {
    const world = makeWorld(32, 4, 1_000);
    const random = chance(32);
    const published = publishSlowly(world);
    for (let kills = 0; kills < 3; kills++) {
      const child = await startWriter();
      await sleep(random(300));
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await published;
    const writer = await runStoreWriter(settings(), log);
    await publisher.drained();
    await writer.close();
    await withClient((client) => expectWorld(client, world));
  });

  it("counts once what a writer had inserted when it was killed before it could note it", async () => {
    const world = makeWorld(34, 3, 200);
    const held = world.blocks.slice(0, 12);
    const manager = await jetstreamManager(publisher.nats);
    await ensureStoreConsumer(manager);
    await publisher.publish(held);
    const consumer = await jetstream(publisher.nats).consumers.get(STREAMS.rated, STORE_CONSUMER);
    const messages = await consumer.fetch({ max_messages: held.length, expires: 1_000 });
    for await (const _ of messages);
    const readings = held.filter(({ table }) => table === "readings");
    await withClient((client) => insertGroup(client, groupOf("readings", readings.slice(0, 5))));
    const writer = await runStoreWriter(settings(), log);
    await publisher.publish(shuffle([...world.blocks], chance(34)));
    await publisher.drained();
    await writer.close();
    await withClient((client) => expectWorld(client, world));
  });

  it("waits for ClickHouse and for NATS to come", async () => {
    const world = makeWorld(33, 1, 50);
    await publisher.publish(world.blocks);
    const { port } = clickhouse;
    await clickhouse.stop();
    const natsPort = nats.port;
    await nats.stop();
    const starting = runStoreWriter(settings(), log);
    await sleep(500);
    nats = await startNats({ data, port: natsPort, access: "open" });
    await sleep(300);
    clickhouse = await startClickhouse({ data, port });
    const writer = await starting;
    await publisher.nats.close();
    publisher = await Publisher.open(nats.url);
    await publisher.drained();
    await writer.close();
    await withClient((client) => expectWorld(client, world));
  });
});

async function publishSlowly(world: World): Promise<void> {
  for (const block of [...world.blocks, ...world.blocks.slice(0, 30)]) {
    await publisher.publish([block]);
    await sleep(8);
  }
}

async function startWriter(): Promise<ChildProcess> {
  const program = new URL("./testing/writer-process.ts", import.meta.url);
  const child = spawn(process.execPath, [...nodeArguments(program), nats.url, clickhouse.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  return child;
}
