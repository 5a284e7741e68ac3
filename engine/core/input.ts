/**
 * Writes input records where the kernel reads them: one after the other from INPUT_BASE. What is written is at once the
 * journal's batch, so that a replay gives the kernel the same bytes.
 */
import {
  COMMAND_NUMBER,
  COMMAND_SLOT,
  INPUT_BASE,
  INPUT_BYTES_MAX,
  KIND_FRAME,
  KIND_TICK,
  RECORD_AT_S,
  RECORD_BYTES,
  RECORD_GATEWAY_INDEX,
  RECORD_HEADER_BYTES,
  RECORD_KIND,
  RECORD_LATEST_S,
  RECORDS_MAX,
} from "../../kernel-as/assembly/layout.ts";
import { TIME_MAX } from "../contract/frame.ts";

/** A record's body: its size from the record's start, and what puts its fields (offsets from the record's start). */
export type RecordBody = { bytes: number; put(view: DataView): void };

/** Fills the input area of one shard's memory with a batch. */
export class InputWriter {
  readonly #memory: Uint8Array;
  readonly #view: DataView;
  readonly #maxSkewS: number;
  #end = INPUT_BASE;
  #records = 0;

  /** `maxSkewS`: how far a reading may be ahead of the time at which its frame came (R14). */
  constructor(memory: WebAssembly.Memory, maxSkewS: number) {
    this.#maxSkewS = maxSkewS;
    this.#memory = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** Begins a new batch. */
  reset(): void {
    this.#end = INPUT_BASE;
    this.#records = 0;
  }

  /** Address behind the last record. */
  get end(): number {
    return this.#end;
  }

  /** Records written so far: the next one's index. */
  get records(): number {
    return this.#records;
  }

  /** Whether one more record of this size (from its start) fits. */
  fits(bytes: number): boolean {
    return this.#records < RECORDS_MAX && this.#end + padded(bytes) <= INPUT_BASE + INPUT_BYTES_MAX;
  }

  /** Adds a frame, which has been admitted (admit.ts). */
  frame(frame: Uint8Array, gatewayIndex: number, atS: number): void {
    const at = this.#start(KIND_FRAME, RECORD_HEADER_BYTES + frame.length, atS);
    this.#view.setUint16(at + RECORD_GATEWAY_INDEX, gatewayIndex, true);
    this.#view.setUint32(at + RECORD_LATEST_S, Math.min(atS + this.#maxSkewS, TIME_MAX), true);
    this.#memory.set(frame, at + RECORD_HEADER_BYTES);
  }

  /** Adds a tick. */
  tick(atS: number): void {
    this.#start(KIND_TICK, RECORD_HEADER_BYTES, atS);
  }

  /** Adds a command to an account, or to the shard: then the directory's index stands in the slot's place. */
  command(kind: number, number: number, slot: number, atS: number, body: RecordBody): void {
    const at = this.#start(kind, body.bytes, atS);
    this.#view.setUint32(at + COMMAND_NUMBER, number, true);
    this.#view.setUint32(at + COMMAND_SLOT, slot, true);
    body.put(new DataView(this.#view.buffer, at, padded(body.bytes)));
  }

  /** The batch as it stands, where the kernel reads it: to be copied by whoever keeps it. */
  get batch(): Uint8Array {
    return this.#memory.subarray(INPUT_BASE, this.#end);
  }

  /** Puts a journalled batch back in place for a replay. */
  restore(batch: Uint8Array): void {
    this.#memory.set(batch, INPUT_BASE);
    this.#end = INPUT_BASE + batch.length;
  }

  #start(kind: number, bytes: number, atS: number): number {
    if (!this.fits(bytes))
      throw new RangeError("a record does not fit the batch: ask fits() first");
    const at = this.#end;
    this.#memory.fill(0, at, at + padded(bytes));
    this.#view.setUint32(at + RECORD_BYTES, padded(bytes), true);
    this.#view.setUint16(at + RECORD_KIND, kind, true);
    this.#view.setUint32(at + RECORD_AT_S, atS, true);
    this.#end += padded(bytes);
    this.#records += 1;
    return at;
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
