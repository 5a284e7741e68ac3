/**
 * Brings a story to life: its meters behind real slaves on loopback, and its steps at their times on the installation's
 * clock. The same story gives the same meters; only the ports differ.
 */
import type { Clock } from "../../engine/contract/clock.ts";
import type { NetworkLink } from "../../engine/contract/link.ts";
import type { Service } from "../../engine/contract/services.ts";
import type { DeviceFile } from "../devices/device.ts";
import { loadDevices } from "../devices/load.ts";
import { chance, seedOf } from "./chance.ts";
import type { FieldFaultMode } from "./field-fault.ts";
import { addressText, type FieldLink, type LinkedMeter, startLink } from "./field-link.ts";
import { STORY_METERS_MAX, type Story, type StoryMeterPlan, type StoryStep } from "./story.ts";
import { StoryMeter } from "./story-meter.ts";

const HOST = "127.0.0.1";
const SERIALS = 90_000_000;
const FIRST_SERIAL = 10_000_000;
/** Most meters of one bus. */
const BUS_METERS_MAX = 240;

/** A meter as the registry should know it. */
export type StoryPlanMeter = {
  name: string;
  serial: string;
  service: Service;
  driver: DeviceFile["protocol"];
  device: string;
  link: NetworkLink;
  address: string;
  plan: StoryMeterPlan;
};

/** A story under way. */
export type RunningStory = {
  meters: readonly StoryPlanMeter[];
  /** The meters by their names, to look at what they really hold. */
  real: ReadonlyMap<string, StoryMeter>;
  /** Does a step now. */
  act(step: StoryStep): void;
  /** Makes a meter misbehave, or behave again. */
  setFault(name: string, fault: FieldFaultMode | undefined): void;
  close(): Promise<void>;
};

type Placed = LinkedMeter & { name: string; bus: string; meter: StoryMeter; plan: StoryMeterPlan };

/** Starts the slaves and the story. Throws an Error of one line for a device file that is not there. */
export async function startStory(story: Story, clock: Clock): Promise<RunningStory> {
  const { devices } = loadDevices();
  const placed = place(story, clock, devices);
  const links = new Map<string, FieldLink>();
  const close = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    await Promise.all([...links.values()].map((link) => link.close()));
  };
  const timers: NodeJS.Timeout[] = [];
  try {
    for (const bus of new Set(placed.map((one) => one.bus))) {
      const onBus = placed.filter((one) => one.bus === bus);
      const meters = new Map(onBus.map(({ serial, meter }) => [serial, meter]));
      links.set(
        bus,
        await startLink({ host: HOST, port: 0, placed: onBus, meters, devices, clock }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  const byName = new Map(placed.map((one) => [one.name, one]));
  const setFault = (name: string, fault: FieldFaultMode | undefined): void => {
    const one = byName.get(name);
    if (one !== undefined) links.get(one.bus)?.setFault(one.address, fault);
  };
  const act = (step: StoryStep): void => {
    const meter = byName.get(step.meter)?.meter;
    if (meter !== undefined) actOn(meter, step, (fault) => setFault(step.meter, fault));
  };
  for (const step of story.steps)
    timers.push(setTimeout(act, (step.at_s * 1_000) / clock.speed, step).unref());
  return {
    meters: placed.map((one) => planOf(one, links.get(one.bus)?.port ?? 0)),
    real: new Map(placed.map(({ name, meter }) => [name, meter])),
    act,
    setFault,
    close,
  };
}

function actOn(
  meter: StoryMeter,
  step: StoryStep,
  setFault: (fault: FieldFaultMode | undefined) => void,
): void {
  if (step.do === "flow") meter.setFlow(step.atoms_per_hour);
  else if (step.do === "fault") setFault(step.fault);
  else if (step.do === "heal") setFault(undefined);
  else if (step.do === "clock") meter.setClock(step.off_s);
  else if (step.do === "exchange") meter.exchange(step.serial, BigInt(step.atoms));
  else meter.moveRelay(step.closed);
}

function place(
  { name: ofStory, meters, seed }: Story,
  clock: Clock,
  devices: ReadonlyMap<string, DeviceFile>,
): Placed[] {
  const counts = new Map<string, number>();
  const first =
    Math.floor(chance(seedOf(ofStory), seed, 50) * (SERIALS - STORY_METERS_MAX)) + FIRST_SERIAL;
  return meters.map((plan, index) => {
    const device = devices.get(plan.device);
    if (device === undefined)
      throw new Error(`there is no device file "${plan.device}": drawdown devices lists them`);
    // A BACnet device stands alone on its port.
    const own = device.protocol === "bacnet" ? plan.name : plan.bus;
    const bus = `${device.protocol} ${own ?? ""}`;
    const address = (counts.get(bus) ?? 0) + 1;
    if (address > BUS_METERS_MAX)
      throw new Error(`a bus has at most BUS_METERS_MAX (${BUS_METERS_MAX}) meters: name another`);
    counts.set(bus, address);
    const serial = plan.serial ?? String(first + index);
    const meter = new StoryMeter({
      serial,
      service: plan.service,
      atoms: BigInt(plan.start_atoms),
      atomsPerHour: plan.atoms_per_hour,
      modulus: BigInt(plan.modulus_atoms),
      relay: device.relay !== undefined,
      nowS: clock.nowS,
    });
    const kind = { service: plan.service, driver: device.protocol, device: plan.device };
    return { name: plan.name, serial, kind, address, bus, meter, plan };
  });
}

function planOf(placed: Placed, port: number): StoryPlanMeter {
  const { name, serial, kind, plan } = placed;
  return { name, serial, ...kind, link: { host: HOST, port }, address: addressText(placed), plan };
}
