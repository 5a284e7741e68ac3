/**
 * A WebSocket route carried by uWebSockets.js.
 */
import { addressOf } from "./address.ts";
import { headerOf } from "./headers.ts";
import { type Beating, Heartbeat } from "./heartbeat.ts";
import type { NativeApp, NativeRequest, NativeResponse, NativeSocket } from "./native.ts";
import { problemResponse } from "./problem.ts";
import { outgoingOn, sendResponse } from "./response.ts";
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

type Data = { open: (peer: Peer) => PeerListener; link?: Link };
type Link = { listener: PeerListener; beating: Beating; isOpen: boolean };
type Socket = NativeSocket<Data>;

/**
 * All sockets hear this lane, on which nothing is ever published: the native module drops what was published and not yet
 * sent when a socket leaves its last lane.
 */
const LAST_LANE = "-";

/** Adds the route to the application. */
export function addWebSocket(
  app: NativeApp,
  route: WebSocketRoute,
  onError: (error: unknown) => void,
): SocketSet {
  const heartbeat = new Heartbeat(route.pingEveryMs ?? PING_EVERY_MS);
  const open = new Set<Socket>();
  let onEmpty: (() => void) | undefined;
  app.ws<Data>(route.path, {
    maxPayloadLength: route.messageBytesMax,
    maxBackpressure: SOCKET_BYTES_MAX,
    idleTimeout: 0,
    sendPingsAutomatically: false,
    upgrade: (res, req, context) => {
      void upgrade(res, req, { context, route, onError });
    },
    open: (socket) => {
      open.add(socket);
      socket.subscribe(LAST_LANE);
      openSocket(socket, heartbeat);
    },
    message: (socket, message, isBinary) => {
      const link = socket.getUserData().link;
      if (link === undefined) return;
      heartbeat.heard(link.beating);
      if (isBinary) return socket.end(1003, "text only");
      link.listener.message(Buffer.from(message).toString());
    },
    pong: (socket) => {
      const link = socket.getUserData().link;
      if (link !== undefined) heartbeat.heard(link.beating);
    },
    drain: (socket) => socket.getUserData().link?.listener.drained(),
    close: (socket) => {
      open.delete(socket);
      closeSocket(socket, heartbeat);
      if (open.size === 0) onEmpty?.();
    },
  });
  route.served?.((lane, text) => void app.publish(lane, text));
  return {
    close: () =>
      new Promise((resolve) => {
        heartbeat.stop();
        onEmpty = resolve;
        for (const socket of [...open]) socket.end(1001, "the server is closing");
        if (open.size === 0) resolve();
      }),
  };
}

function openSocket(socket: Socket, heartbeat: Heartbeat): void {
  const data = socket.getUserData();
  const beating = { ping: () => void socket.ping(), cut: () => socket.close() };
  const peer: Peer = {
    send: (text) => {
      if (data.link?.isOpen === false) return false;
      // The native module drops what goes beyond its bound and answers 2.
      return socket.send(text) !== 2;
    },
    waitingBytes: () => (data.link?.isOpen === false ? 0 : socket.getBufferedAmount()),
    close: (code, reason) => {
      if (data.link?.isOpen !== false) socket.end(code, reason);
    },
    join: (lane) => {
      if (data.link?.isOpen !== false) socket.subscribe(lane);
    },
    leave: (lane) => {
      if (data.link?.isOpen !== false) socket.unsubscribe(lane);
    },
  };
  heartbeat.add(beating);
  data.link = { listener: SILENT, beating, isOpen: true };
  const link = data.link;
  link.listener = data.open(peer);
}

/** Stands in until the route gave its own: opening may already send or close. */
const SILENT: PeerListener = {
  message: () => undefined,
  drained: () => undefined,
  closed: () => undefined,
};

function closeSocket(socket: Socket, heartbeat: Heartbeat): void {
  const link = socket.getUserData().link;
  if (link === undefined) return;
  link.isOpen = false;
  heartbeat.remove(link.beating);
  link.listener.closed();
}

type Upgrading = {
  context: Parameters<NativeResponse["upgrade"]>[4];
  route: WebSocketRoute;
  onError: (error: unknown) => void;
};

async function upgrade(res: NativeResponse, req: NativeRequest, how: Upgrading): Promise<void> {
  const outgoing = outgoingOn(res, "GET");
  outgoing.hangUp = true;
  res.onAborted(() => {
    outgoing.gone = true;
    outgoing.onGone?.();
  });
  const pairs: string[] = [];
  req.forEach((name, value) => void pairs.push(name, value));
  const header = (name: string): string => headerOf(pairs, name) ?? "";
  const url = addressOf(header("host"), req.getUrl(), req.getQuery());
  const ask: UpgradeAsk = {
    header: (name) => headerOf(pairs, name.toLowerCase()) ?? undefined,
    query: new URLSearchParams(req.getQuery()),
  };
  const answer = url === undefined ? { refuse: problemResponse(400) } : await decide(ask, how);
  if (outgoing.gone) return;
  if ("refuse" in answer) return void (await sendResponse(outgoing, answer.refuse));
  const { open } = answer;
  const [key, protocol, extensions] = ["key", "protocol", "extensions"].map((part) =>
    header(`sec-websocket-${part}`),
  );
  const data: Data = { open };
  res.cork(() => res.upgrade(data, key ?? "", protocol ?? "", extensions ?? "", how.context));
}

async function decide(ask: UpgradeAsk, { route, onError }: Upgrading): Promise<UpgradeAnswer> {
  try {
    return await route.upgrade(ask);
  } catch (error) {
    onError(error);
    return { refuse: problemResponse(500) };
  }
}
