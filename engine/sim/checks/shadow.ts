/**
 * One shard applied a second time, from what was durable: what the engine's memory and outputs must be.
 */
import { createHash } from "node:crypto";
import { CODE_APPLIED, RUN_SUSPENDED } from "../../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate, type Kernel } from "../../../kernel-as/kernel.ts";
import { SLOTS_MAX } from "../../contract/ids.ts";
import { InputWriter } from "../../core/input.ts";
import { BatchOutputs } from "../../core/messages.ts";
import { OutputReader } from "../../core/outputs.ts";
import { ShardState } from "../../core/state.ts";
import type { JournalRecord } from "../../journal/record.ts";
import { stateDigest } from "../../journal/snapshot.ts";
import { accountIn, chargesIn, eventsIn, rowsIn } from "../../prove/kernel-reader.ts";
import { Ledger } from "../../prove/ledger.ts";

/** What a batch came to: its messages by id with a digest of their bytes, the codes of its records, and what is wrong. */
export type ShadowOutcome = {
  messages: { id: string; digest: string }[];
  isApplied(index: number): boolean;
  faults: string[];
};

/** A shard beside the engine. */
export class Shadow {
  readonly state: ShardState;
  readonly #shard: number;
  readonly #memory = createMemory();
  readonly #view = new DataView(this.#memory.buffer);
  readonly #kernel: Kernel;
  readonly #writer = new InputWriter(this.#memory, 0);
  readonly #reader = new OutputReader(this.#memory);
  readonly #ledger = new Ledger();

  constructor(shard: number, module: WebAssembly.Module) {
    this.#shard = shard;
    this.#kernel = instantiate(module, this.#memory);
    this.#kernel.format(shard);
    this.state = new ShardState(shard, this.#memory);
  }

  /** Applies a batch of the journal. */
  apply(record: JournalRecord): ShadowOutcome {
    const outputs = new BatchOutputs(this.#shard, record.sequence);
    const faults: string[] = [];
    this.#writer.restore(record.payload);
    this.#kernel.begin();
    let status: number;
    do {
      status = this.#kernel.run(this.#writer.end);
      this.#kernel.pack();
      outputs.take(this.#reader, this.state);
      const view = this.#view;
      const rows = rowsIn(view).map(inShard);
      const charges = chargesIn(view).map(inShard);
      faults.push(...this.#ledger.take(rows, charges, eventsIn(view)));
    } while (status === RUN_SUSPENDED);
    for (let slot = 0; slot < this.state.slots; slot++)
      if (this.state.account(slot) !== null)
        faults.push(...this.#ledger.check(slot, accountIn(this.#view, slot)));
    return {
      messages: outputs.messages.map(({ id, payload }) => ({ id, digest: digestOf(payload) })),
      isApplied: (index) => this.#reader.outcome(index).code === CODE_APPLIED,
      faults,
    };
  }

  /** The digest of the whole state. */
  digest(): string {
    return stateDigest(this.#memory);
  }
}

/** Rows carry the account's number in the installation, the ledger keeps slots. */
function inShard<Row extends { slot: number }>(row: Row): Row {
  return { ...row, slot: row.slot % SLOTS_MAX };
}

/** A short digest of a message's bytes. */
export function digestOf(payload: Uint8Array): string {
  return createHash("sha256").update(payload).digest("base64url").slice(0, 16);
}
