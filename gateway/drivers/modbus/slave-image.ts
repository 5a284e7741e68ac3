/**
 * What one simulated unit holds: its registers, made from the live meter at each request, and what a write does.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { FieldMeter } from "../../field/meter.ts";
import type { ReadRequest, WriteRequest } from "./calls.ts";
import { encodeAtoms, encodeDisplay, encodeRelay, encodeSerial } from "./encode.ts";
import { billingRange, identityRange, rangeOf, relayRange } from "./plan.ts";
import type { SlaveFault } from "./slave-faults.ts";

/** Words of a reply, or the exception code that the unit answers with. */
export type UnitReply = { words: number[] } | { exception: number };

/** Exception: no such register. */
const NO_REGISTER = 2;
/** Exception: value not allowed. */
const BAD_VALUE = 3;

/** Answers a read from the meter as it is now; registers that the model does not have are an exception. */
export function readUnit(
  device: ModbusDevice,
  meter: FieldMeter,
  request: ReadRequest,
  fault: SlaveFault | undefined,
): UnitReply {
  if (request.functionCode > 2 && request.count > device.limits.request_words) {
    return { exception: BAD_VALUE };
  }
  const held = new Map<number, number>();
  for (const { range, words } of imageOf(device, meter, fault)) {
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
    if (gap > device.limits.gap_words) return { exception: NO_REGISTER };
    words.push(word ?? 0);
  }
  return { words };
}

/** Carries out a write: only the relay can be written, and only with the values of the device file. */
export function writeUnit(
  device: ModbusDevice,
  meter: FieldMeter,
  request: WriteRequest,
  fault: SlaveFault | undefined,
): number | undefined {
  const write = device.relay?.write;
  if (write?.address !== request.address || write.function_code !== request.functionCode) {
    return NO_REGISTER;
  }
  const values = String(request.values);
  const closed = values === String(write.restore);
  if (!closed && values !== String(write.cut)) return BAD_VALUE;
  if (fault?.kind === "lying_relay") fault.told = closed;
  else meter.moveRelay(closed);
  return undefined;
}

function imageOf(
  device: ModbusDevice,
  meter: FieldMeter,
  fault: SlaveFault | undefined,
): { range: ReadRequest; words: number[] }[] {
  const image = [{ range: billingRange(device), words: billingWords(device, meter, fault) }];
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
      words: encodeRelay(relayShown(device, meter, fault), device.relay),
    });
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
