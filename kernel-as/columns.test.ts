/**
 * Columns of frames are looked at sixteen bytes at a time; a look at one byte after the other must come to the same.
 */
import { describe, expect, it } from "vitest";
import {
  encodeProfile,
  encodeSnapshot,
  FRAME_HEADER_BYTES,
  QUALITY,
  TAG_BYTES,
} from "../engine/contract/frame.ts";
import { InputWriter } from "../engine/core/input.ts";
import { OutputReader } from "../engine/core/outputs.ts";
import { rowsIn } from "../engine/prove/kernel-reader.ts";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { Random } from "../engine/prove/random.ts";
import { blocksOf, listOf, World } from "../engine/prove/testing/world.ts";
import {
  CODE_APPLIED,
  CODE_MALFORMED,
  FRAME_EPOCH,
  FRAME_FLAG_QUALITY,
  FRAME_FLAGS,
  FRAME_QUALITY_BYTES,
  FRAME_REGISTER_BYTES,
  FRAME_SEQUENCE,
  FRAME_SLOT_BYTES,
  FRAME_SLOTS,
  FRAME_TIME_BYTES,
  RUN_COMPLETE,
} from "./assembly/layout.ts";
import { instantiate, loadKernel } from "./kernel.ts";

const START_S = 1_704_067_200;
const VARINT_BYTES_MAX = 8;
const KEY = new Uint8Array(32);

/** A shard with one account, and a way in for frames as they are, each the next of the gateway. */
function openDoor(side = new KernelSide()): (frame: Uint8Array) => number {
  World.of(listOf({ rates: { p0: blocksOf([0, "0.2"]) } }), side, {
    effectiveFromS: START_S,
    coversToS: START_S + 14 * 86_400,
  });
  const kernel = instantiate(loadKernel(), side.memory);
  const writer = new InputWriter(side.memory, 120);
  const outputs = new OutputReader(side.memory);
  let sequence = 0;
  return (frame) => {
    const view = new DataView(frame.buffer, frame.byteOffset);
    view.setUint32(FRAME_EPOCH, 1, true);
    view.setUint32(FRAME_SEQUENCE, ++sequence, true);
    writer.reset();
    writer.frame(frame, 0, START_S);
    kernel.begin();
    while (kernel.run(writer.end) !== RUN_COMPLETE);
    return outputs.outcome(0).code;
  };
}

/** A snapshot that says it holds `count` readings of account 0, with these bytes for its registers. */
function snapshotOf(count: number, registers: Uint8Array): Uint8Array {
  const head = { shard: 0, gateway: 1, epoch: 1, sequence: 1, rosterVersion: 1 };
  const empty = encodeSnapshot({ ...head, readings: [], reports: [] }, KEY);
  const tail = empty.subarray(FRAME_HEADER_BYTES);
  const frame = new Uint8Array(empty.length + count + registers.length);
  frame.set(empty.subarray(0, FRAME_HEADER_BYTES));
  frame.set(registers, FRAME_HEADER_BYTES + count);
  frame.set(tail, FRAME_HEADER_BYTES + count + registers.length);
  const view = new DataView(frame.buffer);
  view.setUint16(FRAME_SLOTS, count, true);
  view.setUint32(FRAME_SLOT_BYTES, count, true);
  view.setUint32(FRAME_TIME_BYTES, 0, true);
  view.setUint32(FRAME_REGISTER_BYTES, registers.length, true);
  return frame;
}

/** How many numbers the bytes are exactly; undefined where they are none, or one is too long. */
function numbersIn(bytes: Uint8Array): number | undefined {
  let numbers = 0;
  let length = 0;
  for (const byte of bytes) {
    length++;
    if (length > VARINT_BYTES_MAX || (length === VARINT_BYTES_MAX && byte >= 0x80))
      return undefined;
    if (byte >= 0x80) continue;
    numbers++;
    length = 0;
  }
  return length === 0 ? numbers : undefined;
}

