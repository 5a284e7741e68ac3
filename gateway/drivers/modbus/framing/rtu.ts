/**
 * Modbus RTU: unit, function code, data and CRC, without a number that ties an answer to its request. What ties them
 * here: the unit, the function code and the length must be those asked for, and not a byte may be too many.
 */
import { broken, type Framing, type Taken, waiting } from "./framing.ts";

/** Bytes of an exception: unit, function code with its high bit, reason, CRC. */
const EXCEPTION_BYTES = 5;
/** Bytes of the echo of a write. */
const ECHO_BYTES = 8;
const CRC_BYTES = 2;
/** Most bytes of line noise (00 or FF, from a driver that is switched on) that are passed over before an answer. */
const NOISE_BYTES_MAX = 4;

type Asked = { unit: number; functionCode: number; answerBytes: number };

/** The framing of one RTU line, serial or through TCP. */
export function createRtuFraming(): Framing {
  let asked: Asked | undefined;
  let held: Buffer = Buffer.alloc(0);
  let noise = 0;

  function take(chunk: Buffer): Taken {
    if (asked === undefined) return { kind: "unasked" };
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length > 0 && isNoise(held.readUInt8(0), asked) && noise < NOISE_BYTES_MAX) {
      held = held.subarray(1);
      noise++;
    }
    const wanted = answerBytes(held, asked);
    if (typeof wanted === "string") return broken(wanted);
    if (held.length < wanted) return waiting();
    if (held.length > wanted) return broken("more bytes than the answer has");
    asked = undefined;
    return { kind: "answer", adu: held };
  }

  return {
    ask(adu) {
      held = Buffer.alloc(0);
      noise = 0;
      asked = askedBy(adu);
      return adu;
    },
    take,
  };
}

function askedBy(adu: Buffer): Asked {
  const functionCode = adu.readUInt8(1);
  const count = adu.readUInt16BE(4);
  const dataBytes = functionCode <= 2 ? Math.ceil(count / 8) : count * 2;
  const answer = functionCode <= 4 ? 3 + dataBytes + CRC_BYTES : ECHO_BYTES;
  return { unit: adu.readUInt8(0), functionCode, answerBytes: answer };
}

function isNoise(byte: number, asked: Asked): boolean {
  return (byte === 0 || byte === 0xff) && byte !== asked.unit;
}

/** How long the answer is that begins with these bytes, or why they begin none. */
function answerBytes(held: Buffer, asked: Asked): number | string {
  const [unit, functionCode, dataBytes] = held;
  if (unit !== undefined && unit !== asked.unit) return `unit ${unit} answers`;
  if (functionCode === undefined) return asked.answerBytes;
  if (functionCode === (asked.functionCode | 0x80)) return EXCEPTION_BYTES;
  if (functionCode !== asked.functionCode) return `function code ${functionCode} answers`;
  if (dataBytes === undefined || asked.functionCode > 4) return asked.answerBytes;
  if (dataBytes === asked.answerBytes - 3 - CRC_BYTES) return asked.answerBytes;
  return `${dataBytes} bytes instead of ${asked.answerBytes - 3 - CRC_BYTES}`;
}
