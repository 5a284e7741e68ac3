import { describe, expect, it } from "vitest";
import { bytesOf } from "../testing/telegrams.ts";
import { parseFrame } from "./frame.ts";

describe("a link frame", () => {
  it.each([
    ["E5", { kind: "ack" }],
    ["10 5B 01 5C 16", { kind: "short", control: 0x5b, address: 1 }],
    ["10 40 FD 3D 16", { kind: "short", control: 0x40, address: 253 }],
    ["68 03 03 68 08 01 70 79 16", { kind: "long", control: 8, address: 1, ci: 0x70 }],
    ["68 04 04 68 08 01 70 08 81 16", { kind: "long", data: Uint8Array.of(8) }],
  ])("%s is taken", (hex, frame) => {
    expect(parseFrame(bytesOf(hex))).toMatchObject({ ok: true, value: frame });
  });

  it.each([
    ["", "empty", 0],
    ["00", "start", 0],
    ["16", "start", 0],
    ["68", "truncated", 1],
    ["10 5B 01 5C", "truncated", 4],
    ["68 03 03 68 08 01 70 79", "truncated", 8],
    ["68 03 04", "length", 2],
    ["68 00 00 68 08 16", "length", 1],
    ["68 02 02 68 08 01 09 16", "length", 1],
    ["68 03 03 10 08 01 70 79 16", "start", 3],
    ["68 03 03 68 08 01 70 78 16", "checksum", 7],
    ["68 03 03 68 09 01 70 79 16", "checksum", 7],
    ["10 5B 01 5D 16", "checksum", 3],
    ["68 03 03 68 08 01 70 79 17", "stop", 8],
    ["10 5B 01 5C 00", "stop", 4],
    ["E5 E5", "trailing", 1],
    ["68 03 03 68 08 01 70 79 16 00", "trailing", 9],
  ])("%s is refused: %s at byte %d", (hex, code, offset) => {
    expect(parseFrame(bytesOf(hex))).toMatchObject({ ok: false, fault: { code, offset } });
  });
});
