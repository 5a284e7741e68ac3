import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { publishEvents } from "./event-source.ts";
import { Readers } from "./readers.ts";
import { KEY, type StreamServer, serveStream } from "./server.ts";

const ACCOUNTS = 50;
const CLEAN = { repeated: 0, missed: 0, unfinished: 0 };
let servers: TestServers;
let server: StreamServer;

beforeAll(async () => {
  servers = await withServers({ nats: true });
  server = await serveStream(servers.natsUrl, ACCOUNTS);
});
afterAll(async () => {
  await server.close();
  await servers.stop();
});

const planOf = (): ConstructorParameters<typeof Readers>[0] => ({
  url: `ws://127.0.0.1:${server.port}/v1/stream`,
  key: KEY,
  accounts: ACCOUNTS,
  ofAccount: 180,
  ofAll: 10,
  slowOfAll: 5,
  stillOfAll: 5,
  breaksPerS: 50,
});

test("two hundred readers, slow ones among them and broken connections, get every event once and in order", async () => {
  const readers = new Readers(planOf());
  await readers.connect();
  expect(server.hub.figures()).toMatchObject({ connections: 200, lanes: 20 });
  readers.begin();
  const { byAccount, total } = await publishEvents(servers.natsUrl, {
    accounts: ACCOUNTS,
    eventsPerS: 2_500,
    seconds: 3,
  });
  const found = await readers.finish(byAccount, total);
  readers.end();
  expect(found).toMatchObject(CLEAN);
  // Some 150 on a machine at rest.
  expect(found.resumes).toBeGreaterThan(5);
  expect(found.live).toBeGreaterThan(total);
  expect(server.hub.figures().waiting_chars).toBe(0);
});

test("a reader that was away while the api began anew is brought up from the broker's events", async () => {
  const readers = new Readers({ ...planOf(), ofAccount: 20, stillOfAll: 0, breaksPerS: 0 });
  await readers.connect();
  const nats = await connect({ servers: servers.natsUrl });
  const manager = await jetstreamManager(nats);
  const before = (await manager.streams.info(STREAMS.events)).state.last_seq;
  await server.close();
  const { byAccount, total } = await publishEvents(servers.natsUrl, {
    accounts: ACCOUNTS,
    eventsPerS: 2_000,
    seconds: 1,
  });
  expect((await manager.streams.info(STREAMS.events)).state.last_seq).toBe(before + total);
  await nats.close();
  server = await serveStream(servers.natsUrl, ACCOUNTS, server.port);
  expect(await readers.finish(byAccount, total)).toMatchObject(CLEAN);
  readers.end();
});
