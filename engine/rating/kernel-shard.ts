/**
 * One shard of the kernel in memory, without journal or network: its inputs are the same records that the engine
 * journals, and its rows go to whoever opened it.
 */
import {
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_AT,
  CHARGE_ROW_CHARGE,
  HOT_BASE,
  HOT_BYTES,
  HOT_CARRY,
  ROW_ACCOUNT,
  ROW_BLOCK,
  ROW_COST,
  ROW_LAST,
  ROW_PERIOD,
  ROW_QUANTITY,
  ROW_TARIFF,
  ROW_TO,
  ROW_VERDICT,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_COMPLETE,
  RUN_ROWS,
} from "../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate, type Kernel, loadKernel } from "../../kernel-as/kernel.ts";
import type { EngineCommand } from "../contract/commands.ts";
import { encodeSnapshot, FRAME_READINGS_MAX, type FrameReading } from "../contract/frame.ts";
import { VERDICTS, type Verdict } from "../contract/rated.ts";
import { toRecord } from "../core/command-records.ts";
import { InputWriter } from "../core/input.ts";
import { OutputReader } from "../core/outputs.ts";

/** A rated part of a reading (engine/contract/rated.ts); `slot` is the account's. */
export type RatedPart = {
  slot: number;
  toS: number;
  quantityAtoms: bigint;
  costMicros: bigint;
  tariff: number;
  period: number;
  block: number;
  verdict: Verdict;
  last: number;
};
/** An entry of a charge; `charge` is its code. */
export type ChargedEntry = { slot: number; atS: number; amountMicros: bigint; charge: number };
/** Is told of what the kernel rated. */
export type RatedSink = { part(part: RatedPart): void; charge(entry: ChargedEntry): void };

/** The one gateway of the shard. */
export const ONLY_GATEWAY = 1;
/** Readings of one frame; well under FRAME_READINGS_MAX, so that the frame's bytes stay under their bound too. */
export const READINGS_A_FRAME = Math.min(2_048, FRAME_READINGS_MAX);

const KEY = new Uint8Array(32);
const NO_CODE = 0;
const CARRY_END = 1_000_000;

/** The shard; it begins empty but for its gateway and a policy (index 0) that judges nothing and charges estimates (R18). */
export class KernelShard {
  readonly #sink: RatedSink;
  readonly #memory = createMemory();
  readonly #kernel: Kernel;
  readonly #writer: InputWriter;
  readonly #outputs: OutputReader;
  readonly #view: DataView;
  #sequence = 0;
  #number = 0;

  constructor(sink: RatedSink) {
    this.#sink = sink;
    this.#kernel = instantiate(loadKernel(), this.#memory);
    this.#kernel.format(0);
    this.#writer = new InputWriter(this.#memory, 0);
    this.#outputs = new OutputReader(this.#memory);
    this.#view = new DataView(this.#memory.buffer);
    this.command({ ...FREE_POLICY, number: this.nextNumber() });
    this.command({
      op: "set_gateway",
      number: this.nextNumber(),
      gateway: ONLY_GATEWAY,
      key: Buffer.from(KEY).toString("hex"),
      roster_version: 1,
    });
  }

  /** The number of the shard's next command of its own. */
  nextNumber(): number {
    return ++this.#number;
  }

  /** Carries out a command as of an instant. Throws where the kernel refuses it. */
  command(command: EngineCommand, atS = 0): void {
    const result = toRecord(command, () => 0);
    if (!result.ok)
      throw new Error(
        result.faults.map(({ pointer, message }) => `${pointer} ${message}`).join("; "),
      );
    const { kind, number, slot, body } = result.record;
    this.#writer.reset();
    this.#writer.command(kind, number, slot, atS, body);
    this.#run();
    const { code } = this.#outputs.outcome(0);
    if (code !== NO_CODE) throw new Error(`the kernel refused ${command.op} with code ${code}`);
  }

  /** Takes at most READINGS_A_FRAME readings that came at an instant; readings later than that are judged as such (R14). */
  frame(readings: readonly FrameReading[], atS = 0): void {
    const head = {
      shard: 0,
      gateway: ONLY_GATEWAY,
      epoch: 1,
      sequence: ++this.#sequence,
      rosterVersion: 1,
    };
    this.#writer.reset();
    this.#writer.frame(encodeSnapshot({ ...head, readings, reports: [] }, KEY), 0, atS);
    this.#run();
  }

  /** Lets time pass up to an instant: what falls due by it is collected (R35). */
  tick(atS: number): void {
    this.#writer.reset();
    this.#writer.tick(atS);
    this.#run();
  }

  /** Gives an account the carry that its earlier consumption left (R2), in millionths of a micro. */
  setCarry(slot: number, carry: number): void {
    if (!Number.isInteger(carry) || carry < 0 || carry >= CARRY_END)
      throw new RangeError(`a carry is from 0 to ${CARRY_END - 1}, not ${carry}`);
    this.#view.setUint32(HOT_BASE + slot * HOT_BYTES + HOT_CARRY, carry, true);
  }

  #run(): void {
    this.#kernel.begin();
    for (let status = -1; status !== RUN_COMPLETE; ) {
      status = this.#kernel.run(this.#writer.end);
      this.#tellParts();
      this.#tellCharges();
    }
  }

  #tellParts(): void {
    const view = this.#view;
    const count = view.getUint32(RUN_BASE + RUN_ROWS, true);
    for (let row = 0; row < count; row++) {
      const verdict = VERDICTS[view.getUint8(ROW_VERDICT + row)];
      if (verdict === undefined) throw new Error("the kernel gave a verdict that has no name");
      this.#sink.part({
        slot: view.getUint32(ROW_ACCOUNT + row * 4, true),
        toS: view.getUint32(ROW_TO + row * 4, true),
        quantityAtoms: view.getBigInt64(ROW_QUANTITY + row * 8, true),
        costMicros: view.getBigInt64(ROW_COST + row * 8, true),
        tariff: view.getUint32(ROW_TARIFF + row * 4, true),
        period: view.getUint8(ROW_PERIOD + row),
        block: view.getUint8(ROW_BLOCK + row),
        verdict,
        last: view.getUint8(ROW_LAST + row),
      });
    }
  }

  #tellCharges(): void {
    const view = this.#view;
    const count = view.getUint32(RUN_BASE + RUN_CHARGE_ROWS, true);
    for (let row = 0; row < count; row++) {
      this.#sink.charge({
        slot: view.getUint32(CHARGE_ROW_ACCOUNT + row * 4, true),
        atS: view.getUint32(CHARGE_ROW_AT + row * 4, true),
        amountMicros: view.getBigInt64(CHARGE_ROW_AMOUNT + row * 8, true),
        charge: view.getUint8(CHARGE_ROW_CHARGE + row),
      });
    }
  }
}

const FREE_POLICY = {
  op: "set_policy",
  index: 0,
  low_credit_micros: [],
  hysteresis_micros: "0",
  disablement_threshold_micros: "0",
  clearance_micros: "0",
  max_balance_micros: "0",
  automatic_cut: false,
  stale_after_s: 0,
  charge_estimates: true,
} satisfies Omit<Extract<EngineCommand, { op: "set_policy" }>, "number">;
