/**
 * The kernel's door: a batch of input records in, state and outputs out. No clock, no I/O, no allocation.
 */
import { takeAccountCommand, takeShardCommand } from "./command";
import { admitFrame, takeFrame } from "./frame";
import {
  CODE_APPLIED,
  INPUT_BASE,
  KIND_ACTIVATE_EMERGENCY,
  KIND_ASSIGN_LIST,
  KIND_CANCEL_VERSION,
  KIND_FRAME,
  KIND_OPEN_ACCOUNT,
  KIND_SET_PRICE_LIST,
  KIND_TICK,
  LAYOUT_VERSION,
  RECORD_AT_S,
  RECORD_BYTES,
  RECORD_GATEWAY_INDEX,
  RECORD_HEADER_BYTES,
  RECORD_KIND,
  RECORD_LATEST_S,
  RECORDS_MAX,
  RESULT_BYTES,
  RESULT_CODE,
  RESULTS_BASE,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_COMPLETE,
  RUN_DONE,
  RUN_EVENTS,
  RUN_LATEST_S,
  RUN_READINGS,
  RUN_RECORD_AT,
  RUN_RECORD_INDEX,
  RUN_ROWS,
  RUN_SUSPENDED,
  SLOTS_MAX,
  STATE_BASE,
  STATE_EXTRAS,
  STATE_LAYOUT,
  STATE_SHARD,
} from "./layout";
import { outputHasRoom } from "./output";
import { packRows } from "./pack";
import { tryVend } from "./quote";
import { tick } from "./tick";

/** Makes an empty memory the shard's. */
export function format(shard: u32): void {
  store<u32>(STATE_BASE, LAYOUT_VERSION, STATE_LAYOUT);
  store<u32>(STATE_BASE, shard, STATE_SHARD);
  store<u32>(STATE_BASE, 1, STATE_EXTRAS);
}

/** Begins with the first record of a new batch at INPUT_BASE. */
export function begin(): void {
  store<u32>(RUN_BASE, INPUT_BASE, RUN_RECORD_AT);
  store<u32>(RUN_BASE, 0, RUN_RECORD_INDEX);
  store<u32>(RUN_BASE, 0, RUN_DONE);
  store<u32>(RUN_BASE, 0, RUN_READINGS);
}

/** Applies the records up to the address `end`. RUN_SUSPENDED: take the outputs, then call again to go on. */
export function run(end: u32): u32 {
  store<u32>(RUN_BASE, 0, RUN_ROWS);
  store<u32>(RUN_BASE, 0, RUN_CHARGE_ROWS);
  store<u32>(RUN_BASE, 0, RUN_EVENTS);
  let record = load<u32>(RUN_BASE, RUN_RECORD_AT);
  while (record < end) {
    if (!outputHasRoom()) return RUN_SUSPENDED;
    const bytes = load<u32>(record, RECORD_BYTES);
    assert(bytes >= <u32>RECORD_HEADER_BYTES && record + bytes <= end);
    if (takeRecord(record) == RUN_SUSPENDED) return RUN_SUSPENDED;
    record += bytes;
    store<u32>(RUN_BASE, record, RUN_RECORD_AT);
    store<u32>(RUN_BASE, load<u32>(RUN_BASE, RUN_RECORD_INDEX) + 1, RUN_RECORD_INDEX);
    store<u32>(RUN_BASE, 0, RUN_DONE);
  }
  return RUN_COMPLETE;
}

function takeRecord(record: u32): u32 {
  const index = load<u32>(RUN_BASE, RUN_RECORD_INDEX);
  assert(index < <u32>RECORDS_MAX);
  const result: u32 = RESULTS_BASE + index * RESULT_BYTES;
  const kind = <u32>load<u16>(record, RECORD_KIND);
  const now = load<u32>(record, RECORD_AT_S);
  const isOfShard = kind >= <u32>KIND_SET_PRICE_LIST && kind <= <u32>KIND_CANCEL_VERSION;
  const isOfAccount =
    (kind >= <u32>KIND_OPEN_ACCOUNT && kind < <u32>KIND_SET_PRICE_LIST) ||
    (kind >= <u32>KIND_ACTIVATE_EMERGENCY && kind <= <u32>KIND_ASSIGN_LIST);
  assert(kind == KIND_FRAME || kind == KIND_TICK || isOfShard || isOfAccount);
  // What a person tells of a meter is of now; a reading may be a little ahead.
  const latest = kind == KIND_FRAME ? load<u32>(record, RECORD_LATEST_S) : now;
  store<u32>(RUN_BASE, latest, RUN_LATEST_S);
  if (kind == KIND_TICK) return tick(now);
  if (kind == KIND_FRAME) return takeFrameRecord(record, now, result);
  if (load<u32>(RUN_BASE, RUN_DONE) == 0) memory.fill(result, 0, RESULT_BYTES);
  if (isOfShard) return takeShardCommand(record, kind, now, result);
  takeAccountCommand(record, kind, now, result);
  return RUN_COMPLETE;
}

function takeFrameRecord(record: u32, now: u32, result: u32): u32 {
  const frame = record + RECORD_HEADER_BYTES;
  if (load<u32>(RUN_BASE, RUN_DONE) == 0) {
    const code = admitFrame(frame, <u32>load<u16>(record, RECORD_GATEWAY_INDEX));
    store<u32>(result, code, RESULT_CODE);
    if (code != CODE_APPLIED) return RUN_COMPLETE;
  }
  return takeFrame(frame, now);
}

/** Packs the rows that the last run left, as blocks at PACK_BASE. Changes no state. */
export function pack(): void {
  packRows();
}

/**
 * What a payment would come to now, left as the first result of a batch; gives its code. Changes no state. Never while a batch
 * is applied, nor before its results are read.
 */
export function quote(slot: u32, now: u32, payment: i64): u32 {
  assert(slot < <u32>SLOTS_MAX);
  store<u32>(RUN_BASE, 0, RUN_ROWS);
  store<u32>(RUN_BASE, 0, RUN_CHARGE_ROWS);
  store<u32>(RUN_BASE, 0, RUN_EVENTS);
  return tryVend(slot, now, payment);
}
