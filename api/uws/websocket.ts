/**
 * A WebSocket route, free of the engine that carries it: who may connect is decided before the upgrade; afterwards
 * each side sees the other through two small objects.
 */

/** How long a peer may stay silent before it is pinged, in milliseconds; one that misses a whole round is cut. */
export const PING_EVERY_MS = 20_000;
/** Most bytes that may wait in a peer's socket; a `send` beyond it is refused. */
export const SOCKET_BYTES_MAX = 4 * 1024 * 1024;

/** What is known of a client that asks for a WebSocket. Good for as long as one likes. */
export type UpgradeAsk = {
  header(name: string): string | undefined;
  query: URLSearchParams;
};

/** The far end of an open WebSocket. After it closed, `send` and `close` do nothing. */
export type Peer = {
  /** Sends a text; false when SOCKET_BYTES_MAX is reached or the peer is gone, and then nothing was sent. */
  send(text: string): boolean;
  /** Bytes that wait in the socket. */
  waitingBytes(): number;
  /** Closes with a code of RFC 6455 (or 4000-4999) and a short reason. */
  close(code: number, reason: string): void;
  /** From now on hears what is published on a lane. */
  join(lane: string): void;
  /** Hears no more of a lane; what was published before still comes, before anything that is sent from now on. */
  leave(lane: string): void;
};

/**
 * Sends one text to all peers on a lane, in order with what is sent to each of them. Nothing is told of those who take
 * nothing: look at `waitingBytes` before much has been published, and let slow ones leave.
 */
export type PublishToLane = (lane: string, text: string) => void;

/** What happens at the far end. `drained` follows a time in which bytes waited; `closed` comes once, last. */
export type PeerListener = {
  message(text: string): void;
  drained(): void;
  closed(): void;
};

/** Either the upgrade goes on, or it is refused with an HTTP answer. */
export type UpgradeAnswer = { open(peer: Peer): PeerListener } | { refuse: Response };

/** A WebSocket route at one path. Binary messages are refused with code 1003, longer ones than the bound with 1009. */
export type WebSocketRoute = {
  path: string;
  messageBytesMax: number;
  /** PING_EVERY_MS unless given. */
  pingEveryMs?: number;
  /** Called once, when the route is served, with the way to publish on its lanes. */
  served?(publish: PublishToLane): void;
  upgrade(ask: UpgradeAsk): Promise<UpgradeAnswer>;
};
