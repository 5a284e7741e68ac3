/**
 * What the store writer does by the clock: publishes its figures, looks at how far it is behind, takes what a
 * broker left behind, and puts right sums whose cycles were told late.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { metricsSubject } from "../../engine/contract/subjects.ts";
import { every } from "../every.ts";
import { finishLeftBehind } from "./doubtful.ts";
import { LagAlarm, lagNow } from "./lag.ts";
import type { StoreWriter } from "./writer.ts";
import { LAG_UNKNOWN, type Lag, type StoreMetrics, type WriterFigures } from "./writer-figures.ts";

const FIGURES_MS = 1_000;
const LAG_TIMEOUT_MS = 900;
const CYCLES_MS = 30_000;
const LEFT_BEHIND_MS = 5_000;

/** The upkeep: figures at once, the rest from `begin` on. */
export type WriterUpkeep = { begin(): void; stop(): Promise<void> };

/** Starts it. */
export function startWriterUpkeep({
  nats,
  writer,
  figures,
  log,
  alarmS,
  onFigures,
}: {
  nats: NatsConnection;
  writer: StoreWriter;
  figures: WriterFigures;
  log: Logger;
  alarmS: number;
  onFigures?: ((figures: StoreMetrics) => void) | undefined;
}): WriterUpkeep {
  const alarm = new LagAlarm(alarmS, log);
  const failed = (error: unknown): void => figures.failed(error);
  const publish = async (): Promise<void> => {
    if (nats.isClosed()) return;
    const lag = await lagOf(nats);
    figures.behind = alarm.look(lag) ? 1 : 0;
    const now = writer.metrics(lag);
    onFigures?.(now);
    if (!nats.isClosed()) nats.publish(metricsSubject("store"), JSON.stringify(now));
  };
  const settle = async (): Promise<void> => {
    const tariffs = await writer.settleCycles();
    if (tariffs.length > 0)
      log.info({ tariffs }, "sums by cycle follow cycles that were told late");
  };
  const finish = async (): Promise<void> => {
    if (nats.isClosed()) return;
    const manager = await jetstreamManager(nats);
    const messages = await finishLeftBehind(manager, (some) => writer.takeAll(some));
    if (messages > 0)
      log.warn({ messages }, "NATS had left messages behind: they are in the store");
  };
  const running = [every(FIGURES_MS, publish, failed)];
  return {
    begin: () => {
      running.push(every(CYCLES_MS, settle, failed), every(LEFT_BEHIND_MS, finish, failed));
    },
    stop: async () => {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}

/** The lag; not known where NATS does not tell in time. */
async function lagOf(nats: NatsConnection): Promise<Lag> {
  try {
    const manager = await jetstreamManager(nats, { timeout: LAG_TIMEOUT_MS, checkAPI: false });
    return await lagNow(manager, Date.now());
  } catch {
    return LAG_UNKNOWN;
  }
}
