/**
 * What the kernel left, in few digits: the rows of a call, and the state of all accounts. The program in bench/peers/kernel.c makes
 * the same of what it left.
 */
import { crc32 } from "node:zlib";
import {
  HOT_BALANCE,
  HOT_BASE,
  HOT_BYTES,
  HOT_CARRY,
  HOT_COUNTER,
  HOT_READ_S,
  HOT_REGISTER,
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
  RUN_ROWS,
} from "../../kernel-as/assembly/layout.ts";

/** Columns of rated rows: place, and bytes a row. */
const COLUMNS: readonly (readonly [number, number])[] = [
  [ROW_ACCOUNT, 4],
  [ROW_FROM, 4],
  [ROW_TO, 4],
  [ROW_REGISTER, 8],
  [ROW_QUANTITY, 8],
  [ROW_COST, 8],
  [ROW_TARIFF, 4],
  [ROW_VERDICT, 1],
  [ROW_PERIOD, 1],
  [ROW_BLOCK, 1],
  [ROW_LAST, 1],
];
const LINE_BYTES = 32;

/** Bytes of all columns of a row. */
export const ROW_BYTES = COLUMNS.reduce((sum, [, bytes]) => sum + bytes, 0);

/** Rows of the last call: how many, and the CRC-32 of their columns. */
export function rowsOf(view: DataView): { rows: number; crc: number } {
  const rows = view.getUint32(RUN_BASE + RUN_ROWS, true);
  const memory = new Uint8Array(view.buffer);
  let crc = 0;
  for (const [place, bytes] of COLUMNS) crc = crc32(memory.slice(place, place + rows * bytes), crc);
  return { rows, crc };
}

/** Sum of all balances in micros, and the CRC-32 of what readings change of each account. */
export function stateOf(view: DataView, accounts: number): { sum: bigint; crc: number } {
  const lines = Buffer.alloc(accounts * LINE_BYTES);
  let sum = 0n;
  for (let slot = 0; slot < accounts; slot++) {
    const hot = HOT_BASE + slot * HOT_BYTES;
    const line = slot * LINE_BYTES;
    const balance = view.getBigInt64(hot + HOT_BALANCE, true);
    sum += balance;
    lines.writeBigInt64LE(view.getBigInt64(hot + HOT_REGISTER, true), line);
    lines.writeBigInt64LE(balance, line + 8);
    lines.writeBigInt64LE(view.getBigInt64(hot + HOT_COUNTER, true), line + 16);
    lines.writeUInt32LE(view.getUint32(hot + HOT_READ_S, true), line + 24);
    lines.writeUInt32LE(view.getUint32(hot + HOT_CARRY, true), line + 28);
  }
  return { sum, crc: crc32(lines) };
}
