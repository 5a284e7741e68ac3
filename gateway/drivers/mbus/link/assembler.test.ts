import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, frameOf } from "../testing/telegrams.ts";
import { createAssembler } from "./assembler.ts";

describe("pieces of a stream", () => {
  const frame = frameOf("0C 13 78 56 34 12");

  it("become the same frame however they are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: frame.length }), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), frame.length];
        const pieces = edges.slice(1).map((edge, index) => frame.subarray(edges[index], edge));
        const assembler = createAssembler();
        const results = pieces.map((piece) => assembler.push(piece)).filter(Boolean);
        expect(results[0]).toMatchObject({ ok: true, value: { kind: "long", ci: 0x72 } });
      }),
    );
  });

  it("are refused as soon as they can become no frame", () => {
    const assembler = createAssembler();
    expect(assembler.push(bytesOf("00"))).toMatchObject({ ok: false });
    assembler.reset();
    expect(assembler.push(bytesOf("68 05"))).toBeUndefined();
    expect(assembler.push(bytesOf("06"))).toMatchObject({ ok: false, fault: { code: "length" } });
  });

  it("that never become whole are known as torn", () => {
    const assembler = createAssembler();
    expect(assembler.torn()).toBeUndefined();
    expect(assembler.push(frame.subarray(0, 9))).toBeUndefined();
    expect(assembler.torn()).toMatchObject({ ok: false, fault: { code: "truncated" } });
  });

  it("beyond a frame's end are left out", () => {
    const result = createAssembler().push(Uint8Array.of(...frame, 0x68, 0x01));
    expect(result).toMatchObject({ ok: true });
  });
});
