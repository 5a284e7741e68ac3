/**
 * Modbus TCP frames as a server sees them: requests out of a stream of bytes, replies into bytes.
 */
import type { ReadCode, ReadRequest, WriteRequest } from "./calls.ts";

/** Longest frame after its six first bytes: unit, function code and data. */
const FRAME_BODY_MAX = 254;
const HEADER_BYTES = 6;

/** A frame of a client. */
export type Frame = { transaction: number; unit: number; functionCode: number; data: Buffer };
/** A request that the slave understands, or the exception code for it. */
export type Request = { read: ReadRequest } | { write: WriteRequest } | { exception: number };

/** Takes the first whole frame off some bytes. `broken` when they can be none: the connection is then worth nothing. */
export function takeFrame(bytes: Buffer): { frame?: Frame; rest: Buffer; broken: boolean } {
  if (bytes.length < HEADER_BYTES) return { rest: bytes, broken: false };
  const length = bytes.readUInt16BE(4);
  if (bytes.readUInt16BE(2) !== 0 || length < 2 || length > FRAME_BODY_MAX) {
    return { rest: bytes, broken: true };
  }
  const end = HEADER_BYTES + length;
  if (bytes.length < end) return { rest: bytes, broken: false };
  const frame = {
    transaction: bytes.readUInt16BE(0),
    unit: bytes.readUInt8(6),
    functionCode: bytes.readUInt8(7),
    data: bytes.subarray(8, end),
  };
  return { frame, rest: bytes.subarray(end), broken: false };
}

/** Puts a reply's function code and data into a frame. */
export function makeFrame(transaction: number, unit: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES + 1);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(body.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, body]);
}

/** What a frame asks for; function codes that no meter here has are exception 1, bad lengths exception 3. */
export function requestOf(frame: Frame): Request {
  const { functionCode, data } = frame;
  if (functionCode >= 1 && functionCode <= 4) {
    if (data.length !== 4) return { exception: 3 };
    const count = data.readUInt16BE(2);
    const most = functionCode <= 2 ? 2_000 : 125;
    if (count < 1 || count > most) return { exception: 3 };
    const address = data.readUInt16BE(0);
    return { read: { functionCode: functionCode as ReadCode, address, count } };
  }
  if (functionCode === 5 || functionCode === 6) return oneValue(functionCode, data);
  return functionCode === 16 ? manyValues(data) : { exception: 1 };
}

/** The body of a reply to a read. */
export function readBody(request: ReadRequest, words: readonly number[]): Buffer {
  if (request.functionCode > 2) {
    const bytes = Buffer.alloc(2 + words.length * 2);
    bytes.writeUInt8(request.functionCode, 0);
    bytes.writeUInt8(words.length * 2, 1);
    words.forEach((word, at) => {
      bytes.writeUInt16BE(word, 2 + at * 2);
    });
    return bytes;
  }
  const bytes = Buffer.alloc(2 + Math.ceil(words.length / 8));
  bytes.writeUInt8(request.functionCode, 0);
  bytes.writeUInt8(bytes.length - 2, 1);
  words.forEach((bit, at) => {
    const byte = 2 + (at >> 3);
    bytes.writeUInt8(bytes.readUInt8(byte) | ((bit & 1) << (at & 7)), byte);
  });
  return bytes;
}

/** The body of a reply to a write: address and value, or address and count. */
export function echoBody(request: WriteRequest, difference: number): Buffer {
  const bytes = Buffer.alloc(5);
  const [first = 0] = request.values;
  const told = { 5: first === 0 ? 0 : 0xff00, 6: first, 16: request.values.length };
  bytes.writeUInt8(request.functionCode, 0);
  bytes.writeUInt16BE(request.address + difference, 1);
  bytes.writeUInt16BE(told[request.functionCode], 3);
  return bytes;
}

/** The body of an exception. */
export function exceptionBody(functionCode: number, code: number): Buffer {
  return Buffer.from([functionCode | 0x80, code]);
}

function oneValue(functionCode: 5 | 6, data: Buffer): Request {
  if (data.length !== 4) return { exception: 3 };
  const value = data.readUInt16BE(2);
  if (functionCode === 5 && value !== 0 && value !== 0xff00) return { exception: 3 };
  const values = [functionCode === 5 && value !== 0 ? 1 : value];
  return { write: { functionCode, address: data.readUInt16BE(0), values } };
}

function manyValues(data: Buffer): Request {
  if (data.length < 5) return { exception: 3 };
  const count = data.readUInt16BE(2);
  if (
    count < 1 ||
    count > 123 ||
    data.readUInt8(4) !== count * 2 ||
    data.length !== 5 + count * 2
  ) {
    return { exception: 3 };
  }
  const values = Array.from({ length: count }, (_, at) => data.readUInt16BE(5 + at * 2));
  return { write: { functionCode: 16, address: data.readUInt16BE(0), values } };
}
