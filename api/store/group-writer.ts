/**
 * Brings groups of blocks into the store, again and again until they are there, each block once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Logger } from "pino";
import { isFenced } from "./fence.ts";
import { Gate } from "./gate.ts";
import { groupOf, type RatedGroup } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { notedTokens, noteTokens } from "./ledger.ts";
import { ALONE, type StoreSide, settleGroup } from "./settle.ts";
import type { WriterFigures } from "./writer-figures.ts";

const RETRY_MS_FIRST = 200;
/** Longest wait between two tries. */
export const RETRY_MS_MAX = 5_000;
/** One line of the log for this many failed tries. */
const LOG_EVERY = 12;

/** Errors after which nothing can have reached ClickHouse. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"]);

/** What groups are written with. */
export type WriterParts = {
  client: ClickHouseClient;
  figures: WriterFigures;
  log: Logger;
  closing: AbortSignal;
  /** One server and no rival unless it is told otherwise. */
  side?: StoreSide;
  /** Called when another writer has taken over; nothing can be written any more then. */
  onFenced?: () => void;
};

/** Writes groups to one ClickHouse; several may be under way, but no two with one token. */
export class GroupWriter {
  readonly #parts: WriterParts;
  readonly #gate = new Gate();

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /**
   * Settles with true when all blocks are in the store, with false when the writer closes first. `isDoubtful` says that
   * their insert may have been begun by a writer that is no more: then the rows are looked for instead.
   */
  async write(group: RatedGroup, isDoubtful: boolean): Promise<boolean> {
    if (this.#parts.closing.aborted) return false;
    const noted = await this.#persist(() =>
      notedTokens(
        this.#parts.client,
        group.blocks.map(({ token }) => token),
      ),
    );
    if (noted === undefined) return false;
    const fresh = group.blocks.filter(({ token }) => !noted.has(token));
    if (fresh.length === 0) return true;
    const rest = fresh.length === group.blocks.length ? group : groupOf(group.table, fresh);
    return (await this.#insert(rest, isDoubtful)) && (await this.#note(rest));
  }

  /** Does work while no insert is under way. Rejects as the work does. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#gate.alone(work);
  }

  async #insert(group: RatedGroup, isDoubtful: boolean): Promise<boolean> {
    const { client, figures, side = ALONE } = this.#parts;
    const startMs = performance.now();
    let toInsert = !isDoubtful;
    let toSettle = isDoubtful;
    const done = await this.#persist(
      async () => {
        if (toInsert) await this.#gate.shared(() => insertGroup(client, group, side.fence));
        toInsert = false;
        if (toSettle) await this.#gate.alone(() => settleGroup(client, group, side));
        return true;
      },
      (error) => {
        toSettle ||= mayHaveArrived(error);
      },
    );
    if (done === undefined) return false;
    if (toSettle) figures.settled += group.blocks.length;
    figures.inserted(group, performance.now() - startMs);
    return true;
  }

  async #note({ blocks }: RatedGroup): Promise<boolean> {
    const tokens = blocks.map(({ token }) => token);
    const done = await this.#persist(async () => {
      await noteTokens(this.#parts.client, tokens);
      return true;
    });
    return done !== undefined;
  }

  /** Does the work until it succeeds; undefined when the writer closes. What was begun is tried once even then. */
  async #persist<T>(
    work: () => Promise<T>,
    onError?: (error: unknown) => void,
  ): Promise<T | undefined> {
    const { figures, log, closing } = this.#parts;
    for (let tries = 0; tries === 0 || !closing.aborted; tries++) {
      try {
        return await work();
      } catch (error) {
        figures.failed(error);
        if (isFenced(error)) {
          this.#parts.onFenced?.();
          return undefined;
        }
        onError?.(error);
        if (tries % LOG_EVERY === 0)
          log.warn({ err: error }, "ClickHouse did not take blocks: trying again");
      }
      const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** tries);
      await sleep(waitMs, undefined, { signal: closing }).catch(() => undefined);
    }
    return undefined;
  }
}

function mayHaveArrived(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === undefined || !NOT_SENT.has(code);
}
