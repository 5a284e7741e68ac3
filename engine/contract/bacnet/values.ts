/**
 * Values of properties. Whole numbers are bigints, so that 64 bits stay exact; a length that does not fit the type is a
 * fault, never a zero.
 */
import { BacnetFault, ByteReader, type ByteWriter } from "./bytes.ts";
import { BOOLEAN_TAG, enclosed, readTag, type Tag, writeTag } from "./tags.ts";

/** An object of a device. */
export type ObjectId = { type: number; instance: number };

/** A value; `context` and `constructed` are parts of types that a property alone explains (scale, prescale). */
export type BacnetValue =
  | { type: "null" }
  | { type: "boolean"; value: boolean }
  | { type: "unsigned" | "signed"; value: bigint }
  | { type: "real" | "double"; value: number }
  | { type: "octets"; value: Uint8Array }
  | { type: "text"; value: string }
  | { type: "bits"; value: readonly boolean[] }
  | { type: "enumerated"; value: number }
  | { type: "date" | "time"; value: Uint8Array }
  | { type: "object"; value: ObjectId }
  | { type: "context"; tag: number; value: Uint8Array }
  | { type: "constructed"; tag: number; value: readonly BacnetValue[] };

/** Most values of one property that are read from a message. */
export const VALUES_MAX = 4_096;
/** How deep values may lie in each other. */
const DEPTH_MAX = 8;
/** Longest whole number, in bytes. */
const INTEGER_BYTES_MAX = 8;

/** Reads values until the closing tag of a number, which is taken; or to the end where none is given. */
export function readValues(from: ByteReader, closing: number, depth = 0): BacnetValue[] {
  if (depth > DEPTH_MAX) throw new BacnetFault(`values more than ${DEPTH_MAX} deep`);
  const values: BacnetValue[] = [];
  for (;;) {
    const tag = readTag(from);
    if (tag.kind === "closing") {
      if (tag.number !== closing) throw new BacnetFault("a closing tag that was not opened");
      return values;
    }
    if (values.length >= VALUES_MAX) throw new BacnetFault(`more than ${VALUES_MAX} values`);
    values.push(
      tag.kind === "opening"
        ? { type: "constructed", tag: tag.number, value: readValues(from, tag.number, depth + 1) }
        : taggedValue(tag, from),
    );
  }
}

function taggedValue(tag: Tag, from: ByteReader): BacnetValue {
  if (tag.context) return { type: "context", tag: tag.number, value: from.take(tag.length) };
  if (tag.number === BOOLEAN_TAG) {
    if (tag.length > 1) throw new BacnetFault("a boolean that is neither false nor true");
    return { type: "boolean", value: tag.length === 1 };
  }
  return primitive(tag.number, from.take(tag.length));
}

function primitive(type: number, bytes: Uint8Array): BacnetValue {
  switch (type) {
    case 0:
      return exactly(bytes, 0, { type: "null" });
    case 2:
      return { type: "unsigned", value: unsignedOf(bytes) };
    case 3:
      return { type: "signed", value: BigInt.asIntN(8 * bytes.length, unsignedOf(bytes)) };
    case 4:
      return { type: "real", value: realOf(bytes) };
    case 5:
      return { type: "double", value: view(bytes, 8).getFloat64(0) };
    case 6:
      return { type: "octets", value: bytes };
    case 7:
      return { type: "text", value: textOf(bytes) };
    case 8:
      return { type: "bits", value: bitsOf(bytes) };
    case 9:
      return { type: "enumerated", value: smallOf(bytes) };
    case 10:
      return exactly(bytes, 4, { type: "date", value: bytes });
    case 11:
      return exactly(bytes, 4, { type: "time", value: bytes });
    case 12:
      return { type: "object", value: objectOf(bytes) };
    default:
      throw new BacnetFault(`application tag ${type} is reserved`);
  }
}

function exactly(bytes: Uint8Array, length: number, value: BacnetValue): BacnetValue {
  if (bytes.length !== length) throw new BacnetFault(`${value.type} of ${bytes.length} bytes`);
  return value;
}

