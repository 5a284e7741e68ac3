/**
 * One suite over both engines: a WebSocket behaves alike whichever carries it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { serve } from "./serve.ts";
import type { Engine, Served } from "./types.ts";
import {
  type Peer,
  type PublishToLane,
  SOCKET_BYTES_MAX,
  type WebSocketRoute,
} from "./websocket.ts";

const MESSAGE_MAX = 1_000;

/** What the route saw. */
const seen = { closed: 0, drained: 0, refusedSends: 0 };
const peers: Peer[] = [];
let publish: PublishToLane = () => undefined;

function echoRoute(pingEveryMs = 20_000): WebSocketRoute {
  return {
    path: "/v1/echo",
    messageBytesMax: MESSAGE_MAX,
    pingEveryMs,
    served: (given) => {
      publish = given;
    },
    async upgrade(ask) {
      await sleep(5);
      if (ask.query.get("fail") !== null) throw new Error("upgrade failed");
      if (ask.header("Authorization") === undefined && ask.query.get("key") !== "k") {
        return { refuse: Response.json({ status: 401 }, { status: 401 }) };
      }
      return { open: (peer) => listen(peer) };
    },
  };
}

function listen(
  peer: Peer,
): ReturnType<Extract<Awaited<ReturnType<WebSocketRoute["upgrade"]>>, { open: unknown }>["open"]> {
  peers.push(peer);
  peer.send("hello");
  return {
    message: (text) => {
      if (text === "flood") flood(peer);
      else if (text === "end") peer.close(4_001, "as asked");
      else if (text === "lanes") alongLanes(peer);
      else peer.send(`${text} back`);
    },
    drained: () => seen.drained++,
    closed: () => seen.closed++,
  };
}

/** All in one turn: nothing may overtake, and nothing that was published before leaving may be lost. */
function alongLanes(peer: Peer): void {
  publish("a", "0: nobody hears it");
  peer.join("a");
  publish("a", "1");
  peer.send("2");
  publish("a", `3 ${"y".repeat(20_000)}`);
  publish("b", "nobody hears it");
  peer.join("b");
  publish("b", "4");
  publish("a", "5");
  peer.leave("a");
  publish("a", "nobody hears it");
  publish("b", "6");
  peer.leave("b");
  peer.send("7");
}

function flood(peer: Peer): void {
  const text = "x".repeat(100_000);
  for (let n = 0; n < 200; n++) if (!peer.send(text)) seen.refusedSends++;
  expect(peer.waitingBytes()).toBeLessThanOrEqual(SOCKET_BYTES_MAX + text.length);
}

/**
 * On a busy machine the native module cut the second connection of a new process without a word about once in twenty
 * runs (code 1006, no error on either side); why is not known. Clients come back and resume, so it is tried again here.
 */
const TRIES_AGAIN = { uws: 2, node: 0 } as const;

