/**
 * An engine with many accounts over the real disk, its broker left to whoever opens it: what it costs to open, feed, save
 * and recover them. Outputs are made and thrown away, unless told otherwise.
 */
import type { DurableAck } from "../../engine/contract/acks.ts";
import { type EngineCommand, engineCommandMessage } from "../../engine/contract/commands.ts";
import type { Disk } from "../../engine/contract/disk.ts";
import { Engine } from "../../engine/core/engine.ts";
import type { PublishMessage } from "../../engine/core/outbox.ts";
import type { Pump } from "../../engine/core/pump.ts";
import {
  FLEET_BEGIN_S,
  FLEET_CREDIT_MICROS,
  FLEET_GATEWAY,
  FLEET_KEY,
  FleetFrames,
  type FrameSet,
} from "./fleet-frames.ts";

const DAY_S = 86_400;
/** Commands that wait for a shard at a time. */
const COMMANDS_AHEAD = 4_096;
const LIST = {
  name: "Bench",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "0.2412" }] },
};

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
      maxSkewS: 400 * DAY_S,
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
    for (const each of directory()) await ask(pump, each);
    for (let first = 0; first < this.accountsOfShard; first += COMMANDS_AHEAD / 2) {
      const last = Math.min(first + COMMANDS_AHEAD / 2, this.accountsOfShard);
      const waiting: Promise<void>[] = [];
      for (let slot = first; slot < last; slot++) {
        waiting.push(ask(pump, openAccount(slot)));
        const amount_micros = String(FLEET_CREDIT_MICROS);
        if (paid) waiting.push(ask(pump, { op: "credit", number: 2, slot, amount_micros }));
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

function directory(): EngineCommand[] {
  return [
    {
      op: "set_price_list",
      number: 1,
      index: 0,
      version: 1,
      effective_from_s: FLEET_BEGIN_S,
      covers_from_s: FLEET_BEGIN_S,
      covers_to_s: FLEET_BEGIN_S + 400 * DAY_S,
      text: JSON.stringify(LIST),
    },
    {
      op: "set_policy",
      number: 2,
      index: 0,
      low_credit_micros: [],
      hysteresis_micros: "0",
      disablement_threshold_micros: "0",
      clearance_micros: "0",
      max_balance_micros: "4000000000000000000",
      automatic_cut: false,
      stale_after_s: 0,
    },
    {
      op: "set_gateway",
      number: 3,
      gateway: FLEET_GATEWAY,
      key: FLEET_KEY.toString("hex"),
      roster_version: 1,
    },
  ].map((each) => engineCommandMessage.parse(each));
}

const OPEN = engineCommandMessage.parse({
  op: "open_account",
  number: 1,
  slot: 0,
  account_id: "00000000-0000-4000-8000-000000000000",
  gateway: FLEET_GATEWAY,
  price_list: 0,
  policy: 0,
  recorded: false,
  modulus_atoms: "0",
  max_rate_atoms_per_hour: "0",
  step_atoms: "1",
});

function openAccount(slot: number): EngineCommand {
  const account_id = `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`;
  return { ...OPEN, slot, account_id } as EngineCommand;
}
