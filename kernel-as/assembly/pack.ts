/**
 * Rated rows as the blocks that are published: columns packed by what is alike in them. Reads the columns that output.ts
 * filled and leaves blocks at PACK_BASE, one behind the other. The host adds a checksum to each.
 */
import {
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_AT,
  CHARGE_ROW_CHARGE,
  CHARGE_ROW_TARIFF,
  PACK_BASE,
  PACK_BLOCK_ALIGN,
  PACK_BYTES,
  PACK_BYTES_MAX,
  PACK_COLUMNS,
  PACK_CRC_BYTES,
  PACK_HEADER_BYTES,
  PACK_MAGIC,
  PACK_MODE_NUMBERS,
  PACK_NONE,
  PACK_ROWS,
  PACK_ROWS_MAX,
  PACK_TABLE,
  PACK_TABLE_CHARGES,
  PACK_TABLE_READINGS,
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
  RUN_ROWS,
} from "./layout";
import { putNumbers8, putNumbers32, putNumbers64 } from "./pack-numbers";
import {
  findRegisterRuns,
  findRuns8,
  findRuns32,
  OF_BEFORE,
  OF_NOTHING,
  putRuns,
  TOO_MANY,
} from "./pack-runs";

const READING_COLUMNS: u32 = 11;
const CHARGE_COLUMNS: u32 = 5;

/** Packs what the last call of the kernel rated, in blocks of at most PACK_ROWS_MAX rows; a 0 stands behind the last one. */
export function packRows(): void {
  let at: u32 = PACK_BASE;
  const readings = load<u32>(RUN_BASE, RUN_ROWS);
  for (let row: u32 = 0; row < readings; row += PACK_ROWS_MAX) {
    at = packReadings(at, row, min(readings - row, <u32>PACK_ROWS_MAX));
  }
  const charges = load<u32>(RUN_BASE, RUN_CHARGE_ROWS);
  for (let row: u32 = 0; row < charges; row += PACK_ROWS_MAX) {
    at = packCharges(at, row, min(charges - row, <u32>PACK_ROWS_MAX));
  }
  assert(at + 4 <= <u32>(PACK_BASE + PACK_BYTES_MAX));
  store<u32>(at, PACK_NONE);
}

function packReadings(block: u32, row: u32, rows: u32): u32 {
  let at = block + PACK_HEADER_BYTES;
  const to = ROW_TO + row * 4;
  at = pack32(at, ROW_ACCOUNT + row * 4, rows, OF_BEFORE);
  at = pack32(at, to, rows, OF_BEFORE);
  at = pack32(at, ROW_FROM + row * 4, rows, ROW_TO - ROW_FROM);
  at = pack64(at, ROW_QUANTITY + row * 8, rows);
  at = pack64(at, ROW_COST + row * 8, rows);
  at = packRegisters(at, ROW_REGISTER + row * 8, ROW_QUANTITY + row * 8, rows);
  at = pack32(at, ROW_TARIFF + row * 4, rows, OF_NOTHING);
  at = pack8(at, ROW_VERDICT + row, rows);
  at = pack8(at, ROW_PERIOD + row, rows);
  at = pack8(at, ROW_BLOCK + row, rows);
  at = pack8(at, ROW_LAST + row, rows);
  return putHeader(block, at, rows, PACK_TABLE_READINGS, READING_COLUMNS);
}

function packCharges(block: u32, row: u32, rows: u32): u32 {
  let at = block + PACK_HEADER_BYTES;
  at = pack32(at, CHARGE_ROW_ACCOUNT + row * 4, rows, OF_BEFORE);
  at = pack32(at, CHARGE_ROW_AT + row * 4, rows, OF_BEFORE);
  at = pack64(at, CHARGE_ROW_AMOUNT + row * 8, rows);
  at = pack32(at, CHARGE_ROW_TARIFF + row * 4, rows, OF_NOTHING);
  at = pack8(at, CHARGE_ROW_CHARGE + row, rows);
  return putHeader(block, at, rows, PACK_TABLE_CHARGES, CHARGE_COLUMNS);
}

function putHeader(block: u32, end: u32, rows: u32, table: u32, columns: u32): u32 {
  store<u32>(block, PACK_MAGIC);
  store<u32>(block, end - block + PACK_CRC_BYTES, PACK_BYTES);
  store<u32>(block, rows, PACK_ROWS);
  store<u16>(block, table, PACK_TABLE);
  store<u16>(block, columns, PACK_COLUMNS);
  return (end + PACK_CRC_BYTES + PACK_BLOCK_ALIGN - 1) & ~(<u32>PACK_BLOCK_ALIGN - 1);
}

function pack32(at: u32, from: u32, rows: u32, distance: i32): u32 {
  const runs = findRuns32(from, rows, distance);
  if (runs != TOO_MANY && (runs > 1 || distance != OF_NOTHING)) return putRuns(at, runs);
  store<u8>(at, PACK_MODE_NUMBERS);
  return putNumbers32(at + 1, from, rows);
}

function pack64(at: u32, from: u32, rows: u32): u32 {
  store<u8>(at, PACK_MODE_NUMBERS);
  return putNumbers64(at + 1, from, rows);
}

function packRegisters(at: u32, registers: u32, quantities: u32, rows: u32): u32 {
  const runs = findRegisterRuns(registers, quantities, rows);
  return runs == TOO_MANY ? pack64(at, registers, rows) : putRuns(at, runs);
}

function pack8(at: u32, from: u32, rows: u32): u32 {
  const runs = findRuns8(from, rows);
  if (runs != TOO_MANY && runs > 1) return putRuns(at, runs);
  store<u8>(at, PACK_MODE_NUMBERS);
  return putNumbers8(at + 1, from, rows);
}
