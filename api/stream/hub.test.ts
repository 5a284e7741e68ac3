import { randomUUID } from "node:crypto";
import { type JetStreamClient, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { clockFrom } from "../../engine/contract/clock.ts";
import type { CloudEvent, EventData } from "../../engine/contract/events.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { eventSubject, metricsSubject, STREAMS } from "../../engine/contract/subjects.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { serve } from "../uws/serve.ts";
import type { Served } from "../uws/types.ts";
import type { StreamAccess, StreamCaller } from "./access.ts";
import { openStreamHub, type StreamHub } from "./hub.ts";
import { TOPICS_MAX } from "./messages.ts";

/** Two operators with an account each, and one whose registry does not answer. */
const OURS = randomUUID();
const OURS_TOO = randomUUID();
const THEIRS = randomUUID();
const UNCLEAR = randomUUID();
const OWNERS: Record<string, string> = { [OURS]: "us", [OURS_TOO]: "us", [THEIRS]: "them" };
const CALLERS: Record<string, StreamCaller> = {
  "key-us": { operatorId: "us", metrics: true },
  "key-them": { operatorId: "them", metrics: false },
  "key-tenant": { operatorId: "us", accountIds: new Set([OURS_TOO]), metrics: false },
};

const access: StreamAccess = {
  authorize: async (token) => CALLERS[token],
  ownerOf: async (accountId) => {
    if (accountId === UNCLEAR) throw new Error("the registry is away");
    return OWNERS[accountId];
  },
  accountOfMeter: async (meterId) => (meterId === "M-1" ? OURS : undefined),
  snapshotOf: async (accountId) => {
    if (accountId === OURS_TOO) throw new Error("the engine is away");
    return `{"account_id":"${accountId}","balance":"12.00"}`;
  },
};

type Message = {
  topic?: string;
  seq?: number;
  at?: string;
  data?: CloudEvent & Record<string, unknown>;
  lagged?: number;
  subscribed?: string[];
  speed?: number;
  error?: { code: string; detail: string; topic?: string };
};

/** A client that keeps what it hears. */
class Client {
  readonly got: Message[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options);
    this.socket.on("message", (data) => this.got.push(JSON.parse(String(data))));
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
  }
  get events(): Message[] {
    return this.got.filter(({ topic }) => topic !== undefined && topic !== "ops.metrics");
  }
  get seqs(): (number | undefined)[] {
    return this.events.map(({ seq }) => seq);
  }
  async say(message: unknown): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN)
      await new Promise((r) => this.socket.once("open", r));
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }
  /** Says it and waits for the answer to it. */
  async ask(message: unknown): Promise<Message> {
    const before = this.got.filter(({ subscribed }) => subscribed !== undefined).length;
    await this.say(message);
    await expect.poll(() => this.answers.length).toBeGreaterThan(before);
    return this.answers.at(-1) ?? {};
  }
  get answers(): Message[] {
    return this.got.filter(({ subscribed }) => subscribed !== undefined);
  }
}

