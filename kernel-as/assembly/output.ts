/**
 * What a call leaves for its host: rows of readings, rows of charges, events. Columns at fixed places, counts in RUN.
 */
import { coldOf, hotOf } from "./account";
import {
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_AT,
  CHARGE_ROW_CHARGE,
  CHARGE_ROW_TARIFF,
  CHARGE_ROWS_MAX,
  CHARGES_MAX,
  COLD_SUPPLY_CAUSE,
  EVENT_AMOUNT,
  EVENT_AT_S,
  EVENT_BALANCE,
  EVENT_BYTES,
  EVENT_CAUSE,
  EVENT_LEVEL,
  EVENT_NUMBER,
  EVENT_RECORD,
  EVENT_SLOT,
  EVENT_TYPE,
  EVENTS_A_STEP_MAX,
  EVENTS_BASE,
  EVENTS_MAX,
  HOT_BALANCE,
  HOT_READ_S,
  INTERVAL_MARKS_MAX,
  INTERVAL_ROWS_MAX,
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
  ROWS_MAX,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_EVENTS,
  RUN_RECORD_INDEX,
  RUN_ROWS,
  SLOTS_MAX,
  STATE_BASE,
  STATE_SHARD,
  STEP_BLOCK,
  STEP_PERIOD,
  STEP_TARIFF,
  VERDICT_ACCEPTED,
} from "./layout";

/** Bytes that are written at once. */
const LANES: u32 = 16;

/** Whether one more reading, command or account's tick surely fits. */
export function outputHasRoom(): bool {
  return (
    load<u32>(RUN_BASE, RUN_ROWS) <= <u32>(ROWS_MAX - INTERVAL_ROWS_MAX) &&
    load<u32>(RUN_BASE, RUN_CHARGE_ROWS) <=
      <u32>(CHARGE_ROWS_MAX - INTERVAL_MARKS_MAX * CHARGES_MAX) &&
    load<u32>(RUN_BASE, RUN_EVENTS) <= <u32>(EVENTS_MAX - EVENTS_A_STEP_MAX)
  );
}

/** Shard and slot in one number, as ClickHouse rows carry it. */
export function accountNumber(slot: u32): u32 {
  return load<u32>(STATE_BASE, STATE_SHARD) * SLOTS_MAX + slot;
}

/** Adds a row of a rated interval. `last` marks the end of a reading. */
export function addRow(
  slot: u32,
  from: u32,
  to: u32,
  register: i64,
  quantity: i64,
  cost: i64,
  step: u32,
  verdict: u32,
  last: u32,
): void {
  const row = load<u32>(RUN_BASE, RUN_ROWS);
  assert(row < <u32>ROWS_MAX);
  store<u32>(RUN_BASE, row + 1, RUN_ROWS);
  store<u32>(ROW_ACCOUNT + row * 4, accountNumber(slot));
  store<u32>(ROW_FROM + row * 4, from);
  store<u32>(ROW_TO + row * 4, to);
  store<i64>(ROW_REGISTER + row * 8, register);
  store<i64>(ROW_QUANTITY + row * 8, quantity);
  store<i64>(ROW_COST + row * 8, cost);
  store<u8>(ROW_VERDICT + row, verdict);
  store<u8>(ROW_LAST + row, last);
  const rated = step != 0;
  store<u32>(ROW_TARIFF + row * 4, rated ? load<u32>(step, STEP_TARIFF) : 0);
  store<u8>(ROW_PERIOD + row, rated ? load<u8>(step, STEP_PERIOD) : 0);
  store<u8>(ROW_BLOCK + row, rated ? load<u8>(step, STEP_BLOCK) : 0);
}

/** Adds the row of a reading that was rated at one step, but for the columns that finishRows writes. */
export function beginRow(slot: u32, from: u32, register: i64, quantity: i64, cost: i64): void {
  const row = load<u32>(RUN_BASE, RUN_ROWS);
  assert(row < <u32>ROWS_MAX);
  store<u32>(RUN_BASE, row + 1, RUN_ROWS);
  store<u32>(ROW_ACCOUNT + row * 4, accountNumber(slot));
  store<u32>(ROW_FROM + row * 4, from);
  store<i64>(ROW_REGISTER + row * 8, register);
  store<i64>(ROW_QUANTITY + row * 8, quantity);
  store<i64>(ROW_COST + row * 8, cost);
}

