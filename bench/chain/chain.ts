/**
 * The whole chain as processes of their own: NATS, engine, store writer, ClickHouse; and somebody who sends frames as fast
 * as they are acknowledged, but waits while the store is behind.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { openStore } from "../../api/store/client.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import type { Running } from "../../engine/host/running.ts";
import { balanceSumAt, FLEET_CREDIT_MICROS } from "../engine/fleet-frames.ts";
import { asSkip } from "../harness/skip.ts";
import { FleetLink } from "../installation/fleet-link.ts";
import { type Role, startRole } from "../installation/roles.ts";
import { Broker } from "../pipeline/broker.ts";

/** Frames of a gateway on their way: what gateways of the product send ahead at most. */
const AHEAD = 64;
/** Blocks in RATED at which the sender waits: about three million rows. */
const BEHIND_MAX = 200;
const LOOK_MS = 100;
const DRAIN_MS = 120_000;

/** A fleet of so many shards and accounts. */
export type ChainSize = { shards: number; accountsOfShard: number };

/** What lies between the parts at a moment: frames, and rated blocks that are not in the store. */
export type Lag = { frames: number; blocks: number };

/** The chain. */
export class Chain {
  readonly broker: Broker;
  readonly fleet: FleetLink;
  readonly client: ClickHouseClient;
  /** Processes whose CPU time counts. */
  readonly pids: number[];
  readonly #parts: { clickhouse: Running; engine: Role; writer: Role };
  readonly #size: ChainSize;
  #isBehind = false;
  #waiting: (() => void)[] = [];

  private constructor(
    broker: Broker,
    size: ChainSize,
    parts: { clickhouse: Running; engine: Role; writer: Role },
  ) {
    this.broker = broker;
    this.#size = size;
    this.#parts = parts;
    this.fleet = new FleetLink(broker.nats, size);
    this.client = openStore(parts.clickhouse.url);
    const { clickhouse, engine, writer } = parts;
    this.pids = [broker.server.pid, clickhouse.pid, engine.pid, writer.pid];
  }

  /** Starts it with all accounts open, paid and read once. Throws a SkipError where a server can't be had. */
  static async start(size: ChainSize): Promise<Chain> {
    const broker = await Broker.start();
    const stops: (() => Promise<void>)[] = [() => broker.stop()];
    try {
      const clickhouse = await asSkip(startClickhouse({ data: broker.folder, port: 0 }));
      stops.push(() => clickhouse.stop());
      const env = {
        DRAWDOWN_NATS_URL: broker.server.url,
        DRAWDOWN_CLICKHOUSE_URL: clickhouse.url,
        DRAWDOWN_SHARDS: String(size.shards),
      };
      const engine = await startRole("engine", broker.folder, env);
      stops.push(() => engine.stop());
      const writer = await startRole("store-writer", broker.folder, env);
      stops.push(() => writer.stop());
      const chain = new Chain(broker, size, { clickhouse, engine, writer });
      await chain.fleet.open();
      return chain;
    } catch (error) {
      for (const stop of stops.reverse()) await stop();
      throw error;
    }
  }

  /** Accounts of the fleet. */
  get accounts(): number {
    return this.#size.shards * this.#size.accountsOfShard;
  }

  /** Sends readings, step after step, until told to stop; gives the readings sent. Frames hold `size` readings. */
  async send(size: number, stop: AbortSignal): Promise<number> {
    let sent = 0;
    const look = setInterval(() => void this.#look(), LOOK_MS);
    try {
      // Two sets are on their way, so that one is made while the other is sent.
      let before = Promise.resolve();
      while (!stop.aborted) {
        if (this.#isBehind) await new Promise<void>((done) => this.#waiting.push(done));
        const set = this.fleet.frames.snapshots(1, size);
        await before;
        before = this.fleet.sendAll(set, AHEAD);
        sent += set.readings;
      }
      await before;
    } finally {
      clearInterval(look);
    }
    return sent;
  }

  /** What lies between the parts now. */
  async lag(): Promise<Lag> {
    const [frames, rated] = await Promise.all(
      [STREAMS.frames, STREAMS.rated].map((name) => this.broker.manager.streams.info(name)),
    );
    return { frames: frames?.state.messages ?? 0, blocks: rated?.state.messages ?? 0 };
  }

  /** Rated rows that ClickHouse has. */
  async rows(): Promise<number> {
    const result = await this.client.query({
      query: "SELECT toUInt64(count()) AS rows FROM readings",
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ rows: string }>();
    return Number(row?.rows ?? 0);
  }

  /** Waits until all is in the store, and compares its costs with what the readings must have cost. */
  async mustAgree(): Promise<void> {
    const until = performance.now() + DRAIN_MS;
    for (;;) {
      const { frames, blocks } = await this.lag();
      if (frames + blocks === 0) break;
      if (performance.now() > until)
        throw new Error(`${frames} frames and ${blocks} blocks are left after ${DRAIN_MS} ms`);
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    const step = this.fleet.frames.nextStep - 1;
    const cost = BigInt(this.accounts) * FLEET_CREDIT_MICROS - balanceSumAt(this.accounts, step);
    const result = await this.client.query({
      query: "SELECT toString(sum(cost)) AS cost, toString(sum(last)) AS readings FROM readings",
      format: "JSONEachRow",
    });
    const [found] = await result.json<{ cost: string; readings: string }>();
    const wanted = `${cost} micros in ${this.accounts * (step + 1)} readings`;
    const told = `${found?.cost} micros in ${found?.readings} readings`;
    if (told !== wanted) throw new Error(`the store has ${told} in place of ${wanted}`);
  }

  /** Ends all of it. */
  async stop(): Promise<void> {
    await this.client.close();
    const { engine, writer, clickhouse } = this.#parts;
    await engine.stop();
    await writer.stop();
    await clickhouse.stop();
    await this.broker.stop();
  }

  async #look(): Promise<void> {
    const { blocks } = await this.lag();
    this.#isBehind = blocks > BEHIND_MAX;
    if (!this.#isBehind) for (const done of this.#waiting.splice(0)) done();
  }
}
