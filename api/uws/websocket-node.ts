/**
 * A WebSocket route carried by `ws` on Node's own http server.
 */
import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { Heartbeat } from "./heartbeat.ts";
import { problemResponse } from "./problem.ts";
import {
  type Peer,
  type PeerListener,
  PING_EVERY_MS,
  SOCKET_BYTES_MAX,
  type UpgradeAnswer,
  type UpgradeAsk,
  type WebSocketRoute,
} from "./websocket.ts";

/** The open sockets of a route. `close` says goodbye and settles when all are gone. */
export type SocketSet = { close(): Promise<void> };

/** Adds the route to the server. Upgrades to other paths are answered 404. */
export function addNodeWebSocket(
  server: Server,
  route: WebSocketRoute,
  onError: (error: unknown) => void,
): SocketSet {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: route.messageBytesMax });
  const heartbeat = new Heartbeat(route.pingEveryMs ?? PING_EVERY_MS);
  const lanes: Lanes = new Map();
  route.served?.((lane, text) => {
    for (const peer of lanes.get(lane) ?? []) peer.send(text);
  });
  const onUpgrade = async (ask: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    stream.on("error", () => stream.destroy());
    const answer = await decide(ask, route, onError);
    if ("refuse" in answer) return refuse(stream, answer.refuse);
    if (stream.destroyed) return;
    sockets.handleUpgrade(ask, stream, head, (socket) =>
      openSocket(socket, answer.open, { heartbeat, lanes }),
    );
  };
  server.on("upgrade", (ask, stream, head) => {
    onUpgrade(ask, stream, head).catch(onError);
  });
  return {
    close: async () => {
      heartbeat.stop();
      const gone = [...sockets.clients].map(
        (socket) => new Promise((resolve) => socket.once("close", resolve)),
      );
      for (const socket of sockets.clients) socket.close(1001, "the server is closing");
      await Promise.all(gone);
    },
  };
}

/** Who hears each lane. */
type Lanes = Map<string, Set<Peer>>;

function openSocket(
  socket: WebSocket,
  open: (peer: Peer) => PeerListener,
  { heartbeat, lanes }: { heartbeat: Heartbeat; lanes: Lanes },
): void {
  const beating = { ping: () => socket.ping(), cut: () => socket.terminate() };
  let isFull = false;
  const sent = (): void => {
    if (!isFull || socket.bufferedAmount > 0) return;
    isFull = false;
    listener.drained();
  };
  const peer: Peer = {
    send: (text) => {
      if (socket.readyState !== socket.OPEN) return false;
      if (socket.bufferedAmount + text.length > SOCKET_BYTES_MAX) return false;
      socket.send(text, sent);
      isFull ||= socket.bufferedAmount > 0;
      return true;
    },
    waitingBytes: () => socket.bufferedAmount,
    close: (code, reason) => socket.close(code, reason),
    join: (lane) => {
      if (socket.readyState !== socket.OPEN) return;
      lanes.set(lane, (lanes.get(lane) ?? new Set()).add(peer));
    },
    leave: (lane) => {
      const peers = lanes.get(lane);
      peers?.delete(peer);
      if (peers?.size === 0) lanes.delete(lane);
    },
  };
  heartbeat.add(beating);
  const listener = open(peer);
  socket.on("pong", () => heartbeat.heard(beating));
  socket.on("error", () => undefined);
  socket.on("message", (data, isBinary) => {
    heartbeat.heard(beating);
    if (isBinary) socket.close(1003, "text only");
    else listener.message(String(data));
  });
  socket.on("close", () => {
    heartbeat.remove(beating);
    for (const lane of [...lanes.keys()]) peer.leave(lane);
    listener.closed();
  });
}

async function decide(
  ask: IncomingMessage,
  route: WebSocketRoute,
  onError: (error: unknown) => void,
): Promise<UpgradeAnswer> {
  const [path, query] = (ask.url ?? "").split("?", 2);
  if (path !== route.path) return { refuse: new Response(null, { status: 404 }) };
  const upgradeAsk: UpgradeAsk = {
    header: (name) => {
      const value = ask.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    query: new URLSearchParams(query ?? ""),
  };
  try {
    return await route.upgrade(upgradeAsk);
  } catch (error) {
    onError(error);
    return { refuse: problemResponse(500) };
  }
}

/** Writes a refusal to a stream that no HTTP response belongs to. */
async function refuse(stream: Duplex, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  const head = [`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}`];
  for (const [name, value] of response.headers) head.push(`${name}: ${value}`);
  head.push(`content-length: ${body.byteLength}`, "connection: close", "", "");
  stream.end(Buffer.concat([Buffer.from(head.join("\r\n")), body]));
}
