/**
 * The frames of the link layer (EN 13757-2): single character E5, short frame 10, long and control frame 68.
 */
import { accept, type Result, refuse } from "./result.ts";

/** Longest frame: 68 L L 68, 255 bytes, checksum, 16. */
export const FRAME_BYTES_MAX = 261;

/** The single character that acknowledges. */
export const ACK = 0xe5;
const SHORT_START = 0x10;
const LONG_START = 0x68;
const STOP = 0x16;
const SHORT_BYTES = 5;
/** Bytes of a long frame that its length field does not count. */
const LONG_FRAMING = 6;
/** Where the counted bytes of a long frame begin; also the least that must be there to know its size. */
const LONG_HEAD = 4;
/** A long frame counts at least control, address and control information. */
const LONG_LEAST = 3;
/** Bytes before the user data in a long frame. */
export const USER_DATA_OFFSET = 7;

/** One frame of the link layer. `data` of a long frame is what follows the control information. */
export type Frame =
  | { kind: "ack" }
  | { kind: "short"; control: number; address: number }
  | { kind: "long"; control: number; address: number; ci: number; data: Uint8Array };

/** The sum of bytes modulo 256, as frames carry it. */
export function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

/**
 * The size of the frame that begins with these bytes, or undefined while too few are there to know it.
 * Refuses as soon as what is there can no longer become a frame.
 */
export function frameSize(bytes: Uint8Array): Result<number | undefined> {
  const start = bytes[0];
  if (start === undefined) return accept(undefined);
  if (start === ACK) return accept(1);
  if (start === SHORT_START) return accept(SHORT_BYTES);
  if (start !== LONG_START) {
    return refuse("start", 0, `a frame begins with E5, 10 or 68, not ${hex(start)}`);
  }
  const length = bytes[1];
  if (length === undefined) return accept(undefined);
  if (length < LONG_LEAST) {
    return refuse("length", 1, `length ${length} is less than the ${LONG_LEAST} of a long frame`);
  }
  const again = bytes[2];
  if (again !== undefined && again !== length) {
    return refuse("length", 2, `the two length bytes differ: ${length} and ${again}`);
  }
  const second = bytes[3];
  if (second !== undefined && second !== LONG_START) {
    return refuse("start", 3, `the second start byte is ${hex(second)}, not 68`);
  }
  return accept(length + LONG_FRAMING);
}

/** Reads exactly one frame: nothing missing, nothing left over, checksum and stop byte right. */
export function parseFrame(bytes: Uint8Array): Result<Frame> {
  if (bytes.length === 0) return refuse("empty", 0, "there are no bytes");
  const size = frameSize(bytes);
  if (!size.ok) return size;
  const wanted = size.value;
  if (wanted === undefined || bytes.length < wanted) {
    const of = wanted === undefined ? "" : ` of ${wanted}`;
    return refuse("truncated", bytes.length, `the frame ends after ${bytes.length}${of} bytes`);
  }
  if (bytes.length > wanted) {
    return refuse("trailing", wanted, `${bytes.length - wanted} bytes follow the frame's end`);
  }
  if (bytes[0] === ACK) return accept({ kind: "ack" });
  return parseChecked(bytes);
}

function parseChecked(bytes: Uint8Array): Result<Frame> {
  const long = bytes[0] === LONG_START;
  const body = bytes.subarray(long ? LONG_HEAD : 1, bytes.length - 2);
  const told = bytes[bytes.length - 2] ?? 0;
  const summed = checksum(body);
  if (told !== summed) {
    const message = `checksum ${hex(told)} does not fit the bytes, whose sum is ${hex(summed)}`;
    return refuse("checksum", bytes.length - 2, message);
  }
  const stop = bytes[bytes.length - 1] ?? 0;
  if (stop !== STOP) {
    return refuse("stop", bytes.length - 1, `the last byte is ${hex(stop)}, not 16`);
  }
  const [control = 0, address = 0, ci = 0] = body;
  if (!long) return accept({ kind: "short", control, address });
  return accept({ kind: "long", control, address, ci, data: body.subarray(LONG_LEAST) });
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}
