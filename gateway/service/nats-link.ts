/**
 * The connection to NATS: it never gives up, and says whether it stands, so that nobody piles up messages in a client
 * that has nobody to send them to.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type NatsConnection } from "@nats-io/transport-node";

const RECONNECT_WAIT_MS = 500;
const RECONNECT_JITTER_MS = 500;
const CONNECT_WAIT_MS = 5_000;

/** A connection that comes up when it can. */
export type NatsLink = {
  /** Resolves at the first connection; undefined when `close` came before it. */
  connection: Promise<NatsConnection | undefined>;
  /** Whether it stands now. */
  up(): boolean;
  /** Calls the listener each time that it comes back after a break. */
  onReturn(listener: () => void): void;
  close(): Promise<void>;
};

/** Opens a connection under a name that operators see. `servers` are URLs with commas between them. */
export function openNatsLink(servers: string, name: string): NatsLink {
  const listeners: (() => void)[] = [];
  const closing = new AbortController();
  let up = false;

  const open = async (): Promise<NatsConnection | undefined> => {
    while (!closing.signal.aborted) {
      try {
        const nc = await connectOnce(servers, name);
        up = true;
        void watch(nc);
        return nc;
      } catch {
        await sleep(RECONNECT_WAIT_MS + Math.random() * RECONNECT_JITTER_MS, undefined, {
          signal: closing.signal,
        }).catch(() => undefined);
      }
    }
    return undefined;
  };
  const watch = async (nc: NatsConnection): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === "disconnect" || type === "close" || type === "staleConnection") up = false;
      if (type === "reconnect") {
        up = true;
        for (const listener of listeners) listener();
      }
    }
  };
  const connection = open();
  return {
    connection,
    up: () => up,
    onReturn: (listener) => void listeners.push(listener),
    close: async () => {
      closing.abort();
      up = false;
      const nc = await connection;
      if (nc !== undefined && !nc.isClosed()) await nc.close();
    },
  };
}

function connectOnce(servers: string, name: string): Promise<NatsConnection> {
  return connect({
    servers: servers.split(",").map((server) => server.trim()),
    name,
    timeout: CONNECT_WAIT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
  });
}
