/**
 * What one simulated unit holds: its registers, made from the live meter at each request, and what a write does.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { ModbusLimit } from "../../devices/modbus-limit.ts";
import { REGISTER_WORDS } from "../../devices/modbus-register.ts";
import type { FieldMeter } from "../../field/meter.ts";
import type { ReadRequest, WriteRequest } from "./calls.ts";
import { encodeClock } from "./clock.ts";
import { encodeAtoms, encodeDisplay, encodeRelay, encodeSerial } from "./encode.ts";
import { limitShown, limitWords } from "./limit.ts";
import {
  billingRange,
  clockRange,
  identityRange,
  limitRange,
  rangeOf,
  relayRange,
} from "./plan.ts";
import type { SlaveFault } from "./slave-faults.ts";

/** Words of a reply, or the exception code that the unit answers with. */
export type UnitReply = { words: number[] } | { exception: number };

/** Exception: no such register. */
const NO_REGISTER = 2;
/** Exception: value not allowed. */
const BAD_VALUE = 3;

/** One unit of a slave; what it was told beside its relay is kept in it. */
export type Unit = {
  device: ModbusDevice;
  meter: FieldMeter;
  /** The meter's own clock, in seconds since 1970. */
  clockS: () => number;
  armed: boolean;
  limit: bigint | undefined;
};

/** Answers a read from the meter as it is now; registers that the model does not have are an exception. */
export function readUnit(
  unit: Unit,
  request: ReadRequest,
  fault: SlaveFault | undefined,
): UnitReply {
  const { limits } = unit.device;
  if (request.functionCode > 2 && request.count > limits.request_words) {
    return { exception: BAD_VALUE };
  }
  const held = new Map<number, number>();
  for (const { range, words } of imageOf(unit, fault)) {
    if (range.functionCode !== request.functionCode) continue;
    words.forEach((word, at) => {
      held.set(range.address + at, word);
    });
  }
  const words: number[] = [];
  let gap = 0;
  for (let address = request.address; address < request.address + request.count; address++) {
    const word = held.get(address);
    gap = word === undefined ? gap + 1 : 0;
    if (gap > limits.gap_words || (gap > 0 && fault?.kind === "no_gaps")) {
      return { exception: NO_REGISTER };
    }
    words.push(word ?? 0);
  }
  return { words };
}

/** Carries out a write: only relay and limit can be written, the relay only with the values of the device file. */
export function writeUnit(
  unit: Unit,
  request: WriteRequest,
  fault: SlaveFault | undefined,
): number | undefined {
  const { relay, limit } = unit.device;
  const is = (write: { address: number; function_code: number } | undefined) =>
    write?.address === request.address && write.function_code === request.functionCode;
  if (limit !== undefined && is(limit.write)) return writeLimit(unit, limit, request, fault);
  if (relay === undefined || !is(relay.write)) return NO_REGISTER;
  const values = String(request.values);
  const closed = values === String(relay.write.restore);
  const armed = relay.write.arm !== undefined && values === String(relay.write.arm);
  if (!closed && !armed && values !== String(relay.write.cut)) return BAD_VALUE;
  if (fault?.kind === "lying_relay") {
    fault.told = closed;
    return undefined;
  }
  unit.meter.moveRelay(closed);
  unit.armed = armed;
  return undefined;
}

function writeLimit(
  unit: Unit,
  limit: ModbusLimit,
  request: WriteRequest,
  fault: SlaveFault | undefined,
): number | undefined {
  if (request.values.length !== REGISTER_WORDS[limit.type]) return BAD_VALUE;
  if (fault?.kind !== "lying_relay") unit.limit = limitShown(request.values, limit);
  return undefined;
}

type Piece = { range: ReadRequest; words: number[] };

function imageOf(unit: Unit, fault: SlaveFault | undefined): Piece[] {
  const { device, meter } = unit;
  const image: Piece[] = [
    { range: billingRange(device), words: billingWords(device, meter, fault) },
  ];
  const identity = identityRange(device);
  if (identity !== undefined && device.identity.rule === "serial") {
    const serial = fault?.kind === "wrong_serial" ? fault.serial : meter.serial;
    image.push({ range: identity, words: encodeSerial(serial, device.identity) });
  }
  const flow = meter.relayClosed() === false ? 0 : meter.flow();
  for (const register of device.display) {
    image.push({ range: rangeOf(register), words: encodeDisplay(flow, register) });
  }
  const relay = relayRange(device);
  if (relay !== undefined && device.relay !== undefined) {
    image.push({
      range: relay,
      words: encodeRelay(relayShown(device, meter, fault), unit.armed, device.relay),
    });
  }
  const limit = limitRange(device);
  if (limit !== undefined && device.limit !== undefined) {
    const words = limitWords(unit.limit ?? BigInt(device.limit.off), device.limit);
    image.push({ range: limit, words });
  }
  const clock = clockRange(device);
  if (clock !== undefined && device.clock !== undefined) {
    image.push({ range: clock, words: encodeClock(unit.clockS(), device.clock) });
  }
  return image;
}

function billingWords(
  device: ModbusDevice,
  meter: FieldMeter,
  fault: SlaveFault | undefined,
): number[] {
  if (fault?.kind === "not_available") {
    const count = billingRange(device).count;
    return Array.from({ length: count }, () => 0xffff);
  }
  return encodeAtoms(meter.registerAtoms(), device.billing);
}

/** A lying relay that reads back what it was told says so; one that reads back its contact shows that it stayed. */
function relayShown(
  device: ModbusDevice,
  meter: FieldMeter,
  fault: SlaveFault | undefined,
): boolean {
  const closed = meter.relayClosed() ?? true;
  const repeats = fault?.kind === "lying_relay" && device.relay?.proof === "command";
  return repeats ? (fault.told ?? closed) : closed;
}
