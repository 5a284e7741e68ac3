/**
 * What the store writer did, for its figures once a second on `metrics.store`.
 */

/** What is published. `_total` counts since start, `_per_s` and `insert_ms` are of the time since the last figures. */
export type StoreMetrics = {
  role: "store";
  rows_total: number;
  rows_per_s: number;
  blocks_total: number;
  blocks_per_s: number;
  /** Mean time of an insert; 0 where there was none. */
  insert_ms: number;
  in_flight: number;
  /** Blocks of RATED that are not in the store yet; -1 where NATS did not tell. */
  lag: number;
  retries_total: number;
  settled_total: number;
  refused_total: number;
  /** The last trouble while it lasts; empty when the last insert went well. */
  last_error: string;
};

/** Longest text of an error in the figures. */
const ERROR_CHARS_MAX = 300;

/** Counts what happens. */
export class WriterFigures {
  retries = 0;
  settled = 0;
  refused = 0;
  #rows = 0;
  #blocks = 0;
  #insertMs = 0;
  #error = "";
  #before = { rows: 0, blocks: 0, insertMs: 0, atMs: Date.now() };

  /** A block is in the store. */
  inserted(rows: number, tookMs: number): void {
    this.#rows += rows;
    this.#blocks += 1;
    this.#insertMs += tookMs;
    this.#error = "";
  }

  /** Something went wrong that is tried again. */
  failed(error: unknown): void {
    this.#error = (error instanceof Error ? error.message : String(error)).slice(
      0,
      ERROR_CHARS_MAX,
    );
  }

  /** The figures since the last call. */
  take(inFlight: number, lag: number, nowMs: number): StoreMetrics {
    const before = this.#before;
    const elapsedS = Math.max(0.001, (nowMs - before.atMs) / 1000);
    const blocks = this.#blocks - before.blocks;
    const insertMs = blocks === 0 ? 0 : (this.#insertMs - before.insertMs) / blocks;
    const figures: StoreMetrics = {
      role: "store",
      rows_total: this.#rows,
      rows_per_s: Math.round((this.#rows - before.rows) / elapsedS),
      blocks_total: this.#blocks,
      blocks_per_s: Math.round(blocks / elapsedS),
      insert_ms: Math.round(insertMs * 10) / 10,
      in_flight: inFlight,
      lag,
      retries_total: this.retries,
      settled_total: this.settled,
      refused_total: this.refused,
      last_error: this.#error,
    };
    this.#before = {
      rows: this.#rows,
      blocks: this.#blocks,
      insertMs: this.#insertMs,
      atMs: nowMs,
    };
    return figures;
  }
}
