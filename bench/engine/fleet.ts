/**
 * An engine with many accounts over the real disk, without a broker: what it costs to open, feed, save and recover them.
 * Outputs are made and thrown away.
 */
import { type EngineCommand, engineCommandMessage } from "../../engine/contract/commands.ts";
import type { Disk } from "../../engine/contract/disk.ts";
import { encodeSnapshot } from "../../engine/contract/frame.ts";
import { Engine } from "../../engine/core/engine.ts";
import type { Pump } from "../../engine/core/pump.ts";

/** When accounts are opened: 2026-01-01T00:00:00Z. */
const FLEET_BEGIN_S = 1_767_225_600;
const DAY_S = 86_400;
const KEY = Buffer.alloc(32, 7);
const GATEWAY = 1;
/** Meters of a frame. */
const FRAME_METERS = 1_000;
/** Commands that wait for a shard at a time. */
const COMMANDS_AHEAD = 4_096;
const LIST = {
  name: "Bench",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "0.25" }] },
};

/** Where, over which disk, and how many: `accounts` are spread evenly over `shards`. */
export type FleetOptions = {
  disk: Disk;
  folder: string;
  shards: number;
  accounts: number;
  workers: number;
};

/** A round of readings ready to be sent: frames by shard. */
export type Round = { shard: number; bytes: Uint8Array }[];

/** The engine and its accounts. */
export class Fleet {
  readonly engine: Engine;
  readonly #options: FleetOptions;

  private constructor(options: FleetOptions, engine: Engine) {
    this.#options = options;
    this.engine = engine;
  }

  /** Opens or recovers the engine. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const { shards } = options;
    const engine = await Engine.open({
      ...options,
      owned: Array.from({ length: shards }, (_, shard) => shard),
      clock: { nowS: () => FLEET_BEGIN_S, speed: 1 },
      maxSkewS: 400 * DAY_S,
      segmentBytesMax: 64 << 20,
      publish: async () => {},
      acknowledge: () => {},
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

  /** Opens all accounts, each with 1 000 000 of credit where `paid`. */
  async openAccounts(paid: boolean): Promise<void> {
    await Promise.all([...this.engine.pumps.values()].map((pump) => this.#openShard(pump, paid)));
  }

  /** Readings of all accounts at a time; `step` is the round's number, from 0. */
  round(step: number): Round {
    const frames: Round = [];
    const atS = FLEET_BEGIN_S + step * 900;
    for (let shard = 0; shard < this.#options.shards; shard++) {
      let sequence = step * Math.ceil(this.accountsOfShard / FRAME_METERS);
      for (let first = 0; first < this.accountsOfShard; first += FRAME_METERS) {
        const meters = Math.min(FRAME_METERS, this.accountsOfShard - first);
        const readings = Array.from({ length: meters }, (_, i) => ({
          slot: first + i,
          register: step * 250 + (i % 7),
          atS,
          quality: "actual" as const,
        }));
        sequence += 1;
        const head = { shard, gateway: GATEWAY, epoch: 1, sequence, rosterVersion: 1 };
        frames.push({ shard, bytes: encodeSnapshot({ ...head, readings, reports: [] }, KEY) });
      }
    }
    return frames;
  }

  /** Sends a round; settles when all of it is acknowledged. */
  async send(round: Round): Promise<void> {
    await Promise.all(
      round.map(
        ({ shard, bytes }) =>
          new Promise<void>((done, failed) => {
            if (this.engine.pumps.get(shard)?.offerFrame(bytes, done) !== true)
              failed(new Error("more frames than a shard takes"));
          }),
      ),
    );
  }

  async #openShard(pump: Pump, paid: boolean): Promise<void> {
    for (const each of directory()) await ask(pump, each);
    for (let first = 0; first < this.accountsOfShard; first += COMMANDS_AHEAD / 2) {
      const last = Math.min(first + COMMANDS_AHEAD / 2, this.accountsOfShard);
      const waiting: Promise<void>[] = [];
      for (let slot = first; slot < last; slot++) {
        waiting.push(ask(pump, openAccount(slot)));
        const amount_micros = "1000000000000";
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
      gateway: GATEWAY,
      key: KEY.toString("hex"),
      roster_version: 1,
    },
  ].map((each) => engineCommandMessage.parse(each));
}

const OPEN = engineCommandMessage.parse({
  op: "open_account",
  number: 1,
  slot: 0,
  account_id: "00000000-0000-4000-8000-000000000000",
  gateway: GATEWAY,
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
