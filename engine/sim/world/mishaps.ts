/**
 * What goes wrong, when and for how long: every run has its own selection of kinds and its own pace.
 */
import type { Random } from "../../prove/random.ts";
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

/** Lets one mishap begin. */
export function beginMishap(world: World, kinds: readonly FaultKind[]): void {
  const { random, faults } = world.parts;
  const possible = kinds.filter((kind) => !CONSEQUENCES.has(kind));
  if (possible.length === 0) return;
  const kind = random.pick(possible);
  if (faults.may(kind)) MISHAPS[kind]?.(world);
}

type Mishap = (world: World) => void;

const MISHAPS: Partial<Record<FaultKind, Mishap>> = {
  drop: (world) => troubleNetwork(world, "drop"),
  duplicate: (world) => troubleNetwork(world, "duplicate"),
  reorder: (world) => troubleNetwork(world, "reorder"),
  delay: (world) => troubleNetwork(world, "delay"),
  partition: (world) => {
    const { random, network, tell } = world.parts;
    const link = random.pick(["engine", "api", "till", "gateway-1", "gateway-2", "reader-rated"]);
    tell(`${link} is cut off`);
    network.partition(link, random.int(1, 25) * US);
  },
  slow_consumer: (world) => {
    const { random } = world.parts;
    random.pick(world.readers).stall(random.int(5, 60) * US);
  },
  broker_restart: (world) => restartBroker(world, "nothing"),
  broker_loses_acknowledged: (world) =>
    restartBroker(world, { newest: world.parts.random.int(1, 30) }),
  broker_restarts_empty: (world) => restartBroker(world, "all"),
  bit_flip_journal: (world) => flip(world, "journal"),
  bit_flip_snapshot: (world) => flip(world, "snapshot"),
  disk_full: (world) => {
    const { random, tell } = world.parts;
    const { disk, name } = random.pick(world.disks);
    tell(`the disk of ${name} is full`);
    disk.trouble.isFull = true;
    world.later(random.int(1, 15) * US, () => {
      disk.trouble.isFull = false;
    });
  },
  write_error: (world) => troubleDisk(world, "writeErrors"),
  sync_error: (world) => troubleDisk(world, "syncErrors"),
  worker_dies: (world) => world.engine.killWorker(world.parts.random.int(0, 20)),
  engine_dies: (world) => {
    soon(world, () => {
      if (!world.engine.isUp) return;
      world.parts.faults.count("engine_dies");
      world.engine.die(false);
    });
  },
  engine_power_cut: (world) => {
    soon(world, () => {
      world.parts.faults.count("engine_power_cut");
      world.engine.die(true);
    });
  },
  gateway_dies: (world) => {
    const gateway = world.parts.random.pick(world.gateways);
    soon(world, () => {
      world.parts.faults.count("gateway_dies");
      gateway.die("process");
    });
  },
  gateway_power_cut: (world) => {
    const gateway = world.parts.random.pick(world.gateways);
    soon(world, () => {
      world.parts.faults.count("gateway_power_cut");
      gateway.die("power");
    });
  },
  gateway_disk_lost: (world) => {
    const gateway = world.parts.random.pick(world.gateways);
    soon(world, () => {
      world.parts.faults.count("gateway_disk_lost");
      gateway.die("disk");
    });
  },
  api_dies: (world) =>
    soon(world, () => {
      world.parts.faults.count("api_dies");
      return world.api.die();
    }),
  clock_jump: (world) => {
    const { random, faults, tell } = world.parts;
    const { clock, name } = random.pick(world.clocks);
    clock.offsetMs = random.int(-20_000, 20_000);
    faults.count("clock_jump");
    tell(`the clock of ${name} is ${clock.offsetMs} ms off`);
  },
};

/** At some moment of the next seconds: in the middle of whatever is going on then. */
function soon(world: World, work: () => unknown): void {
  world.later(world.parts.random.int(0, 4 * US), work);
}

function troubleNetwork(world: World, kind: "drop" | "duplicate" | "reorder" | "delay"): void {
  const { random, network } = world.parts;
  network.trouble[kind] = random.pick([0.02, 0.1, 0.4]);
  world.later(random.int(2, 30) * US, () => {
    network.trouble[kind] = 0;
  });
}

function troubleDisk(world: World, kind: "writeErrors" | "syncErrors"): void {
  const { random, tell } = world.parts;
  const { disk, name } = random.pick(world.disks);
  disk.trouble[kind] = random.pick([0.05, 0.3, 1]);
  tell(`the disk of ${name} has errors`);
  world.later(random.int(1, 8) * US, () => {
    disk.trouble[kind] = 0;
  });
}

function restartBroker(world: World, forgets: { newest: number } | "all" | "nothing"): void {
  const { random, broker, tell } = world.parts;
  if (!broker.owner.alive) return;
  tell(
    `the broker restarts${forgets === "nothing" ? "" : forgets === "all" ? " empty" : " without its newest messages"}`,
  );
  broker.restart(random.int(200, 8_000) * 1_000, forgets);
}

/** Bits turn where nobody looks: the engine meets them at its next start. */
function flip(world: World, kind: "journal" | "snapshot"): void {
  soon(world, () => {
    if (!world.engine.isUp) return;
    world.engine.die(false);
    world.engine.flipBit(kind);
  });
}
