import type { ClickHouseClient } from "@clickhouse/client";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudEvent, EVENT_TYPES } from "../../engine/contract/events.ts";
import { accountNumber } from "../../engine/contract/ids.ts";
import { eventSubject } from "../../engine/contract/subjects.ts";
import { startNats } from "../../engine/host/nats.ts";
import type { Running } from "../../engine/host/running.ts";
import { temporaryFolder } from "../../engine/host/testing.ts";
import { openStore } from "./client.ts";
import { EVENT_COLUMNS, parseEvent, rowOf } from "./event-rows.ts";
import { eventsLag, insertEvents } from "./events-consumer.ts";
import { Publisher } from "./testing/publish.ts";
import { type TestStore, withTestStore } from "./testing/server.ts";
import { runStoreWriter } from "./writer-main.ts";

const BEGIN_S = 1_772_323_200;

function event(nth: number, given: Partial<CloudEvent["data"]> = {}, type = "vend.applied") {
  return {
    specversion: "1.0",
    id: `3-${nth}-0`,
    source: "drawdown/engine",
    type,
    subject: "an account",
    time: new Date((BEGIN_S + nth) * 1_000).toISOString(),
    datacontenttype: "application/json",
    data: {
      account_id: "an account",
      shard: 3,
      slot: 5,
      balance_micros: "-9007199254740993",
      ...given,
    },
  } as CloudEvent;
}

describe("the row of an event", () => {
  it("has a value for each column, and what is not said is nothing", () => {
    const row = rowOf(event(1, { amount_micros: "9007199254740993", command_number: 7 }));
    const values = Object.fromEntries(EVENT_COLUMNS.map((name, i) => [name, row[i]]));
    expect(values).toMatchObject({
      account: accountNumber(3, 5),
      at: BEGIN_S + 1,
      id: "3-1-0",
      type: "vend.applied",
      balance: "-9007199254740993",
      amount: "9007199254740993",
      quantity: "0",
      number: 7,
      cause: "",
    });
    expect(JSON.parse(String(values["data"]))).toMatchObject({ command_number: 7 });
  });

  it.each([
    ["no JSON", "torn", /not JSON/],
    ["no event", "{}", /specversion/],
    ["a type that nobody knows", JSON.stringify(event(1, {}, "account.vanished")), /type/],
  ])("is refused for %s", (_, text, reason) => {
    const parsed = parseEvent(text);
    expect(parsed.ok ? "" : parsed.reason).toMatch(reason);
  });

  it("is there for every type", () => {
    for (const type of EVENT_TYPES)
      expect(parseEvent(JSON.stringify(event(1, {}, type))).ok, type).toBe(true);
  });
});

describe("events in the store", () => {
  const data = temporaryFolder("events");
  let store: TestStore;
  let nats: Running;
  let client: ClickHouseClient;
  let publisher: Publisher;

  beforeAll(async () => {
    [store, nats] = await Promise.all([
      withTestStore(),
      startNats({ data, port: 0, access: "open" }),
    ]);
    client = openStore(store.url);
    publisher = await Publisher.open(nats.url);
  });
  afterAll(async () => {
    await publisher?.nats.close();
    await client?.close();
    await Promise.all([store?.stop(), nats?.stop()]);
  });

  const ask = async (query: string): Promise<string> => {
    const result = await client.query({ query, format: "TabSeparated" });
    return (await result.text()).trim();
  };
  const publish = async (events: readonly CloudEvent[], texts: readonly string[] = []) => {
    const stream = jetstream(publisher.nats);
    for (const each of events)
      await stream.publish(eventSubject(3, each.type), JSON.stringify(each));
    for (const text of texts) await stream.publish(eventSubject(3, "torn"), text);
  };
  const written = async (): Promise<void> => {
    const manager = await jetstreamManager(publisher.nats);
    await expect.poll(() => eventsLag(manager).catch(() => -1), { timeout: 20_000 }).toBe(0);
  };
  const vends = Array.from({ length: 60 }, (_, i) =>
    event(
      i,
      { amount_micros: `${i}`, command_number: i },
      i % 3 === 0 ? "vend.reversed" : "vend.applied",
    ),
  );
  const others = Array.from({ length: 40 }, (_, i) => event(100 + i, {}, "supply.executed"));

  it("count once though they come twice and by two writers, and so do the vends among them", async () => {
    const settings = { natsUrl: nats.url, clickhouseUrl: store.url };
    for (let times = 0; times < 2; times++) {
      const writer = await runStoreWriter(settings, pino({ level: "silent" }));
      await publish([...vends, ...others, ...vends.slice(0, 20)]);
      await written();
      await writer.close();
    }
    expect(await ask("SELECT count(), uniqExact(id) FROM events FINAL")).toBe("100\t100");
    expect(await ask("SELECT count(), sum(amount), sum(number) FROM vends FINAL")).toBe(
      "60\t1770\t1770",
    );
    expect(await ask("SELECT kind, count() FROM vends FINAL GROUP BY kind ORDER BY kind")).toBe(
      "applied\t40\nreversed\t20",
    );
  });

  it("reach the vends also where an insert before got only to the events", async () => {
    await ask("SELECT 1");
    await client.command({ query: "TRUNCATE TABLE vends" });
    await insertEvents(client, vends.map(rowOf));
    expect(await ask("SELECT count() FROM vends FINAL")).toBe("60");
    expect(await ask("SELECT count() FROM events FINAL")).toBe("100");
  });

  it("that are none are kept for people to look at, and hold nothing up", async () => {
    const writer = await runStoreWriter(
      { natsUrl: nats.url, clickhouseUrl: store.url },
      pino({ level: "silent" }),
    );
    await publish([event(500, {}, "meter.stale")], ["torn"]);
    await publish([event(501, {}, "meter.stale")]);
    await written();
    await writer.close();
    expect(await ask("SELECT count() FROM events FINAL WHERE type = 'meter.stale'")).toBe("2");
    expect(await ask("SELECT `table`, base64Decode(bytes) FROM refused_blocks")).toBe(
      "events\ttorn",
    );
  });
});
