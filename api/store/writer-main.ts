/**
 * The role `store-writer`: wires NATS, ClickHouse and the log. Both servers may be away when it starts, and may go away
 * and come back while it runs.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type JsMsg, jetstreamManager } from "@nats-io/jetstream";
import type { Logger } from "pino";
import { type BrokerAccess, connectBroker } from "../../engine/contract/broker/connect.ts";
import { inboxOf } from "../../engine/contract/broker/permissions.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { openStore } from "./client.ts";
import { finishDoubtful } from "./doubtful.ts";
import { consumeEvents } from "./events-consumer.ts";
import { FencedError, isFenced, OPEN, takeOver } from "./fence.ts";
import { migrateStore, StoreTooNewError } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { becomeOnlyWriter } from "./only-one.ts";
import { consumeRated, ensureStoreConsumer } from "./rated-consumer.ts";
import { applyRetention, KEEP_ALL, type Retention, retentionOf } from "./retention.ts";
import type { StoreSide } from "./settle.ts";
import { SINGLE, type Topology } from "./topology.ts";
import { type RatedMessage, StoreWriter } from "./writer.ts";
import { type StoreMetrics, WriterFigures } from "./writer-figures.ts";
import { startWriterUpkeep } from "./writer-upkeep.ts";

const RETRY_MS = 1_000;
const LAG_ALARM_S = 60;

/**
 * A running store writer; `close` lets the inserts that are under way end. `ended` rejects with a FencedError when another
 * writer has taken over: this one does nothing any more and is to be closed.
 */
export type RunningStoreWriter = { close(): Promise<void>; ended: Promise<never> };

/**
 * Servers of a store writer: `natsUrl` may name several with commas, `clickhouseUrl` holds user, password and database. What
 * is left out: one server, an alarm after a minute, all kept.
 */
export type StoreWriterSettings = {
  natsUrl: string;
  /** Credentials and TLS; a broker that lets everybody in needs none. */
  access?: Omit<BrokerAccess, "servers">;
  clickhouseUrl: string;
  topology?: Topology;
  lagAlarmS?: number;
  retention?: Retention;
  /** Told of the figures each second. */
  onFigures?: ((figures: StoreMetrics) => void) | undefined;
};

/**
 * Starts the role. Settles when NATS is reached and the store is up to date, waiting for both as long as it takes;
 * rejects with StoreTooNewError where an older program meets a newer store, and where settings contradict each other.
 */
export async function runStoreWriter(
  settings: StoreWriterSettings,
  log: Logger,
): Promise<RunningStoreWriter> {
  const { topology = SINGLE, lagAlarmS = LAG_ALARM_S, retention = KEEP_ALL } = settings;
  retentionOf(retention);
  const figures = new WriterFigures();
  const nats = await connectBroker(
    { inbox: inboxOf("store-writer"), ...settings.access, servers: settings.natsUrl },
    "drawdown store-writer",
  );
  const client = openStore(settings.clickhouseUrl);
  const closing = new AbortController();
  const side: StoreSide = { fence: OPEN, topology, keepDays: retention.keepDays };
  const end = untilFenced();
  const onFenced = (): void => {
    closing.abort();
    end.fenced(new FencedError("another store writer has taken over: this one ends"));
  };
  const writer = new StoreWriter({ client, figures, log, side, onFenced, closing: closing.signal });
  const upkeep = startWriterUpkeep({
    nats,
    writer,
    figures,
    log,
    alarmS: lagAlarmS,
    onFigures: settings.onFigures,
  });
  const close = async (running: Promise<unknown>): Promise<void> => {
    closing.abort();
    await running;
    await upkeep.stop();
    await nats.drain().catch(() => nats.close());
    await client.close();
  };
  try {
    await becomeOnlyWriter(nats, closing.signal, () =>
      log.warn("another store writer works: waiting until it ends"),
    );
    await persist(figures, log, async () => {
      await migrateStore(settings.clickhouseUrl, MIGRATIONS, topology);
      for (const query of await applyRetention(client, retention, topology))
        log.info({ query }, "the store keeps rows as the settings say");
      const manager = await jetstreamManager(nats);
      await ensureStreams(manager);
      await ensureStoreConsumer(manager);
      side.fence = await takeOver(client);
      await finishDoubtful(manager, (messages) => writer.takeDoubtful(messages));
    });
  } catch (error) {
    await close(Promise.resolve());
    throw error;
  }
  log.info("the store is up to date: taking rated blocks and events");
  upkeep.begin();
  const running = Promise.all([
    consumeRated(nats, closing.signal, {
      take: (message) => writer.take(asRated(message)),
      trouble: (error) => {
        figures.failed(error);
        log.warn({ err: error }, "RATED cannot be read: trying again");
      },
    }),
    consumeEvents(nats, {
      client,
      closing: closing.signal,
      inserted: (events) => {
        figures.events += events;
      },
      refuse: (refusal) => writer.refuse(refusal),
      trouble: (error) => {
        figures.failed(error);
        log.warn({ err: error }, "events do not reach the store: trying again");
      },
    }),
  ]);
  return { close: () => close(running), ended: end.ended };
}

function untilFenced(): { ended: Promise<never>; fenced: (error: FencedError) => void } {
  let fenced: (error: FencedError) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    fenced = reject;
  });
  // Who does not look at it is not to be ended by it.
  ended.catch(() => undefined);
  return { ended, fenced };
}

function asRated(message: JsMsg): RatedMessage {
  const { subject, seq, data, headers, info } = message;
  return { subject, seq, data, header: (name) => headers?.get(name) ?? "", behind: info.pending };
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
      if (error instanceof StoreTooNewError || isFenced(error)) throw error;
      figures.failed(error);
      log.warn({ err: error }, "the store cannot be brought up to date: trying again");
    }
    await sleep(RETRY_MS);
  }
}
