/**
 * The engine role: wires the engine to NATS, the clock and the log.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { brokerAccess, connectBroker } from "./contract/broker/connect.ts";
import { inboxOf } from "./contract/broker/permissions.ts";
import { CLOCK_FILE, type Clock, clockFrom, readAnchor } from "./contract/clock.ts";
import { listenIfAsked } from "./contract/metrics/listener.ts";
import { natsTransport } from "./contract/nats-transport.ts";
import { nodeDisk } from "./contract/node-disk.ts";
import { ownedShards } from "./contract/owned-shards.ts";
import type { Settings } from "./contract/settings-schema.ts";
import { ensureStreams } from "./contract/streams.ts";
import { ackSubject, metricsSubject, STREAMS } from "./contract/subjects.ts";
import { openTracer } from "./contract/trace/open.ts";
import { Engine } from "./core/engine.ts";
import { isLost, openHandedOn, Places, readHandedOn } from "./core/handed-on.ts";
import { BatchTimes, type EngineFigures, engineFigures } from "./metrics/engine-figures.ts";
import { type Inputs, openInputs } from "./nats/inputs.ts";
import { lookAtRated, ratedStream } from "./nats/rated-stream.ts";
import { checkSoleOwner } from "./nats/sole-owner.ts";

/** A running engine role. */
export type RunningEngine = { engine: Engine; close(): Promise<void> };

const METRICS_MS = 1_000;
/** By which this process is told from other engines. */
const INSTANCE = `${hostname()}:${process.pid}`;
/** How often the stream of rated blocks is looked at. */
const LOOK_MS = 1_000;
/** Longest wait until a stream has said that it has an output. */
const PUBLISH_WAIT_MS = 10_000;

/**
 * Starts the engine; settles when it takes inputs. `fail` is called when it can't go on, `lost` when NATS has lost its
 * store: an engine that is closed and started then publishes again what the journal still has and the store may not.
 */
export async function runEngine(
  settings: Settings,
  log: Logger,
  fail: (error: unknown) => void,
  lost: () => void = () => {},
): Promise<RunningEngine> {
  const clock = clockFrom(readAnchor(join(settings.data, CLOCK_FILE)));
  const nats = await connectBroker(brokerAccess(settings, "engine"), "engine");
  const transport = natsTransport(nats, inboxOf("engine"));
  const folder = join(settings.data, "engine");
  const owned = ownedShards(settings.engine_shards, settings.shards);
  await checkSoleOwner(nats, owned);
  await ensureStreams(await jetstreamManager(nats));
  const stream = await ratedStream(nats);
  const noted = await readHandedOn(nodeDisk, folder);
  const outputsAfter = noted !== undefined && isLost(noted, stream) ? noted.through : undefined;
  if (outputsAfter !== undefined)
    log.warn({ outputsAfter }, "NATS has lost its store: publishing outputs again");
  const places = new Places();
  const onStored = (name: string, sequence: number): void => {
    if (name === STREAMS.rated) places.put(sequence);
  };
  const batches = new BatchTimes();
  const { otlp_url: url, trace_ratio: ratio } = settings;
  const tracer = await openTracer({ url, ratio, role: "engine" });
  const engine = await Engine.open({
    onBatch: (readings, tookMs) => batches.batch(readings, tookMs),
    tracer,
    disk: nodeDisk,
    folder,
    outputsAfter,
    shards: settings.shards,
    owned,
    workers: settings.workers,
    clock,
    maxSkewS: settings.max_skew_s,
    segmentBytesMax: settings.journal_segment_mb * 1024 * 1024,
    publish: ({ subject, payload, id, headers }) =>
      transport.store(subject, payload, { id, headers, waitMs: PUBLISH_WAIT_MS, onStored }),
    acknowledge: (gateway, ack) => transport.publish(ackSubject(gateway), JSON.stringify(ack)),
    warn: (message, cause) => log.warn({ cause: String(cause ?? "") }, message),
    fail,
  });
  const againThrough = outputsAfter === undefined ? 0 : engine.journal.last;
  const handedOn = openHandedOn(nodeDisk, folder, { noted, stream, againThrough });
  engine.handedOn = handedOn.through;
  const inputs = await openInputs({
    transport,
    pumps: engine.pumps,
    shards: settings.shards,
    clock,
    warn: (message) => log.warn(message),
  });
  for (const pump of engine.pumps.values()) pump.acknowledgeAll();
  engine.journal.figures.onSync = (tookMs) => batches.synced(tookMs);
  const figures = engineFigures({ engine, clock, batches, lags: inputs.lags });
  let latest: EngineFigures | undefined;
  const publish = (): void => {
    latest = figures();
    const told = { ...latest, instance: INSTANCE };
    nats.publish(metricsSubject("engine"), JSON.stringify(told));
  };
  const listener = await listenIfAsked({
    role: "engine",
    host: settings.metrics_host,
    port: settings.engine_metrics_port,
    figures: () => latest,
  });
  const look = async (): Promise<void> => {
    if (!(await lookAtRated(nats, engine, { handedOn, places }))) lost();
  };
  const troubled = (error: unknown): void =>
    log.warn({ cause: String(error) }, "what the store has can't be noted; trying again");
  const timers = [
    ...startTimers(engine, settings, { clock, fail, figures: publish }),
    oneAtATime(() => look().catch(troubled), LOOK_MS),
  ];
  return {
    engine,
    close: async () => {
      await listener?.close();
      await close(engine, inputs, nats, timers);
      await tracer?.close();
    },
  };
}

/** Ticks follow the installation's clock, the rest the machine's. */
function startTimers(
  engine: Engine,
  settings: Settings,
  {
    clock,
    fail,
    figures,
  }: {
    clock: Clock;
    fail: (error: unknown) => void;
    figures: () => void;
  },
): NodeJS.Timeout[] {
  const tickMs = Math.max(100, (settings.tick_seconds * 1000) / clock.speed);
  return [
    setInterval(() => engine.tick(), tickMs),
    setInterval(() => {
      figures();
      engine.notePublished().catch(fail);
    }, METRICS_MS),
    oneAtATime(() => engine.snapshot().catch(fail), settings.snapshot_seconds * 1000),
  ];
}

/** Does the work every so often, but never twice at a time. */
function oneAtATime(work: () => Promise<void>, everyMs: number): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    await work();
    isBusy = false;
  }, everyMs);
}

async function close(
  engine: Engine,
  inputs: Inputs,
  nats: NatsConnection,
  timers: NodeJS.Timeout[],
): Promise<void> {
  for (const timer of timers) clearInterval(timer);
  await inputs.close();
  await engine.rest();
  // What was answered but not handed on is made again from the journal at the next start.
  if (engine.journal.trouble === undefined)
    await Promise.race([engine.snapshot(), new Promise((done) => setTimeout(done, 5_000).unref())]);
  await engine.close();
  await nats.close();
}