/** Numbers of chance lengths, most of them short; now and then one of eight bytes or more, or an end that is missing. */
function columnOf(random: Random): Uint8Array {
  const bytes: number[] = [];
  for (let left = random.int(0, 14); left > 0; left--) {
    const more = random.pick([0, 0, 1, 1, 2, 3, 6, 7, 7, 8, 9]);
    for (let i = 0; i < more; i++) bytes.push(0x80 | random.int(0, 127));
    if (random.chance(0.97)) bytes.push(random.int(0, 127));
  }
  return Uint8Array.from(bytes);
}

describe("a column of numbers", () => {
  it("is taken if, and only if, it holds exactly so many of at most eight bytes", () => {
    const random = new Random(5);
    const offer = openDoor();
    const seen = { sound: 0, unsound: 0 };
    for (let round = 0; round < 20_000; round++) {
      const column = columnOf(random);
      const numbers = numbersIn(column);
      const count = Math.max(0, (numbers ?? random.int(0, 14)) + random.pick([0, 0, 0, 0, 1, -1]));
      const isSound = numbers === count;
      expect([column, offer(snapshotOf(count, column))]).toEqual([
        column,
        isSound ? CODE_APPLIED : CODE_MALFORMED,
      ]);
      seen[isSound ? "sound" : "unsound"]++;
    }
    expect(Math.min(seen.sound, seen.unsound)).toBeGreaterThan(2_000);
  });

  it("of every length around sixteen bytes is seen to its end", () => {
    const offer = openDoor();
    for (let bytes = 1; bytes <= 70; bytes++) {
      const ones = new Uint8Array(bytes).fill(1);
      expect(offer(snapshotOf(bytes, ones)), `${bytes} numbers`).toBe(CODE_APPLIED);
      expect(offer(snapshotOf(bytes + 1, ones)), `${bytes} and one more`).toBe(CODE_MALFORMED);
      const open = ones.slice();
      open[bytes - 1] = 0x81;
      expect(offer(snapshotOf(bytes - 1, open)), `${bytes}, the last open`).toBe(CODE_MALFORMED);
      for (let at = 0; at + 9 <= bytes; at++) {
        const long = ones.slice().fill(0x80, at, at + 8);
        expect(offer(snapshotOf(bytes - 8, long)), `nine bytes at ${at} of ${bytes}`).toBe(
          CODE_MALFORMED,
        );
        const just = ones.slice().fill(0x80, at, at + 7);
        expect(offer(snapshotOf(bytes - 7, just)), `eight bytes at ${at} of ${bytes}`).toBe(
          CODE_APPLIED,
        );
      }
    }
  });
});

describe("a profile whose meter estimates", () => {
  const head = { shard: 0, gateway: 1, epoch: 1, sequence: 1, rosterVersion: 1, intervalS: 10 };

  it.each([
    ["actual", "accepted"],
    ["estimated", "estimated"],
  ] as const)("says of each reading that it is %s", (quality, verdict) => {
    const side = new KernelSide();
    const offer = openDoor(side);
    const registers = Array.from({ length: 8 }, (_, at) => 1_000 + at);
    const series = [{ slot: 0, registers }];
    const plain = encodeProfile({ ...head, baseS: START_S + 10, series }, KEY);
    const frame = new Uint8Array(plain.length + 1);
    frame.set(plain.subarray(0, plain.length - TAG_BYTES));
    frame[plain.length - TAG_BYTES] = QUALITY[quality];
    const view = new DataView(frame.buffer);
    view.setUint8(FRAME_FLAGS, view.getUint8(FRAME_FLAGS) | FRAME_FLAG_QUALITY);
    view.setUint32(FRAME_QUALITY_BYTES, 1, true);
    // The first opens the meter, so that those behind it can be charged.
    const opening = [{ slot: 0, registers: [1_000] }];
    offer(encodeProfile({ ...head, baseS: START_S, series: opening }, KEY));
    expect(offer(frame)).toBe(CODE_APPLIED);
    expect(rowsIn(side.view).map((row) => row.verdict)).toEqual(registers.map(() => verdict));
  });
});
