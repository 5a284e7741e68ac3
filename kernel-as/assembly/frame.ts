/**
 * A frame: checks its columns and that every slot is the gateway's before anything of it is applied, then takes its
 * readings and reports in order. The bytes are those that the gateway sent (engine/contract/frame.ts).
 */
import { hotOf, isOpen } from "./account";
import {
  CODE_APPLIED,
  CODE_FOREIGN_SLOT,
  CODE_MALFORMED,
  FRAME_EPOCH,
  FRAME_FLAG_QUALITY,
  FRAME_FLAG_TIMES,
  FRAME_FLAGS,
  FRAME_GATEWAY,
  FRAME_HEADER_BYTES,
  FRAME_PER_SLOT,
  FRAME_QUALITY_BYTES,
  FRAME_REGISTER_BYTES,
  FRAME_REPORTS,
  FRAME_SEQUENCE,
  FRAME_SHAPE,
  FRAME_SHAPE_PROFILE,
  FRAME_SLOT_BYTES,
  FRAME_SLOTS,
  FRAME_TIME_BYTES,
  GATEWAY_BYTES,
  GATEWAY_EPOCH,
  GATEWAY_FOREIGN,
  GATEWAY_MALFORMED,
  GATEWAY_NUMBER,
  GATEWAY_SEQUENCE,
  GATEWAYS_BASE,
  HOT_GATEWAY,
  REPORT_BYTES,
  REPORT_SLOT,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_DONE,
  RUN_READINGS,
  RUN_SUSPENDED,
  SLOTS_MAX,
} from "./layout";
import { outputHasRoom } from "./output";
import { takeProfiles } from "./profile";
import { takeReport } from "./report";
import { takeSnapshot } from "./snapshot";
import { holdsVarints, lengthOf, varint, zigzag } from "./varint";

/** Judges a frame that comes in its turn and makes its sequence the gateway's last; gives CODE_APPLIED or a refusal. */
export function admitFrame(frame: u32, index: u32): u32 {
  const gateway: u32 = GATEWAYS_BASE + index * GATEWAY_BYTES;
  assert(load<u32>(gateway, GATEWAY_NUMBER) == load<u32>(frame, FRAME_GATEWAY));
  const epoch = load<u32>(frame, FRAME_EPOCH);
  const sequence = load<u32>(frame, FRAME_SEQUENCE);
  const known = load<u32>(gateway, GATEWAY_EPOCH);
  assert(
    epoch == known
      ? sequence == load<u32>(gateway, GATEWAY_SEQUENCE) + 1
      : epoch > known && sequence == 1,
  );
  store<u32>(gateway, epoch, GATEWAY_EPOCH);
  store<u32>(gateway, sequence, GATEWAY_SEQUENCE);
  const code = judgeFrame(frame, load<u32>(gateway, GATEWAY_NUMBER));
  note(gateway + GATEWAY_FOREIGN, epoch == known, code == CODE_FOREIGN_SLOT);
  note(gateway + GATEWAY_MALFORMED, epoch == known, code == CODE_MALFORMED);
  return code;
}

function judgeFrame(frame: u32, gateway: u32): u32 {
  if (!columnsAreSound(frame)) return CODE_MALFORMED;
  return slotsAreOwned(frame, gateway) ? CODE_APPLIED : CODE_FOREIGN_SLOT;
}

/** Moves the bits on by a frame; a new epoch begins with none. So a gateway can be told after any crash. */
function note(bits: u32, goesOn: bool, isSet: bool): void {
  store<u64>(bits, ((goesOn ? load<u64>(bits) : 0) << 1) | <u64>isSet);
}

