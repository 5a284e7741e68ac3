/**
 * Blocks that wait for an insert. What an insert costs hardly depends on its size, so a few rows wait a moment for more;
 * many go at once where nothing stands behind them in the stream, and what comes while all inserts are under way goes
 * together.
 */
import type { RatedTable } from "../../engine/contract/rated.ts";
import { GROUP_BLOCKS_MAX, GROUP_ROWS_MAX, groupOf, type RatedGroup } from "./group.ts";
import type { RatedBlock } from "./rated-block.ts";

/** Inserts under way at a time. */
export const INSERTS_MAX = 2;
/** Longest that a block waits for others when an insert could begin. */
export const COMPANY_MS_MAX = 250;
/** Rows that do not wait, unless more stand behind them: then only a full group does not. */
export const ROWS_AT_ONCE = 16_384;

const TABLES: readonly RatedTable[] = ["readings", "charges"];

type Waiting = { block: RatedBlock; done: (isWritten: boolean) => void };

/** Queues by table; at most INSERTS_MAX groups at a time. */
export class GroupQueue {
  readonly #write: (group: RatedGroup) => Promise<boolean>;
  readonly #queues: Record<RatedTable, Waiting[]> = { readings: [], charges: [] };
  /** Tables whose oldest block has waited long enough, and the timers of the others that have one. */
  readonly #due = new Set<RatedTable>();
  readonly #timers = new Map<RatedTable, NodeJS.Timeout>();
  /** Tokens of the blocks under way: the same block a second time waits until the first is done. */
  readonly #underWay = new Set<string>();
  #inserts = 0;
  /** Whose turn it is: many readings would keep charges waiting for ever otherwise. */
  #turns: readonly RatedTable[] = TABLES;
  /** Whether the stream held more behind the block that came last. */
  #isMoreBehind = false;

  constructor(write: (group: RatedGroup) => Promise<boolean>) {
    this.#write = write;
  }

  /** Inserts under way. */
  get inserts(): number {
    return this.#inserts;
  }

  /**
   * Settles when the block is written (true), or given up since the writer closes (false). `isMoreBehind` says that other
   * blocks stand behind it in the stream and will come at once.
   */
  add(block: RatedBlock, isMoreBehind = false): Promise<boolean> {
    const { promise, resolve } = later();
    this.#isMoreBehind = isMoreBehind;
    this.#queues[block.table].push({ block, done: resolve });
    this.#begin();
    return promise;
  }

  #begin(): void {
    while (this.#inserts < INSERTS_MAX) {
      const begun = this.#turns.find((table) => this.#beginOne(table));
      if (begun === undefined) break;
      this.#turns = [...this.#turns.filter((table) => table !== begun), begun];
    }
    for (const table of TABLES) {
      if (this.#queues[table].length === 0) this.#due.delete(table);
      else this.#startTimer(table);
    }
  }

  #beginOne(table: RatedTable): boolean {
    if (!this.#isReady(table)) return false;
    const group = this.#take(table);
    if (group.length === 0) return false;
    // Those that are left are younger: they have their own time to wait.
    this.#due.delete(table);
    void this.#run(table, group);
    return true;
  }

  #isReady(table: RatedTable): boolean {
    if (this.#due.has(table)) return true;
    const waiting = this.#queues[table];
    if (waiting.length >= GROUP_BLOCKS_MAX) return true;
    const rows = waiting.reduce((sum, { block }) => sum + block.rows, 0);
    return rows >= (this.#isMoreBehind ? GROUP_ROWS_MAX : ROWS_AT_ONCE);
  }

  #startTimer(table: RatedTable): void {
    if (this.#due.has(table) || this.#timers.has(table)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(table);
      this.#due.add(table);
      this.#begin();
    }, COMPANY_MS_MAX);
    this.#timers.set(table, timer);
  }

  async #run(table: RatedTable, waiting: readonly Waiting[]): Promise<void> {
    this.#inserts += 1;
    let isWritten = false;
    try {
      isWritten = await this.#write(
        groupOf(
          table,
          waiting.map(({ block }) => block),
        ),
      );
    } finally {
      this.#inserts -= 1;
      for (const { block, done } of waiting) {
        this.#underWay.delete(block.token);
        done(isWritten);
      }
      this.#begin();
    }
  }

  #take(table: RatedTable): Waiting[] {
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    let rows = 0;
    for (const waiting of this.#queues[table]) {
      const { token, rows: more } = waiting.block;
      const full = taken.length === GROUP_BLOCKS_MAX || (rows > 0 && rows + more > GROUP_ROWS_MAX);
      if (full || this.#underWay.has(token)) {
        left.push(waiting);
        continue;
      }
      this.#underWay.add(token);
      taken.push(waiting);
      rows += more;
    }
    this.#queues[table] = left;
    return taken;
  }
}

function later(): { promise: Promise<boolean>; resolve: (value: boolean) => void } {
  let resolve: (value: boolean) => void = () => undefined;
  const promise = new Promise<boolean>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
