/**
 * What the api does by itself: sweeps the outbox, keeps price tables reaching ahead, takes up the field's plan, and
 * publishes its figures.
 */
import { hostname } from "node:os";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { metricsSubject } from "../engine/contract/subjects.ts";
import type { ApiContext } from "./context.ts";
import { SWEEP_MS } from "./engine/sweeper.ts";
import { every, type Ongoing } from "./every.ts";
import type { FieldSeed } from "./field-seed.ts";
import type { Metrics } from "./metrics.ts";
import { startTopUps } from "./payments/upkeep.ts";
import { applyAllDueTerms } from "./registry/apply-terms.ts";
import { renewCalendars } from "./registry/calendars.ts";
import { renewCoverage } from "./registry/coverage.ts";
import { tellShard } from "./routes/gateways.ts";
import type { StreamHub } from "./stream/hub.ts";

const COVERAGE_MS = 60_000;
const PLAN_MS = 1_000;
const TERMS_MS = 1_000;
const FIGURES_MS = 1_000;
/** What tells this process from others of its role. */
const INSTANCE = `${hostname()}:${process.pid}`;

/** What the upkeep works on. */
export type UpkeepParts = {
  context: ApiContext;
  nats: NatsConnection;
  seed: FieldSeed;
  metrics: Metrics;
  hub: StreamHub;
  log: Logger;
};

/** Starts all of it. */
export function startUpkeep({ context, nats, seed, metrics, hub, log }: UpkeepParts): Ongoing[] {
  const { db, engine, clock } = context;
  const onFault = (error: unknown): void => {
    log.warn({ err: error }, "upkeep failed; it is tried again");
  };
  const sweep = async (): Promise<void> => {
    const { left, reason } = await engine.sweep();
    if (left > 0) log.warn({ places: left, reason }, "commands wait for the engine");
  };
  const renew = async (): Promise<void> => {
    const lists = await renewCoverage(db, clock.nowS());
    const renewed = await renewCalendars(db, clock.nowS());
    for (const shard of new Set([...lists, ...renewed])) await tellShard(context, shard);
  };
  const publish = async (): Promise<void> => {
    const { connections, lanes, lagged, waiting_chars } = hub.figures();
    const figures = {
      ...metrics.figures(),
      stream_connections: connections,
      stream_lanes: lanes,
      stream_lagged: lagged,
      stream_waiting_chars: waiting_chars,
      instance: INSTANCE,
    };
    nats.publish(metricsSubject("api"), JSON.stringify(figures));
  };
  return [
    every(SWEEP_MS, sweep, onFault),
    startTopUps(context, onFault),
    every(COVERAGE_MS, renew, onFault),
    every(PLAN_MS, seed.look, onFault),
    every(TERMS_MS, () => applyAllDueTerms(context), onFault),
    every(FIGURES_MS, publish, onFault),
  ];
}
