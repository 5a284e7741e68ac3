/**
 * Searches a connection for meters whose serial number can be read: unit by unit, with the serial number registers
 * that the device files know.
 */

import type { Link } from "../../../engine/contract/link.ts";
import type { DeviceFile } from "../../devices/device.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { FoundMeter } from "../driver.ts";
import { decodeSerial, type SerialRule } from "./decode.ts";
import type { ModbusLink, Session } from "./link.ts";
import type { LinkPool } from "./links.ts";
import { UNIT_MAX } from "./unit.ts";

/** Wait for one answer while searching, in milliseconds; a unit that is there answers at once. */
const SEARCH_TIMEOUT_MS = 300;

/** Exceptions of a gateway that has no such unit: no reason to ask it again. */
const BEHIND_A_GATEWAY: ReadonlySet<number> = new Set([10, 11]);

/** The first and the last unit of a search. */
export type UnitRange = { from: number; to: number };

/** One place to look for a serial number, and the models that keep it there. */
type Probe = { rule: SerialRule; devices: ModbusDevice[] };

/**
 * Yields a meter for each unit that gives a serial number. A unit that stays silent is asked once only, since silence
 * costs a time-out; models without a serial number cannot be found. Stops at the first sign that the link is gone.
 */
export async function* discoverUnits(
  links: LinkPool,
  where: Link,
  options: { devices: ReadonlyMap<string, DeviceFile>; timeoutMs?: number; units?: UnitRange },
): AsyncGenerator<FoundMeter> {
  const probes = probesOf(options.devices);
  const link = links.get(where, "rtu");
  if ("ok" in link || probes.length === 0) return;
  const timeoutMs = options.timeoutMs ?? SEARCH_TIMEOUT_MS;
  const { from, to } = options.units ?? { from: 1, to: UNIT_MAX };
  for (let unit = Math.max(1, from); unit <= Math.min(UNIT_MAX, to); unit++) {
    const found = await probeUnit(link, { unit, timeoutMs }, probes);
    if (found === "gone") return;
    if (found !== undefined) yield found;
  }
}

async function probeUnit(
  link: ModbusLink,
  party: { unit: number; timeoutMs: number },
  probes: readonly Probe[],
): Promise<FoundMeter | "gone" | undefined> {
  for (const probe of probes) {
    const answer = await link.exchange(party, (session) => serialAt(session, probe.rule));
    if (answer.ok) return foundMeter(party.unit, answer.serial, probe.devices);
    if ("exception" in answer && answer.exception !== undefined) {
      if (BEHIND_A_GATEWAY.has(answer.exception)) return undefined;
      continue;
    }
    if (answer.fault === "closed" || answer.fault === "unreachable") return "gone";
    if (answer.fault === "timeout") return undefined;
  }
  return undefined;
}

async function serialAt(session: Session, rule: SerialRule) {
  const { function_code, address, words } = rule;
  const reply = await session.read({ functionCode: function_code, address, count: words });
  return reply.ok ? decodeSerial(reply.words, rule) : reply;
}

function foundMeter(unit: number, serial: string, devices: readonly ModbusDevice[]): FoundMeter {
  return {
    address: String(unit),
    serial,
    manufacturer: [...new Set(devices.map((device) => device.manufacturer))].join(" or "),
    description: devices.map((device) => device.model).join(" or "),
  };
}

function probesOf(devices: ReadonlyMap<string, DeviceFile>): Probe[] {
  const probes = new Map<string, Probe>();
  for (const device of devices.values()) {
    if (device.protocol !== "modbus" || device.identity.rule !== "serial") continue;
    const rule = device.identity;
    const key = `${rule.function_code} ${rule.address} ${rule.type} ${rule.order} ${rule.words}`;
    const probe = probes.get(key);
    if (probe === undefined) probes.set(key, { rule, devices: [device] });
    else probe.devices.push(device);
  }
  return [...probes.values()];
}
