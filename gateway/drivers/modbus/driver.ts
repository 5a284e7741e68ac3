/**
 * The Modbus driver: many meters on few connections. A reading counts only when the serial number read in the same
 * exchange (or, where the device file allows it, earlier on the same unbroken connection) is the roster's.
 */
import { linkName } from "../../../engine/contract/link.ts";
import { ROSTER_METERS_MAX, type RosterMeter } from "../../../engine/contract/roster.ts";
import { isRelayAction, RELAY_ACTIONS } from "../../../engine/contract/supply.ts";
import type { DeviceFile } from "../../devices/device.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { ActOutcome, Driver, ReadOutcome, SupplyOrder } from "../driver.ts";
import { moveRelay } from "./act.ts";
import { sameSerial, type Unreadable } from "./decode.ts";
import { discoverUnits } from "./discover.ts";
import type { Party, Session } from "./link.ts";
import { LinkPool, type LinkPoolOptions } from "./links.ts";
import { type Judge, lookAt } from "./poll.ts";
import { unitOf } from "./unit.ts";

/** What the driver needs; times are in milliseconds, and `timeoutMs` overrides the device files'. */
export type ModbusDriverOptions = LinkPoolOptions & {
  devices: ReadonlyMap<string, DeviceFile>;
  timeoutMs?: number;
};

/** A meter of the roster with all that is needed to talk to it. */
type Target = { meter: RosterMeter; device: ModbusDevice; party: Party };
/** When a meter last told its serial number: on which connection, and how many reads ago. */
type Told = { connection: number; reads: number };

/** A driver for all Modbus meters of a gateway. */
export function createModbusDriver(options: ModbusDriverOptions): Driver {
  const links = new LinkPool(options);
  const told = new Map<string, Told>();

  async function read(meter: RosterMeter, nowS: () => number): Promise<ReadOutcome> {
    const target = targetOf(meter, options);
    if ("ok" in target) return target;
    const link = links.get(meter.link);
    if ("ok" in link) return outcomeOf(link, meter);
    const seen = await link.exchange(target.party, (session) => readOnce(session, target));
    if (!seen.ok) return outcomeOf(seen, meter);
    return { ok: true, registerAtoms: seen.atoms ?? 0n, atS: nowS(), relay: seen.relay };
  }

  async function readOnce(session: Session, target: Target) {
    const { meter, device } = target;
    const key = `${meter.meter_id} ${meter.serial} ${linkName(meter.link)}/${meter.address}`;
    const before = told.get(key);
    const known =
      before?.connection === session.connection ? before.reads : device.poll.identity_every;
    const identity = known >= device.poll.identity_every;
    const wanted = { identity, billing: true, display: false, relay: device.relay !== undefined };
    const seen = await lookAt(session, device, wanted, judgeOf(meter));
    if (told.size > ROSTER_METERS_MAX) told.clear();
    if (seen.ok) told.set(key, { connection: session.connection, reads: identity ? 1 : known + 1 });
    else told.delete(key);
    return seen;
  }

  async function act(meter: RosterMeter, { action }: SupplyOrder): Promise<ActOutcome> {
    if (!isRelayAction(action)) {
      const message = `no Modbus device file says how to ${action} a supply`;
      return outcomeOf({ ok: false, fault: "not_available", message }, meter);
    }
    const target = targetOf(meter, options);
    if ("ok" in target) return target;
    const link = links.get(meter.link);
    if ("ok" in link) return outcomeOf(link, meter);
    const done = await moveRelay(link, target.party, { ...target, action, judge: judgeOf(meter) });
    return done.ok ? done : outcomeOf(done, meter);
  }

  return {
    read,
    act,
    capabilities(meter) {
      const target = targetOf(meter, options);
      const relay = !("ok" in target) && target.device.relay !== undefined;
      return { actions: relay ? RELAY_ACTIONS : [], clock: false };
    },
    discover: (link) => discoverUnits(links, link, options),
    close: () => links.close(),
  };
}

function targetOf(meter: RosterMeter, options: ModbusDriverOptions): Target | Unreadable {
  const device = options.devices.get(meter.device);
  if (device === undefined || device.protocol !== "modbus") {
    const message = `${meter.meter_id}: no Modbus device file "${meter.device}"; drawdown devices lists them`;
    return { ok: false, fault: "refused", message };
  }
  const unit = unitOf(meter.address);
  if (unit === undefined) {
    const message = `${meter.meter_id}: address "${meter.address}" is no unit; write 1 to 247 or 255`;
    return { ok: false, fault: "refused", message };
  }
  return { meter, device, party: { unit, timeoutMs: options.timeoutMs ?? device.poll.timeout_ms } };
}

function judgeOf(meter: RosterMeter): Judge {
  return (serial) => {
    if (sameSerial(serial, meter.serial)) return undefined;
    const message = `serial number ${serial} answers instead of ${meter.serial}: look at roster and wiring`;
    return { ok: false, fault: "wrong_identity", message };
  };
}

function outcomeOf(refusal: Unreadable, meter: RosterMeter): Unreadable {
  const { fault, message } = refusal;
  return { ok: false, fault, message: `${meter.meter_id}: ${message}` };
}
