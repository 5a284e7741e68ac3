/**
 * Reads what the kernel left after a call: rated columns as blocks, events, results. Copies, since the next call
 * overwrites them.
 */
import {
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_AT,
  CHARGE_ROW_CHARGE,
  CHARGE_ROW_TARIFF,
  EVENT_BYTES,
  EVENTS_BASE,
  PACK_BASE,
  PACK_BLOCK_ALIGN,
  PACK_BYTES,
  PACK_NONE,
  PACK_ROWS,
  PACK_TABLE,
  PACK_TABLE_READINGS,
  RESULT_BALANCE,
  RESULT_BYTES,
  RESULT_CODE,
  RESULT_EXPECTED,
  RESULT_PARTS,
  RESULTS_BASE,
  ROW_ACCOUNT,
  ROW_BLOCK,
  ROW_COST,
  ROW_FROM,
  ROW_LAST,
  ROW_PERIOD,
  ROW_QUANTITY,
  ROW_REGISTER,
  ROW_TARIFF,
  ROW_TO,
  ROW_VERDICT,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_EVENTS,
  RUN_ROWS,
} from "../../kernel-as/assembly/layout.ts";
import { CREDIT_PARTS } from "../contract/fields.ts";
import { nativeBlock } from "../contract/native.ts";
import { sealPacked } from "../contract/packed-block.ts";
import { RATED_ROWS_MAX, RATED_TABLES, type RatedTable } from "../contract/rated.ts";

/** Where each column of each table begins in memory. */
export const COLUMN_PLACES: Record<RatedTable, Record<string, number>> = {
  readings: {
    account: ROW_ACCOUNT,
    from: ROW_FROM,
    to: ROW_TO,
    register: ROW_REGISTER,
    quantity: ROW_QUANTITY,
    cost: ROW_COST,
    tariff: ROW_TARIFF,
    verdict: ROW_VERDICT,
    period: ROW_PERIOD,
    block: ROW_BLOCK,
    last: ROW_LAST,
  },
  charges: {
    account: CHARGE_ROW_ACCOUNT,
    at: CHARGE_ROW_AT,
    amount: CHARGE_ROW_AMOUNT,
    tariff: CHARGE_ROW_TARIFF,
    charge: CHARGE_ROW_CHARGE,
  },
};

const ROWS_AT: Record<RatedTable, number> = { readings: RUN_ROWS, charges: RUN_CHARGE_ROWS };

/** A block of rated rows for one table. */
export type RatedBlock = { table: RatedTable; rows: number; block: Buffer };
/**
 * What a record came to: a code of layout.ts, the number expected after a gap, the balance after a command, and what an
 * amount came to, in the order of CREDIT_PARTS.
 */
export type RecordOutcome = {
  code: number;
  expected: number;
  balance: bigint;
  parts: readonly bigint[];
};

/** Views of one shard's outputs. */
export class OutputReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** The rated rows as the kernel packed them (`pack`), in blocks of at most RATED_ROWS_MAX rows, to be published. */
  packed(): RatedBlock[] {
    const blocks: RatedBlock[] = [];
    for (let at = PACK_BASE; this.#view.getUint32(at, true) !== PACK_NONE; ) {
      const bytes = this.#view.getUint32(at + PACK_BYTES, true);
      const isReadings = this.#view.getUint16(at + PACK_TABLE, true) === PACK_TABLE_READINGS;
      const block = Buffer.allocUnsafeSlow(bytes);
      block.set(this.#bytes.subarray(at, at + bytes));
      blocks.push({
        table: isReadings ? "readings" : "charges",
        rows: this.#view.getUint32(at + PACK_ROWS, true),
        block: sealPacked(block),
      });
      at = Math.ceil((at + bytes) / PACK_BLOCK_ALIGN) * PACK_BLOCK_ALIGN;
    }
    return blocks;
  }

  /** The rated rows as `Native` blocks of at most RATED_ROWS_MAX rows. */
  blocks(): RatedBlock[] {
    return (["readings", "charges"] as const).flatMap((table) => this.#blocksOf(table));
  }

  /** The events, as the kernel's records of EVENT_BYTES each. */
  events(): DataView[] {
    const count = this.#view.getUint32(RUN_BASE + RUN_EVENTS, true);
    const copy = this.#bytes.slice(EVENTS_BASE, EVENTS_BASE + count * EVENT_BYTES);
    return Array.from(
      { length: count },
      (_, i) => new DataView(copy.buffer, i * EVENT_BYTES, EVENT_BYTES),
    );
  }

  /** The outcome of the record with this index in the batch. */
  outcome(index: number): RecordOutcome {
    const at = RESULTS_BASE + index * RESULT_BYTES;
    return {
      code: this.#view.getUint32(at + RESULT_CODE, true),
      expected: this.#view.getUint32(at + RESULT_EXPECTED, true),
      balance: this.#view.getBigInt64(at + RESULT_BALANCE, true),
      parts: CREDIT_PARTS.map((_, i) => this.#view.getBigInt64(at + RESULT_PARTS + i * 8, true)),
    };
  }

  #blocksOf(table: RatedTable): RatedBlock[] {
    const total = this.#view.getUint32(RUN_BASE + ROWS_AT[table], true);
    const blocks: RatedBlock[] = [];
    for (let first = 0; first < total; first += RATED_ROWS_MAX) {
      const rows = Math.min(RATED_ROWS_MAX, total - first);
      blocks.push({ table, rows, block: this.#block(table, first, rows) });
    }
    return blocks;
  }

  #block(table: RatedTable, first: number, rows: number): Buffer {
    return nativeBlock(RATED_TABLES[table], rows, ({ name, bytes }) => {
      const place = COLUMN_PLACES[table][name];
      if (place === undefined) throw new Error(`the kernel has no column ${table}.${name}`);
      return this.#bytes.subarray(place + first * bytes, place + (first + rows) * bytes);
    });
  }
}
