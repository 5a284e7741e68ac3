/**
 * The store writer: rated blocks from RATED into ClickHouse, acknowledged only when they are there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import type { JsMsg } from "@nats-io/jetstream";
import type { Logger } from "pino";
import { BlockWriter, RETRY_MS_MAX } from "./block-writer.ts";
import { parseRatedBlock } from "./rated-block.ts";
import { Slots } from "./slots.ts";
import type { StoreMetrics, WriterFigures } from "./writer-figures.ts";

/** Inserts under way at a time. */
export const INSERTS_MAX = 4;

/** What a store writer works with. */
export type WriterParts = {
  client: ClickHouseClient;
  figures: WriterFigures;
  log: Logger;
  closing: AbortSignal;
};

/** Takes messages and brings their blocks into the store. */
export class StoreWriter {
  readonly #parts: WriterParts;
  readonly #blocks: BlockWriter;
  readonly #slots = new Slots(INSERTS_MAX);

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#blocks = new BlockWriter(parts.client, parts);
  }

  /** Settles when the message is acknowledged, or the writer closes; then it comes again. */
  async take(message: JsMsg): Promise<void> {
    await this.#slots.run(async () => {
      if (this.#parts.closing.aborted) return;
      const parsed = parseRatedBlock((name) => message.headers?.get(name) ?? "", message.data);
      const done = parsed.ok
        ? await this.#blocks.write(parsed.block, message.redelivered)
        : await this.#refuse(message, parsed.reason);
      if (done) message.ack();
    });
  }

  /** The figures since the last call. */
  metrics(lag: number): StoreMetrics {
    return this.#parts.figures.take(this.#slots.taken, lag, Date.now());
  }

  /** Puts a message that is no block where people can look at it. */
  async #refuse(message: JsMsg, reason: string): Promise<boolean> {
    const { client, figures, log, closing } = this.#parts;
    const about = { subject: message.subject, seq: message.seq, reason };
    log.error(about, "a rated block cannot be read: it is kept in the table refused_blocks");
    const value = {
      at: Math.floor(Date.now() / 1000),
      subject: message.subject,
      table: message.headers?.get("Drawdown-Table") ?? "",
      token: message.headers?.get("Drawdown-Token") ?? "",
      reason,
      bytes: Buffer.from(message.data).toString("base64"),
    };
    while (!closing.aborted) {
      try {
        await client.insert({ table: "refused_blocks", values: [value], format: "JSONEachRow" });
        figures.refused += 1;
        return true;
      } catch (error) {
        figures.failed(error);
      }
      await sleep(RETRY_MS_MAX, undefined, { signal: closing }).catch(() => undefined);
    }
    return false;
  }
}
