/**
 * The store writer: rated blocks from RATED into ClickHouse, acknowledged only when they are there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { RATED_HEADERS } from "../../engine/contract/rated.ts";
import { settleCycles, unsettledTariffs } from "./cycles.ts";
import { insertsEnded } from "./fence.ts";
import { groupOf } from "./group.ts";
import { GroupQueue } from "./group-queue.ts";
import { GroupWriter, RETRY_MS_MAX, type WriterParts } from "./group-writer.ts";
import { INSERT_SETTINGS, insertId } from "./insert.ts";
import { parseRatedBlock, type RatedBlock } from "./rated-block.ts";
import { keepRefused, type Refusal } from "./refusal.ts";
import { ALONE } from "./settle.ts";
import type { Lag, StoreMetrics } from "./writer-figures.ts";

/** A message of RATED, however it was had. */
export type RatedMessage = {
  subject: string;
  seq: number;
  data: Uint8Array;
  header(name: string): string;
  /** Messages behind it in the stream when it was delivered, where the broker tells. */
  behind?: number;
};

/** Takes messages and brings their blocks into the store. */
export class StoreWriter {
  readonly #parts: WriterParts;
  readonly #groups: GroupWriter;
  readonly #queue: GroupQueue;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#groups = new GroupWriter(parts);
    this.#queue = new GroupQueue((group) =>
      this.#groups.write(
        group,
        group.blocks.some(({ isAgain }) => isAgain),
      ),
    );
  }

  /** Settles with true when the message can be acknowledged, with false when the writer closes first. */
  async take(message: RatedMessage): Promise<boolean> {
    const parsed = parseRatedBlock(message.header, message.data);
    if (!parsed.ok) return this.#refuseBlock(message, parsed.reason);
    return this.#queue.add(parsed.block, (message.behind ?? 0) > 0);
  }

  /** The same for several; true when all of them can be acknowledged. */
  async takeAll(messages: readonly RatedMessage[]): Promise<boolean> {
    return (await Promise.all(messages.map((message) => this.take(message)))).every(Boolean);
  }

  /**
   * The same for messages that an earlier writer may have inserted, to be done before anything else is taken. Rejects
   * when the writer closes first.
   */
  async takeDoubtful(messages: readonly RatedMessage[]): Promise<true> {
    const blocks = new Map<string, RatedBlock>();
    let isDone = true;
    for (const message of messages) {
      const parsed = parseRatedBlock(message.header, message.data);
      if (parsed.ok) blocks.set(parsed.block.token, parsed.block);
      else isDone = (await this.#refuseBlock(message, parsed.reason)) && isDone;
    }
    for (const table of ["readings", "charges"] as const) {
      const own = [...blocks.values()].filter((block) => block.table === table);
      if (own.length > 0) isDone = (await this.#groups.write(groupOf(table, own), true)) && isDone;
    }
    if (!isDone) throw new Error("the store writer closes");
    return true;
  }

  /**
   * Puts right what came before the cycles of its price list's version were known. Gives the versions; rejects when
   * ClickHouse does not answer.
   */
  async settleCycles(): Promise<number[]> {
    const { client, side = ALONE } = this.#parts;
    const tariffs = await unsettledTariffs(client);
    if (tariffs.length === 0) return [];
    await this.#groups.alone(async () => {
      await insertsEnded(client, side.topology);
      for (const query of settleCycles(tariffs, side.fence))
        await client.command({
          query,
          query_id: insertId(),
          clickhouse_settings: { ...INSERT_SETTINGS, insert_deduplicate: 0 },
        });
    });
    return tariffs;
  }

  /** The figures since the last call. */
  metrics(lag: Lag): StoreMetrics {
    return this.#parts.figures.take(this.#queue.inserts, lag, Date.now());
  }

  /** Puts a message that cannot be inserted where people can look at it. */
  async refuse(refusal: Refusal): Promise<boolean> {
    const { client, figures, log, closing } = this.#parts;
    const { subject, seq, reason } = refusal;
    log.error({ subject, seq, reason }, "a message cannot be read: it is kept in refused_blocks");
    while (!closing.aborted) {
      try {
        await keepRefused(client, refusal);
        figures.refused += 1;
        return true;
      } catch (error) {
        figures.failed(error);
      }
      await sleep(RETRY_MS_MAX, undefined, { signal: closing }).catch(() => undefined);
    }
    return false;
  }

  #refuseBlock(message: RatedMessage, reason: string): Promise<boolean> {
    const { subject, seq, data } = message;
    const table = message.header(RATED_HEADERS.table);
    const token = message.header(RATED_HEADERS.token);
    return this.refuse({ subject, seq, table, token, reason, data });
  }
}
