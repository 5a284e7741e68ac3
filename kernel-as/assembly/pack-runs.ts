/**
 * A column as runs: what each row has more than was to be expected of it, once for all neighbours that have the same.
 * Found runs are left in PACK_RUN_VALUES and PACK_RUN_COUNTS.
 */
import { PACK_MODE_RUNS, PACK_RUN_COUNTS, PACK_RUN_VALUES, PACK_RUNS_MAX } from "./layout";
import { putNumbers32, putNumbers64, putVarint } from "./pack-numbers";

/** What findRuns give when there are more than are worth it. */
export const TOO_MANY: u32 = 0xffffffff;
/** Nothing is expected of a row. */
export const OF_NOTHING: i32 = 0;
/** The value of the row before is expected: the distance to it. */
export const OF_BEFORE: i32 = -4;
/** A run for fewer rows than these is no gain. */
const ROWS_A_RUN: u32 = 4;

/** Packs the runs that were found. */
export function putRuns(at: u32, runs: u32): u32 {
  store<u8>(at, PACK_MODE_RUNS);
  at = putVarint(at + 1, runs);
  at = putNumbers64(at, PACK_RUN_VALUES, runs);
  return putNumbers32(at, PACK_RUN_COUNTS, runs);
}

/**
 * Runs of a column of 32 bits. `distance`, in bytes, says where what is expected of a row lies: OF_NOTHING, OF_BEFORE (of
 * the first row 0), or the same row of another column. Differences are modulo 2^32 and signed.
 */
export function findRuns32(from: u32, rows: u32, distance: i32): u32 {
  const end = from + rows * 4;
  const mask: u32 = distance == OF_NOTHING ? 0 : 0xffffffff;
  const masks = i32x4.splat(mask);
  const limit = mostRuns(rows);
  let value = load<u32>(from);
  if (distance != OF_BEFORE) value -= load<u32>(from + distance) & mask;
  let begun = from;
  let runs: u32 = 0;
  let next = from + 4;
  while (next < end) {
    const alike = i32x4.splat(value);
    while (next + 16 <= end) {
      const expected = v128.and(v128.load(next + distance), masks);
      if (!i32x4.all_true(i32x4.eq(i32x4.sub(v128.load(next), expected), alike))) break;
      next += 16;
    }
    if (next >= end) break;
    const other = load<u32>(next) - (load<u32>(next + distance) & mask);
    if (other != value) {
      if (runs + 1 >= limit) return TOO_MANY;
      putRun(runs++, <i64>(<i32>value), (next - begun) >> 2);
      begun = next;
      value = other;
    }
    next += 4;
  }
  putRun(runs++, <i64>(<i32>value), (end - begun) >> 2);
  return runs;
}

/** Runs of what a register has more than the one before and its own quantity; differences are modulo 2^64. */
export function findRegisterRuns(registers: u32, quantities: u32, rows: u32): u32 {
  const limit = mostRuns(rows);
  let value = load<i64>(registers) - load<i64>(quantities);
  let begun: u32 = 0;
  let runs: u32 = 0;
  for (let row: u32 = 1; row < rows; row++) {
    const place = registers + row * 8;
    const other = load<i64>(place) - load<i64>(place - 8) - load<i64>(quantities + row * 8);
    if (other == value) continue;
    if (runs + 1 >= limit) return TOO_MANY;
    putRun(runs++, value, row - begun);
    begun = row;
    value = other;
  }
  putRun(runs++, value, rows - begun);
  return runs;
}

/** Runs of a column of bytes, of which nothing is expected. */
export function findRuns8(from: u32, rows: u32): u32 {
  const end = from + rows;
  const limit = mostRuns(rows);
  let value = load<u8>(from);
  let begun = from;
  let runs: u32 = 0;
  let next = from + 1;
  while (next < end) {
    const alike = i8x16.splat(<i8>value);
    while (next + 16 <= end && i8x16.all_true(i8x16.eq(v128.load(next), alike))) next += 16;
    if (next >= end) break;
    const other = load<u8>(next);
    if (other != value) {
      if (runs + 1 >= limit) return TOO_MANY;
      putRun(runs++, <i64>value, next - begun);
      begun = next;
      value = other;
    }
    next++;
  }
  putRun(runs++, <i64>value, end - begun);
  return runs;
}

function mostRuns(rows: u32): u32 {
  return (rows + ROWS_A_RUN - 1) / ROWS_A_RUN;
}

function putRun(run: u32, value: i64, count: u32): void {
  assert(run < <u32>PACK_RUNS_MAX);
  store<i64>(PACK_RUN_VALUES + run * 8, value);
  store<u32>(PACK_RUN_COUNTS + run * 4, count);
}
