/**
 * From a roster's meter to what the master needs: address on the bus, device file, identity to be proven.
 */
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import type { DeviceFile } from "../../devices/device.ts";
import type { MbusDevice } from "../../devices/mbus-device.ts";
import type { MeterAddress } from "./address.ts";
import type { MeterHeader } from "./decode/header.ts";
import { keyOf } from "./decode/security.ts";
import { PRIMARY_MAX } from "./link/control.ts";
import { type Refusal, refusal } from "./link/refusal.ts";

/** Address text of a meter that is selected by its serial number. */
const SECONDARY = "secondary";

/** A meter that can be asked. */
export type Target = {
  ok: true;
  meter: MeterAddress & { id: string };
  device: MbusDevice;
  /** The AES-128 key of a meter that encrypts. */
  key: Uint8Array | undefined;
};

/**
 * Finds the meter's device file and address. `address` in a roster is a primary address (0 to 250) or `secondary`;
 * `serial` is the eight characters of its M-Bus id.
 */
export function targetOf(
  meter: RosterMeter,
  devices: ReadonlyMap<string, DeviceFile>,
): Target | Refusal {
  const device = devices.get(meter.device);
  if (device?.protocol !== "mbus") {
    const message = `device file ${meter.device} is missing or not for M-Bus: see gateway/devices`;
    return refusal("not_available", message);
  }
  if (!/^[0-9A-F]{8}$/.test(meter.serial)) {
    const message = `serial "${meter.serial}" is no M-Bus id: write eight digits, zeros in front too`;
    return refusal("wrong_identity", message);
  }
  const id = meter.serial;
  const key = meter.key === undefined ? undefined : keyOf(meter.key);
  if (meter.address === SECONDARY) {
    // The maker is asked for too: ids are unique among one maker's meters only.
    const manufacturer = device.identity.manufacturer_code;
    return { ok: true, meter: { by: "secondary", id, manufacturer }, device, key };
  }
  const address = primaryAddress(meter.address);
  if (address === undefined) {
    const message = `address "${meter.address}" is neither 0 to ${PRIMARY_MAX} nor "${SECONDARY}"`;
    return refusal("not_available", message);
  }
  return { ok: true, meter: { by: "primary", address, id }, device, key };
}

/** A primary address from its text, or undefined. */
export function primaryAddress(text: string): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  return Number(text) <= PRIMARY_MAX ? Number(text) : undefined;
}

/** The refusal of a header that is not of the device file's model, or undefined where it is. */
export function modelRefusal(header: MeterHeader, device: MbusDevice): Refusal | undefined {
  const { manufacturer_code, versions, media } = device.identity;
  const fits =
    header.manufacturer === manufacturer_code &&
    header.version !== null &&
    versions.includes(header.version) &&
    media.includes(header.mediumCode);
  if (fits) return undefined;
  const is = `${header.manufacturer ?? "no manufacturer"} version ${header.version ?? "none"} medium ${header.mediumCode}`;
  return refusal(
    "wrong_identity",
    `meter ${header.id} is ${is}, not a ${device.model}: another device file is due`,
  );
}
