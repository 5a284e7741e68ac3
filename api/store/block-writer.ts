/**
 * Brings one block at a time into the store, again and again until it is there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Logger } from "pino";
import { Gate } from "./gate.ts";
import { insertBlock } from "./insert.ts";
import type { RatedBlock } from "./rated-block.ts";
import { settleBlock } from "./settle.ts";
import type { WriterFigures } from "./writer-figures.ts";

const RETRY_MS_FIRST = 200;
/** Longest wait between two tries. */
export const RETRY_MS_MAX = 5_000;
/** One line of the log for this many failed tries of a block. */
const LOG_EVERY = 12;

/** Errors after which nothing can have reached ClickHouse. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"]);

/** Writes blocks to one ClickHouse; several may be under way. */
export class BlockWriter {
  readonly #client: ClickHouseClient;
  readonly #figures: WriterFigures;
  readonly #log: Logger;
  readonly #closing: AbortSignal;
  readonly #gate = new Gate();

  constructor(
    client: ClickHouseClient,
    about: { figures: WriterFigures; log: Logger; closing: AbortSignal },
  ) {
    this.#client = client;
    this.#figures = about.figures;
    this.#log = about.log;
    this.#closing = about.closing;
  }

  /**
   * Settles with true when the block is in the store, with false when the writer closes first. `isDoubtful` says that
   * an earlier try may have been cut off: then the rows are looked for as well.
   */
  async write(block: RatedBlock, isDoubtful: boolean): Promise<boolean> {
    let doubtful = isDoubtful;
    for (let tries = 0; !this.#closing.aborted; tries++) {
      try {
        await this.#once(block, doubtful);
        return true;
      } catch (error) {
        doubtful ||= mayHaveArrived(error);
        this.#note(block, error, tries);
      }
      const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** tries);
      await sleep(waitMs, undefined, { signal: this.#closing }).catch(() => undefined);
    }
    return false;
  }

  async #once(block: RatedBlock, doubtful: boolean): Promise<void> {
    const startMs = performance.now();
    await this.#gate.shared(() => insertBlock(this.#client, block));
    if (doubtful) {
      await this.#gate.alone(() => settleBlock(this.#client, block));
      this.#figures.settled += 1;
    }
    this.#figures.inserted(block.rows, performance.now() - startMs);
  }

  #note(block: RatedBlock, error: unknown, tries: number): void {
    this.#figures.retries += 1;
    this.#figures.failed(error);
    if (tries % LOG_EVERY === 0)
      this.#log.warn(
        { err: error, token: block.token },
        "ClickHouse did not take a block: trying again",
      );
  }
}

function mayHaveArrived(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === undefined || !NOT_SENT.has(code);
}
