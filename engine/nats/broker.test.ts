import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, credsAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectBroker } from "../contract/broker/connect.ts";
import { BROKER_ROLES, gatewayInbox, inboxOf } from "../contract/broker/permissions.ts";
import type { Signing } from "../contract/broker/signing.ts";
import { natsTransport } from "../contract/nats-transport.ts";
import { ensureConsumer, ensureStreams } from "../contract/streams.ts";
import { brokerFolder, makeBrokerFiles, toolsCredentials } from "../host/broker-files.ts";
import { startNats } from "../host/nats.ts";
import type { Running } from "../host/running.ts";
import { temporaryFolder } from "../host/testing.ts";

const SHARD = 3;
const [OWN, OTHER] = [7, 8];

let data: string;
let server: Running;
let signing: Signing;
let tools: NatsConnection;

beforeAll(async () => {
  data = temporaryFolder("broker");
  server = await startNats({ data, port: 0 });
  signing = makeBrokerFiles(brokerFolder(data));
  const credentials = toolsCredentials(data);
  tools = await connectBroker({ servers: server.url, inbox: inboxOf("tools"), credentials }, "x");
  const manager = await jetstreamManager(tools);
  await ensureStreams(manager);
  await ensureConsumer(manager, "CMD", "gateway-8", { filter: "cmd.8", pendingMax: 8 });
}, 60_000);
afterAll(async () => {
  await tools?.close();
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

function gatewayConnection(gateway: number): Promise<NatsConnection> {
  return connectText(signing.gateway(SHARD, gateway).text, gatewayInbox(gateway));
}

function connectText(text: string, inboxPrefix: string): Promise<NatsConnection> {
  const authenticator = credsAuthenticator(Buffer.from(text));
  return connect({ servers: server.url, authenticator, inboxPrefix, reconnect: false });
}

describe("strangers", () => {
  it("are refused without credentials, and with those of another installation", async () => {
    const plain = connect({ servers: server.url, reconnect: false });
    await expect(plain).rejects.toThrow(/authorization violation/i);
    const elsewhere = temporaryFolder("elsewhere");
    try {
      const stranger = makeBrokerFiles(elsewhere).gateway(SHARD, OWN);
      await expect(connectText(stranger.text, gatewayInbox(OWN))).rejects.toThrow(
        /authorization violation/i,
      );
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it("are told in one line what to do, where a role comes with the wrong credentials", async () => {
    const access = { servers: server.url, inbox: "_INBOX.x" };
    await expect(connectBroker(access, "x")).rejects.toThrow(
      /^NATS at .* refuses a connection without credentials: set DRAWDOWN_NATS_CREDENTIALS/,
    );
  });
});

describe("a gateway", () => {
  it("takes its own commands, and acknowledges them", async () => {
    const nats = await gatewayConnection(OWN);
    await jetstream(tools).publish(`cmd.${OWN}`, "cut");
    const manager = await jetstreamManager(nats, { checkAPI: false });
    await ensureConsumer(manager, "CMD", `gateway-${OWN}`, { filter: `cmd.${OWN}`, pendingMax: 8 });
    const consumer = await jetstream(nats).consumers.get("CMD", `gateway-${OWN}`);
    const message = await consumer.next({ expires: 2_000 });
    expect(message?.string()).toBe("cut");
    await message?.ackAck();
    const info = await (await jetstreamManager(tools)).consumers.info("CMD", `gateway-${OWN}`);
    expect(info.num_ack_pending).toBe(0);
    await nats.close();
  });

  it.each([
    ["another filter than its own", { filter_subject: `cmd.${OTHER}` }],
    ["all commands", { filter_subject: "cmd.>" }],
    ["no filter", {}],
    ["another name", { durable_name: `gateway-${OTHER}`, filter_subject: `cmd.${OTHER}` }],
  ])("cannot make its consumer with %s", async (_, wanted) => {
    const nats = await gatewayConnection(9);
    try {
      const config = { durable_name: "gateway-9", ack_policy: "explicit", ...wanted };
      const asked = await nats.request(
        "$JS.API.CONSUMER.CREATE.CMD.gateway-9.cmd.9",
        JSON.stringify({ stream_name: "CMD", config, action: "" }),
        { timeout: 2_000 },
      );
      expect(asked.json<{ error?: { description: string } }>().error?.description).toMatch(/./);
    } finally {
      await nats.close();
    }
  });

  it("publishes frames only in its own name", async () => {
    const nats = await gatewayConnection(OWN);
    const stream = jetstream(nats);
    await stream.publish(`frame.${SHARD}.${OWN}`, "own");
    await expect(stream.publish(`frame.${SHARD}.${OTHER}`, "forged")).rejects.toThrow();
    const forged = natsTransport(nats, gatewayInbox(OWN)).store(
      `frame.${SHARD}.${OTHER}`,
      Buffer.from("forged"),
      { waitMs: 600_000 },
    );
    await expect(forged).rejects.toThrow(
      `frame.${SHARD}.${OTHER}: NATS forbids this user to send it`,
    );
    const manager = await jetstreamManager(tools);
    const { state } = await manager.streams.info("FRAMES", { subjects_filter: "frame.3.*" });
    expect(Object.keys(state.subjects ?? {})).toEqual([`frame.${SHARD}.${OWN}`]);
    await nats.close();
  });
});

describe("the files", () => {
  it("are their owner's alone, and stay the same at the next start", async () => {
    const folder = brokerFolder(data);
    const names = [
      "signing.json",
      "accounts.conf",
      ...BROKER_ROLES.map((r) => `credentials/${r}.creds`),
    ];
    const contents = () => names.map((name) => readFileSync(join(folder, name), "utf8"));
    expect(names.map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual(
      names.map(() => 0o600),
    );
    const before = contents();
    makeBrokerFiles(folder);
    expect(contents()).toEqual(before);
  });

  it("hold credentials made anew where a role needs something else than they allow", async () => {
    const elsewhere = temporaryFolder("elsewhere");
    try {
      const made = makeBrokerFiles(elsewhere);
      const path = join(elsewhere, "credentials", "api.creds");
      writeFileSync(path, made.role("ops").text, { mode: 0o600 });
      makeBrokerFiles(elsewhere);
      expect(readFileSync(path, "utf8")).not.toBe(made.role("ops").text);
      rmSync(join(elsewhere, "signing.json"));
      const after = readFileSync(path, "utf8");
      expect(makeBrokerFiles(elsewhere).account).not.toBe(made.account);
      expect(readFileSync(path, "utf8")).not.toBe(after);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});

describe("an installation whose broker was open", () => {
  it("keeps what its streams hold", async () => {
    const older = temporaryFolder("older");
    try {
      const open = await startNats({ data: older, port: 0, access: "open" });
      const before = await connect({ servers: open.url });
      await ensureStreams(await jetstreamManager(before));
      await jetstream(before).publish("event.0.test", "kept");
      await before.close();
      await open.stop();
      const closed = await startNats({ data: older, port: 0 });
      const credentials = toolsCredentials(older);
      const access = { servers: closed.url, inbox: inboxOf("tools"), credentials };
      const after = await connectBroker(access, "tools");
      const message = await (await jetstreamManager(after)).streams.getMessage("EVENTS", {
        seq: 1,
      });
      expect(message?.string()).toBe("kept");
      await after.close();
      await closed.stop();
      expect(readdirSync(join(older, "nats", "store", "jetstream"))).not.toContain("$G");
    } finally {
      rmSync(older, { recursive: true });
    }
  });
});
