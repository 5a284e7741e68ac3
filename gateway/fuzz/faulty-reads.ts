/**
 * Reads M-Bus meters that misbehave, on several buses at once, through one driver, and holds every value that it gives
 * against what the meter that was asked must say. Each meter of the run counts something of its own, which never changes:
 * any other number is somebody else's.
 */
import type { RosterMeter } from "../../engine/contract/roster.ts";
import { loadDevices } from "../devices/load.ts";
import type { Driver } from "../drivers/driver.ts";
import { createMbusDriver } from "../drivers/mbus/driver.ts";
import { SLAVE_FAULTS, type SlaveFault } from "../drivers/mbus/slave/faults.ts";
import type { SlaveMeter } from "../drivers/mbus/slave/meter.ts";
import { createMbusSlaveServer, type MbusSlaveServer } from "../drivers/mbus/slave/server.ts";
import { type Random, seededRandom } from "./random.ts";

/** How many reads of faulty meters, on how many buses at once, and the seed of who fails how. */
export type FaultyReadsOptions = { reads: number; buses: number; seed: number };

/** What came of them. `foreign` must be 0; `byFault` counts the reads of faulty meters, `refused` those without a value. */
export type FaultyReadsReport = {
  reads: number;
  soundReads: number;
  own: number;
  refused: number;
  foreign: number;
  byFault: Record<SlaveFault, { reads: number; own: number }>;
};

const METERS_PER_BUS = 12;
/** Fast wires: an answer within 15 ms or never, so that late ones fall into the next one's time. */
const ANSWER_MS = 15;
const QUIET_MS = 2;
const NOW_S = 1_772_366_460;

type Bus = { number: number; server: MbusSlaveServer; random: Random };

/** Runs until so many reads of faulty meters are done; sound neighbours are read between them. */
export async function faultyReads(options: FaultyReadsOptions): Promise<FaultyReadsReport> {
  const report: FaultyReadsReport = {
    reads: 0,
    soundReads: 0,
    own: 0,
    refused: 0,
    foreign: 0,
    byFault: emptyCounts(),
  };
  const bounds = {
    answerMs: ANSWER_MS,
    quietMs: QUIET_MS,
    totalMs: 400,
    connectMs: 500,
    retries: 1,
  };
  const driver = createMbusDriver({ devices: loadDevices().devices, bounds });
  const numbers = Array.from({ length: options.buses }, (_, number) => number);
  const buses = await Promise.all(numbers.map((number) => startBus(number, options.seed)));
  try {
    await Promise.all(buses.map((bus) => exercise({ bus, driver, report, options })));
  } finally {
    await driver.close();
    await Promise.all(buses.map(({ server }) => server.close()));
  }
  return report;
}

async function startBus(number: number, seed: number): Promise<Bus> {
  const places = Array.from({ length: METERS_PER_BUS }, (_, place) => place);
  const server = await createMbusSlaveServer({
    meters: places.map((place) => slaveMeter(number, place)),
    // On each bus late answers come at another moment of the next conversation.
    lateMs: ANSWER_MS + 1 + number,
    dribbleMs: 1,
  });
  return { number, server, random: seededRandom(seed * 1_009 + number) };
}

type Exercise = {
  bus: Bus;
  driver: Driver;
  report: FaultyReadsReport;
  options: FaultyReadsOptions;
};

async function exercise({ bus, driver, report, options }: Exercise): Promise<void> {
  while (report.reads < options.reads) {
    const round = Array.from({ length: METERS_PER_BUS }, (_, place) => {
      const fault = bus.random.below(4) === 0 ? undefined : bus.random.pick(SLAVE_FAULTS);
      bus.server.setFault(idOf(bus.number, place), fault);
      return { place, fault, secondary: bus.random.below(2) === 0 };
    });
    await Promise.all(
      round.map(async ({ place, fault, secondary }) => {
        const meter = rosterMeter(bus, place, secondary);
        const outcome = await driver.read(meter, () => NOW_S);
        count(
          report,
          fault,
          outcome.ok ? outcome.registerAtoms - atomsOf(bus.number, place) : undefined,
        );
      }),
    );
  }
}

/** `off` is how far the value is from the meter's own; undefined where there was none. */
function count(
  report: FaultyReadsReport,
  fault: SlaveFault | undefined,
  off: bigint | undefined,
): void {
  if (off !== undefined && off !== 0n) report.foreign++;
  if (fault === undefined) {
    report.soundReads++;
    return;
  }
  report.reads++;
  report.byFault[fault].reads++;
  if (off === undefined) report.refused++;
  if (off !== 0n) return;
  report.own++;
  report.byFault[fault].own++;
}

function emptyCounts(): Record<SlaveFault, { reads: number; own: number }> {
  const none = { reads: 0, own: 0 };
  return {
    silent: { ...none },
    garbage: { ...none },
    truncated: { ...none },
    noise: { ...none },
    twice: { ...none },
    dribble: { ...none },
    late: { ...none },
    wrong_address: { ...none },
    wrong_id: { ...none },
    impostor: { ...none },
    endless: { ...none },
    endless_same: { ...none },
    restart: { ...none },
    reset: { ...none },
    stuck_relay: { ...none },
  };
}

/** Ids follow one another, so that `wrong_id` names the neighbour. */
function idOf(bus: number, place: number): string {
  return String(10_000_000 + bus * METERS_PER_BUS + place);
}

/** Whole litres, as the meters count in them. */
function atomsOf(bus: number, place: number): bigint {
  return BigInt(bus * METERS_PER_BUS + place + 1) * 1_001_000n;
}

/** Every third meter encrypts. */
function keyOf(bus: number, place: number): Uint8Array | undefined {
  if (place % 3 !== 0) return undefined;
  return Uint8Array.from({ length: 16 }, (_, index) => (bus * 31 + place * 7 + index) & 0xff);
}

function slaveMeter(bus: number, place: number): SlaveMeter {
  const key = keyOf(bus, place);
  return {
    address: place + 1,
    id: idOf(bus, place),
    manufacturer: "PAD",
    version: 1,
    kind: "water",
    coding: "bcd",
    values: () => ({ atS: NOW_S, volumeMl: atomsOf(bus, place), flowMlPerH: 0n }),
    relay: { connected: () => true, set: () => {} },
    ...(key !== undefined && { key }),
  };
}

function rosterMeter({ number, server }: Bus, place: number, secondary: boolean): RosterMeter {
  const key = keyOf(number, place);
  return {
    meter_id: idOf(number, place),
    serial: idOf(number, place),
    slot: place,
    service: "water",
    driver: "mbus",
    device: "pad-water-valve",
    link: { host: server.host, port: server.port },
    address: secondary ? "secondary" : String(place + 1),
    ...(key !== undefined && { key: Buffer.from(key).toString("hex").toUpperCase() }),
  };
}
