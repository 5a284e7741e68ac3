/**
 * The connection to NATS: it never gives up, and says whether it stands, so that nobody piles up messages in a client
 * that has nobody to send them to.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import {
  type BrokerAccess,
  brokerOptions,
  lastingFault,
} from "../../engine/contract/broker/connect.ts";

const RECONNECT_WAIT_MS = 500;
const RECONNECT_JITTER_MS = 500;
/** How long a file of credentials may take to come before it is an alarm: the api makes it when it first sees the gateway. */
const CREDENTIALS_WAIT_MS = 30_000;

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

/**
 * Opens a connection under a name that operators see. `onAlarm` is told in one line what keeps it from standing that no
 * waiting mends, and `undefined` when it stands; a file of credentials that is not there yet is waited for `credentialsWaitMs`.
 */
export function openNatsLink(
  access: BrokerAccess,
  name: string,
  onAlarm: (message: string | undefined) => void = () => undefined,
  credentialsWaitMs = CREDENTIALS_WAIT_MS,
): NatsLink {
  const listeners: (() => void)[] = [];
  const closing = new AbortController();
  let up = false;

  const open = async (): Promise<NatsConnection | undefined> => {
    const begunMs = performance.now();
    while (!closing.signal.aborted) {
      // Before the attempt, which may fail for want of a file that is there a moment later.
      const isMissing = access.credentials !== undefined && !existsSync(access.credentials);
      try {
        const nc = await connect(brokerOptions(access, name));
        up = true;
        onAlarm(undefined);
        void watch(nc);
        return nc;
      } catch (error) {
        const fault = isFileFault(error) ? error.message : lastingFault(error, access);
        const isAwaited = isMissing && performance.now() - begunMs < credentialsWaitMs;
        if (fault !== undefined && !isAwaited) onAlarm(fault);
        await sleep(RECONNECT_WAIT_MS + Math.random() * RECONNECT_JITTER_MS, undefined, {
          signal: closing.signal,
        }).catch(() => undefined);
      }
    }
    return undefined;
  };
  const watch = async (nc: NatsConnection): Promise<void> => {
    for await (const status of nc.status()) {
      const { type } = status;
      if (type === "disconnect" || type === "close" || type === "staleConnection") up = false;
      if (type === "error") {
        const fault = lastingFault(status.error, access);
        if (fault !== undefined) onAlarm(fault);
      }
      if (type === "reconnect") {
        up = true;
        onAlarm(undefined);
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

/** Our own errors name the setting that they are about. */
function isFileFault(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith("DRAWDOWN_");
}
