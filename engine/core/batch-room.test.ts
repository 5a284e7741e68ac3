import { describe, expect, it } from "vitest";
import { BatchRoom, ROOM_KEPT_BYTES_MAX } from "./batch-room.ts";

describe("a batch's room", () => {
  it("holds what was put into it, not what it was copied from", () => {
    const room = new BatchRoom();
    const source = Uint8Array.of(1, 2, 3);
    const copy = room.copy(source);
    source.fill(9);
    expect([...copy]).toEqual([1, 2, 3]);
  });

  it("is used again, and grows", () => {
    const room = new BatchRoom();
    const first = room.copy(new Uint8Array(1_000).fill(1));
    const second = room.copy(new Uint8Array(1_024).fill(2));
    expect(second.buffer).toBe(first.buffer);
    expect(second).toHaveLength(1_024);
    const third = room.copy(new Uint8Array(1_025).fill(3));
    expect(third.buffer).not.toBe(first.buffer);
    expect([...third]).toEqual(Array.from({ length: 1_025 }, () => 3));
  });

  it("keeps no more than its bound, and takes an empty batch", () => {
    const room = new BatchRoom();
    const large = room.copy(new Uint8Array(ROOM_KEPT_BYTES_MAX + 1).fill(4));
    const small = room.copy(Uint8Array.of(5));
    expect(small.buffer).not.toBe(large.buffer);
    expect(large[ROOM_KEPT_BYTES_MAX]).toBe(4);
    expect(room.copy(new Uint8Array(0))).toHaveLength(0);
  });
});
