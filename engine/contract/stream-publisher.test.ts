import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiscardPolicy, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNats } from "../host/nats.ts";
import type { Running } from "../host/running.ts";
import { StreamPublisher } from "./stream-publisher.ts";

const WAIT_MS = 5_000;
const bytes = Buffer.from("frame");

let folder: string;
let server: Running;
let nats: NatsConnection;
let publisher: StreamPublisher;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-publisher-"));
  server = await startNats({ data: folder, port: 0, access: "open" });
  nats = await connect({ servers: server.url });
  const manager = await jetstreamManager(nats);
  await manager.streams.add({ name: "KEPT", subjects: ["kept.>"] });
  const discard = DiscardPolicy.New;
  await manager.streams.add({ name: "SMALL", subjects: ["small"], max_msgs: 1, discard });
  publisher = new StreamPublisher(nats, "_INBOX.tools");
});

afterAll(async () => {
  await nats?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("tells where each message was put, those sent at once included", async () => {
  const places: string[] = [];
  const onStored = (stream: string, sequence: number): void =>
    void places.push(`${stream} ${sequence}`);
  const sent = ["a", "b", "c"].map((id) =>
    publisher.store(`kept.${id}`, bytes, { waitMs: WAIT_MS, id, headers: { Part: id }, onStored }),
  );
  await Promise.all(sent);
  expect(places).toEqual(["KEPT 1", "KEPT 2", "KEPT 3"]);
  const manager = await jetstreamManager(nats);
  const kept = await manager.streams.getMessage("KEPT", { seq: 2 });
  expect(kept?.subject).toBe("kept.b");
  expect(kept?.header.get("Part")).toBe("b");
});

test("takes a message that the stream knows, and tells of no place", async () => {
  let isTold = false;
  const options = { waitMs: WAIT_MS, id: "again" };
  await publisher.store("kept.again", bytes, options);
  await publisher.store("kept.again", bytes, { ...options, onStored: () => (isTold = true) });
  expect(isTold).toBe(false);
});

test("says what the stream says when it takes no more", async () => {
  await publisher.store("small", bytes, { waitMs: WAIT_MS });
  await expect(publisher.store("small", bytes, { waitMs: WAIT_MS })).rejects.toThrow(
    /^small: .*maximum messages/,
  );
});

test("says at once that no stream takes a subject", async () => {
  await expect(publisher.store("nobody", bytes, { waitMs: 600_000 })).rejects.toThrow(
    "nobody: no stream takes this subject",
  );
});

test("gives up on an answer that does not come, or is no stream's", async () => {
  nats.subscribe("silent", { callback: () => {} });
  nats.subscribe("strange", { callback: (_, message) => void message.respond("no JSON") });
  await nats.flush();
  await expect(publisher.store("silent", bytes, { waitMs: 50 })).rejects.toThrow(
    "silent: no stream has said in time that it has it",
  );
  await expect(publisher.store("strange", bytes, { waitMs: WAIT_MS })).rejects.toThrow(
    "strange: the answer is not a stream's",
  );
});

test("gives up on what waits when its connection is closed, and takes no more", async () => {
  const own = await connect({ servers: server.url });
  const closing = new StreamPublisher(own, "_INBOX.tools");
  const waiting = closing.store("silent", bytes, { waitMs: 600_000 });
  const refused = expect(waiting).rejects.toThrow("silent: the connection to NATS is closed");
  await own.flush();
  await own.close();
  await refused;
  await expect(closing.store("silent", bytes, { waitMs: 600_000 })).rejects.toThrow();
  const late = new StreamPublisher(own, "_INBOX.tools");
  await expect(late.store("silent", bytes, { waitMs: 600_000 })).rejects.toThrow();
});
