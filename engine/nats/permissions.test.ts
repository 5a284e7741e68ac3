import { rmSync } from "node:fs";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, credsAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectBroker } from "../contract/broker/connect.ts";
import {
  BROKER_ROLES,
  type BrokerRole,
  gatewayInbox,
  inboxOf,
} from "../contract/broker/permissions.ts";
import { ensureStreams } from "../contract/streams.ts";
import {
  brokerFolder,
  makeBrokerFiles,
  roleCredentials,
  toolsCredentials,
} from "../host/broker-files.ts";
import { startNats } from "../host/nats.ts";
import type { Running } from "../host/running.ts";
import { temporaryFolder } from "../host/testing.ts";

/** Gateway 7 of shard 3 is who asks; gateway 8 of shard 3 is somebody else. */
const SHARD = 3;
const OWN = 7;
type User = BrokerRole | "gateway";
const USERS: User[] = [...BROKER_ROLES, "gateway"];

/** Subjects that are published on, and who may; nobody else. */
const PUBLISH: [string, User[]][] = [
  ["frame.3.7", ["gateway", "replay"]],
  ["frame.3.8", ["replay"]],
  ["frame.4.7", ["replay"]],
  ["cmd.7", ["engine"]],
  ["cmd.8", ["engine"]],
  ["ack.7", ["engine"]],
  ["event.3.credit.low", ["engine"]],
  ["rated.3", ["engine"]],
  ["engine.3.command", ["api", "replay"]],
  ["engine.3.query", ["engine", "api", "bems", "replay"]],
  ["registry.roster.7", ["gateway"]],
  ["registry.roster.8", []],
  ["registry.roster.7.changed", ["api"]],
  ["registry.urgent.7", ["api"]],
  ["intake.7", ["api"]],
  ["supply.fault.7", ["gateway"]],
  ["supply.fault.8", []],
  ["store.writer", ["store-writer"]],
  ["metrics.engine", ["engine"]],
  ["metrics.api", ["api"]],
  ["metrics.store", ["store-writer"]],
  ["metrics.gateway", ["gateway"]],
  ["_INBOX.api.x", ["engine", "gateway"]],
  ["_INBOX.tools.x", ["engine", "api", "gateway"]],
  ["_INBOX.bems.x", ["engine"]],
  ["_INBOX.replay.x", ["engine"]],
  ["_INBOX.engine.x", ["engine"]],
  ["_INBOX.store-writer.x", ["store-writer"]],
  ["_INBOX.gateway.7.x", ["api"]],
  ["_INBOX.gateway.8.x", ["api"]],
  ["anything.else", []],
  ["$JS.API.INFO", ["engine", "api", "store-writer", "bems", "replay"]],
  ["$JS.API.STREAM.CREATE.FRAMES", ["engine", "api", "store-writer"]],
  ["$JS.API.STREAM.CREATE.OTHER", []],
  ["$JS.API.STREAM.UPDATE.FRAMES", []],
  ["$JS.API.STREAM.DELETE.CMD", []],
  ["$JS.API.STREAM.PURGE.FRAMES", []],
  ["$JS.API.STREAM.NAMES", []],
  ["$JS.API.STREAM.INFO.FRAMES", []],
  ["$JS.API.STREAM.INFO.EVENTS", ["api", "store-writer", "bems", "replay"]],
  ["$JS.API.STREAM.INFO.RATED", ["engine", "store-writer"]],
  ["$JS.API.STREAM.MSG.GET.CMD", []],
  ["$JS.API.STREAM.MSG.GET.RATED", ["store-writer"]],
  ["$JS.API.STREAM.MSG.DELETE.RATED", ["store-writer"]],
  ["$JS.API.STREAM.MSG.DELETE.FRAMES", []],
  ["$JS.API.DIRECT.GET.CMD", []],
  ["$JS.API.CONSUMER.CREATE.CMD.gateway-7.cmd.7", ["gateway"]],
  ["$JS.API.CONSUMER.CREATE.CMD.gateway-7.cmd.8", []],
  ["$JS.API.CONSUMER.CREATE.CMD.gateway-7", []],
  ["$JS.API.CONSUMER.CREATE.CMD.gateway-8.cmd.8", []],
  ["$JS.API.CONSUMER.CREATE.CMD", []],
  ["$JS.API.CONSUMER.DURABLE.CREATE.CMD.gateway-7", []],
  ["$JS.API.CONSUMER.DELETE.CMD.gateway-7", []],
  ["$JS.API.CONSUMER.INFO.CMD.gateway-7", ["gateway"]],
  ["$JS.API.CONSUMER.INFO.CMD.gateway-8", []],
  ["$JS.API.CONSUMER.MSG.NEXT.CMD.gateway-7", ["gateway"]],
  ["$JS.API.CONSUMER.MSG.NEXT.CMD.gateway-8", []],
  ["$JS.API.CONSUMER.MSG.NEXT.FRAMES.engine-3", ["engine"]],
  ["$JS.API.CONSUMER.MSG.NEXT.RATED.store-writer", ["store-writer"]],
  ["$JS.API.CONSUMER.MSG.NEXT.EVENTS.store-events", ["api", "store-writer", "bems", "replay"]],
  ["$JS.API.CONSUMER.CREATE.FRAMES.engine-3.frame.3.*", ["engine"]],
  ["$JS.API.CONSUMER.CREATE.FRAMES.engine", ["engine"]],
  ["$JS.API.CONSUMER.DELETE.FRAMES.engine-3", ["engine"]],
  ["$JS.API.CONSUMER.CREATE.RATED.another", []],
  ["$JS.API.CONSUMER.CREATE.EVENTS.some.event.>", ["api", "bems", "replay"]],
  ["$JS.API.CONSUMER.DELETE.EVENTS.some", ["api", "bems", "replay"]],
  ["$JS.ACK.CMD.gateway-7.1.1.1.1.0", ["gateway"]],
  ["$JS.ACK.CMD.gateway-8.1.1.1.1.0", []],
  ["$JS.ACK.FRAMES.engine-3.1.1.1.1.0", ["engine"]],
  ["$JS.ACK.EVENTS.registry-modes.1.1.1.1.0", ["api", "bems", "replay"]],
  ["$JS.ACK.RATED.store-writer.1.1.1.1.0", ["store-writer"]],
  ["$SYS.REQ.CLAIMS.UPDATE", []],
];

