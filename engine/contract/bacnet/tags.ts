/**
 * Tags (ASHRAE 135, clause 20.2.1): what comes next, whose meaning it has, and how long it is.
 */
import { BacnetFault, type ByteReader, type ByteWriter } from "./bytes.ts";

/** A tag: `value` has `length` bytes behind it (of an application boolean the value itself), the others none. */
export type Tag = {
  number: number;
  context: boolean;
  kind: "value" | "opening" | "closing";
  length: number;
};

const EXTENDED_NUMBER = 15;
const LENGTH_EXTENDED = 5;
const OPENING = 6;
const CLOSING = 7;
const LENGTH_16 = 254;
const LENGTH_32 = 255;
const TAG_NUMBER_MAX = 254;

/** Reads a tag; never one whose bytes are not there. */
export function readTag(from: ByteReader): Tag {
  const first = from.u8();
  const context = (first & 0x08) !== 0;
  const short = first >>> 4;
  const number = short === EXTENDED_NUMBER ? from.u8() : short;
  if (number > TAG_NUMBER_MAX) throw new BacnetFault("tag number 255 is reserved");
  const low = first & 0x07;
  if (low === OPENING || low === CLOSING) {
    if (!context) throw new BacnetFault("an opening or closing tag of the application");
    return { number, context, kind: low === OPENING ? "opening" : "closing", length: 0 };
  }
  const length = low === LENGTH_EXTENDED ? longLength(from) : low;
  const hasBytes = context || number !== BOOLEAN_TAG;
  if (hasBytes && length > from.left) throw new BacnetFault("a value is longer than the message");
  return { number, context, kind: "value", length };
}

/** The application tag whose value stands in its length. */
export const BOOLEAN_TAG = 1;

function longLength(from: ByteReader): number {
  const first = from.u8();
  if (first === LENGTH_16) return from.u16();
  return first === LENGTH_32 ? from.u32() : first;
}

/** Writes a tag of a value with so many bytes. */
export function writeTag(to: ByteWriter, number: number, context: boolean, length: number): void {
  const low = length < LENGTH_EXTENDED ? length : LENGTH_EXTENDED;
  begin(to, number, (context ? 0x08 : 0) | low);
  if (low < LENGTH_EXTENDED) return;
  if (length < LENGTH_16) {
    to.u8(length);
  } else if (length <= 0xffff) {
    to.u8(LENGTH_16);
    to.u16(length);
  } else {
    to.u8(LENGTH_32);
    to.u32(length);
  }
}

/** Writes what stands between the opening and the closing tag of a number. */
export function enclosed(to: ByteWriter, number: number, write: () => void): void {
  begin(to, number, 0x08 | OPENING);
  write();
  begin(to, number, 0x08 | CLOSING);
}

function begin(to: ByteWriter, number: number, low: number): void {
  to.u8((Math.min(number, EXTENDED_NUMBER) << 4) | low);
  if (number >= EXTENDED_NUMBER) to.u8(number);
}

/** Takes an opening (or closing) tag of a number, or throws. */
export function expectTag(from: ByteReader, kind: "opening" | "closing", number: number): void {
  const tag = readTag(from);
  if (tag.kind !== kind || tag.number !== number) {
    throw new BacnetFault(`the ${kind} tag ${number} is missing`);
  }
}

/** Whether the next tag is a context tag of a number and kind; nothing is taken. */
export function nextIs(from: ByteReader, kind: Tag["kind"], number: number): boolean {
  const first = from.peek();
  if (first === undefined || (first & 0x08) === 0 || first >>> 4 !== number) return false;
  const low = first & 0x07;
  if (kind === "opening") return low === OPENING;
  return kind === "closing" ? low === CLOSING : low < OPENING;
}
