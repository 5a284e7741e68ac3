/**
 * Loads all device files of a folder. A bad file is named with the JSON pointer of each fault and keeps no other from
 * being used; who needs it is told then that it is missing.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { assetPath } from "../../engine/contract/assets.ts";
import { type DeviceFile, deviceFile } from "./device.ts";

/** Largest device file in bytes. */
export const DEVICE_FILE_BYTES_MAX = 65_536;
/** Most device files of a folder. */
const DEVICE_FILES_MAX = 1_024;

/** One fault of a file: `pointer` is a JSON pointer into it, empty for the whole file. */
export type DeviceFault = { file: string; pointer: string; message: string };

/** All devices by name (the file's name without `.json`), and what is wrong with the others. */
export type LoadedDevices = { devices: ReadonlyMap<string, DeviceFile>; faults: DeviceFault[] };

/** The folder of the device files that come with the product. */
function devicesFolder(): string {
  return assetPath("gateway", "devices");
}

/** The schema of device files lies in their folder and is none. */
export const SCHEMA_FILE = "schema.json";

/**
 * The device files that come with the product and those of a folder of the operator's (none when empty); a file of the
 * same name takes the place of the product's. A folder that cannot be read is a fault.
 */
export function loadAllDevices(extraFolder: string): LoadedDevices {
  const shipped = loadDevices();
  if (extraFolder === "") return shipped;
  try {
    const own = loadDevices(extraFolder);
    const devices = new Map([...shipped.devices, ...own.devices]);
    return { devices, faults: [...shipped.faults, ...own.faults] };
  } catch (error) {
    const message = `cannot be read (DRAWDOWN_DEVICES_DIR): ${error instanceof Error ? error.message : String(error)}`;
    return { ...shipped, faults: [...shipped.faults, { file: extraFolder, pointer: "", message }] };
  }
}

/** Loads every `*.json` of a folder, in the order of their names. Throws only when the folder cannot be read. */
export function loadDevices(folder: string = devicesFolder()): LoadedDevices {
  const devices = new Map<string, DeviceFile>();
  const faults: DeviceFault[] = [];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json") && name !== SCHEMA_FILE)
    .sort();
  for (const file of files.slice(0, DEVICE_FILES_MAX)) {
    const parsed = readDevice(join(folder, file));
    if (parsed.ok) devices.set(file.slice(0, -".json".length), parsed.device);
    else faults.push(...parsed.faults);
  }
  for (const file of files.slice(DEVICE_FILES_MAX)) {
    faults.push({ file, pointer: "", message: `not read: over ${DEVICE_FILES_MAX} device files` });
  }
  return { devices, faults };
}

/** A fault as one line: file, pointer and what to mend. */
export function faultLine(fault: DeviceFault): string {
  return `${fault.file}${fault.pointer === "" ? "" : `#${fault.pointer}`}: ${fault.message}`;
}

/** One device file or its faults. */
export type ReadDevice = { ok: true; device: DeviceFile } | { ok: false; faults: DeviceFault[] };

/** Reads one device file by its path. */
export function readDevice(path: string): ReadDevice {
  const file = basename(path);
  const whole = (message: string): ReadDevice => ({
    ok: false,
    faults: [{ file, pointer: "", message }],
  });
  let json: unknown;
  try {
    if (statSync(path).size > DEVICE_FILE_BYTES_MAX) {
      return whole(`larger than ${DEVICE_FILE_BYTES_MAX} bytes: no device file is`);
    }
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return whole(
      `cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = deviceFile.safeParse(json);
  if (parsed.success) return { ok: true, device: parsed.data };
  const faults = parsed.error.issues.map((issue) => ({
    file,
    pointer: pointerTo(issue.path),
    message: issue.message,
  }));
  return { ok: false, faults };
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
