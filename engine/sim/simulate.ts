/**
 * Simulation: one seed after another, each a whole installation with what goes wrong in it. What violates a promise is
 * told again with fewer and fewer mishaps, until none can be left out.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadKernel } from "../../kernel-as/kernel.ts";
import { type Bug, NO_BUG } from "./bugs/bug.ts";
import type { Violation } from "./checks/violations.ts";
import { FAULT_KINDS, type FaultKind } from "./world/faults.ts";
import { SqlServer } from "./world/sql-server.ts";
import { World } from "./world/world.ts";

/** Runs of a shorter story that are tried at most. */
const SHORTER_MAX = 80;
const MS_PER_MINUTE = 60_000;

/** What can be run again and again: the kernel and the registry's server are started once. */
export type Stage = { module: WebAssembly.Module; server: SqlServer };

/** What came of one seed. */
export type SeedResult = {
  seed: number;
  faults: Record<FaultKind, number>;
  readings: number;
  commands: number;
  vends: number;
  /** Virtual time that passed, in milliseconds. */
  simulatedMs: number;
  /** Stands for everything that happened, in order: the same seed gives the same. */
  digest: string;
  /** The first promise that was broken. */
  violation: Violation | undefined;
  /** What people want to read of it. */
  story: readonly string[];
  /** Places of the mishaps that happened. */
  mishaps: readonly number[];
};

/** What one run is made from. */
export type RunOptions = {
  seed: number;
  minutes: number;
  bug?: Bug;
  kinds?: readonly FaultKind[];
  only?: ReadonlySet<number>;
};

/** Worlds between two collections of what they left. */
const COLLECT_WORLDS = 8;

/**
 * Frees the memories of worlds gone by. Each reserves gigabytes of addresses and holds little, so that by itself it is not
 * thought worth while.
 */
const collect = ((): (() => void) => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();
let worlds = 0;

/** Loads the kernel and starts the registry's server. */
export async function openStage(): Promise<Stage> {
  return { module: loadKernel(), server: await SqlServer.start() };
}

/** Lives through one seed. */
export async function runSeed(stage: Stage, options: RunOptions): Promise<SeedResult> {
  if (++worlds % COLLECT_WORLDS === 0) collect();
  const world = new World({ ...stage, ...options, bug: options.bug ?? NO_BUG });
  const { parts } = world;
  await world.run().catch((error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parts.violations.add("the simulation can go on", text);
  });
  return {
    seed: options.seed,
    faults: countsOf(parts.faults.counts),
    ...parts.checkers.checked,
    vends: world.till.sold,
    simulatedMs: parts.scheduler.nowMs,
    digest: parts.scheduler.digest(),
    violation: parts.violations.all[0],
    story: world.story,
    mishaps: world.mishaps.map(({ ordinal }) => ordinal).filter((each) => world.isWanted(each)),
  };
}

/** The shortest story that still breaks the same promise: less time, then fewer mishaps. */
export async function shorten(
  stage: Stage,
  options: RunOptions,
  found: SeedResult,
): Promise<SeedResult> {
  let shortest = found;
  let tries = 0;
  const retell = async (minutes: number, only: ReadonlySet<number>): Promise<boolean> => {
    if (++tries > SHORTER_MAX) return false;
    const told = await runSeed(stage, { ...options, minutes, only });
    if (told.violation?.promise !== found.violation?.promise) return false;
    shortest = told;
    return true;
  };
  const minutes = Math.min(options.minutes, found.simulatedMs / MS_PER_MINUTE);
  let kept = [...found.mishaps];
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < kept.length; ) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await retell(minutes, new Set(fewer))) kept = fewer;
      else from += size;
    }
  }
  return shortest;
}

/** Counts of all kinds, also of those that did not happen. */
export function countsOf(counts: ReadonlyMap<FaultKind, number>): Record<FaultKind, number> {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, counts.get(kind) ?? 0])) as Record<
    FaultKind,
    number
  >;
}
