/**
 * An engine of a few accounts for tests, over any disk, with a clock that stands where it is put.
 */
import type { DurableAck } from "../../contract/acks.ts";
import { type EngineCommandReply, engineCommandMessage } from "../../contract/commands.ts";
import type { Disk } from "../../contract/disk.ts";
import { encodeSnapshot } from "../../contract/frame.ts";
import { machineTime } from "../../contract/time.ts";
import { kernelCalls } from "../apply.ts";
import { Engine } from "../engine.ts";
import type { OutMessage } from "../outbox.ts";
import { applyAll, type StartPool } from "../pool.ts";
import type { Pump } from "../pump.ts";

/** 2026-01-01T00:00:00Z. */
export const START_S = 1_767_225_600;
const DAY_S = 86_400;
const KEY = Buffer.alloc(32, 7);
const FLAT = JSON.stringify({
  name: "Flat",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "0.20" }] },
});

/** A reading: slot, time, register in atoms. */
export type SmallReading = [slot: number, atS: number, register: number];

/** The engine, what it told, and how to ask it. */
export class SmallEngine {
  nowS = START_S;
  readonly acks: DurableAck[] = [];
  readonly messages: OutMessage[] = [];
  readonly warnings: string[] = [];
  failure: unknown;
  engine!: Engine;

  /** Opens it; `segmentBytesMax` is small, so that a few batches fill a segment. */
  static async open(
    disk: Disk,
    folder: string,
    options: {
      shards?: number;
      segmentBytesMax?: number;
      outputsAfter?: number;
      startPool?: StartPool;
    } = {},
  ): Promise<SmallEngine> {
    const { shards = 2, segmentBytesMax = 1 << 15, outputsAfter, startPool = oneThread } = options;
    const made = new SmallEngine();
    made.engine = await Engine.open({
      disk,
      folder,
      shards,
      owned: Array.from({ length: shards }, (_, i) => i),
      workers: 1,
      startPool,
      clock: { nowS: () => made.nowS, speed: 1 },
      // What waits for a disk to recover waits a twentieth.
      time: { ...machineTime, after: (waitMs, run) => machineTime.after(waitMs / 20, run) },
      maxSkewS: 120,
      segmentBytesMax,
      outputsAfter,
      publish: async (message) => {
        made.messages.push(message);
      },
      acknowledge: (_, ack) => made.acks.push(ack),
      warn: (message) => made.warnings.push(message),
      fail: (error) => {
        made.failure = error;
      },
    });
    return made;
  }

  pump(shard = 0): Pump {
    const pump = this.engine.pumps.get(shard);
    if (pump === undefined) throw new Error(`no shard ${shard}`);
    return pump;
  }

  /** Sends a command, with the contract's defaults for what it leaves out. */
  command(command: unknown, shard = 0): Promise<EngineCommandReply> {
    const parsed = engineCommandMessage.parse(command);
    return new Promise((done) => this.pump(shard).offerCommand(parsed, done));
  }

  /** A price list of 0.20 a kWh, a policy, gateway 5, and `accounts` accounts with 10.00 each. Uses shard numbers 1 to 3. */
  async setUp(accounts = 1, shard = 0): Promise<void> {
    const coverage = { covers_from_s: START_S, covers_to_s: START_S + 400 * DAY_S };
    const list = { op: "set_price_list", number: 1, index: 0, version: 9 };
    const replies = [
      await this.command({ ...list, effective_from_s: START_S, ...coverage, text: FLAT }, shard),
      await this.command({ ...POLICY, number: 2 }, shard),
      await this.command({ ...GATEWAY, number: 3 }, shard),
    ];
    for (let slot = 0; slot < accounts; slot++) {
      replies.push(await this.command({ ...openAccount(slot), number: 1 }, shard));
      const credit = { op: "credit", number: 2, slot, amount_micros: "10000000" };
      replies.push(await this.command(credit, shard));
    }
    const refused = replies.find(({ status }) => status !== "applied");
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
  }

  /** Sends a frame; settles when it is settled. */
  frame(sequence: number, readings: readonly SmallReading[], shard = 0): Promise<void> {
    const rows = readings.map(([slot, atS, register]) => ({
      slot,
      atS,
      register,
      quality: "actual" as const,
    }));
    const head = { shard, gateway: 5, epoch: 1, sequence, rosterVersion: 1 };
    const bytes = encodeSnapshot({ ...head, readings: rows, reports: [] }, KEY);
    return new Promise((done) => {
      if (!this.pump(shard).offerFrame(bytes, done)) throw new Error("the queue is full");
    });
  }

  async balance(slot = 0, shard = 0): Promise<string | undefined> {
    return (await this.pump(shard).query([slot])).accounts[0]?.balance_micros;
  }

  /** Settles when all outputs so far are published. */
  published(): Promise<void> {
    return this.engine.outbox.published(this.engine.journal.durable);
  }
}

/** The kernel in this thread: starting workers would take longer than most tests. */
const oneThread: StartPool = async (module, memories) => {
  const call = kernelCalls(module, memories);
  return {
    apply: (batch, drain) => applyAll(async (each) => call(each), batch, drain),
    utilization: () => 0,
    close: async () => {},
  };
};

const POLICY = {
  op: "set_policy",
  index: 0,
  low_credit_micros: ["5000000", "2000000"],
  hysteresis_micros: "500000",
  disablement_threshold_micros: "0",
  clearance_micros: "0",
  max_balance_micros: "100000000",
  automatic_cut: true,
  stale_after_s: 0,
};
const GATEWAY = { op: "set_gateway", gateway: 5, key: KEY.toString("hex"), roster_version: 1 };

function openAccount(slot: number): Record<string, unknown> {
  return {
    op: "open_account",
    slot,
    account_id: `0d9f5a0e-6c0b-4d8e-9b7a-${slot.toString(16).padStart(12, "0")}`,
    gateway: 5,
    price_list: 0,
    policy: 0,
    recorded: false,
    modulus_atoms: "0",
    max_rate_atoms_per_hour: "0",
    step_atoms: "1",
  };
}
