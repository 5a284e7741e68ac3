import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  readIAm,
  readReadMultipleAck,
  readReadPropertyAck,
  writeIAm,
  writeReadMultipleAck,
} from "./answers.ts";
import { type Apdu, readApdu, writeApdu } from "./apdu.ts";
import { BacnetFault, ByteReader, ByteWriter } from "./bytes.ts";
import { CONFIRMED } from "./names.ts";
import { readPacket, writePacket } from "./packet.ts";
import {
  readCovNotice,
  readReadMultiple,
  readReadProperty,
  readSubscribe,
  readWhoIs,
  readWriteProperty,
  writeCovNotice,
  writeReadMultiple,
  writeReadProperty,
  writeSubscribe,
  writeWhoIs,
  writeWriteProperty,
} from "./services.ts";
import { type BacnetValue, readValues, writeValue } from "./values.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** Encodings as ASHRAE 135 prints them (clause 20.2 and annex F). */
describe("the standard's own examples", () => {
  test.each<[string, BacnetValue, string]>([
    ["Null", { type: "null" }, "00"],
    ["Boolean false", { type: "boolean", value: false }, "10"],
    ["Boolean true", { type: "boolean", value: true }, "11"],
    ["Unsigned 72", { type: "unsigned", value: 72n }, "21 48"],
    ["Signed 72", { type: "signed", value: 72n }, "31 48"],
    ["Real 72.0", { type: "real", value: 72 }, "44 42900000"],
    ["Double 72.0", { type: "double", value: 72 }, "55 08 4052000000000000"],
    ["Octets", { type: "octets", value: bytes("1234ff") }, "63 1234ff"],
    [
      "Text",
      { type: "text", value: "This is a BACnet string!" },
      "75 19 00 546869732069732061204241436e657420737472696e6721",
    ],
    ["Bits", { type: "bits", value: [true, false, true, false, true] }, "82 03 a8"],
    ["Enumerated", { type: "enumerated", value: 0 }, "91 00"],
    ["Date", { type: "date", value: bytes("5b011805") }, "a4 5b011805"],
    ["Object", { type: "object", value: { type: 3, instance: 15 } }, "c4 00c0000f"],
  ])("%s", (_, value, expected) => {
    const to = new ByteWriter();
    writeValue(to, value);
    expect(hex(to.done())).toBe(expected.replaceAll(" ", ""));
    expect(readValues(new ByteReader(bytes(`${expected}0f`)), 0)).toEqual([value]);
  });

  test("ReadProperty of Analog Input 5 and its answer (F.3.5)", () => {
    const body = writeReadProperty({ type: 0, instance: 5 }, { property: 85 });
    const service = CONFIRMED.readProperty;
    const request = {
      kind: "confirmed",
      service,
      invokeId: 1,
      segmentsAccepted: 0,
      maxApdu: 50,
      body,
    } as const;
    expect(hex(writeApdu(request))).toBe("0000010c0c000000051955");
    const ack = readApdu(bytes("30 01 0c 0c 00000005 19 55 3e 44 4290999a 3f"));
    if (ack.kind !== "complex_ack") throw new Error("an acknowledgement");
    const value = { type: "real", value: Math.fround(72.3) };
    expect(readReadPropertyAck(ack.body)).toEqual({
      object: { type: 0, instance: 5 },
      results: [{ property: 85, values: [value] }],
    });
  });

  test("SubscribeCOV (F.1.10) and an error (F.1)", () => {
    const spec = { process: 18, object: { type: 0, instance: 10 }, confirmed: true, lifetimeS: 0 };
    expect(hex(writeSubscribe(spec))).toBe("09121c0000000a29013900");
    expect(readSubscribe(bytes("09121c0000000a29013900"))).toEqual(spec);
    expect(readApdu(bytes("50 55 0a 91 02 91 20"))).toMatchObject({
      kind: "error",
      errorClass: 2,
      errorCode: 32,
    });
  });
});

const object = fc.record({ type: fc.nat(1_023), instance: fc.nat(4_194_303) });
const ref = fc.record(
  { property: fc.nat(2 ** 22), index: fc.nat(2 ** 32 - 1) },
  { requiredKeys: ["property"] },
);
const primitive: fc.Arbitrary<BacnetValue> = fc.oneof(
  fc.constant<BacnetValue>({ type: "null" }),
  fc.boolean().map((value): BacnetValue => ({ type: "boolean", value })),
  fc.bigInt(0n, 2n ** 64n - 1n).map((value): BacnetValue => ({ type: "unsigned", value })),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value): BacnetValue => ({ type: "signed", value })),
  fc.float({ noNaN: true }).map((value): BacnetValue => ({ type: "real", value })),
  fc.double({ noNaN: true }).map((value): BacnetValue => ({ type: "double", value })),
  fc
    .string({ unit: "grapheme", maxLength: 400 })
    .map((value): BacnetValue => ({ type: "text", value })),
  fc.array(fc.boolean(), { maxLength: 70 }).map((value): BacnetValue => ({ type: "bits", value })),
  fc.nat(2 ** 32 - 1).map((value): BacnetValue => ({ type: "enumerated", value })),
  object.map((value): BacnetValue => ({ type: "object", value })),
);

