/**
 * The BACnet/IP driver: all meters of a gateway through one socket. A reading counts only when the device instance, the
 * model and the serial number read in the same poll are the roster's.
 */
import { isNetworkLink } from "../../../engine/contract/link.ts";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import { isRelayAction, RELAY_ACTIONS } from "../../../engine/contract/supply.ts";
import type { DeviceFile } from "../../devices/device.ts";
import type { ActOutcome, Driver, ReadOutcome, SupplyOrder } from "../driver.ts";
import { moveRelay } from "./act.ts";
import { type Failed, failed } from "./calls.ts";
import { Subscriptions } from "./cov.ts";
import { discoverDevices } from "./discover.ts";
import { hasPoint } from "./objects.ts";
import { addressOf, type Peer, type Place, placeOf } from "./peer.ts";
import { lookAt, type Target } from "./poll.ts";
import { BacnetPort, type PortOptions } from "./port.ts";

/** What the driver needs; `timeoutMs` overrides the device files', `bind` says where the socket is. */
export type BacnetDriverOptions = {
  devices: ReadonlyMap<string, DeviceFile>;
  timeoutMs?: number;
  bind?: PortOptions;
  /** Told that a meter's register has changed, by a device that was asked to say so: a reason to read it now. */
  onChange?: (meter: RosterMeter) => void;
};

/** A driver for all BACnet meters of a gateway. */
export function createBacnetDriver(options: BacnetDriverOptions): Driver {
  const port = new BacnetPort(options.bind);
  const { onChange } = options;
  const subscriptions = onChange === undefined ? undefined : new Subscriptions(port, onChange);

  async function read(meter: RosterMeter, nowS: () => number): Promise<ReadOutcome> {
    const target = await targetOf(meter, options);
    if ("fault" in target) return outcomeOf(target, meter);
    const want = { billing: true, relay: target.device.relay !== undefined };
    const seen = await lookAt(port, target, want);
    if (!seen.ok) return outcomeOf(seen, meter);
    // The reading does not wait for it: a device that refuses to tell changes is read all the same.
    void subscriptions?.keep(meter, target);
    return { ok: true, registerAtoms: seen.atoms, atS: nowS(), relay: seen.relay };
  }

  async function act(meter: RosterMeter, { action }: SupplyOrder): Promise<ActOutcome> {
    if (!isRelayAction(action)) {
      const message = `no BACnet device file says how to ${action} a supply`;
      return outcomeOf(failed("not_available", message), meter);
    }
    const target = await targetOf(meter, options);
    if ("fault" in target) return outcomeOf(target, meter);
    const done = await moveRelay(port, target, action);
    return done.ok ? done : outcomeOf(done, meter);
  }

  return {
    read,
    act,
    capabilities(meter) {
      const device = options.devices.get(meter.device);
      const relay = device?.protocol === "bacnet" && device.relay !== undefined;
      return { actions: relay ? RELAY_ACTIONS : [], clock: false };
    },
    discover: (link) => discoverDevices(port, link, options),
    async close() {
      subscriptions?.close();
      await port.close();
    },
  };
}

async function targetOf(
  meter: RosterMeter,
  options: BacnetDriverOptions,
): Promise<Target | Failed> {
  const device = options.devices.get(meter.device);
  if (device === undefined || device.protocol !== "bacnet") {
    const message = `no BACnet device file "${meter.device}"; drawdown devices lists them`;
    return failed("refused", message);
  }
  const place = placeOf(meter.address);
  if (place === undefined || !hasPoint(device, place.point)) {
    const message = `address "${meter.address}" is no device instance; write 1234, 1234/2 for its third point, or 1234@5:0A behind a router`;
    return failed("refused", message);
  }
  const peer = await peerOf(meter, place);
  if ("fault" in peer) return peer;
  const timeoutMs = options.timeoutMs ?? device.poll.timeout_ms;
  return { device, place, peer, timeoutMs, serial: meter.serial };
}

async function peerOf({ link }: RosterMeter, place: Place): Promise<Peer | Failed> {
  if (!isNetworkLink(link)) return failed("refused", "BACnet/IP needs a link of host and port");
  const address = await addressOf(link.host);
  if (address === undefined)
    return failed("unreachable", `the host ${link.host} has no IPv4 address`);
  return { address, port: link.port, station: place.station };
}

function outcomeOf({ fault, message }: Pick<Failed, "fault" | "message">, meter: RosterMeter) {
  return { ok: false, fault, message: `${meter.meter_id}: ${message}` } as const;
}
