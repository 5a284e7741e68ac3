/**
 * From a roster's entry to what is needed to talk to the meter.
 */
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import { atomOf } from "../../../engine/contract/services.ts";
import type { DeviceFile } from "../../devices/device.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import { billingUnit } from "../../devices/modbus-register.ts";
import { sameSerial, type Unreadable } from "./decode.ts";
import type { Judge } from "./poll.ts";
import { unitOf } from "./unit.ts";
import type { Party } from "./wire.ts";

/** A meter of the roster with all that is needed to talk to it. */
export type Target = { meter: RosterMeter; device: ModbusDevice; party: Party };

/** The target of a roster's entry, or what is wrong with the entry; `timeoutMs` overrides the device file's. */
export function targetOf(
  meter: RosterMeter,
  options: { devices: ReadonlyMap<string, DeviceFile>; timeoutMs?: number },
): Target | Unreadable {
  const device = options.devices.get(meter.device);
  if (device === undefined || device.protocol !== "modbus") {
    return refusal(meter, `no Modbus device file "${meter.device}"; drawdown devices lists them`);
  }
  const unit = unitOf(meter.address);
  if (unit === undefined) {
    return refusal(meter, `address "${meter.address}" is no unit; write 1 to 247 or 255`);
  }
  const { atom } = billingUnit(device.billing);
  if (atomOf(meter.service) !== atom) {
    return refusal(
      meter,
      `${meter.device} counts ${atom}, ${meter.service} is sold in ${atomOf(meter.service)}`,
    );
  }
  return { meter, device, party: { unit, timeoutMs: options.timeoutMs ?? device.poll.timeout_ms } };
}

/** Judges a serial number against the roster's. */
export function judgeOf(meter: RosterMeter): Judge {
  return (serial) => {
    if (sameSerial(serial, meter.serial)) return undefined;
    const message = `serial number ${serial} answers instead of ${meter.serial}: look at roster and wiring`;
    return { ok: false, fault: "wrong_identity", message };
  };
}

/** A refusal that names the meter. */
export function outcomeOf(refused: Unreadable, meter: RosterMeter): Unreadable {
  const { fault, message } = refused;
  return { ok: false, fault, message: `${meter.meter_id}: ${message}` };
}

function refusal(meter: RosterMeter, message: string): Unreadable {
  return outcomeOf({ ok: false, fault: "refused", message }, meter);
}
