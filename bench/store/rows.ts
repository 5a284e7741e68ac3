/**
 * Rated rows as the kernel leaves them, a reading of each account for each step, as columns of blocks.
 */

import { nativeBlock } from "../../engine/contract/native.ts";
import { RATED_ROWS_MAX, READING_COLUMNS } from "../../engine/contract/rated.ts";
import { Packer } from "../../engine/core/testing/packer.ts";
import { FLEET_BEGIN_S, FLEET_STEP_S, registerOf } from "../engine/fleet-frames.ts";

/** Micros of a Wh, about. */
const MICROS_A_WH = 241;

/** A block: its rows as columns, the bytes of its `Native` form, and those of the form in which an engine publishes it. */
export type StoreBlock = { rows: number; columns: Columns; bytes: Buffer; packed: Buffer };

const packer = new Packer();

type Columns = {
  account: Uint32Array;
  from: Uint32Array;
  to: Uint32Array;
  register: BigInt64Array;
  quantity: BigInt64Array;
  cost: BigInt64Array;
};

/** The blocks of one step: one row of each account. `step` is at least 1. */
export function blocksOf(accounts: number, step: number): StoreBlock[] {
  const blocks: StoreBlock[] = [];
  for (let first = 0; first < accounts; first += RATED_ROWS_MAX) {
    const rows = Math.min(RATED_ROWS_MAX, accounts - first);
    const columns = columnsOf(first, rows, step);
    blocks.push({
      rows,
      columns,
      bytes: nativeBlock(READING_COLUMNS, rows, ({ name, bytes }) =>
        valuesOf(columns, { name, bytes, rows }),
      ),
      packed: packedOf(columns, rows),
    });
  }
  return blocks;
}

/** A row as an object, as a user of the client's JSONEachRow would make it. */
export function objectOf({ columns }: StoreBlock, row: number): Record<string, unknown> {
  return {
    account: columns.account[row],
    from: columns.from[row],
    to: columns.to[row],
    register: String(columns.register[row]),
    quantity: String(columns.quantity[row]),
    cost: String(columns.cost[row]),
    tariff: 1,
    verdict: 0,
    period: 0,
    block: 0,
    last: 1,
  };
}

function columnsOf(first: number, rows: number, step: number): Columns {
  const toS = FLEET_BEGIN_S + step * FLEET_STEP_S;
  const columns: Columns = {
    account: Uint32Array.from({ length: rows }, (_, i) => first + i),
    from: new Uint32Array(rows).fill(toS - FLEET_STEP_S),
    to: new Uint32Array(rows).fill(toS),
    register: new BigInt64Array(rows),
    quantity: new BigInt64Array(rows),
    cost: new BigInt64Array(rows),
  };
  for (let row = 0; row < rows; row++) {
    const register = registerOf(first + row, step);
    const used = register - registerOf(first + row, step - 1);
    columns.register[row] = BigInt(register);
    columns.quantity[row] = BigInt(used);
    columns.cost[row] = BigInt(used * MICROS_A_WH);
  }
  return columns;
}

function packedOf(columns: Columns, rows: number): Buffer {
  const widths = new Map(READING_COLUMNS.map(({ name, bytes }) => [name, bytes]));
  const [only] = packer.pack("readings", rows, (name) =>
    valuesOf(columns, { name, bytes: widths.get(name) ?? 0, rows }),
  );
  if (only === undefined) throw new Error("no block was packed");
  return only.block;
}

function valuesOf(
  columns: Columns,
  { name, bytes, rows }: { name: string; bytes: number; rows: number },
): Uint8Array {
  const column = columns[name as keyof Columns];
  if (column !== undefined) return new Uint8Array(column.buffer);
  if (name === "tariff") return new Uint8Array(new Uint32Array(rows).fill(1).buffer);
  return new Uint8Array(rows * bytes).fill(name === "last" ? 1 : 0);
}
