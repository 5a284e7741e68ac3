/**
 * A shard's state in the shape that bench/peers/kernel.c reads (struct load, steps, marks, periods, accounts, cursors).
 */
import {
  COLD_BASE,
  COLD_BYTES,
  COLD_CHARGED_S,
  COLD_MARK,
  COLD_TABLE,
  GATEWAY_EPOCH,
  GATEWAY_NUMBER,
  GATEWAY_SEQUENCE,
  GATEWAYS_BASE,
  HOT_BALANCE,
  HOT_BASE,
  HOT_BOUNDARY_S,
  HOT_BYTES,
  HOT_CARRY,
  HOT_COUNTER,
  HOT_FLAGS,
  HOT_FLOOR,
  HOT_GATEWAY,
  HOT_MAX_RATE,
  HOT_READ_S,
  HOT_REGISTER,
  HOT_RESOLUTION,
  HOT_STEP,
  MARK_BYTES,
  PERIOD_BLOCKS,
  PERIOD_BYTES,
  PERIOD_FIRST,
  STATE_BASE,
  STATE_SHARD,
  STEP_BYTES,
  TABLE_MARKS,
  TABLE_MARKS_AT,
  TABLE_PERIODS,
  TABLE_PERIODS_AT,
  TABLE_STEPS_AT,
  TABLE_TO_S,
} from "../../kernel-as/assembly/layout.ts";
import type { Shard } from "../kernel/shard.ts";

const CURSOR_BYTES = 8;
/** Fields of struct account in its order: those of eight bytes, then those of four. */
const LONGS = [HOT_REGISTER, HOT_BALANCE, HOT_COUNTER, HOT_FLOOR];
const WORDS = [
  HOT_READ_S,
  HOT_BOUNDARY_S,
  HOT_STEP,
  HOT_CARRY,
  HOT_GATEWAY,
  HOT_MAX_RATE,
  HOT_FLAGS,
  HOT_RESOLUTION,
];

/** The state; all accounts use the table of the first. */
export function stateForPeer({ view, accounts }: Shard): Buffer {
  const table = view.getUint32(COLD_BASE + COLD_TABLE, true);
  const word = (offset: number): number => view.getUint32(table + offset, true);
  const periodsAt = table + word(TABLE_PERIODS_AT);
  const periods = view.getUint8(table + TABLE_PERIODS);
  const steps = stepsOf(view, periodsAt, periods);
  const stepsAt = table + word(TABLE_STEPS_AT);
  const shard = view.getUint32(STATE_BASE + STATE_SHARD, true);
  const gateway = [GATEWAY_NUMBER, GATEWAY_EPOCH, GATEWAY_SEQUENCE].map((offset) =>
    view.getUint32(GATEWAYS_BASE + offset, true),
  );
  const words = [accounts, shard, steps, word(TABLE_MARKS), periods, word(TABLE_TO_S), ...gateway];
  const head = Buffer.from(Uint32Array.from(words).buffer);
  const bytes = new Uint8Array(view.buffer);
  const part = (at: number, length: number): Uint8Array => bytes.slice(at, at + length);
  return Buffer.concat([
    head,
    part(stepsAt, steps * STEP_BYTES),
    part(table + word(TABLE_MARKS_AT), word(TABLE_MARKS) * MARK_BYTES),
    part(periodsAt, periods * PERIOD_BYTES),
    accountsOf(view, accounts, stepsAt),
    cursorsOf(view, accounts),
  ]);
}

function stepsOf(view: DataView, periodsAt: number, periods: number): number {
  let steps = 0;
  for (let at = periodsAt; at < periodsAt + periods * PERIOD_BYTES; at += PERIOD_BYTES) {
    const first = view.getUint32(at + PERIOD_FIRST, true);
    steps = Math.max(steps, first + view.getUint32(at + PERIOD_BLOCKS, true));
  }
  return steps;
}

function accountsOf(view: DataView, accounts: number, stepsAt: number): Buffer {
  const all = Buffer.alloc(accounts * HOT_BYTES);
  for (let slot = 0; slot < accounts; slot++) {
    const hot = HOT_BASE + slot * HOT_BYTES;
    let at = slot * HOT_BYTES;
    for (const field of LONGS) at = all.writeBigInt64LE(view.getBigInt64(hot + field, true), at);
    for (const field of WORDS) {
      const value = view.getUint32(hot + field, true);
      at = all.writeUInt32LE(field === HOT_STEP ? (value - stepsAt) / STEP_BYTES : value, at);
    }
  }
  return all;
}

function cursorsOf(view: DataView, accounts: number): Buffer {
  const all = Buffer.alloc(accounts * CURSOR_BYTES);
  for (let slot = 0; slot < accounts; slot++) {
    const cold = COLD_BASE + slot * COLD_BYTES;
    all.writeUInt32LE(view.getUint32(cold + COLD_MARK, true), slot * CURSOR_BYTES);
    all.writeUInt32LE(view.getUint32(cold + COLD_CHARGED_S, true), slot * CURSOR_BYTES + 4);
  }
  return all;
}