/** Takes the readings from RUN_DONE on, then the reports; RUN_SUSPENDED when outputs are full. */
export function takeFrame(frame: u32, now: u32): u32 {
  const isProfile = load<u8>(frame, FRAME_SHAPE) == FRAME_SHAPE_PROFILE;
  const slots = <u32>load<u16>(frame, FRAME_SLOTS);
  const perSlot = isProfile ? <u32>load<u16>(frame, FRAME_PER_SLOT) : 1;
  const taken = isProfile
    ? takeProfiles(frame, slots, perSlot, now)
    : takeSnapshot(frame, slots, now);
  if (taken == RUN_SUSPENDED) return RUN_SUSPENDED;
  return takeReports(frame, reportsOf(frame), slots * perSlot, now);
}

/** Address of a frame's reports, behind its columns. */
function reportsOf(frame: u32): u32 {
  return (
    frame +
    FRAME_HEADER_BYTES +
    load<u32>(frame, FRAME_SLOT_BYTES) +
    load<u32>(frame, FRAME_TIME_BYTES) +
    load<u32>(frame, FRAME_REGISTER_BYTES) +
    load<u32>(frame, FRAME_QUALITY_BYTES)
  );
}

/** Reports count on behind the readings in RUN_DONE. */
function takeReports(frame: u32, at: u32, readings: u32, now: u32): u32 {
  const count = <u32>load<u16>(frame, FRAME_REPORTS);
  const done = load<u32>(RUN_BASE, RUN_DONE);
  for (let i: u32 = done > readings ? done - readings : 0; i < count; i++) {
    if (!outputHasRoom()) {
      store<u32>(RUN_BASE, readings + i, RUN_DONE);
      return RUN_SUSPENDED;
    }
    takeReport(at + i * REPORT_BYTES, now);
  }
  store<u32>(RUN_BASE, load<u32>(RUN_BASE, RUN_READINGS) + readings, RUN_READINGS);
  return RUN_COMPLETE;
}

/** Whether every column holds just the numbers that the header promises. */
function columnsAreSound(frame: u32): bool {
  const slots = <u32>load<u16>(frame, FRAME_SLOTS);
  const flags = <u32>load<u8>(frame, FRAME_FLAGS);
  const isProfile = load<u8>(frame, FRAME_SHAPE) == FRAME_SHAPE_PROFILE;
  const readings = slots * (isProfile ? <u32>load<u16>(frame, FRAME_PER_SLOT) : 1);
  const slotBytes = load<u32>(frame, FRAME_SLOT_BYTES);
  const timeBytes = load<u32>(frame, FRAME_TIME_BYTES);
  const registerBytes = load<u32>(frame, FRAME_REGISTER_BYTES);
  const slotAt = frame + FRAME_HEADER_BYTES;
  const timeAt = slotAt + slotBytes;
  const times = flags & FRAME_FLAG_TIMES ? slots : 0;
  const qualities = flags & FRAME_FLAG_QUALITY ? slots : 0;
  if (isProfile && times != 0) return false;
  if (load<u32>(frame, FRAME_QUALITY_BYTES) != qualities) return false;
  return (
    holdsVarints(slotAt, slotBytes, slots) &&
    holdsVarints(timeAt, timeBytes, times) &&
    holdsVarints(timeAt + timeBytes, registerBytes, readings)
  );
}

function slotsAreOwned(frame: u32, gateway: u32): bool {
  const slots = <u32>load<u16>(frame, FRAME_SLOTS);
  let at = frame + FRAME_HEADER_BYTES;
  let slot: i64 = 0;
  for (let i: u32 = 0; i < slots; i++) {
    const word = varint(at);
    at += lengthOf(word);
    slot += zigzag(word);
    if (!isOwned(slot, gateway)) return false;
  }
  const reports = <u32>load<u16>(frame, FRAME_REPORTS);
  let report = reportsOf(frame);
  for (let i: u32 = 0; i < reports; i++, report += REPORT_BYTES) {
    if (!isOwned(<i64>load<u32>(report, REPORT_SLOT), gateway)) return false;
  }
  return true;
}

function isOwned(slot: i64, gateway: u32): bool {
  if (slot < 0 || slot >= SLOTS_MAX) return false;
  return isOpen(<u32>slot) && load<u32>(hotOf(<u32>slot), HOT_GATEWAY) == gateway;
}
