/**
 * The M-Bus driver of the gateway: one bus a link, meters read and their relays moved by device file.
 */
import { type Link, linkName } from "../../../engine/contract/link.ts";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import { atomOf } from "../../../engine/contract/services.ts";
import { isRelayAction, RELAY_ACTIONS } from "../../../engine/contract/supply.ts";
import type { DeviceFile } from "../../devices/device.ts";
import type { MbusDevice } from "../../devices/mbus-device.ts";
import type { Driver, ReadOutcome } from "../driver.ts";
import { createBus, type MbusBus } from "./bus.ts";
import { meterClockS } from "./clock.ts";
import { discoverBus } from "./discover.ts";
import type { Talk } from "./link/ask.ts";
import type { BusBounds } from "./link/bounds.ts";
import { refusal } from "./link/refusal.ts";
import { createMaster, type Master, type ReadOptions, type Readout } from "./master.ts";
import { billedAtoms } from "./register.ts";
import { relayStateOf } from "./relay.ts";
import { switchSupply } from "./switching.ts";
import { modelRefusal, type Target, targetOf } from "./target.ts";

/** Most buses of one driver. */
const BUSES_MAX = 1024;

/** Device files by name, and the waiting times of a bus where they are not to be the usual ones. */
export type MbusDriverOptions = {
  devices: ReadonlyMap<string, DeviceFile>;
  bounds?: Partial<BusBounds>;
};

type Wire = { bus: MbusBus; master: Master };

/** A driver without connections; each bus connects when it is first used. */
export function createMbusDriver({ devices, bounds = {} }: MbusDriverOptions): Driver {
  const wires = new Map<string, Wire>();
  let closed = false;
  const wireTo = (link: Link): Wire | undefined => {
    const name = linkName(link);
    const known = wires.get(name);
    if (known !== undefined || wires.size >= BUSES_MAX || "caller" in link) return known;
    const wire = { bus: createBus(link, bounds), master: createMaster() };
    wires.set(name, wire);
    return wire;
  };
  /** The wire and what is to be asked on it, or why nothing can be. */
  const prepare = (meter: RosterMeter) => {
    if (closed) return refusal("closed", "the driver was closed");
    const target = targetOf(meter, devices);
    if (!target.ok) return target;
    if ("caller" in meter.link)
      return refusal("not_available", "M-Bus is read through a host and port or a serial line");
    const wire = wireTo(meter.link);
    return wire === undefined
      ? refusal("busy", `${BUSES_MAX} buses are open already`)
      : { ok: true as const, target, wire };
  };

  return {
    async read(meter, nowS) {
      const ready = prepare(meter);
      if (!ready.ok) return ready;
      const { target, wire } = ready;
      let atS = nowS();
      const stamp = (): void => {
        atS = nowS();
      };
      const readout = await wire.bus.run((talk) =>
        wire.master.read(deviceTalk(talk, target.device, bounds), target.meter, {
          ...howToRead(target),
          onFirst: stamp,
        }),
      );
      return readout.ok ? reading(meter, target, { readout, atS }) : readout;
    },
    async act(meter, { action }) {
      if (!isRelayAction(action))
        return refusal("not_available", `no M-Bus device file says how to ${action} a supply`);
      const ready = prepare(meter);
      if (!ready.ok) return ready;
      const { target, wire } = ready;
      const { relay } = target.device;
      if (relay === undefined) {
        return refusal("no_relay", `device file ${meter.device} has no relay or valve`);
      }
      const check = (header: Readout["header"]) => modelRefusal(header, target.device);
      return await wire.bus.run((talk) => {
        const own = deviceTalk(talk, target.device, bounds);
        return switchSupply(wire.master, own, {
          meter: target.meter,
          relay,
          action,
          check,
          how: howToRead(target),
        });
      });
    },
    capabilities(meter) {
      const target = targetOf(meter, devices);
      if (!target.ok) return { actions: [], clock: false };
      const { relay, clock } = target.device;
      return { actions: relay === undefined ? [] : RELAY_ACTIONS, clock: clock !== undefined };
    },
    discover: (link) => discoverBus(closed ? undefined : wireTo(link)),
    async close() {
      closed = true;
      await Promise.all(Array.from(wires.values(), ({ bus }) => bus.close()));
      wires.clear();
    },
  };
}

function howToRead({ device, key }: Target): ReadOptions {
  return { key, reset: device.application_reset };
}

/** The bounds of the device file hold, unless the driver was given its own. */
function deviceTalk(talk: Talk, device: MbusDevice, own: Partial<BusBounds>): Talk {
  const answerMs = own.answerMs ?? device.poll.timeout_ms;
  const settleMs = own.settleMs ?? device.relay?.settle_ms ?? talk.bounds.settleMs;
  const deadlineMs = talk.deadlineMs + settleMs;
  return { ...talk, deadlineMs, bounds: { ...talk.bounds, answerMs, settleMs } };
}

type Stamped = { readout: Readout; atS: number };

function reading(meter: RosterMeter, { device }: Target, { readout, atS }: Stamped): ReadOutcome {
  const stranger = modelRefusal(readout.header, device);
  if (stranger !== undefined) return stranger;
  const register = billedAtoms(readout.records, device.register.quantity);
  if (!register.ok) return register;
  if (register.atom !== atomOf(meter.service)) {
    const message = `the meter counts ${register.atom}, ${meter.service} is sold in ${atomOf(meter.service)}`;
    return refusal("not_available", message);
  }
  const relay =
    device.relay === undefined ? "none" : (relayStateOf(readout.records, device.relay) ?? "none");
  const clockS = meterClockS(readout.records, device.clock, atS);
  const clock = clockS === undefined ? {} : { meterClockS: clockS };
  return { ok: true, registerAtoms: register.atoms, atS, relay, ...clock };
}
