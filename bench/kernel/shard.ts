/**
 * A shard of many plain accounts for measuring the kernel: one price list of one rate, one policy, one gateway, credit
 * enough. It uses nothing but what the kernel's host has had from the first, so that the same file measures older kernels.
 */
import { readFileSync } from "node:fs";
import { encodeSnapshot, type FrameHead } from "../../engine/contract/frame.ts";
import { toRecord } from "../../engine/core/command-records.ts";
import { InputWriter } from "../../engine/core/input.ts";
import { RUN_COMPLETE } from "../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate } from "../../kernel-as/kernel.ts";

const GATEWAY = 1;
/** The gateway's key. */
export const SHARD_KEY = new Uint8Array(32);
const SKEW_S = 120;
const CREDIT = "1000000000000";
/** Records of one call while accounts are opened. */
const BATCH = 4_096;
const BEGIN_S = Date.parse("2024-01-01T00:00:00Z") / 1_000;
const END_S = Date.parse("2026-01-01T00:00:00Z") / 1_000;
const LIST = {
  name: "Bench",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "0.25" }] },
};

/** The shard, with its accounts open at BEGIN_S and paid. */
export class Shard {
  static readonly beginS = BEGIN_S;
  readonly accounts: number;
  readonly view: DataView;
  readonly memory = createMemory();
  readonly #writer = new InputWriter(this.memory, SKEW_S);
  readonly #kernel;
  #sequence = 0;

  /** Over a kernel's binary; the policy's fields are over those of one that judges three low levels and cuts at 0. */
  constructor(binary: string, accounts: number, policy: Record<string, unknown> = {}) {
    this.accounts = accounts;
    this.view = new DataView(this.memory.buffer);
    this.#kernel = instantiate(new WebAssembly.Module(readFileSync(binary)), this.memory);
    this.#kernel.format(0);
    this.#directory(policy);
    this.#run();
    for (let first = 0; first < accounts; first += BATCH) {
      for (let slot = first; slot < Math.min(accounts, first + BATCH); slot++) this.#open(slot);
      this.#run();
    }
  }

  /** Gives a reading to `meters` accounts from `first` on, in one frame of the batch in hand. */
  snapshot(first: number, meters: number, atS: number, register: number): void {
    const readings = Array.from({ length: meters }, (_, i) => ({
      slot: first + i,
      register,
      atS,
      quality: "actual" as const,
    }));
    this.add(encodeSnapshot({ ...this.head(), readings, reports: [] }, SHARD_KEY), atS);
  }

  /** The head of the gateway's next frame. */
  head(): FrameHead {
    this.#sequence += 1;
    return {
      shard: 0,
      gateway: GATEWAY,
      epoch: 1,
      sequence: this.#sequence,
      rosterVersion: 1,
    };
  }

  /** Puts a frame in the batch in hand. */
  add(frame: Uint8Array, atS: number): void {
    this.#writer.frame(frame, 0, atS);
  }

  /** Takes the batch in hand out, to be put back by `restore`, and begins another. */
  takeBatch(): Buffer {
    const batch = Buffer.from(this.#writer.batch);
    this.#writer.reset();
    return batch;
  }

  /** Puts a batch back in hand. */
  restore(batch: Uint8Array): void {
    this.#writer.restore(batch);
  }

  /** Address behind the batch in hand. */
  get end(): number {
    return this.#writer.end;
  }

  /** Puts a tick in the batch in hand. */
  tick(atS: number): void {
    this.#writer.tick(atS);
  }

  /** Runs the batch in hand and begins another; gives the nanoseconds that the kernel took. */
  run(): number {
    return this.#run();
  }

  /** Runs the batch in hand as a worker of the pool does, which packs what each call rated, and begins another. */
  runAsWorker(): void {
    this.#kernel.begin();
    let status: number;
    do {
      status = this.#kernel.run(this.#writer.end);
      this.#kernel.pack();
    } while (status !== RUN_COMPLETE);
    this.#writer.reset();
  }

  #run(): number {
    this.#kernel.begin();
    const begun = process.hrtime.bigint();
    while (this.#kernel.run(this.#writer.end) !== RUN_COMPLETE);
    const ns = Number(process.hrtime.bigint() - begun);
    this.#writer.reset();
    return ns;
  }

  #directory(policy: Record<string, unknown>): void {
    this.#command({
      op: "set_price_list",
      number: 1,
      index: 0,
      version: 1,
      effective_from_s: BEGIN_S,
      covers_from_s: BEGIN_S,
      covers_to_s: END_S,
      text: JSON.stringify(LIST),
    });
    this.#command({
      op: "set_policy",
      number: 2,
      index: 0,
      low_credit_micros: ["20000000", "10000000", "5000000"],
      hysteresis_micros: "1000000",
      disablement_threshold_micros: "0",
      clearance_micros: "0",
      max_balance_micros: `${1n << 62n}`,
      automatic_cut: true,
      stale_after_s: 0,
      ...policy,
    });
    const key = "0".repeat(64);
    this.#command({ op: "set_gateway", number: 3, gateway: GATEWAY, key, roster_version: 1 });
  }

  #open(slot: number): void {
    this.#command({
      op: "open_account",
      number: 1,
      slot,
      account_id: `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`,
      gateway: GATEWAY,
      price_list: 0,
      policy: 0,
      recorded: false,
      modulus_atoms: "0",
      max_rate_atoms_per_hour: "100000",
      step_atoms: "1",
    });
    this.#command({ op: "credit", number: 2, slot, amount_micros: CREDIT });
  }

  #command(command: Parameters<typeof toRecord>[0]): void {
    const result = toRecord(command, () => 0);
    if (!result.ok) throw new Error(`no command: ${JSON.stringify(result.faults)}`);
    const { kind, number, slot, body } = result.record;
    this.#writer.command(kind, number, slot, BEGIN_S, body);
  }
}