describe("what is written is read again", () => {
  test("values, in each other too", () => {
    const nested = fc.tuple(fc.nat(254), fc.array(primitive, { maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(primitive, { maxLength: 6 }), nested, (values, [tag, value]) => {
        const whole: BacnetValue[] = [...values, { type: "constructed", tag, value }];
        const to = new ByteWriter();
        for (const one of whole) writeValue(to, one);
        to.u8(0x0f);
        expect(readValues(new ByteReader(to.done()), 0)).toEqual(whole);
      }),
    );
  });

  test("requests and answers", () => {
    fc.assert(
      fc.property(
        object,
        fc.array(ref, { minLength: 1, maxLength: 4 }),
        fc.array(primitive),
        (at, refs, values) => {
          const [first = { property: 1 }] = refs;
          expect(readReadProperty(writeReadProperty(at, first))).toEqual({
            object: at,
            ref: first,
          });
          const specs = [{ object: at, properties: refs }];
          expect(readReadMultiple(writeReadMultiple(specs))).toEqual(specs);
          const write = { object: at, ...first, values, priority: 8 };
          expect(readWriteProperty(writeWriteProperty(write))).toEqual(write);
          const results = refs.map((each, place) =>
            place === 0
              ? { ...each, error: { errorClass: 1, errorCode: 31 } }
              : { ...each, values },
          );
          const objects = [{ object: at, results }];
          expect(readReadMultipleAck(writeReadMultipleAck(objects))).toEqual(objects);
          const notice = {
            process: 1,
            device: at.instance,
            object: at,
            remainingS: 9,
            results: [{ ...first, values }],
          };
          expect(readCovNotice(writeCovNotice(notice))).toEqual(notice);
        },
      ),
    );
  });

  test("announcements, ranges, packets and headers", () => {
    const said = { device: 4_194_302, maxApdu: 1_476, segmentation: 3, vendor: 999 };
    expect(readIAm(writeIAm(said))).toEqual(said);
    expect(readWhoIs(writeWhoIs({ low: 3, high: 9 }))).toEqual({ low: 3, high: 9 });
    const to = { net: 5, mac: "0A0B" };
    expect(readPacket(writePacket(bytes("1008"), { broadcast: true }))).toMatchObject({
      broadcast: true,
      apdu: bytes("1008"),
    });
    // What is for a station of another network is not for us.
    expect(readPacket(writePacket(bytes("1008"), { to }))).toBeUndefined();
    expect(readPacket(bytes("810a 000f 01 08 0005 02 0a0b 1008 0000"))).toMatchObject({ from: to });
    const apdus: Apdu[] = [
      {
        kind: "complex_ack",
        invokeId: 9,
        service: 14,
        segment: { sequence: 3, window: 8, more: true },
        body: bytes("01"),
      },
      { kind: "segment_ack", invokeId: 9, negative: true, server: true, sequence: 255, window: 4 },
      { kind: "abort", invokeId: 9, server: false, reason: 4 },
      { kind: "reject", invokeId: 9, reason: 9 },
    ];
    for (const apdu of apdus) expect(readApdu(writeApdu(apdu))).toEqual(apdu);
  });
});

describe("what is none is refused", () => {
  test.each([
    ["a float of three bytes", "43 000000"],
    ["a whole number of no bytes", "20"],
    ["a whole number of nine bytes", "25 09 010203040506070809"],
    ["a boolean that is two", "12"],
    ["a reserved type", "d1 00"],
    ["text in a set that is not known", "72 09 41"],
    ["text that is no UTF-8", "72 00 ff"],
    ["bits of more than there are", "81 03"],
    ["an opening tag of the application", "06"],
    ["a length beyond the message", "25 fe ffff"],
    ["nothing at all", ""],
  ])("%s", (_, text) => {
    expect(() => readValues(new ByteReader(bytes(`${text}0f`.replace(/^0f$/, ""))), 0)).toThrow(
      BacnetFault,
    );
  });

  test("values in values without end", () => {
    expect(() => readValues(new ByteReader(bytes("0e".repeat(400))), 0)).toThrow("deep");
  });

  test.each([
    ["another protocol", "820a0006 0100"],
    ["a length that is not its own", "810a0007 0100"],
    ["another version", "810a0006 0200"],
    ["bytes that end other stacks", "810b000a01005d2764ba"],
  ])("%s", (_, text) => {
    expect(() => {
      const packet = readPacket(bytes(text));
      if (packet !== undefined) readApdu(packet.apdu);
    }).toThrow(BacnetFault);
  });
});
