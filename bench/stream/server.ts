/**
 * The stream as the api serves it, in a process of its own where it is forked: the real hub over a real broker. Keys and
 * owners come from a table in place of the registry, which is asked once a connection and once an account only.
 *
 * Arguments: the broker's address, the number of accounts.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { connect } from "@nats-io/transport-node";
import { openStreamHub, type StreamHub } from "../../api/stream/hub.ts";
import { serve } from "../../api/uws/serve.ts";
import { clockFrom } from "../../engine/contract/clock.ts";
import { accountId } from "./event-source.ts";

/** The key that readers come with. */
export const KEY = "dd_bench";
const OPERATOR = "bench";

/** A running server. */
export type StreamServer = { port: number; hub: StreamHub; close(): Promise<void> };
/** What a forked server says when it is asked by any message, and by itself when it serves. */
export type ServerSays = {
  port: number;
  rssBytes: number;
  cpuSeconds: number;
  /** Longest time that its event loop stood still since it was asked before, in milliseconds. */
  stallMs: number;
  figures: ReturnType<StreamHub["figures"]>;
};

/** Serves the stream, on any free port unless one is given. */
export async function serveStream(
  natsUrl: string,
  accounts: number,
  port = 0,
): Promise<StreamServer> {
  const nats = await connect({ servers: natsUrl });
  const known = new Set(Array.from({ length: accounts }, (_, n) => accountId(n)));
  const hub = await openStreamHub({
    nats,
    clock: clockFrom(undefined),
    onError: (error) => console.error(error),
    access: {
      authorize: async (token) =>
        token === KEY ? { operatorId: OPERATOR, metrics: true } : undefined,
      ownerOf: async (id) => (known.has(id) ? OPERATOR : undefined),
      accountOfMeter: async () => undefined,
    },
  });
  const app = { fetch: () => new Response(null, { status: 404 }) };
  const served = await serve({ app, host: "127.0.0.1", port, websocket: hub.route });
  return {
    port: served.port,
    hub,
    close: async () => {
      await served.close();
      await hub.close();
      await nats.close();
    },
  };
}

if (process.send !== undefined && process.argv[1]?.endsWith("stream/server.ts") === true) {
  const [natsUrl = "", accounts = "1"] = process.argv.slice(2);
  const { port, hub } = await serveStream(natsUrl, Number(accounts));
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const say = (): void => {
    const { user, system } = process.cpuUsage();
    const rssBytes = process.memoryUsage.rss();
    const says: ServerSays = {
      port,
      rssBytes,
      cpuSeconds: (user + system) / 1e6,
      stallMs: delay.max / 1e6,
      figures: hub.figures(),
    };
    delay.reset();
    process.send?.(says);
  };
  process.on("message", say);
  process.on("disconnect", () => process.exit());
  say();
}
