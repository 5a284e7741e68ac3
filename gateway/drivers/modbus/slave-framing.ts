/**
 * How a slave takes requests off a stream and puts replies on it: as Modbus TCP or as RTU.
 */
import { crcFits, withCrc } from "./framing/crc.ts";
import { type Frame, makeFrame, takeFrame } from "./mbap.ts";

/** A framing as a server sees it. */
export type SlaveFraming = {
  /** Takes the first whole request off some bytes; `broken` when they can be none. */
  take(bytes: Buffer): { frame?: Frame; rest: Buffer; broken: boolean };
  /** A reply to a request under a unit's address. */
  pack(frame: Frame, unit: number, body: Buffer): Buffer;
  /** The same reply, said to be longer than it is. */
  falsify(reply: Buffer): Buffer;
};

/** Modbus TCP. */
export const TCP_FRAMING: SlaveFraming = {
  take: takeFrame,
  pack: (frame, unit, body) => makeFrame(frame.transaction, unit, body),
  falsify(reply) {
    const lie = Buffer.from(reply);
    lie.writeUInt16BE(reply.length + 200, 4);
    return lie;
  },
};

/** Bytes of a request that reads or writes one value, with its CRC. */
const REQUEST_BYTES = 8;
/** Bytes of a request that writes several values, beside them. */
const WRITE_BYTES = 9;

/** Modbus RTU; a request whose CRC does not fit is passed over, as a device does. */
export const RTU_FRAMING: SlaveFraming = {
  take(bytes) {
    const wanted = requestBytes(bytes);
    if (wanted === undefined || bytes.length < wanted) return { rest: bytes, broken: false };
    const whole = bytes.subarray(0, wanted);
    const rest = bytes.subarray(wanted);
    if (!crcFits(whole)) return { rest: Buffer.alloc(0), broken: false };
    const frame = {
      transaction: 0,
      unit: whole.readUInt8(0),
      functionCode: whole.readUInt8(1),
      data: whole.subarray(2, -2),
    };
    return { frame, rest, broken: false };
  },
  pack: (_, unit, body) => withCrc(Buffer.concat([Buffer.from([unit]), body])),
  falsify(reply) {
    const lie = Buffer.from(reply.subarray(0, -2));
    lie.writeUInt8((lie.readUInt8(2) + 20) & 0xff, 2);
    return withCrc(lie);
  },
};

function requestBytes(bytes: Buffer): number | undefined {
  const functionCode = bytes[1];
  if (functionCode !== 15 && functionCode !== 16) return REQUEST_BYTES;
  const dataBytes = bytes[6];
  return dataBytes === undefined ? undefined : WRITE_BYTES + dataBytes;
}
