/**
 * The Modbus driver: many meters on few connections. A reading counts only when the serial number read in the same
 * exchange (or, where the device file allows it, earlier on the same unbroken connection) is the roster's.
 */
import type { Link } from "../../../engine/contract/link.ts";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import type { DeviceFile } from "../../devices/device.ts";
import type { ActOutcome, Driver, ReadOutcome, SupplyOrder } from "../driver.ts";
import { moveSupply } from "./act.ts";
import type { Unreadable } from "./decode.ts";
import { discoverUnits } from "./discover.ts";
import type { ModbusLink, Session } from "./link.ts";
import { LinkPool, type LinkPoolOptions } from "./links.ts";
import { Memory, type Remembered } from "./memory.ts";
import { actionsOf, stepsOf } from "./orders.ts";
import { lookAt, lookAtClock } from "./poll.ts";
import { judgeOf, outcomeOf, type Target, targetOf } from "./target.ts";

/** What the driver needs; times are in milliseconds, and `timeoutMs` overrides the device files'. */
export type ModbusDriverOptions = LinkPoolOptions & {
  devices: ReadonlyMap<string, DeviceFile>;
  timeoutMs?: number;
};

/** The driver, and its listener for meters that dial in. */
export type ModbusDriver = Driver & {
  /** The port that is listened on, undefined where none is; rejects with one line where it cannot be listened on. */
  listening(): Promise<number | undefined>;
};

/** A meter's clock is read at its first and then at every n-th reading. */
const CLOCK_EVERY = 10;

/** A driver for all Modbus meters of a gateway; with `listen` it listens at once. */
export function createModbusDriver(options: ModbusDriverOptions): ModbusDriver {
  const links = new LinkPool(options);
  const memory = new Memory();

  async function read(meter: RosterMeter, nowS: () => number): Promise<ReadOutcome> {
    const ready = prepare(meter);
    if ("ok" in ready) return ready;
    const { target, link } = ready;
    const remembered = memory.of(target);
    const seen = await link.exchange(target.party, (session) =>
      readOnce(session, { target, remembered, nowS }),
    );
    if (seen.ok) return seen;
    remembered.connection = undefined;
    return outcomeOf(seen, meter);
  }

  async function act(meter: RosterMeter, order: SupplyOrder): Promise<ActOutcome> {
    const target = targetOf(meter, options);
    if ("ok" in target) return target;
    const steps = stepsOf(target.device, order);
    if ("ok" in steps) return outcomeOf(steps, meter);
    const ready = prepare(meter);
    if ("ok" in ready) return ready;
    const { device, party } = target;
    const { limits } = memory.of(target);
    const done = await moveSupply(ready.link, party, {
      device,
      order,
      limits,
      judge: judgeOf(meter),
    });
    return done.ok ? done : outcomeOf(done, meter);
  }

  function prepare(meter: RosterMeter): { target: Target; link: ModbusLink } | Unreadable {
    const target = targetOf(meter, options);
    if ("ok" in target) return target;
    expectCaller(links, target);
    const link = links.get(meter.link, target.device.dial_in?.framing ?? "rtu");
    return "ok" in link ? outcomeOf(link, meter) : { target, link };
  }

  return {
    read,
    act,
    capabilities(meter) {
      const target = targetOf(meter, options);
      if ("ok" in target) return { actions: [], clock: false };
      return { actions: actionsOf(target.device), clock: target.device.clock !== undefined };
    },
    discover: (link: Link) => discoverUnits(links, link, options),
    close: () => links.close(),
    listening: async () => links.callers?.listening,
  };
}

type Reading = { target: Target; remembered: Remembered; nowS: () => number };

async function readOnce(
  session: Session,
  { target, remembered, nowS }: Reading,
): Promise<ReadOutcome> {
  const { meter, device } = target;
  const known = remembered.connection === session.connection ? remembered.reads : undefined;
  // Whoever dials in may be anybody: its meter tells who it is in each reading.
  const identity =
    known === undefined || known >= device.poll.identity_every || "caller" in meter.link;
  const wanted = { identity, billing: true, display: false, relay: true };
  const { limits } = remembered;
  const seen = await lookAt(session, device, { wanted, judge: judgeOf(meter), limits });
  if (!seen.ok) return seen;
  const { atoms } = seen;
  if (atoms === undefined) throw new Error("the billing register was asked for");
  const atS = nowS();
  const clock = remembered.untilClock-- <= 0;
  const meterClockS = clock ? await lookAtClock(session, device) : undefined;
  if (clock) remembered.untilClock = CLOCK_EVERY - 1;
  remembered.connection = session.connection;
  remembered.reads = identity ? 1 : known + 1;
  const reading = { ok: true, registerAtoms: atoms, atS, relay: seen.relay } as const;
  return meterClockS === undefined ? reading : { ...reading, meterClockS };
}

/** A caller that says nothing of itself is known by the serial number of a meter behind it. */
function expectCaller(links: LinkPool, { meter, device, party }: Target): void {
  if (!("caller" in meter.link) || device.identity.rule !== "serial") return;
  links.callers?.expect({
    name: meter.link.caller,
    serial: meter.serial,
    ...party,
    rule: device.identity,
    framing: device.dial_in?.framing ?? "rtu",
  });
}