describe.each<Engine>(["uws", "node"])("a WebSocket served by %s", (engine) => {
  let served: Served;
  const errors: unknown[] = [];
  const open = (query: string, options: ClientOptions = {}): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${served.port}/v1/echo${query}`, options);

  beforeEach(async () => {
    Object.assign(seen, { closed: 0, drained: 0, refusedSends: 0 });
    const app = { fetch: () => new Response("not a socket", { status: 426 }) };
    const onError = (error: unknown): void => void errors.push(error);
    served = await serve({
      app,
      host: "127.0.0.1",
      port: 0,
      websocket: echoRoute(),
      engine,
      onError,
    });
  });
  afterEach(() => served.close());

  /** Resolves with what comes until the socket closes: texts, then the code. */
  const all = (socket: WebSocket): Promise<unknown[]> =>
    new Promise((resolve) => {
      const got: unknown[] = [];
      socket.on("message", (data) => got.push(String(data)));
      socket.on("error", () => undefined);
      socket.on("close", (code, reason) => resolve([...got, code, reason.toString()]));
    });

  test.each([
    ["by header", "", { headers: { authorization: "Bearer k" } }],
    ["by query", "?key=k", {}],
  ])(
    "opens %s, and texts go both ways",
    { retry: TRIES_AGAIN[engine] },
    async (_how, query, options) => {
      const socket = open(query, options);
      socket.on("open", () => {
        socket.send("ä€");
        socket.send("end");
      });
      expect(await all(socket)).toEqual(["hello", "ä€ back", 4_001, "as asked"]);
    },
  );

  test.each([
    ["?", 401],
    ["?fail=1", 500],
  ])("an upgrade with %s is refused with %i", async (query, status) => {
    const socket = open(query);
    const got = await new Promise<{ status: number | undefined; type: string | undefined }>(
      (resolve) => {
        socket.on("error", () => undefined);
        socket.on("unexpected-response", (_ask, answer) => {
          resolve({ status: answer.statusCode, type: answer.headers["content-type"] });
          answer.resume();
        });
      },
    );
    expect(got.status).toBe(status);
    expect(got.type).toMatch(/json/);
  });

  test("a plain request to the same path goes to the app", async () => {
    const response = await fetch(`http://127.0.0.1:${served.port}/v1/echo`);
    expect(response.status).toBe(426);
  });

  test("a message beyond the bound, or a binary one, ends the socket", async () => {
    const long = open("?key=k");
    long.on("open", () => long.send("x".repeat(MESSAGE_MAX + 1)));
    // The native module hangs up without a word.
    expect([1_009, 1_006]).toContain((await all(long)).at(-2));
    const binary = open("?key=k");
    binary.on("open", () => binary.send(new Uint8Array(3)));
    expect(await all(binary)).toEqual(["hello", 1_003, "text only"]);
  });

  test("a reader that stands still is refused more, and told of room once it reads", async () => {
    const socket = open("?key=k");
    await new Promise((resolve) => socket.once("open", resolve));
    socket.pause();
    socket.send("flood");
    await expect.poll(() => seen.refusedSends).toBeGreaterThan(0);
    socket.resume();
    await expect.poll(() => seen.drained, { timeout: 5_000 }).toBeGreaterThan(0);
    socket.close();
  });

  test("lanes carry what is published while one is on them, in order with what is sent", async () => {
    const socket = open("?key=k");
    socket.on("open", () => {
      socket.send("lanes");
      socket.send("end");
    });
    const got = (await all(socket)).map((text) => String(text).slice(0, 1));
    expect(got).toEqual(["h", "1", "2", "3", "4", "5", "6", "7", "4", "a"]);
  });

  test("a far end that is gone without a word is cut, one that answers stays", async () => {
    const app = { fetch: () => new Response() };
    const websocket = echoRoute(1_500);
    const beating = await serve({ app, host: "127.0.0.1", port: 0, websocket, engine });
    const url = `ws://127.0.0.1:${beating.port}/v1/echo?key=k`;
    const dead = new WebSocket(url, { autoPong: false });
    const alive = new WebSocket(url);
    expect((await all(dead)).at(-2)).toBe(1_006);
    expect(alive.readyState).toBe(WebSocket.OPEN);
    await beating.close();
  });

  test("sending to a closed socket does nothing, and closing is told once", async () => {
    const socket = open("?key=k");
    await new Promise((resolve) => socket.once("open", resolve));
    const peer = peers.at(-1);
    socket.close();
    await expect.poll(() => seen.closed).toBe(1);
    expect(peer?.send("late")).toBe(false);
    expect(peer?.waitingBytes()).toBe(0);
    peer?.close(1_000, "again");
    await sleep(20);
    expect(seen.closed).toBe(1);
  });

  test("closing the server says so to who is there", async () => {
    const app = { fetch: () => new Response() };
    const short = await serve({ app, host: "127.0.0.1", port: 0, websocket: echoRoute(), engine });
    const socket = new WebSocket(`ws://127.0.0.1:${short.port}/v1/echo?key=k`);
    await new Promise((resolve) => socket.once("message", resolve));
    const ended = all(socket);
    await short.close();
    expect(await ended).toEqual([1_001, "the server is closing"]);
  });
});
