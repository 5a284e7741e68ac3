/**
 * The role `store-writer`: wires NATS, ClickHouse and the log. Both servers may be away when it starts, and may go away
 * and come back while it runs.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type JsMsg, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { metricsSubject } from "../../engine/contract/subjects.ts";
import { openStore } from "./client.ts";
import { finishDoubtful } from "./doubtful.ts";
import { migrateStore, StoreTooNewError } from "./migrate.ts";
import { becomeOnlyWriter } from "./only-one.ts";
import { consumeRated, ensureStoreConsumer, ratedLag } from "./rated-consumer.ts";
import { type RatedMessage, StoreWriter } from "./writer.ts";
import { WriterFigures } from "./writer-figures.ts";

const METRICS_MS = 1_000;
const LAG_TIMEOUT_MS = 900;
const RETRY_MS = 1_000;
const RECONNECT_MS = 500;

/** A running store writer; `close` lets the inserts that are under way end. */
export type RunningStoreWriter = { close(): Promise<void> };

/** Servers of a store writer: `natsUrl` may name several with commas, `clickhouseUrl` holds user, password and database. */
export type StoreWriterSettings = { natsUrl: string; clickhouseUrl: string };

/**
 * Starts the role. Settles when NATS is reached and the store is up to date, waiting for both as long as it takes;
 * rejects with StoreTooNewError where an older program meets a newer store.
 */
export async function runStoreWriter(
  settings: StoreWriterSettings,
  log: Logger,
): Promise<RunningStoreWriter> {
  const figures = new WriterFigures();
  const nats = await connect({
    servers: settings.natsUrl.split(",").map((server) => server.trim()),
    name: "drawdown store-writer",
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    waitOnFirstConnect: true,
  });
  const client = openStore(settings.clickhouseUrl);
  const closing = new AbortController();
  const writer = new StoreWriter({ client, figures, log, closing: closing.signal });
  const timer = setInterval(() => void publishFigures(nats, writer), METRICS_MS);
  const close = async (running: Promise<void>): Promise<void> => {
    closing.abort();
    await running;
    clearInterval(timer);
    await nats.drain().catch(() => nats.close());
    await client.close();
  };
  try {
    await becomeOnlyWriter(nats, closing.signal, () =>
      log.warn("another store writer works: waiting until it ends"),
    );
    await persist(figures, log, async () => {
      await migrateStore(settings.clickhouseUrl);
      const manager = await jetstreamManager(nats);
      await ensureStreams(manager);
      await ensureStoreConsumer(manager);
      await finishDoubtful(manager, (messages) => writer.takeDoubtful(messages));
    });
  } catch (error) {
    await close(Promise.resolve());
    throw error;
  }
  log.info("the store is up to date: taking rated blocks");
  const running = consumeRated(nats, closing.signal, {
    take: (message) => writer.take(asRated(message)),
    trouble: (error) => {
      figures.failed(error);
      log.warn({ err: error }, "RATED cannot be read: trying again");
    },
  });
  return { close: () => close(running) };
}

function asRated(message: JsMsg): RatedMessage {
  const { subject, seq, data, headers } = message;
  return { subject, seq, data, header: (name) => headers?.get(name) ?? "" };
}

/** Prepares, again and again until the servers are there. */
async function persist(
  figures: WriterFigures,
  log: Logger,
  prepare: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await prepare();
    } catch (error) {
      if (error instanceof StoreTooNewError) throw error;
      figures.failed(error);
      log.warn({ err: error }, "the store cannot be brought up to date: trying again");
    }
    await sleep(RETRY_MS);
  }
}

async function publishFigures(nats: NatsConnection, writer: StoreWriter): Promise<void> {
  if (nats.isClosed()) return;
  let lag = -1;
  try {
    lag = await ratedLag(
      await jetstreamManager(nats, { timeout: LAG_TIMEOUT_MS, checkAPI: false }),
    );
  } catch {
    // The figures say that the lag is not known.
  }
  if (!nats.isClosed()) nats.publish(metricsSubject("store"), JSON.stringify(writer.metrics(lag)));
}
