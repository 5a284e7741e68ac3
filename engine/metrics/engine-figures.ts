/**
 * The engine's figures, once a second, for the operations page and for Prometheus: counters since the start end in
 * `_total`; `_per_s` is of the time since the figures before; percentiles are of the last ten seconds.
 */
import type { Clock } from "../contract/clock.ts";
import { RecentTimes, type Totals } from "../contract/metrics/recent-times.ts";
import type { Engine } from "../core/engine.ts";
import type { Inputs } from "../nats/inputs.ts";
import { makeBusyShare } from "./busy.ts";

/** Figures as they are published. */
export type EngineFigures = Record<string, number | string | number[] | Totals>;

/** How far back percentiles reach, in milliseconds. */
const RECENT_MS = 10_000;
/** Seconds of a batch or a sync, for histograms. */
const SECONDS_BOUNDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** A gateway without a frame for so long is silent: of the installation's clock, and never less of the machine's. */
const SILENT_S = 900;
const SILENT_MS_MIN = 30_000;

/** What the figures are made of. */
export type EngineParts = {
  engine: Engine;
  clock: Clock;
  batches: BatchTimes;
  /** Lag of each shard; undefined before inputs are open. */
  lags: () => ReturnType<Inputs["lags"]>;
};

/** Sizes and times of the newest batches, and times of syncs. */
export class BatchTimes {
  readonly sizes = new RecentTimes(RECENT_MS);
  readonly seconds = new RecentTimes(RECENT_MS, SECONDS_BOUNDS);
  readonly syncSeconds = new RecentTimes(RECENT_MS, SECONDS_BOUNDS);

  /** A batch is answered. */
  batch(readings: number, tookMs: number): void {
    this.sizes.observe(readings);
    this.seconds.observe(tookMs / 1_000);
  }
  /** A group of the journal is on disk. */
  synced(tookMs: number): void {
    this.syncSeconds.observe(tookMs / 1_000);
  }
}

/** Makes the figures; call once a second. */
export function engineFigures(parts: EngineParts): () => EngineFigures {
  const { engine, batches } = parts;
  const busy = makeBusyShare(() => engine.pool.utilization());
  let before = { atMs: performance.now(), readings: 0, batches: 0, syncs: 0, bytes: 0 };
  let shardBefore: number[] = [];
  return () => {
    const atMs = performance.now();
    const seconds = Math.max(0.001, (atMs - before.atMs) / 1_000);
    const rate = (now: number, then: number): number => Math.round((now - then) / seconds);
    const sum = sumOf(engine);
    const shards = shardFigures(parts, (shard, readings) =>
      rate(readings, shardBefore[shard] ?? 0),
    );
    shardBefore = readingsOf(engine);
    const { syncs, bytes, lastSyncMs } = engine.journal.figures;
    const figures: EngineFigures = {
      accounts: sum.accounts,
      readings_total: sum.readings,
      readings_per_s: rate(sum.readings, before.readings),
      batches_total: sum.batches,
      batches_per_s: rate(sum.batches, before.batches),
      frames_total: sum.frames,
      refused_frames_total: sum.refused,
      commands_total: sum.commands,
      waiting: sum.waiting,
      ...gatewayFigures(parts, atMs),
      journal_syncs_total: syncs,
      journal_syncs_per_s: rate(syncs, before.syncs),
      journal_bytes_total: bytes,
      journal_bytes_per_s: rate(bytes, before.bytes),
      journal_sync_ms: lastSyncMs,
      outbox_bytes: engine.outbox.bytes,
      worker_busy_share: busy(atMs),
      // 1: nothing is acknowledged until the disk can be written again; `alarm` says why and how to mend it.
      journal_stalled: engine.journal.trouble === undefined ? 0 : 1,
      alarms: engine.trouble === undefined ? 0 : 1,
      alarm: engine.trouble?.reason ?? "",
      ...timeFigures(batches),
      ...shards,
    };
    before = { atMs, readings: sum.readings, batches: sum.batches, syncs, bytes };
    return figures;
  };
}

type Sum = {
  readings: number;
  batches: number;
  frames: number;
  refused: number;
  commands: number;
  waiting: number;
  accounts: number;
};

function sumOf(engine: Engine): Sum {
  const sum: Sum = {
    readings: 0,
    batches: 0,
    frames: 0,
    refused: 0,
    commands: 0,
    waiting: 0,
    accounts: 0,
  };
  for (const { figures, waiting, state } of engine.pumps.values()) {
    sum.readings += figures.readings;
    sum.batches += figures.batches;
    sum.frames += figures.frames;
    sum.refused += figures.refusedFrames;
    sum.commands += figures.commands;
    sum.waiting += waiting;
    sum.accounts += state.slots;
  }
  return sum;
}

function timeFigures({ sizes, seconds, syncSeconds }: BatchTimes): EngineFigures {
  const size = sizes.percentiles();
  const sync = syncSeconds.percentiles();
  return {
    batch_readings_p50: size.p50,
    batch_readings_p99: size.p99,
    batch_readings_max: size.max,
    batch_p99_ms: seconds.percentiles().p99 * 1_000,
    batch_seconds: seconds.totals(),
    journal_sync_p50_ms: sync.p50 * 1_000,
    journal_sync_p99_ms: sync.p99 * 1_000,
    journal_sync_max_ms: sync.max * 1_000,
    journal_sync_seconds: syncSeconds.totals(),
  };
}

function gatewayFigures({ engine, clock }: EngineParts, atMs: number): EngineFigures {
  const silentMs = Math.max(SILENT_MS_MIN, (SILENT_S * 1_000) / clock.speed);
  let gateways = 0;
  let silent = 0;
  for (const pump of engine.pumps.values()) {
    for (const heardMs of pump.heard()) {
      gateways++;
      if (atMs - heardMs > silentMs) silent++;
    }
  }
  return { gateways, gateways_silent: silent };
}

function readingsOf(engine: Engine): number[] {
  const readings: number[] = [];
  for (const [shard, { figures }] of engine.pumps) readings[shard] = figures.readings;
  return readings;
}

/** Lists by the shard's number; null in JSON where a shard is another process's. */
function shardFigures(
  { engine, lags }: EngineParts,
  rateOf: (shard: number, readings: number) => number,
): EngineFigures {
  const rates: number[] = [];
  const waiting: number[] = [];
  const accounts: number[] = [];
  for (const [shard, pump] of engine.pumps) {
    rates[shard] = rateOf(shard, pump.figures.readings);
    waiting[shard] = pump.waiting;
    accounts[shard] = pump.state.slots;
  }
  const lagMs: number[] = [];
  const lagFrames: number[] = [];
  for (const { shard, frames, ms } of lags()) {
    lagMs[shard] = ms;
    lagFrames[shard] = frames;
  }
  return {
    lag_ms: lagMs.reduce((most, ms) => Math.max(most, ms ?? 0), 0),
    lag_frames: lagFrames.reduce((total, frames) => total + (frames ?? 0), 0),
    shard_readings_per_s: rates,
    shard_waiting: waiting,
    shard_lag_ms: lagMs,
    shard_lag_frames: lagFrames,
    shard_accounts: accounts,
  };
}
