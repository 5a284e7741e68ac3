/**
 * The simulated field: real Modbus TCP and M-Bus slaves on loopback, whose meters consume along daily profiles on the
 * installation's clock and stop when their relay is opened.
 */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../engine/contract/clock.ts";
import type { NetworkLink } from "../../engine/contract/link.ts";
import { loadDevices } from "../devices/load.ts";
import { chance } from "./chance.ts";
import { type FieldLink, startLink } from "./field-link.ts";
import { type FieldState, readFieldState, writeFieldState } from "./field-state.ts";
import { layOut, type MeterKind, type PlacedMeter } from "./layout.ts";
import { openingCredits } from "./opening-credit.ts";
import { type MeterState, type SimulatedMeter, simulateMeter } from "./simulated-meter.ts";

/** The address that the slaves listen on. */
const HOST = "127.0.0.1";
/** The state is written so long after a relay was moved, and in this period anyway. */
const SAVE_SOON_MS = 100;
const SAVE_MS = 5_000;
/** Registers of a new field, in atoms, are spread up to here. */
const FIRST_REGISTER_MAX: Record<MeterKind["service"], number> = {
  electricity: 9_000_000,
  water: 900_000_000,
  heating: 40_000_000,
};

/** What a field is made of. `meters` up to FIELD_METERS_MAX; the seed must stay the same for a state file. */
export type FieldOptions = { meters: number; clock: Clock; stateFile: string; seed: number };

/** One meter as the registry should know it. `site` and `unit` are names; the credit is a suggestion for a new account. */
export type PlannedMeter = MeterKind & {
  serial: string;
  site: string;
  unit: string;
  link: NetworkLink;
  address: string;
  openingCreditMicros: bigint;
};
/** The whole field: its sites in order, and every meter with its link. */
export type FieldPlan = { sites: string[]; meters: PlannedMeter[] };

/** A running field. */
export type Field = {
  plan: FieldPlan;
  /** The meters by serial number, to look at what they really hold and to move a relay by hand. */
  meters: ReadonlyMap<string, SimulatedMeter>;
  /** Writes the state and stops the slaves. */
  close(): Promise<void>;
};

/**
 * Starts the field. Links get the ports of the state file where those are free, else others: the plan tells. Rejects
 * when the state file is of another field or the folder cannot be written.
 */
export async function startField(options: FieldOptions): Promise<Field> {
  const { clock, seed, stateFile } = options;
  await mkdir(dirname(stateFile), { recursive: true });
  const before = await readFieldState(stateFile, seed);
  const placed = layOut(options.meters, seed);
  const saver = createSaver(() => writeFieldState(stateFile, stateNow()));
  const known = new Map(before?.meters.map((state) => [state.serial, state]));
  const meters = new Map<string, SimulatedMeter>();
  for (const [index, { serial, home, kind }] of placed.entries()) {
    const from = known.get(serial) ?? newState(serial, kind, { index, seed, nowS: clock.nowS() });
    meters.set(serial, simulateMeter(home, from, clock, saver.soon));
  }
  const links = await startLinks(placed, meters, { ports: before?.ports ?? {}, clock });
  const stateNow = (): FieldState => ({
    seed,
    meters: [...meters.values()].map((meter) => meter.state()),
    ports: Object.fromEntries([...links].map(([name, { port }]) => [name, port])),
  });
  await saver.start();
  return {
    plan: planOf(
      placed,
      links,
      openingCredits(placed, seed, { nowS: clock.nowS(), speed: clock.speed }),
    ),
    meters,
    close: async () => {
      await saver.close();
      await Promise.all([...links.values()].map((link) => link.close()));
    },
  };
}

function newState(
  serial: string,
  { service, relay }: MeterKind,
  at: { index: number; seed: number; nowS: number },
): MeterState {
  const atoms = Math.floor(chance(at.seed, at.index, 30) * FIRST_REGISTER_MAX[service]);
  return { serial, atoms: String(atoms), at_s: at.nowS, closed: relay ? true : null };
}

async function startLinks(
  placed: readonly PlacedMeter[],
  meters: ReadonlyMap<string, SimulatedMeter>,
  how: { ports: Record<string, number>; clock: Clock },
): Promise<Map<string, FieldLink>> {
  const { devices } = loadDevices();
  const links = new Map<string, FieldLink>();
  const { clock } = how;
  try {
    for (const name of new Set(placed.map(({ link }) => link))) {
      const onLink = placed.filter(({ link }) => link === name);
      const port = how.ports[name] ?? 0;
      links.set(
        name,
        await startLink({ host: HOST, port, placed: onLink, meters, devices, clock }),
      );
    }
  } catch (error) {
    await Promise.all([...links.values()].map((link) => link.close()));
    throw error;
  }
  return links;
}

function planOf(
  placed: readonly PlacedMeter[],
  links: ReadonlyMap<string, FieldLink>,
  credits: readonly bigint[],
): FieldPlan {
  const meters = placed.map(({ serial, kind, site, unit, link, address }, index) => ({
    ...kind,
    serial,
    site,
    unit,
    link: { host: HOST, port: links.get(link)?.port ?? 0 },
    address: String(address),
    openingCreditMicros: credits[index] ?? 0n,
  }));
  return { sites: [...new Set(placed.map(({ site }) => site))], meters };
}

/** Writes now and then, soon after something happened, and never two at a time. */
function createSaver(write: () => Promise<void>): {
  start(): Promise<void>;
  soon(): void;
  close(): Promise<void>;
} {
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const now = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    last = last.catch(() => undefined).then(write);
    return last;
  };
  const quietly = (): void => void now().catch(() => undefined);
  let interval: NodeJS.Timeout | undefined;
  return {
    start: async () => {
      await now();
      interval = setInterval(quietly, SAVE_MS);
    },
    soon: () => {
      timer ??= setTimeout(quietly, SAVE_SOON_MS);
    },
    close: async () => {
      clearInterval(interval);
      await now();
    },
  };
}
