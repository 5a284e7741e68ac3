/**
 * What a slave does with one request: the right reply, or the wrong one that its fault asks for.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { FieldMeter } from "../../field/meter.ts";
import { echoBody, exceptionBody, type Frame, makeFrame, readBody, requestOf } from "./mbap.ts";
import type { SlaveFault } from "./slave-faults.ts";
import { readUnit, writeUnit } from "./slave-image.ts";

/** One unit of a slave. */
export type Unit = { device: ModbusDevice; meter: FieldMeter };
/** The units of a slave by their number. */
export type Units = ReadonlyMap<number, Unit>;
/** Bytes to send after a while, or what is done instead. */
export type Reaction = { bytes: Buffer; delayMs: number } | "nothing" | "reset";

const GARBAGE = Buffer.from("no Modbus at all, \u0000\u0001\u0000\u0000\u0000\u0003", "latin1");

/** The reaction to a frame; units that the slave does not have stay silent, as on a bus. */
export function reactionTo(frame: Frame, units: Units, fault: SlaveFault | undefined): Reaction {
  const unit = units.get(frame.unit);
  if (unit === undefined) return "nothing";
  switch (fault?.kind) {
    case "silent":
      return "nothing";
    case "reset":
      return "reset";
    case "garbage":
      return { bytes: GARBAGE, delayMs: 0 };
    case "exception":
      return framed(frame, frame.unit, exceptionBody(frame.functionCode, fault.code));
    case "late":
      return { ...framed(frame, frame.unit, bodyOf(unit, frame, fault)), delayMs: fault.delayMs };
    case "wrong_unit":
      return framed(frame, fault.unit, bodyOf(units.get(fault.unit) ?? unit, frame, fault));
    case "wrong_transaction": {
      const transaction = (frame.transaction + 1) & 0xffff;
      return framed({ ...frame, transaction }, frame.unit, bodyOf(unit, frame, fault));
    }
    case "false_length": {
      const reply = framed(frame, frame.unit, bodyOf(unit, frame, fault));
      reply.bytes.writeUInt16BE(reply.bytes.length + 200, 4);
      return reply;
    }
    default:
      return framed(frame, frame.unit, bodyOf(unit, frame, fault));
  }
}

function framed(frame: Frame, unit: number, body: Buffer): { bytes: Buffer; delayMs: number } {
  return { bytes: makeFrame(frame.transaction, unit, body), delayMs: 0 };
}

function bodyOf(unit: Unit, frame: Frame, fault: SlaveFault | undefined): Buffer {
  const { device, meter } = unit;
  const request = requestOf(frame);
  if ("exception" in request) return exceptionBody(frame.functionCode, request.exception);
  if ("read" in request) {
    const reply = readUnit(device, meter, request.read, fault);
    if ("exception" in reply) return exceptionBody(frame.functionCode, reply.exception);
    return readBody(request.read, fault?.kind === "short" ? reply.words.slice(1) : reply.words);
  }
  const exception = writeUnit(device, meter, request.write, fault);
  if (exception !== undefined) return exceptionBody(frame.functionCode, exception);
  return echoBody(request.write, fault?.kind === "wrong_echo" ? 1 : 0);
}
