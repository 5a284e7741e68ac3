/**
 * A snapshot: one reading of each of many meters. Rows of neighbours that were read at one time and are rated at one step
 * get the columns that say the same together.
 */
import { hotOf } from "./account";
import { takeCommon } from "./common";
import {
  FRAME_BASE_S,
  FRAME_FLAG_QUALITY,
  FRAME_FLAG_TIMES,
  FRAME_FLAGS,
  FRAME_HEADER_BYTES,
  FRAME_REGISTER_BYTES,
  FRAME_SLOT_BYTES,
  FRAME_TIME_BYTES,
  HOT_BOUNDARY_S,
  HOT_STEP,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_DONE,
  RUN_ROWS,
  RUN_SUSPENDED,
} from "./layout";
import { finishRows, outputHasRoom } from "./output";
import { takeReading } from "./register";
import { lengthOf, varint, zigzag } from "./varint";

/** Takes the readings from RUN_DONE on; RUN_SUSPENDED when outputs are full. */
export function takeSnapshot(frame: u32, slots: u32, now: u32): u32 {
  const flags = <u32>load<u8>(frame, FRAME_FLAGS);
  const done = load<u32>(RUN_BASE, RUN_DONE);
  let slotAt = frame + FRAME_HEADER_BYTES;
  let timeAt = slotAt + load<u32>(frame, FRAME_SLOT_BYTES);
  let registerAt = timeAt + load<u32>(frame, FRAME_TIME_BYTES);
  const qualityAt = registerAt + load<u32>(frame, FRAME_REGISTER_BYTES);
  let slot: u32 = 0;
  let at = load<u32>(frame, FRAME_BASE_S);
  // Rows from `alike` on are of one time and step, and are to be finished together.
  let alike = load<u32>(RUN_BASE, RUN_ROWS);
  let alikeAt: u32 = 0;
  let alikeStep: u32 = 0;
  for (let i: u32 = 0; i < slots; i++) {
    const slotWord = varint(slotAt);
    slotAt += lengthOf(slotWord);
    slot += <u32>zigzag(slotWord);
    if (flags & FRAME_FLAG_TIMES) {
      const timeWord = varint(timeAt);
      timeAt += lengthOf(timeWord);
      at += <u32>zigzag(timeWord);
    }
    const word = varint(registerAt);
    registerAt += lengthOf(word);
    if (i < done) continue;
    const hasRoom = outputHasRoom();
    const hot = hotOf(slot);
    const step = load<u32>(hot, HOT_STEP);
    if (!hasRoom || at != alikeAt || step != alikeStep) {
      finishRows(alike, alikeAt, alikeStep);
      alike = load<u32>(RUN_BASE, RUN_ROWS);
      alikeAt = at;
      alikeStep = step;
    }
    if (!hasRoom) {
      store<u32>(RUN_BASE, i, RUN_DONE);
      return RUN_SUSPENDED;
    }
    const register = <i64>(word >> 4);
    const quality = flags & FRAME_FLAG_QUALITY ? <u32>load<u8>(qualityAt + i) : 0;
    const isPlain = quality == 0 && at < load<u32>(hot, HOT_BOUNDARY_S);
    if (isPlain && takeCommon(slot, at, register)) continue;
    finishRows(alike, alikeAt, alikeStep);
    takeReading(slot, at, register, quality, now);
    alike = load<u32>(RUN_BASE, RUN_ROWS);
  }
  finishRows(alike, alikeAt, alikeStep);
  return RUN_COMPLETE;
}