/** Subjects that are listened on, and who may; nobody else. */
const SUBSCRIBE: [string, User[]][] = [
  ["ack.7", ["gateway", "replay"]],
  ["ack.8", ["replay"]],
  ["cmd.7", []],
  ["cmd.>", []],
  ["frame.>", []],
  ["event.>", []],
  ["rated.>", []],
  ["engine.*.command", ["engine"]],
  ["engine.*.query", ["engine"]],
  ["registry.roster.*", ["api"]],
  ["registry.roster.7.changed", ["gateway"]],
  ["registry.roster.8.changed", []],
  ["registry.urgent.7", ["gateway"]],
  ["registry.urgent.8", []],
  ["intake.7", ["gateway"]],
  ["intake.8", []],
  ["supply.fault.*", ["api"]],
  ["supply.fault.7", ["api"]],
  ["store.writer", ["store-writer"]],
  ["metrics.*", ["api", "ops"]],
  ["_INBOX.>", []],
  ["_INBOX.api.>", ["api"]],
  ["_INBOX.engine.>", ["engine"]],
  ["_INBOX.store-writer.>", ["store-writer"]],
  ["_INBOX.bems.>", ["bems"]],
  ["_INBOX.replay.>", ["replay"]],
  ["_INBOX.gateway.7.>", ["gateway"]],
  ["_INBOX.gateway.8.>", []],
  [">", []],
];

let data: string;
let server: Running;
let tools: NatsConnection;
const connections = new Map<User, NatsConnection>();

beforeAll(async () => {
  data = temporaryFolder("permissions");
  server = await startNats({ data, port: 0 });
  const signing = makeBrokerFiles(brokerFolder(data));
  tools = await roleConnection("tools", toolsCredentials(data));
  const manager = await jetstreamManager(tools);
  await ensureStreams(manager);
  for (const role of BROKER_ROLES)
    connections.set(role, await roleConnection(role, roleCredentials(data, role)));
  connections.set("gateway", await gatewayConnection(signing.gateway(SHARD, OWN).text));
}, 60_000);
afterAll(async () => {
  await Promise.all([...connections.values(), tools].map((each) => each?.close()));
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

function roleConnection(role: BrokerRole, credentials: string): Promise<NatsConnection> {
  return connectBroker({ servers: server.url, inbox: inboxOf(role), credentials }, role);
}

function gatewayConnection(text: string): Promise<NatsConnection> {
  const authenticator = credsAuthenticator(Buffer.from(text));
  return connect({ servers: server.url, authenticator, inboxPrefix: gatewayInbox(OWN) });
}

function connected(user: User): NatsConnection {
  const nats = connections.get(user);
  if (nats === undefined) throw new Error(`${user} is not connected`);
  return nats;
}

/** The subjects that the broker refuses while something is done. */
async function refusedWhile(nats: NatsConnection, work: () => void): Promise<Set<string>> {
  const refused = new Set<string>();
  const status = nats.status();
  const listening = (async () => {
    for await (const each of status)
      if (each.type === "error") refused.add(/to "(.+)"/.exec(each.error.message)?.[1] ?? "");
  })();
  work();
  await nats.flush();
  await new Promise((done) => setTimeout(done, 20));
  void listening;
  return refused;
}

describe("what each may do", () => {
  it.each(USERS)("%s publishes on its own subjects and no others", async (user) => {
    const nats = connected(user);
    const refused = await refusedWhile(nats, () => {
      for (const [subject] of PUBLISH) nats.publish(subject, "");
    });
    const wanted = PUBLISH.filter(([, users]) => !users.includes(user)).map(([subject]) => subject);
    expect([...refused].sort()).toEqual(wanted.sort());
  });

  it.each(USERS)("%s listens on its own subjects and no others", async (user) => {
    const nats = connected(user);
    const refused = await refusedWhile(nats, () => {
      for (const [subject] of SUBSCRIBE)
        nats.subscribe(subject, { callback: () => undefined }).unsubscribe(1);
    });
    const wanted = SUBSCRIBE.filter(([, users]) => !users.includes(user)).map(([one]) => one);
    expect([...refused].sort()).toEqual(wanted.sort());
  });
});
