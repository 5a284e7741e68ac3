import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crcFits, crcOf, withCrc } from "./crc.ts";
import { createRtuFraming } from "./rtu.ts";

/** Reads two holding registers of unit 7, from 100. */
const request = withCrc(Buffer.from([7, 3, 0, 100, 0, 2]));
const answer = withCrc(Buffer.from([7, 3, 4, 0, 1, 0, 2]));
const exception = withCrc(Buffer.from([7, 0x83, 2]));

function takes(...chunks: Buffer[]) {
  const framing = createRtuFraming();
  framing.ask(request);
  return chunks.map((chunk) => framing.take(chunk)).at(-1);
}

describe("the check sum", () => {
  test("is the one that the standard's example has", () => {
    expect(crcOf(Buffer.from([2, 7]))).toBe(0x1241);
    expect(withCrc(Buffer.from("0105000 0FF00".replace(" ", ""), "hex")).toString("hex")).toBe(
      "01050000ff008c3a",
    );
  });

  test("of anything fits, and fits no longer when a bit is turned over", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 250 });
    fc.assert(
      fc.property(bytes, fc.nat(), (some, bit) => {
        const whole = withCrc(some);
        expect(crcFits(whole)).toBe(true);
        const at = bit % (whole.length * 8);
        whole[at >> 3] = (whole[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(crcFits(whole)).toBe(false);
      }),
    );
  });
});

describe("an answer", () => {
  test.each([
    ["whole", [answer], "answer"],
    ["in two pieces", [answer.subarray(0, 2), answer.subarray(2)], "answer"],
    ["an exception", [exception], "answer"],
    ["behind noise of the line", [Buffer.from([0, 0xff, 0]), answer], "answer"],
    ["behind too much noise", [Buffer.alloc(5), answer], "broken"],
    ["not whole", [answer.subarray(0, -1)], "wait"],
    ["of another unit", [withCrc(Buffer.from([8, 3, 4, 0, 1, 0, 2]))], "broken"],
    ["of another function", [withCrc(Buffer.from([7, 4, 4, 0, 1, 0, 2]))], "broken"],
    ["of another length", [withCrc(Buffer.from([7, 3, 2, 0, 1]))], "broken"],
    ["and more", [Buffer.concat([answer, Buffer.from([1])])], "broken"],
    ["twice in one piece", [Buffer.concat([answer, answer])], "broken"],
    ["twice in two pieces", [answer, answer], "unasked"],
  ] as [string, Buffer[], string][])("%s", (_, chunks, kind) => {
    expect(takes(...chunks)).toMatchObject({ kind });
  });

  test("in any pieces is the same answer", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(answer.length), { maxLength: 6 }), (cuts) => {
        const sorted = [0, ...[...cuts].sort((one, other) => one - other), answer.length];
        const framing = createRtuFraming();
        framing.ask(request);
        const taken = sorted
          .slice(1)
          .map((end, at) => framing.take(answer.subarray(sorted[at], end)));
        expect(taken.filter((one) => one.kind === "answer")).toEqual([
          { kind: "answer", adu: answer },
        ]);
      }),
    );
  });

  test("of any bytes never throws and never holds more than one answer", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (chunks) => {
        const framing = createRtuFraming();
        framing.ask(request);
        const kinds = chunks.map((chunk) => framing.take(Buffer.from(chunk)).kind);
        expect(kinds.filter((kind) => kind === "answer").length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
