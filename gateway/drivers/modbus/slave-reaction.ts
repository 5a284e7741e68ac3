/**
 * What a slave does with one request: the right reply, or the wrong one that its fault asks for.
 */
import { echoBody, exceptionBody, type Frame, readBody, requestOf } from "./mbap.ts";
import type { SlaveFault } from "./slave-faults.ts";
import type { SlaveFraming } from "./slave-framing.ts";
import { readUnit, type Unit, writeUnit } from "./slave-image.ts";

/** The units of a slave by their number. */
export type Units = ReadonlyMap<number, Unit>;
/** Bytes to send after a while, or what is done instead. */
export type Reaction = { bytes: Buffer; delayMs: number } | "nothing" | "reset";

const GARBAGE = Buffer.from("no Modbus at all, \u0000\u0001\u0000\u0000\u0000\u0003", "latin1");

/** What reactions depend on: the units, what one of them does wrong, and how it is framed. */
export type Reacting = { units: Units; fault: SlaveFault | undefined; framing: SlaveFraming };

/** The reaction to a frame; units that the slave does not have stay silent, as on a bus. */
export function reactionTo(frame: Frame, { units, fault, framing }: Reacting): Reaction {
  const unit = units.get(frame.unit);
  if (unit === undefined) return "nothing";
  const reply = (as: Frame, number: number, body: Buffer) => ({
    bytes: framing.pack(as, number, body),
    delayMs: 0,
  });
  const right = () => reply(frame, frame.unit, bodyOf(unit, frame, fault));
  switch (fault?.kind) {
    case "silent":
      return "nothing";
    case "reset":
      return "reset";
    case "garbage":
      return { bytes: GARBAGE, delayMs: 0 };
    case "exception":
      return reply(frame, frame.unit, exceptionBody(frame.functionCode, fault.code));
    case "late":
      return { ...right(), delayMs: fault.delayMs };
    case "wrong_unit":
      return reply(frame, fault.unit, bodyOf(units.get(fault.unit) ?? unit, frame, fault));
    case "wrong_transaction": {
      const transaction = (frame.transaction + 1) & 0xffff;
      return reply({ ...frame, transaction }, frame.unit, bodyOf(unit, frame, fault));
    }
    case "false_length":
      return { bytes: framing.falsify(right().bytes), delayMs: 0 };
    case "bad_crc":
      return { bytes: spoilt(right().bytes), delayMs: 0 };
    case "twice":
      return { bytes: Buffer.concat([right().bytes, right().bytes]), delayMs: 0 };
    default:
      return right();
  }
}

function spoilt(bytes: Buffer): Buffer {
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 0x55, last);
  return bytes;
}

function bodyOf(unit: Unit, frame: Frame, fault: SlaveFault | undefined): Buffer {
  const request = requestOf(frame);
  if ("exception" in request) return exceptionBody(frame.functionCode, request.exception);
  if ("read" in request) {
    const reply = readUnit(unit, request.read, fault);
    if ("exception" in reply) return exceptionBody(frame.functionCode, reply.exception);
    return readBody(request.read, fault?.kind === "short" ? reply.words.slice(1) : reply.words);
  }
  const exception = writeUnit(unit, request.write, fault);
  if (exception !== undefined) return exceptionBody(frame.functionCode, exception);
  return echoBody(request.write, fault?.kind === "wrong_echo" ? 1 : 0);
}
