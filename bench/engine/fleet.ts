/**
 * An engine with many accounts over the real disk, its broker left to whoever opens it: what it costs to open, feed, save
 * and recover them. Outputs are made and thrown away, unless told otherwise.
 */
import type { DurableAck } from "../../engine/contract/acks.ts";
import type { EngineCommand } from "../../engine/contract/commands.ts";
import type { Disk } from "../../engine/contract/disk.ts";
import { Engine } from "../../engine/core/engine.ts";
import type { PublishMessage } from "../../engine/core/outbox.ts";
import type { Pump } from "../../engine/core/pump.ts";
import { creditAccount, directory, openAccount } from "./fleet-commands.ts";
import { FLEET_BEGIN_S, FLEET_CREDIT_MICROS, FleetFrames, type FrameSet } from "./fleet-frames.ts";

/** Readings may be far ahead of a clock that stands. */
const SKEW_S = 400 * 86_400;
/** Commands that wait for a shard at a time. */
const COMMANDS_AHEAD = 4_096;

/** Where, over which disk, and how many: `accounts` are spread evenly over `shards`. */
export type FleetOptions = {
  disk: Disk;
  folder: string;
  shards: number;
  accounts: number;
  workers: number;
  publish?: PublishMessage;
  acknowledge?: (gateway: number, ack: DurableAck) => void;
};

/** The engine and its accounts. */
export class Fleet {
  readonly engine: Engine;
  readonly frames: FleetFrames;
  readonly #options: FleetOptions;

  private constructor(options: FleetOptions, engine: Engine) {
    this.#options = options;
    this.engine = engine;
    this.frames = new FleetFrames(options.shards, this.accountsOfShard);
  }

  /** Opens or recovers the engine. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const { shards } = options;
    const engine = await Engine.open({
      publish: async () => {},
      acknowledge: () => {},
      ...options,
      owned: Array.from({ length: shards }, (_, shard) => shard),
      clock: { nowS: () => FLEET_BEGIN_S, speed: 1 },
      maxSkewS: SKEW_S,
      segmentBytesMax: 64 << 20,
      warn: (message) => console.error(message),
      fail: (error) => {
        throw error;
      },
    });
    return new Fleet(options, engine);
  }

  /** Accounts of each shard. */
  get accountsOfShard(): number {
    return Math.ceil(this.#options.accounts / this.#options.shards);
  }

  /** Opens all accounts, each with FLEET_CREDIT_MICROS of credit where `paid`. */
  async openAccounts(paid: boolean): Promise<void> {
    await Promise.all([...this.engine.pumps.values()].map((pump) => this.#openShard(pump, paid)));
  }

  /** Sends frames; settles when all of them are acknowledged. */
  async send({ frames }: FrameSet): Promise<void> {
    await Promise.all(
      frames.map(
        ({ shard, bytes }) =>
          new Promise<void>((done, failed) => {
            if (this.engine.pumps.get(shard)?.offerFrame(bytes, done) !== true)
              failed(new Error("more frames than a shard takes"));
          }),
      ),
    );
  }

  /** Sum of all balances in micros, as they stand in memory. */
  balanceSum(): bigint {
    let sum = 0n;
    for (const { state } of this.engine.pumps.values()) {
      for (let slot = 0; slot < state.slots; slot++)
        sum += BigInt(state.account(slot)?.balance_micros ?? 0);
    }
    return sum;
  }

  async #openShard(pump: Pump, paid: boolean): Promise<void> {
    for (const each of directory(FLEET_BEGIN_S)) await ask(pump, each);
    for (let first = 0; first < this.accountsOfShard; first += COMMANDS_AHEAD / 2) {
      const last = Math.min(first + COMMANDS_AHEAD / 2, this.accountsOfShard);
      const waiting: Promise<void>[] = [];
      for (let slot = first; slot < last; slot++) {
        waiting.push(ask(pump, openAccount(slot)));
        if (paid) waiting.push(ask(pump, creditAccount(slot, FLEET_CREDIT_MICROS)));
      }
      await Promise.all(waiting);
    }
  }
}

function ask(pump: Pump, command: EngineCommand): Promise<void> {
  return new Promise((done, failed) =>
    pump.offerCommand(command, (reply) => {
      if (reply.status === "applied") done();
      else failed(new Error(JSON.stringify(reply)));
    }),
  );
}
