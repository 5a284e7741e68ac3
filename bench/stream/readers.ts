/**
 * Many readers in one process, apart from the server: most of one account each, some of everything, slow ones among them,
 * and some that lose their connection and come back. Where it is forked it is told what to do by messages.
 */
import { createHistogram, monitorEventLoopDelay, type RecordableHistogram } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { accountId } from "./event-source.ts";
import { Reader, type ReaderCounts } from "./reader.ts";

/** How many readers there are of which kind. */
export type ReadersPlan = {
  url: string;
  key: string;
  accounts: number;
  /** Of one account each. */
  ofAccount: number;
  /** Of everything, that keep up. */
  ofAll: number;
  /** Of everything, that read a second and stand still three. */
  slowOfAll: number;
  /** Of everything, that read nothing until all is published. */
  stillOfAll: number;
  /** Connections that break each second. */
  breaksPerS: number;
};

/** What the readers found. `unfinished` did not get all. */
export type ReadersFound = ReaderCounts & {
  readers: number;
  unfinished: number;
  live: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Longest time that this process stood still while events came, in milliseconds. */
  stallMs: number;
};

/** Connections that are made at a time. */
const CONNECTING_MAX = 64;
const READ_MS = 1_000;
const STILL_MS = 3_000;
/** How long the last events may take to those who were slow, in milliseconds. */
const FINISH_MS_MAX = 120_000;

/** The readers of a plan. */
export class Readers {
  readonly #plan: ReadersPlan;
  readonly #latencies: RecordableHistogram = createHistogram();
  readonly #fast: Reader[] = [];
  readonly #slow: Reader[] = [];
  readonly #still: Reader[] = [];
  /** Which account a reader is of; undefined for one of all. */
  readonly #accountOf = new Map<Reader, number>();
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #isLoud = true;

  constructor(plan: ReadersPlan) {
    this.#plan = plan;
    const host = {
      url: plan.url,
      key: plan.key,
      onLatency: (micros: number) => this.#latencies.record(Math.max(1, micros)),
    };
    let made = 0;
    const make = (topic: string, isAll: boolean): Reader =>
      // Several addresses: one has no more than some thirty thousand ports.
      new Reader(host, { topic, isAll }, `127.0.0.${2 + (made++ % 8)}`);
    for (let n = 0; n < plan.ofAccount; n++) {
      const account = n % plan.accounts;
      const reader = make(`account:${accountId(account)}`, false);
      this.#accountOf.set(reader, account);
      this.#fast.push(reader);
    }
    for (let n = 0; n < plan.ofAll; n++) this.#fast.push(make("events", true));
    for (let n = 0; n < plan.slowOfAll; n++) this.#slow.push(make("events", true));
    for (let n = 0; n < plan.stillOfAll; n++) this.#still.push(make("events", true));
    for (const reader of [...this.#slow, ...this.#still]) reader.isTimed = false;
  }

  get #all(): Reader[] {
    return [...this.#fast, ...this.#slow, ...this.#still];
  }

  /** Connects all; settles when each subscription is answered. */
  async connect(): Promise<void> {
    const waiting = [...this.#all];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next.connect();
    };
    await Promise.all(Array.from({ length: CONNECTING_MAX }, work));
  }

  /** From now on slow ones are slow, and connections break. */
  begin(): void {
    this.#delay.enable();
    for (const reader of this.#still) reader.isPaused = true;
    void this.#slowly();
    void this.#breaking();
  }

  /** Lets all catch up, waits until each has all that was published, and tells what was found. */
  async finish(byAccount: readonly number[], total: number): Promise<ReadersFound> {
    this.#isLoud = false;
    this.#delay.disable();
    for (const reader of [...this.#slow, ...this.#still]) reader.isPaused = false;
    const goalOf = (reader: Reader): number => {
      const account = this.#accountOf.get(reader);
      return account === undefined ? total : (byAccount[account] ?? 0);
    };
    const unfinished = (): number =>
      this.#all.filter((reader) => reader.last < goalOf(reader)).length;
    const until = performance.now() + FINISH_MS_MAX;
    while (unfinished() > 0 && performance.now() < until) await sleep(100);
    const left = unfinished();
    const sums = { events: 0, repeated: 0, missed: 0, lagged: 0, resumes: 0 };
    for (const { counts } of this.#all) {
      for (const key of Object.keys(sums) as (keyof ReaderCounts)[]) sums[key] += counts[key];
    }
    const ms = (micros: number): number => micros / 1_000;
    return {
      ...sums,
      readers: this.#all.length,
      unfinished: left,
      live: this.#latencies.count,
      p50Ms: ms(this.#latencies.percentile(50)),
      p99Ms: ms(this.#latencies.percentile(99)),
      maxMs: ms(this.#latencies.max),
      stallMs: this.#delay.max / 1e6,
    };
  }

  /** Ends all connections. */
  end(): void {
    this.#isLoud = false;
    for (const reader of this.#all) reader.end();
  }

  async #slowly(): Promise<void> {
    while (this.#isLoud) {
      for (const reader of this.#slow) reader.isPaused = true;
      await sleep(STILL_MS);
      for (const reader of this.#slow) reader.isPaused = false;
      await sleep(READ_MS);
    }
  }

  async #breaking(): Promise<void> {
    if (this.#plan.breaksPerS === 0 || this.#fast.length === 0) return;
    // A stride that meets all of them in turn, those of everything too.
    for (let at = 0; this.#isLoud; at = (at + 7_919) % this.#fast.length) {
      this.#fast[at]?.break();
      await sleep(1_000 / this.#plan.breaksPerS);
    }
  }
}

/** What a forked process of readers is told, and what it answers with the same `does`. */
export type ReadersTold =
  | { does: "connect"; plan: ReadersPlan }
  | { does: "begin" }
  | { does: "finish"; byAccount: number[]; total: number };
/** The answer of a forked process. */
export type ReadersSay = { does: ReadersTold["does"]; found?: ReadersFound; cpuSeconds: number };

if (process.send !== undefined && process.argv[1]?.endsWith("stream/readers.ts") === true) {
  let readers: Readers | undefined;
  const follow = async (told: ReadersTold): Promise<void> => {
    let found: ReadersFound | undefined;
    if (told.does === "connect") {
      readers = new Readers(told.plan);
      await readers.connect();
    } else if (told.does === "begin") readers?.begin();
    else found = await readers?.finish(told.byAccount, told.total);
    const { user, system } = process.cpuUsage();
    const cpuSeconds = (user + system) / 1e6;
    const says: ReadersSay = { does: told.does, cpuSeconds, ...(found && { found }) };
    process.send?.(says);
  };
  process.on("message", (told: ReadersTold) => {
    follow(told).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  process.on("disconnect", () => process.exit());
}
