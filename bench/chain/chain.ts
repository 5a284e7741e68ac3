/**
 * The whole chain as processes of their own: NATS, engine, store writer, ClickHouse, and a fleet of accounts.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { openStore } from "../../api/store/client.ts";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import type { Running } from "../../engine/host/running.ts";
import { asSkip } from "../harness/skip.ts";
import { FleetLink } from "../installation/fleet-link.ts";
import { type Role, startRole } from "../installation/roles.ts";
import { Broker } from "../pipeline/broker.ts";
import { storeMustAgree } from "./agreement.ts";
import { type Lag, lagOf } from "./lag.ts";

/** A fleet of so many shards and accounts. */
export type ChainSize = { shards: number; accountsOfShard: number };

/** The chain. */
export class Chain {
  readonly broker: Broker;
  readonly fleet: FleetLink;
  readonly client: ClickHouseClient;
  /** Processes whose CPU time counts. */
  readonly pids: number[];
  readonly #parts: { clickhouse: Running; engine: Role; writer: Role };
  readonly #size: ChainSize;

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

  /** What lies between the parts now. */
  lag(): Promise<Lag> {
    return lagOf(this.broker.manager);
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
  mustAgree(): Promise<void> {
    return storeMustAgree(this.client, this.broker.manager, {
      accounts: this.accounts,
      steps: this.fleet.frames.nextStep,
    });
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
}
