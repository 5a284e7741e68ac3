/**
 * One shard replayed from a snapshot, or from nothing, and held against what its outputs say (architecture, "Invariants"
 * 1, 2 and 5) and against its later snapshots (4).
 */
import {
  RUN_SUSPENDED,
  STATE_BASE,
  STATE_COMMAND_NUMBER,
} from "../../kernel-as/assembly/layout.ts";
import { createMemory, type Kernel } from "../../kernel-as/kernel.ts";
import { InputWriter } from "../core/input.ts";
import { OutputReader } from "../core/outputs.ts";
import { ShardState } from "../core/state.ts";
import type { StateRange } from "../journal/migrations/migration.ts";
import type { JournalRecord } from "../journal/record.ts";
import { differenceIn } from "./difference.ts";
import { addEntries, type Entries } from "./entries.ts";
import { commandsIn, isNumberTaken } from "./inputs.ts";
import { type Worth, worthOf } from "./worth.ts";

/** Something that does not hold, with the invariant's number. */
export type Violation = { invariant: number; what: string };

/** What is checked: from which state on (no ranges: from nothing), by which kernel, and who is told. */
export type ShardCheckOptions = {
  shard: number;
  start: { sequence: number; ranges: readonly StateRange[] };
  kernelOver(memory: WebAssembly.Memory): Kernel;
  report(violation: Violation): void;
};

/** A shard under check. */
export class ShardCheck {
  readonly shard: number;
  /** The journal sequence that the state stands for. */
  sequence: number;
  batches = 0;
  rows = 0;
  readonly #memory = createMemory();
  readonly #view = new DataView(this.#memory.buffer);
  readonly #kernel: Kernel;
  readonly #writer = new InputWriter(this.#memory, 0);
  readonly #outputs = new OutputReader(this.#memory);
  readonly #state: ShardState;
  readonly #report: (violation: Violation) => void;
  readonly #known = new Map<number, Worth>();
  #shardNumber: number;

  constructor({ shard, start, kernelOver, report }: ShardCheckOptions) {
    this.shard = shard;
    this.sequence = start.sequence;
    this.#report = report;
    this.#kernel = kernelOver(this.#memory);
    if (start.ranges.length === 0) this.#kernel.format(shard);
    const target = new Uint8Array(this.#memory.buffer);
    for (const { address, content } of start.ranges) target.set(content, address);
    this.#state = new ShardState(shard, this.#memory);
    this.#shardNumber = this.#state.commandNumber;
    for (let slot = 0; slot < this.#state.slots; slot++) this.#learn(slot);
  }

  /** Open accounts. */
  get accounts(): number {
    return this.#known.size;
  }

  /** Applies a batch and looks at what it did. */
  apply(record: JournalRecord): void {
    const entries = new Map<number, Entries>();
    this.#writer.restore(record.payload);
    this.#kernel.begin();
    let status: number;
    do {
      status = this.#kernel.run(this.#writer.end);
      this.rows += addEntries(this.#view, entries);
    } while (status === RUN_SUSPENDED);
    this.sequence = record.sequence;
    this.batches += 1;
    const where = `record ${record.sequence}`;
    this.#checkNumbers(record.payload, entries, where);
    for (const [slot, each] of entries) this.#checkAccount(slot, each, where);
  }

  /** Holds the state against a snapshot of the same sequence. */
  compare(ranges: readonly StateRange[], file: string): void {
    const difference = differenceIn(this.#memory, ranges);
    if (difference === undefined) return;
    const what = `${file} is not what the journal comes to: it differs ${difference}`;
    this.#report({ invariant: 4, what });
  }

  /** At the end: what has no output must not have changed. */
  conclude(): void {
    for (let slot = 0; slot < this.#state.slots; slot++)
      this.#checkAccount(slot, NO_ENTRIES, "the end");
  }

  #learn(slot: number): void {
    const worth = worthOf(this.#view, slot);
    if (worth !== undefined) this.#known.set(slot, worth);
  }

  #checkAccount(slot: number, entries: Entries, where: string): void {
    const before = this.#known.get(slot) ?? NOTHING;
    const after = worthOf(this.#view, slot);
    if (after === undefined) return;
    this.#known.set(slot, after);
    const at = `account ${this.shard}/${slot} at ${where}`;
    const number = entries.commandNumber ?? before.commandNumber;
    if (after.commandNumber !== number) {
      const what = `${at}: remembers command ${after.commandNumber}, not ${number}`;
      this.#report({ invariant: 5, what });
    }
    if (entries.isReset) return;
    const paid = after.paidMicros - before.paidMicros;
    const held = after.worthMicros - before.worthMicros - paid - entries.heldMicros;
    const unit = entries.isQuantity ? "micro-atoms" : "micros";
    if (held !== 0n)
      this.#report({ invariant: 1, what: `${at}: ${held} ${unit} came from nowhere` });
    const quantity = after.quantityAtoms - before.quantityAtoms - entries.quantityAtoms;
    if (quantity !== 0n)
      this.#report({
        invariant: 2,
        what: `${at}: ${quantity} atoms advanced and were not charged`,
      });
  }

  /** Each number is taken once and in order; a repeat of the last one is answered and changes nothing. */
  #checkNumbers(payload: Uint8Array, entries: Map<number, Entries>, where: string): void {
    const last = new Map<number, number>();
    for (const { index, number, slot } of commandsIn(payload)) {
      if (!isNumberTaken(this.#outputs.outcome(index).code)) continue;
      const before =
        slot === undefined
          ? this.#shardNumber
          : (last.get(slot) ?? this.#known.get(slot)?.commandNumber ?? 0);
      if (number !== before && number !== before + 1) {
        const whose = slot === undefined ? `shard ${this.shard}` : `account ${this.shard}/${slot}`;
        const what = `${whose} at ${where}: command ${number} was taken after ${before}`;
        this.#report({ invariant: 5, what });
      }
      if (slot === undefined) this.#shardNumber = number;
      else last.set(slot, number);
    }
    for (const [slot, number] of last)
      entries.set(slot, { ...(entries.get(slot) ?? NO_ENTRIES), commandNumber: number });
    const kept = this.#view.getUint32(STATE_BASE + STATE_COMMAND_NUMBER, true);
    if (kept !== this.#shardNumber) {
      const what = `shard ${this.shard} at ${where}: remembers command ${kept}, not ${this.#shardNumber}`;
      this.#report({ invariant: 5, what });
    }
  }
}

const NO_ENTRIES: Entries = {
  heldMicros: 0n,
  quantityAtoms: 0n,
  isReset: false,
  isQuantity: false,
};
const NOTHING: Worth = { worthMicros: 0n, paidMicros: 0n, quantityAtoms: 0n, commandNumber: 0 };