/** Writes the columns that beginRow left, of all rows from `row` on: accepted readings at the same time and step. */
export function finishRows(row: u32, to: u32, step: u32): void {
  const end = load<u32>(RUN_BASE, RUN_ROWS);
  const at = i32x4.splat(to);
  for (let place = row * 4; place < end * 4; place += LANES) v128.store(ROW_TO + place, at);
  finishAlike(row, end, step);
}

/**
 * Adds rows of one account and step, `interval` apart, the first from its last reading to `at`; whoever calls has written
 * registers, quantities and costs in their columns.
 */
export function addRun(slot: u32, at: u32, interval: u32, count: u32, step: u32): void {
  const row = load<u32>(RUN_BASE, RUN_ROWS);
  store<u32>(RUN_BASE, row + count, RUN_ROWS);
  const account = i32x4.splat(accountNumber(slot));
  const apart = i32x4.splat(interval);
  const ahead = i32x4.splat(interval * 4);
  let to = i32x4.add(i32x4.splat(at), i32x4.mul(apart, i32x4(0, 1, 2, 3)));
  for (let place = row * 4; place < (row + count) * 4; place += LANES) {
    v128.store(ROW_ACCOUNT + place, account);
    v128.store(ROW_FROM + place, i32x4.sub(to, apart));
    v128.store(ROW_TO + place, to);
    to = i32x4.add(to, ahead);
  }
  store<u32>(ROW_FROM + row * 4, load<u32>(hotOf(slot), HOT_READ_S));
  finishAlike(row, row + count, step);
}

/** Columns that say the same of rows of one step. Sixteen bytes at a time: what lies behind `end` belongs to no row yet. */
function finishAlike(row: u32, end: u32, step: u32): void {
  assert(end + LANES <= <u32>ROWS_MAX);
  const tariff = i32x4.splat(load<u32>(step, STEP_TARIFF));
  for (let place = row * 4; place < end * 4; place += LANES) v128.store(ROW_TARIFF + place, tariff);
  const verdict = i8x16.splat(<i8>VERDICT_ACCEPTED);
  const period = i8x16.splat(load<u8>(step, STEP_PERIOD));
  const block = i8x16.splat(load<u8>(step, STEP_BLOCK));
  const last = i8x16.splat(1);
  for (let place = row; place < end; place += LANES) {
    v128.store(ROW_VERDICT + place, verdict);
    v128.store(ROW_PERIOD + place, period);
    v128.store(ROW_BLOCK + place, block);
    v128.store(ROW_LAST + place, last);
  }
}

/** Makes the row that was added last the end of its reading. */
export function endReading(): void {
  store<u8>(ROW_LAST + load<u32>(RUN_BASE, RUN_ROWS) - 1, 1);
}

/** Adds a row for an entry of a charge. */
export function addChargeRow(slot: u32, at: u32, amount: i64, tariff: u32, charge: u32): void {
  const row = load<u32>(RUN_BASE, RUN_CHARGE_ROWS);
  assert(row < <u32>CHARGE_ROWS_MAX);
  store<u32>(RUN_BASE, row + 1, RUN_CHARGE_ROWS);
  store<u32>(CHARGE_ROW_ACCOUNT + row * 4, accountNumber(slot));
  store<u32>(CHARGE_ROW_AT + row * 4, at);
  store<i64>(CHARGE_ROW_AMOUNT + row * 8, amount);
  store<u32>(CHARGE_ROW_TARIFF + row * 4, tariff);
  store<u8>(CHARGE_ROW_CHARGE + row, charge);
}

/** Adds an event with the balance as it stands. `level` and `number` mean what the type says. */
export function addEvent(
  type: u32,
  slot: u32,
  at: u32,
  level: u32,
  number: u32,
  amount: i64,
): void {
  const index = load<u32>(RUN_BASE, RUN_EVENTS);
  assert(index < <u32>EVENTS_MAX);
  store<u32>(RUN_BASE, index + 1, RUN_EVENTS);
  const event: u32 = EVENTS_BASE + index * EVENT_BYTES;
  store<u32>(event, slot, EVENT_SLOT);
  store<u16>(event, type, EVENT_TYPE);
  store<u16>(event, level, EVENT_LEVEL);
  store<u32>(event, at, EVENT_AT_S);
  store<u32>(event, number, EVENT_NUMBER);
  store<i64>(event, load<i64>(hotOf(slot), HOT_BALANCE), EVENT_BALANCE);
  store<i64>(event, amount, EVENT_AMOUNT);
  store<u32>(event, load<u32>(coldOf(slot), COLD_SUPPLY_CAUSE), EVENT_CAUSE);
  store<u32>(event, load<u32>(RUN_BASE, RUN_RECORD_INDEX), EVENT_RECORD);
}
