/**
 * What the store writer did, for its figures once a second on `metrics.store`.
 */

import type { RatedGroup } from "./group.ts";

/** What is published. `_total` counts since start, `_per_s` and `insert_ms` are of the time since the last figures. */
export type StoreMetrics = {
  role: "store";
  rows_total: number;
  rows_per_s: number;
  blocks_total: number;
  blocks_per_s: number;
  inserts_per_s: number;
  /** Mean time of an insert; 0 where there was none. */
  insert_ms: number;
  /** Inserts under way. */
  in_flight: number;
  /** Blocks of RATED that are not in the store yet; -1 where NATS did not tell. */
  lag: number;
  /** Their bytes, and how long the oldest of them has waited. */
  lag_bytes: number;
  lag_s: number;
  /** Events that are not in the store yet. */
  events_lag: number;
  events_total: number;
  /** 1 while the store is too far behind (DRAWDOWN_STORE_LAG_ALARM_S), or nobody knows how far; else 0. */
  behind: 0 | 1;
  retries_total: number;
  settled_total: number;
  refused_total: number;
  /** The last trouble while it lasts; empty when the last insert went well. */
  last_error: string;
};

/** How far the store is behind; what is not known is -1. */
export type Lag = { blocks: number; bytes: number; oldestS: number; events: number };

/** What is said where NATS does not tell. */
export const LAG_UNKNOWN: Lag = { blocks: -1, bytes: -1, oldestS: -1, events: -1 };

/** Longest text of an error in the figures. */
const ERROR_CHARS_MAX = 300;

/** Counts what happens. */
export class WriterFigures {
  settled = 0;
  refused = 0;
  events = 0;
  behind: 0 | 1 = 0;
  #retries = 0;
  #error = "";
  #sums = { rows: 0, blocks: 0, inserts: 0, insertMs: 0 };
  #before = { ...this.#sums, atMs: Date.now() };

  /** A group is in the store. */
  inserted({ rows, blocks }: RatedGroup, tookMs: number): void {
    this.#sums.rows += rows;
    this.#sums.blocks += blocks.length;
    this.#sums.inserts += 1;
    this.#sums.insertMs += tookMs;
    this.#error = "";
  }

  /** Something went wrong that is tried again. */
  failed(error: unknown): void {
    this.#retries += 1;
    this.#error = (error instanceof Error ? error.message : String(error)).slice(
      0,
      ERROR_CHARS_MAX,
    );
  }

  /** The figures since the last call. */
  take(inFlight: number, lag: Lag, nowMs: number): StoreMetrics {
    const before = this.#before;
    const sums = { ...this.#sums };
    const elapsedS = Math.max(0.001, (nowMs - before.atMs) / 1000);
    const rate = (key: keyof typeof sums): number =>
      Math.round((sums[key] - before[key]) / elapsedS);
    const inserts = sums.inserts - before.inserts;
    const insertMs = inserts === 0 ? 0 : (sums.insertMs - before.insertMs) / inserts;
    this.#before = { ...sums, atMs: nowMs };
    return {
      role: "store",
      rows_total: sums.rows,
      rows_per_s: rate("rows"),
      blocks_total: sums.blocks,
      blocks_per_s: rate("blocks"),
      inserts_per_s: rate("inserts"),
      insert_ms: Math.round(insertMs * 10) / 10,
      in_flight: inFlight,
      lag: lag.blocks,
      lag_bytes: lag.bytes,
      lag_s: lag.oldestS,
      events_lag: lag.events,
      events_total: this.events,
      behind: this.behind,
      retries_total: this.#retries,
      settled_total: this.settled,
      refused_total: this.refused,
      last_error: this.#error,
    };
  }
}
