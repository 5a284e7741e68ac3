/**
 * The checkers of a world. They know what was durable and in which order, by listening where the engine appends to its
 * journal and where others are told of it; from that alone they know what must be there after any crash.
 */
import { LAYOUT_VERSION } from "../../../kernel-as/assembly/layout.ts";
import type { DurableAck } from "../../contract/acks.ts";
import type { Disk } from "../../contract/disk.ts";
import type { Journal } from "../../journal/journal.ts";
import { readJournal } from "../../journal/read-journal.ts";
import { JOURNAL_KIND, type JournalRecord } from "../../journal/record.ts";
import { stateDigest } from "../../journal/snapshot.ts";
import { SHARDS } from "../world/plan.ts";
import { CommandWatch } from "./command-watch.ts";
import { FrameWatch } from "./frame-watch.ts";
import { type BatchInput, inputsIn } from "./inputs.ts";
import { ModelWatch } from "./model-watch.ts";
import { OutputWatch } from "./output-watch.ts";
import { Shadow } from "./shadow.ts";
import type { Violations } from "./violations.ts";

/** How many readings and commands were checked. */
export type Checked = { readings: number; commands: number };

/** All that is watched of the engine. */
export class Checkers {
  readonly checked: Checked = { readings: 0, commands: 0 };
  readonly commands: CommandWatch;
  readonly frames: FrameWatch;
  readonly outputs: OutputWatch;
  readonly #violations: Violations;
  readonly #shadows: Shadow[];
  readonly #models: ModelWatch[];
  readonly #records: JournalRecord[] = [];

  constructor(module: WebAssembly.Module, violations: Violations) {
    this.#violations = violations;
    this.commands = new CommandWatch(violations);
    this.frames = new FrameWatch(violations);
    this.outputs = new OutputWatch(violations);
    const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
    this.#shadows = shards.map((shard) => new Shadow(shard, module));
    this.#models = shards.map(
      (shard) => new ModelWatch((at) => this.commands.commandOf(shard, at)),
    );
  }

  /** Records that are durable. */
  get durable(): number {
    return this.#records.length;
  }

  /** Listens to what the engine appends and learns when it is durable, before anybody else does. */
  watch(journal: Journal): void {
    const append = journal.append.bind(journal);
    journal.append = (shard, kind, payload) => {
      const appended = append(shard, kind, payload);
      const { sequence } = appended;
      const record = { sequence, shard, kind, payload: Uint8Array.from(payload) };
      appended.durable.then(
        () => this.#take(record),
        () => undefined,
      );
      return appended;
    };
  }

  /** After a start: everything durable must be there, unchanged, and the memories must be what it comes to. */
  async recovered(
    disk: Disk,
    folder: string,
    memories: readonly (WebAssembly.Memory | undefined)[],
  ): Promise<void> {
    const owned = Array.from({ length: SHARDS }, (_, shard) => shard);
    const place = { disk, folder, set: { shards: SHARDS, owned }, layout: LAYOUT_VERSION };
    const read = await readJournal(place, (record) => this.#compare(record)).catch(
      (error: unknown) => {
        this.#violations.add("damage is never loaded", `an engine took this journal: ${error}`);
      },
    );
    const next = read?.next ?? this.#records.length + 1;
    if (next - 1 < this.#records.length)
      this.#violations.add(
        "nothing acknowledged is lost",
        `the journal ends with record ${next - 1} after a start; ${this.#records.length} was durable`,
      );
    this.compareMemories(memories);
  }

  /** The memories must be byte for byte what the durable inputs come to. */
  compareMemories(memories: readonly (WebAssembly.Memory | undefined)[]): void {
    const shard = this.differing(memories);
    if (shard >= 0)
      this.#violations.add(
        "the same inputs give the same state",
        `shard ${shard} is not what its ${this.#records.length} durable records come to`,
      );
  }

  /** The first shard whose memory is another one than its durable inputs come to; -1 for none. */
  differing(memories: readonly (WebAssembly.Memory | undefined)[]): number {
    return memories.findIndex(
      (memory, shard) =>
        memory !== undefined && stateDigest(memory) !== this.#shadows[shard]?.digest(),
    );
  }

  /** What the engine tells a gateway must be durable. */
  acknowledged(gateway: number, ack: DurableAck): void {
    this.frames.acknowledged(gateway, ack);
  }

  /** At the end: engine and model agree, and no output is missing. */
  conclude(): void {
    for (const [shard, shadow] of this.#shadows.entries())
      for (const line of this.#models[shard]?.differences(shadow.state) ?? [])
        this.#violations.add("the state is the model's", `shard ${shard}: ${line}`);
    this.outputs.conclude();
    this.frames.conclude();
  }

  #compare(record: JournalRecord): void {
    const known = this.#records[record.sequence - 1];
    if (known === undefined) {
      // It was written but not yet told: it counts from now on.
      this.#take({ ...record, payload: Uint8Array.from(record.payload) });
      return;
    }
    const isSame =
      known.shard === record.shard &&
      known.kind === record.kind &&
      Buffer.compare(known.payload, record.payload) === 0;
    if (!isSame)
      this.#violations.add(
        "nothing acknowledged is lost",
        `record ${record.sequence} is not what was durable before`,
      );
  }

  #take(record: JournalRecord): void {
    if (record.sequence !== this.#records.length + 1) {
      this.#violations.add(
        "inputs have one order",
        `record ${record.sequence} became durable after ${this.#records.length}`,
      );
      return;
    }
    this.#records.push(record);
    const shadow = this.#shadows[record.shard];
    if (record.kind !== JOURNAL_KIND.batch || shadow === undefined) return;
    const outcome = shadow.apply(record);
    for (const fault of outcome.faults) this.#violations.add("balances add up", fault);
    this.outputs.expect(outcome.messages);
    for (const [index, input] of inputsIn(record.payload).entries())
      this.#input(record.shard, input, outcome.isApplied(index));
  }

  #input(shard: number, input: BatchInput, isApplied: boolean): void {
    if (input.kind === "frame") {
      this.checked.readings += input.frame.readings.length;
      this.frames.durable(input.frame, isApplied);
    } else if (input.kind === "command") {
      if (this.commands.durable(shard, input, isApplied)) this.checked.commands += 1;
    }
    try {
      this.#models[shard]?.tell(input);
    } catch (error) {
      this.#violations.add("the state is the model's", `shard ${shard}: ${String(error)}`);
    }
  }
}