function view(bytes: Uint8Array, length: number): DataView {
  if (bytes.length !== length) throw new BacnetFault(`a float of ${bytes.length} bytes`);
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

/** A float32 as the double of the same value. */
export function realOf(bytes: Uint8Array): number {
  return view(bytes, 4).getFloat32(0);
}

/** A whole number of 1 to 8 bytes. */
export function unsignedOf(bytes: Uint8Array): bigint {
  if (bytes.length < 1 || bytes.length > INTEGER_BYTES_MAX) {
    throw new BacnetFault(`a whole number of ${bytes.length} bytes`);
  }
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** A whole number that fits 32 bits. */
export function smallOf(bytes: Uint8Array): number {
  if (bytes.length < 1 || bytes.length > 4)
    throw new BacnetFault(`a number of ${bytes.length} bytes`);
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** An object identifier of four bytes. */
export function objectOf(bytes: Uint8Array): ObjectId {
  if (bytes.length !== 4) throw new BacnetFault(`an object identifier of ${bytes.length} bytes`);
  const word = smallOf(bytes);
  return { type: word >>> 22, instance: word & 0x3f_ffff };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const UTF16 = new TextDecoder("utf-16be", { fatal: true });

function textOf(bytes: Uint8Array): string {
  const from = new ByteReader(bytes);
  const set = from.u8();
  try {
    if (set === 0) return UTF8.decode(from.rest());
    if (set === 4) return UTF16.decode(from.rest());
    if (set === 5) return String.fromCharCode(...from.rest());
  } catch (error) {
    throw new BacnetFault(`text that is none of its character set: ${String(error)}`);
  }
  throw new BacnetFault(`text in the character set ${set}`);
}

function bitsOf(bytes: Uint8Array): boolean[] {
  const from = new ByteReader(bytes);
  const unused = from.u8();
  const octets = from.rest();
  if (unused > 7 || (octets.length === 0 && unused > 0))
    throw new BacnetFault("a bit string of no length");
  const bits = Array.from(octets).flatMap((octet) =>
    Array.from({ length: 8 }, (_, at) => ((octet >>> (7 - at)) & 1) === 1),
  );
  return bits.slice(0, bits.length - unused);
}

/** Writes a value with its application tag. */
export function writeValue(to: ByteWriter, value: BacnetValue): void {
  if (value.type === "boolean") {
    writeTag(to, BOOLEAN_TAG, false, value.value ? 1 : 0);
  } else if (value.type === "context") {
    writeTag(to, value.tag, true, value.value.length);
    to.bytes(value.value);
  } else if (value.type === "constructed") {
    enclosed(to, value.tag, () => {
      for (const inner of value.value) writeValue(to, inner);
    });
  } else {
    const [number, bytes] = contentOf(value);
    writeTag(to, number, false, bytes.length);
    to.bytes(bytes);
  }
}

type Plain = Exclude<BacnetValue, { type: "boolean" | "context" | "constructed" }>;

/** The application tag and the bytes behind it. */
function contentOf(value: Plain): [tag: number, bytes: Uint8Array] {
  switch (value.type) {
    case "null":
      return [0, new Uint8Array(0)];
    case "unsigned":
      return [2, unsignedBytes(value.value)];
    case "signed":
      return [3, signedBytes(value.value)];
    case "real":
      return [4, floatBytes(value.value, 4)];
    case "double":
      return [5, floatBytes(value.value, 8)];
    case "octets":
      return [6, value.value];
    case "text":
      return [7, Buffer.concat([Uint8Array.of(0), Buffer.from(value.value, "utf8")])];
    case "bits":
      return [8, bitBytes(value.value)];
    case "enumerated":
      return [9, unsignedBytes(BigInt(value.value))];
    case "date":
      return [10, value.value];
    case "time":
      return [11, value.value];
    case "object":
      return [12, objectBytes(value.value)];
  }
}

/** The fewest bytes that hold a number of 0 to 2⁶⁴ - 1. */
export function unsignedBytes(value: bigint): Uint8Array {
  if (value < 0n || value >= 1n << 64n)
    throw new BacnetFault(`${value} is no whole number of 8 bytes`);
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** The fewest bytes that hold a number in two's complement. */
export function signedBytes(value: bigint): Uint8Array {
  for (let length = 1; length <= INTEGER_BYTES_MAX; length++) {
    if (BigInt.asIntN(8 * length, value) !== value) continue;
    const bits = BigInt.asUintN(8 * length, value);
    return Uint8Array.from({ length }, (_, at) =>
      Number((bits >> BigInt(8 * (length - 1 - at))) & 0xffn),
    );
  }
  throw new BacnetFault(`${value} is no whole number of 8 bytes`);
}

/** A float of 4 or 8 bytes. */
export function floatBytes(value: number, length: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(length);
  const room = new DataView(bytes.buffer);
  if (length === 4) room.setFloat32(0, value);
  else room.setFloat64(0, value);
  return bytes;
}

function bitBytes(bits: readonly boolean[]): Uint8Array {
  const octets = new Uint8Array(1 + Math.ceil(bits.length / 8));
  octets[0] = (8 - (bits.length % 8)) % 8;
  for (const [at, bit] of bits.entries()) {
    if (bit) octets[1 + (at >>> 3)] = (octets[1 + (at >>> 3)] ?? 0) | (0x80 >>> (at & 7));
  }
  return octets;
}

/** The four bytes of an object identifier. */
export function objectBytes({ type, instance }: ObjectId): Uint8Array {
  const word = type * 0x40_0000 + instance;
  return Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);
}

/** Whether two are one and the same object. */
export function sameObject(one: ObjectId, other: ObjectId): boolean {
  return one.type === other.type && one.instance === other.instance;
}
