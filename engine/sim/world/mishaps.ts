/**
 * What goes wrong, when and for how long: every run has its own selection of kinds and its own pace.
 */
import { Random } from "../../prove/random.ts";
import type { SimDisk } from "./disk.ts";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";
import type { World } from "./world.ts";

const US = 1_000_000;

/** The kinds that a run has: often many, sometimes few, so that none hides behind another. */
export function chooseKinds(random: Random): FaultKind[] {
  const share = random.pick([0.25, 0.5, 0.75, 1]);
  const chosen = random.some([...FAULT_KINDS], share);
  return chosen.length > 0 ? chosen : [random.pick(FAULT_KINDS)];
}

/** Kinds that are the consequence of another and never begin by themselves. */
const CONSEQUENCES = new Set<FaultKind>(["torn_write", "unsynced_tail_lost", "names_lost"]);

/** A mishap: its place in the run's order, its kind, and when it began. */
export type MishapRecord = { ordinal: number; kind: FaultKind; atMs: number };

/**
 * Lets one mishap begin. What it is and how long it lasts comes from the seed and its place in the order alone, so that it
 * is the same when others are left out.
 */
export function beginMishap(world: World, seed: number, ordinal: number): MishapRecord | undefined {
  const random = new Random(seed * 1_000_003 + ordinal);
  const possible = world.kinds.filter((kind) => !CONSEQUENCES.has(kind));
  if (possible.length === 0) return undefined;
  const kind = random.pick(possible);
  const record = { ordinal, kind, atMs: world.parts.scheduler.nowMs };
  if (world.isWanted(ordinal)) MISHAPS[kind]?.(world, random);
  return record;
}

type Mishap = (world: World, random: Random) => void;

const MISHAPS: Partial<Record<FaultKind, Mishap>> = {
  drop: (world, random) => troubleNetwork(world, random, "drop"),
  duplicate: (world, random) => troubleNetwork(world, random, "duplicate"),
  reorder: (world, random) => troubleNetwork(world, random, "reorder"),
  delay: (world, random) => troubleNetwork(world, random, "delay"),
  partition: (world, random) => {
    const { network, tell } = world.parts;
    const link = random.pick(["engine", "api", "till", "gateway-1", "gateway-2", "reader-rated"]);
    tell(`${link} is cut off`);
    network.partition(link, random.int(1, 25) * US);
  },
  slow_consumer: (world, random) => {
    random.pick(world.readers).stall(random.int(5, 60) * US);
  },
  broker_restart: (world, random) => restartBroker(world, random, "nothing"),
  broker_loses_acknowledged: (world, random) =>
    restartBroker(world, random, { newest: random.int(1, 30) }),
  broker_restarts_empty: (world, random) => restartBroker(world, random, "all"),
  bit_flip_journal: (world, random) => flip(world, random, "journal"),
  bit_flip_snapshot: (world, random) => flip(world, random, "snapshot"),
  disk_full: (world, random) => {
    const { tell } = world.parts;
    const { disk, name } = random.pick(world.disks);
    tell(`the disk of ${name} is full`);
    disk.trouble.isFull = true;
    world.later(random.int(1, 15) * US, () => {
      disk.trouble.isFull = false;
    });
  },
  write_error: (world, random) => troubleDisk(world, random, "writeErrors"),
  sync_error: (world, random) => troubleDisk(world, random, "syncErrors"),
  worker_dies: (world, random) => world.engine.killWorker(random.int(0, 20)),
  engine_dies: (world, random) =>
    inTheMiddle(world, random, world.engine.disk, () => {
      if (world.engine.die(false)) world.parts.faults.count("engine_dies");
    }),
  engine_power_cut: (world, random) =>
    inTheMiddle(world, random, world.engine.disk, () => {
      if (world.engine.die(true)) world.parts.faults.count("engine_power_cut");
    }),
  gateway_dies: (world, random) => {
    const gateway = random.pick(world.gateways);
    inTheMiddle(world, random, gateway.disk, () => {
      if (gateway.die("process")) world.parts.faults.count("gateway_dies");
    });
  },
  gateway_power_cut: (world, random) => {
    const gateway = random.pick(world.gateways);
    inTheMiddle(world, random, gateway.disk, () => {
      if (gateway.die("power")) world.parts.faults.count("gateway_power_cut");
    });
  },
  gateway_disk_lost: (world, random) => {
    const gateway = random.pick(world.gateways);
    soon(world, random, () => {
      if (gateway.die("disk")) world.parts.faults.count("gateway_disk_lost");
    });
  },
  api_dies: (world, random) =>
    soon(world, random, () => {
      if (world.api.die()) world.parts.faults.count("api_dies");
    }),
  clock_jump: (world, random) => {
    const { faults, tell } = world.parts;
    const { clock, name } = random.pick(world.clocks);
    clock.offsetMs = random.int(-20_000, 20_000);
    faults.count("clock_jump");
    tell(`the clock of ${name} is ${clock.offsetMs} ms off`);
  },
};

/** At some moment of the next seconds: in the middle of whatever is going on then. */
function soon(world: World, random: Random, work: () => unknown): void {
  world.later(random.int(0, 4 * US), work);
}

/** Mostly while an operation of a disk is under way, since it is then that something can be lost. */
function inTheMiddle(world: World, random: Random, disk: SimDisk, work: () => void): void {
  const operations = random.int(0, 15);
  if (random.chance(0.3)) soon(world, random, work);
  else soon(world, random, () => disk.trap(operations, work));
}

function troubleNetwork(
  world: World,
  random: Random,
  kind: "drop" | "duplicate" | "reorder" | "delay",
): void {
  const { network } = world.parts;
  network.trouble[kind] = random.pick([0.02, 0.1, 0.4]);
  world.later(random.int(2, 30) * US, () => {
    network.trouble[kind] = 0;
  });
}

function troubleDisk(world: World, random: Random, kind: "writeErrors" | "syncErrors"): void {
  const { tell } = world.parts;
  const { disk, name } = random.pick(world.disks);
  disk.trouble[kind] = random.pick([0.05, 0.3, 1]);
  tell(`the disk of ${name} has errors`);
  world.later(random.int(1, 8) * US, () => {
    disk.trouble[kind] = 0;
  });
}

function restartBroker(
  world: World,
  random: Random,
  forgets: { newest: number } | "all" | "nothing",
): void {
  const { broker, tell } = world.parts;
  if (!broker.owner.alive) return;
  tell(
    `the broker restarts${forgets === "nothing" ? "" : forgets === "all" ? " empty" : " without its newest messages"}`,
  );
  broker.restart(random.int(200, 8_000) * 1_000, forgets);
}

/** Bits turn where nobody looks: the engine meets them at its next start. */
function flip(world: World, random: Random, kind: "journal" | "snapshot"): void {
  soon(world, random, () => {
    if (world.engine.isUp && world.engine.die(false)) world.engine.flipBit(kind);
  });
}
