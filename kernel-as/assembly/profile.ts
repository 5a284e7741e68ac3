/**
 * A profile: many readings of each of a few meters, the same time apart. Those of the common path are taken run by run, the
 * others one by one.
 */
import { hotOf } from "./account";
import {
  FRAME_BASE_S,
  FRAME_FLAG_QUALITY,
  FRAME_FLAGS,
  FRAME_HEADER_BYTES,
  FRAME_INTERVAL_S,
  FRAME_REGISTER_BYTES,
  FRAME_SLOT_BYTES,
  FRAME_TIME_BYTES,
  HOT_REGISTER,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_DONE,
  RUN_REGISTER_AT,
  RUN_SUSPENDED,
} from "./layout";
import { outputHasRoom } from "./output";
import { takeReading } from "./register";
import { takeRun } from "./run-of-readings";
import { lengthOf, varint, zigzag } from "./varint";

/** Takes the readings from RUN_DONE on; RUN_SUSPENDED when outputs are full. */
export function takeProfiles(frame: u32, slots: u32, perSlot: u32, now: u32): u32 {
  const flags = <u32>load<u8>(frame, FRAME_FLAGS);
  const base = load<u32>(frame, FRAME_BASE_S);
  const interval = load<u32>(frame, FRAME_INTERVAL_S);
  const done = load<u32>(RUN_BASE, RUN_DONE);
  let slotAt = frame + FRAME_HEADER_BYTES;
  let registerAt = slotAt + load<u32>(frame, FRAME_SLOT_BYTES) + load<u32>(frame, FRAME_TIME_BYTES);
  const qualityAt = registerAt + load<u32>(frame, FRAME_REGISTER_BYTES);
  let slot: u32 = 0;
  for (let i: u32 = 0; i < slots; i++) {
    const slotWord = varint(slotAt);
    slotAt += lengthOf(slotWord);
    slot += <u32>zigzag(slotWord);
    const quality = flags & FRAME_FLAG_QUALITY ? <u32>load<u8>(qualityAt + i) : 0;
    let register: i64 = 0;
    let k: u32 = 0;
    while (k < perSlot) {
      const word = varint(registerAt);
      registerAt += lengthOf(word);
      register = k == 0 ? <i64>(word >> 4) : register + zigzag(word);
      const index = i * perSlot + k;
      const at = base + k * interval;
      k++;
      if (index < done) continue;
      if (!outputHasRoom()) {
        store<u32>(RUN_BASE, index, RUN_DONE);
        return RUN_SUSPENDED;
      }
      const more =
        quality == 0 ? takeRun(slot, at, register, registerAt, perSlot - k, interval) : 0;
      if (more != 0) {
        k += more - 1;
        registerAt = load<u32>(RUN_BASE, RUN_REGISTER_AT);
        register = load<i64>(hotOf(slot), HOT_REGISTER);
      } else {
        takeReading(slot, at, register, quality, now);
      }
    }
  }
  return RUN_COMPLETE;
}