describe("the stream", () => {
  let servers: TestServers;
  let nats: NatsConnection;
  let stream: JetStreamClient;
  let hub: StreamHub;
  let served: Served;
  const clients: Client[] = [];
  let published = 0;

  beforeAll(async () => {
    servers = await withServers({ nats: true });
    nats = await connect({ servers: servers.natsUrl });
    const clock = clockFrom({ wallMs: Date.now(), epochS: 1_790_000_000, speed: 60 });
    hub = await openStreamHub({ nats, access, clock });
    stream = jetstream(nats);
    const app = { fetch: () => new Response() };
    served = await serve({ app, host: "127.0.0.1", port: 0, websocket: hub.route });
  });
  afterAll(async () => {
    for (const { socket } of clients) socket.terminate();
    await served.close();
    await hub.close();
    await nats.close();
    await servers.stop();
  });
  beforeEach(() => {
    for (const { socket } of clients.splice(0)) socket.terminate();
  });

  const open = (query = "", options: ClientOptions = {}): Client => {
    const client = new Client(`ws://127.0.0.1:${served.port}/v1/stream${query}`, options);
    clients.push(client);
    return client;
  };
  const openAs = (key: string): Client => open("", { headers: { authorization: `Bearer ${key}` } });

  async function publish(accountId: string, data: Partial<EventData> = {}): Promise<number> {
    const event: CloudEvent = {
      specversion: "1.0",
      id: `0-${++published}-0`,
      source: "drawdown/engine",
      type: "credit.low",
      subject: accountId,
      time: "2026-09-21T12:00:00Z",
      datacontenttype: "application/json",
      data: { account_id: accountId, shard: 0, slot: 0, balance_micros: "1000000", ...data },
    };
    const { seq } = await stream.publish(eventSubject(0, event.type), JSON.stringify(event));
    return seq;
  }

  describe("lets in", () => {
    test("a key in the header, a ticket once, and a key in the first message", async () => {
      const ticket = hub.issueTicket("key-us")?.ticket ?? "";
      for (const client of [openAs("key-us"), open(`?ticket=${ticket}`)]) {
        expect(await client.ask({ subscribe: ["events"] })).toMatchObject({
          subscribed: ["events"],
          speed: 60,
        });
      }
      expect(await open(`?ticket=${ticket}`).closed).toBe(1_006);
      const first = open();
      const answer = await first.ask({ authorization: "Bearer key-us", subscribe: ["events"] });
      expect(answer.at).toMatch(/^2026-09-2/);
    });

    test("nobody else", async () => {
      expect(await openAs("key-unknown").closed).toBe(1_006);
      expect(await open("", { headers: { authorization: "Basic x" } }).closed).toBe(1_006);
      for (const message of [{ subscribe: ["events"] }, { authorization: "Bearer key-unknown" }]) {
        const client = open();
        await client.say(message);
        expect(await client.closed).toBe(4_401);
        expect(client.got).toEqual([]);
      }
    });
  });

  describe("sends", () => {
    test("each topic its events, with their place in the stream, and no other operator's", async () => {
      const [us, them, tenant, one] = [
        openAs("key-us"),
        openAs("key-them"),
        openAs("key-tenant"),
        openAs("key-us"),
      ];
      for (const client of [us, them, tenant]) await client.ask({ subscribe: ["events"] });
      await one.ask({ subscribe: [`account:${OURS}`, "meter:M-1"] });
      const a = await publish(OURS);
      const b = await publish(THEIRS);
      const c = await publish(OURS_TOO);
      await publish(randomUUID());
      await expect.poll(() => us.seqs).toEqual([a, c]);
      await expect.poll(() => them.seqs).toEqual([b]);
      await expect.poll(() => tenant.seqs).toEqual([c]);
      await expect
        .poll(() => one.events.map(({ topic }) => topic))
        .toEqual([`account:${OURS}`, "meter:M-1"]);
      expect(us.events[0]).toMatchObject({
        topic: "events",
        at: "2026-09-21T12:00:00Z",
        data: { type: "credit.low", subject: OURS, data: { balance_micros: "1000000" } },
      });
    });

    test("how an account stands, where it is asked for, and then what changes", async () => {
      const client = openAs("key-us");
      const before = await publish(OURS);
      await expect.poll(() => hub.figures().seq).toBe(before);
      await client.ask({
        subscribe: ["meter:M-1", `account:${OURS_TOO}`, "events"],
        snapshot: true,
      });
      const next = await publish(OURS);
      await expect.poll(() => client.seqs).toContain(next);
      expect(client.got.find(({ topic }) => topic === "meter:M-1")).toMatchObject({
        seq: before,
        snapshot: true,
        data: { account_id: OURS, balance: "12.00" },
      });
      expect(client.got.map(({ error }) => error).filter(Boolean)).toEqual([
        expect.objectContaining({ code: "snapshot_unavailable", topic: `account:${OURS_TOO}` }),
      ]);
    });

    test("nothing of what was unsubscribed", async () => {
      const client = openAs("key-us");
      await client.ask({ subscribe: ["events", "meter:M-1"] });
      expect((await client.ask({ unsubscribe: ["events"] })).subscribed).toEqual(["meter:M-1"]);
      await publish(OURS_TOO);
      const last = await publish(OURS);
      await expect.poll(() => client.seqs).toEqual([last]);
    });

    test("each second the latest figures of every role to who may see them", async () => {
      const us = openAs("key-us");
      const them = openAs("key-them");
      await us.ask({ subscribe: ["ops.metrics"] });
      await them.ask({ subscribe: ["ops.metrics"] });
      nats.publish(metricsSubject("broken"), "no JSON");
      nats.publish(metricsSubject("gateway"), JSON.stringify({ meters: 7 }));
      nats.publish(metricsSubject("engine"), JSON.stringify({ readings_per_s: 12 }));
      await expect
        .poll(() => us.got.at(-1)?.data, { timeout: 3_000 })
        .toEqual({ gateway: { meters: 7 }, engine: { readings_per_s: 12 } });
      expect(us.got.at(-1)?.topic).toBe("ops.metrics");
      expect(them.got.map(({ error }) => error?.code)).toContain("topic_forbidden");
      expect(them.got.some(({ topic }) => topic !== undefined)).toBe(false);
    });
  });

  describe("resumes", () => {
    test("after a sequence: every later event once and in order, while more are made", async () => {
      const since = await publish(OURS);
      const seqs: number[] = [];
      for (let n = 0; n < 300; n++) seqs.push(await publish(n % 3 === 0 ? OURS_TOO : OURS));
      const more = (async () => {
        for (let n = 0; n < 300; n++) seqs.push(await publish(OURS));
      })();
      const client = openAs("key-us");
      await client.ask({ subscribe: ["events"], since });
      await more;
      await expect.poll(() => client.seqs.length, { timeout: 10_000 }).toBe(seqs.length);
      expect(client.seqs).toEqual(seqs);
    });

    test("from the very first, and with nothing to catch up", async () => {
      const all = openAs("key-us");
      await all.ask({ subscribe: [`account:${OURS}`], since: 0 });
      const last = await publish(OURS);
      await expect.poll(() => all.seqs.at(-1), { timeout: 10_000 }).toBe(last);
      expect(new Set(all.seqs).size).toBe(all.seqs.length);
      const none = openAs("key-us");
      await none.ask({ subscribe: ["events"], since: last });
      const next = await publish(OURS);
      await expect.poll(() => none.seqs).toEqual([next]);
    });

    test("not from what has not happened", async () => {
      const client = openAs("key-us");
      await client.ask({ subscribe: ["events"], since: 1e9 });
      await expect.poll(() => client.got.at(-1)?.error?.code).toBe("since_ahead");
      const next = await publish(OURS);
      await expect.poll(() => client.seqs).toEqual([next]);
    });
  });

  describe("stays bounded", () => {
    test("a slow reader is told how many it missed, and can ask for them", async () => {
      const client = openAs("key-us");
      await client.ask({ subscribe: ["events"] });
      client.socket.pause();
      const verdict = "x".repeat(30_000);
      const seqs = await Promise.all(Array.from({ length: 500 }, () => publish(OURS, { verdict })));
      await expect
        .poll(() => hub.figures().seq, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(Math.max(...seqs));
      expect(hub.figures().lagged).toBeGreaterThan(0);
      client.socket.resume();
      await expect
        .poll(() => client.got.some(({ lagged }) => lagged !== undefined), { timeout: 10_000 })
        .toBe(true);
      const gap = client.got.findIndex(({ lagged }) => lagged !== undefined);
      expect(gap - 1 + (client.got[gap]?.lagged ?? 0)).toBe(500);
      await client.ask({ since: client.got[gap - 1]?.seq });
      await expect.poll(() => new Set(client.seqs).size, { timeout: 10_000 }).toBe(500);
    });

    test("what the registry cannot tell the owner of is counted as missed", async () => {
      const client = openAs("key-us");
      await client.ask({ subscribe: ["events"] });
      await publish(UNCLEAR);
      const next = await publish(OURS);
      await expect.poll(() => client.seqs).toEqual([next]);
      expect(client.got.slice(1)[0]).toEqual({ lagged: 1 });
    });

    test.each<[string, unknown, string]>([
      ["no JSON", "{", "message_invalid"],
      ["an unknown field", { subscribed: [] }, "message_invalid"],
      ["no topic", { subscribe: ["everything"] }, "message_invalid"],
      ["a topic with a wildcard", { subscribe: ["account:*"] }, "message_invalid"],
      ["too many topics", { subscribe: Array(TOPICS_MAX + 1).fill("events") }, "message_invalid"],
      ["a broken sequence", { since: -1 }, "message_invalid"],
      ["another's account", { subscribe: [`account:${THEIRS}`] }, "topic_unknown"],
      ["no account", { subscribe: [`account:${randomUUID()}`] }, "topic_unknown"],
      ["no meter", { subscribe: ["meter:M-2"] }, "topic_unknown"],
      [
        "an account while the registry is away",
        { subscribe: [`account:${UNCLEAR}`] },
        "registry_unavailable",
      ],
    ])("%s is refused, and the connection stays", async (_what, message, code) => {
      const client = openAs("key-us");
      await client.say(message);
      await expect.poll(() => client.got.find(({ error }) => error)?.error?.code).toBe(code);
      expect((await client.ask({ subscribe: ["events"] })).subscribed).toEqual(["events"]);
    });
  });

  test("goes on when the broker lost its events and counts from 1 again", async () => {
    const client = openAs("key-us");
    await client.ask({ subscribe: ["events"] });
    const manager = await jetstreamManager(nats);
    await manager.streams.delete(STREAMS.events);
    await ensureStreams(manager);
    const first = await publish(OURS);
    expect(first).toBe(1);
    await expect.poll(() => client.seqs, { timeout: 25_000, interval: 200 }).toContain(first);
  });
});
