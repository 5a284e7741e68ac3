import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longFrame } from "../encode/frame.ts";
import { bytesOf, frameOf, HEADER_HEX } from "../testing/telegrams.ts";
import { parseHex } from "./hex.ts";
import { telegramJson } from "./json.ts";
import { RECORDS_MAX } from "./records.ts";
import { decodeTelegram } from "./telegram.ts";

const COUNTERS = "78 56 34 12 00 10 00 00";

function answerOf(ci: number, hex: string, control = 0x08) {
  return decodeTelegram(longFrame(control, 1, ci, bytesOf(hex)));
}

describe("a meter's telegram", () => {
  it("gives identity with zeros in front, and state", () => {
    const header = {
      id: "00123456",
      manufacturer: "DRW",
      version: 1,
      medium: "Water",
      accessNumber: 7,
      status: 0,
    };
    const telegram = { kind: "data", header, moreFollows: false };
    expect(answerOf(0x72, HEADER_HEX)).toMatchObject({ ok: true, value: { address: 1, telegram } });
  });

  it("reads the same when all fields are sent highest byte first", () => {
    const turned = "00 12 34 56 12 57 01 07 07 00 00 00 0C 13 12 34 56 78 02 03 FF FE";
    const result = answerOf(0x76, turned);
    expect(result).toMatchObject({
      value: {
        telegram: {
          header: { id: "00123456", manufacturer: "DRW" },
          records: [
            { value: { number: { digits: 12345678n } } },
            { value: { number: { digits: -2n } } },
          ],
        },
      },
    });
  });

  it("knows that more follow", () => {
    const result = answerOf(0x72, `${HEADER_HEX} 01 03 05 1F`);
    expect(result).toMatchObject({ value: { telegram: { moreFollows: true } } });
  });

  it.each([0x08, 0x18, 0x28, 0x38])(
    "takes control field %d, with demand and flow bits",
    (control) => {
      expect(answerOf(0x72, HEADER_HEX, control).ok).toBe(true);
    },
  );

  it.each([
    [
      "litres in BCD",
      0x73,
      `56 34 12 00 07 00 E9 69 ${COUNTERS}`,
      ["Volume 12345.678 0", "Volume 1 0"],
    ],
    [
      "an earlier date",
      0x73,
      `56 34 12 00 07 00 E9 7E ${COUNTERS}`,
      ["Volume 12345.678 0", "Volume 1 1"],
    ],
    [
      "both of an earlier date",
      0x73,
      `56 34 12 00 07 02 E9 69 ${COUNTERS}`,
      ["Volume 12345.678 1", "Volume 1 1"],
    ],
    [
      "kilowatt-hours in binary",
      0x73,
      `56 34 12 00 07 01 85 45 ${COUNTERS}`,
      ["Energy 305419896000 0", "Energy 4096000 0"],
    ],
    [
      "highest byte first",
      0x77,
      "00 12 34 56 07 00 E9 69 12 34 56 78 00 00 10 00",
      ["Volume 12345.678 0", "Volume 1 0"],
    ],
  ])("of fixed structure has two counters: %s", (_what, ci, hex, wanted) => {
    const result = answerOf(ci, hex);
    if (!result.ok || result.value.telegram.kind !== "data") throw new Error("not decoded");
    const { header, records } = result.value.telegram;
    const { records: shown } = telegramJson(header, records);
    expect(header).toMatchObject({ id: "00123456", manufacturer: null, version: null });
    expect(shown.map((line) => `${line.quantity} ${line.value} ${line.storage}`)).toEqual(wanted);
  });

  it.each([
    [0x72, "56 34 12 00 57 12 01 07 07 00 00", "header"],
    [0x73, `56 34 12 00 07 00 E9 69 ${COUNTERS} 00`, "header"],
    [0x7a, "07 00 00 00", "control_information"],
    [0x51, "01 03 05", "control_information"],
    [0x72, "56 34 12 00 57 12 01 07 07 00 10 05 AA BB", "encrypted"],
    [0x72, "56 34 12 00 57 12 01 07 07 00 10 07 AA BB", "encrypted"],
    [0x72, "56 34 12 00 57 12 01 07 07 00 00 02 AA BB", "encrypted"],
  ])("with CI %d and %s is refused: %s", (ci, hex, code) => {
    expect(answerOf(ci, hex)).toMatchObject({ ok: false, fault: { code } });
  });

  it.each([
    ["E5", "no_data"],
    ["10 5B 01 5C 16", "no_data"],
    ["68 03 03 68 53 01 72 C6 16", "direction"],
  ])("is not %s: %s", (hex, code) => {
    expect(decodeTelegram(bytesOf(hex))).toMatchObject({ ok: false, fault: { code } });
  });
});

describe("hexadecimal text", () => {
  it.each([
    ["68 0f", 2],
    ["680F", 2],
    ["68:0f,0A\r\n", 3],
  ])("%j is %d bytes", (text, bytes) => {
    const result = parseHex(text);
    expect(result.ok && result.value.length).toBe(bytes);
  });

  it.each(["6", "68 0", "xx", "68 0g", "é", "0".repeat(5000)])("%.12s is refused", (text) => {
    expect(parseHex(text)).toMatchObject({ ok: false, fault: { code: "hex" } });
  });
});

describe("any bytes", () => {
  const good = frameOf(
    "0C 13 78 56 34 12 04 6D 1E 08 61 19 02 FC 03 48 52 25 74 D4 11 84 10 83 3B 05 00 00 00",
  );

  it("never make the decoder throw, nor give more records than the bound", () => {
    const mutation = fc.record({
      at: fc.nat({ max: good.length - 1 }),
      byte: fc.nat({ max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 6 }), fc.nat({ max: 60 }), (changes, cut) => {
        const bytes = Uint8Array.from(good);
        for (const { at, byte } of changes) bytes[at] = byte;
        expectBounded(decodeTelegram(bytes.subarray(0, bytes.length - cut)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("in a sound frame are decoded or refused, for every control information", () => {
    const ci = fc.constantFrom(0x70, 0x72, 0x73, 0x76, 0x77, 0x7a);
    fc.assert(
      fc.property(ci, fc.uint8Array({ maxLength: 240 }), (code, data) => {
        expectBounded(decodeTelegram(longFrame(0x08, 1, code, data)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("of records as many as a frame holds stay within the bound", () => {
    const result = decodeTelegram(frameOf("00 13 ".repeat(RECORDS_MAX)));
    expect(result.ok).toBe(true);
  });

  function expectBounded(result: ReturnType<typeof decodeTelegram>): void {
    if (!result.ok) {
      expect(result.fault.message).not.toBe("");
      return;
    }
    const { telegram } = result.value;
    if (telegram.kind === "data") expect(telegram.records.length).toBeLessThanOrEqual(RECORDS_MAX);
  }
});
