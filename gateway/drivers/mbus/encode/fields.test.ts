import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manufacturerName } from "../decode/header.ts";
import { bcdNumber, bcdText, signedNumber } from "../decode/numbers.ts";
import { timeOf } from "../decode/time.ts";
import { bcdField, binaryField, idField, manufacturerField, timeField } from "./fields.ts";
import { longFrame, USER_DATA_MAX } from "./frame.ts";

describe("what is encoded", () => {
  it("is decoded to the same number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 99_999_999n }), (value) => {
        expect(bcdNumber(bcdField(value, 4))).toBe(value);
        expect(signedNumber(binaryField(value, 4))).toBe(value);
        expect(signedNumber(binaryField(-value, 4))).toBe(-value);
      }),
    );
  });

  it("is decoded to the same minute", () => {
    fc.assert(
      fc.property(fc.nat({ max: 70 * 365 * 1440 }), (minutes) => {
        const atS = Date.UTC(2000, 0, 1) / 1000 + minutes * 60;
        const text = new Date(atS * 1000).toISOString().slice(0, 19);
        expect(timeOf(timeField(atS))).toEqual({ text, valid: true, stepS: 60 });
      }),
    );
  });

  it("is decoded to the same identity", () => {
    expect(bcdText(idField("00123456"))).toBe("00123456");
    expect(manufacturerName(manufacturerField("PAD"))).toBe("PAD");
  });

  it("runs over as a register of eight digits does", () => {
    expect(bcdNumber(bcdField(123_456_789n, 4))).toBe(23_456_789n);
  });

  it.each(["1234567", "123456789", "1234567g", ""])("%j is no id", (id) => {
    expect(() => idField(id)).toThrow(RangeError);
  });

  it.each(["PA", "pad", "PADS"])("%j is no manufacturer", (name) => {
    expect(() => manufacturerField(name)).toThrow(RangeError);
  });

  it("never makes a frame longer than its length byte can say", () => {
    expect(longFrame(8, 1, 0x72, new Uint8Array(USER_DATA_MAX)).length).toBe(261);
    expect(() => longFrame(8, 1, 0x72, new Uint8Array(USER_DATA_MAX + 1))).toThrow(RangeError);
  });
});
