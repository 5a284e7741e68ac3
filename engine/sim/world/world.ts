/**
 * A whole installation in one thread: field, gateways, broker, engine, registry, api and tills, and what goes wrong.
 */
import { STREAMS } from "../../contract/subjects.ts";
import { Random } from "../../prove/random.ts";
import type { Bug } from "../bugs/bug.ts";
import { Checkers } from "../checks/checkers.ts";
import { Violations } from "../checks/violations.ts";
import { ApiMachine } from "./api-machine.ts";
import { Broker } from "./broker.ts";
import type { SimDisk } from "./disk.ts";
import { EngineMachine } from "./engine-machine.ts";
import { type FaultKind, Faults } from "./faults.ts";
import { GatewayMachine } from "./gateway-machine.ts";
import { Life, type MachineClock } from "./life.ts";
import { beginMishap, chooseKinds, type MishapRecord } from "./mishaps.ts";
import { Network } from "./network.ts";
import { SHARDS, writePlan } from "./plan.ts";
import { Postgres } from "./postgres.ts";
import { Reader } from "./reader.ts";
import { Scheduler } from "./scheduler.ts";
import type { SqlServer } from "./sql-server.ts";
import { Till } from "./till.ts";
import type { WorldParts } from "./world-parts.ts";

const US = 1_000_000;
/** Longest time in which everything must have come to rest once nothing goes wrong any more. */
const REST_US_MAX = 240 * US;
/** Steps of waiting for a moment between two batches. */
const STEPS_MAX = 100;
const STEP_US = 37_000;
/** Commands that the registry has no answer for. */
const PENDING = "select count(*) from engine_commands where state = 'pending'";
/** Lines of a story that are kept. */
const STORY_LINES_MAX = 2_000;

/** What a world is made from. `kinds` are those of the seed unless told. */
export type WorldOptions = {
  seed: number;
  minutes: number;
  server: SqlServer;
  module: WebAssembly.Module;
  bug: Bug;
  kinds?: readonly FaultKind[];
  /** The mishaps that happen, by their place in the order; all unless told. */
  only?: ReadonlySet<number>;
};

/** One world. */
export class World {
  readonly parts: WorldParts;
  readonly engine: EngineMachine;
  readonly api: ApiMachine;
  readonly till: Till;
  readonly gateways: readonly GatewayMachine[];
  readonly readers: readonly Reader[];
  readonly story: string[] = [];
  readonly kinds: readonly FaultKind[];
  /** What went wrong, in order, what was left out included. */
  readonly mishaps: MishapRecord[] = [];
  readonly #seed: number;
  readonly #only: ReadonlySet<number> | undefined;
  readonly #minutes: number;
  #isOver = false;

  constructor({ seed, minutes, server, module, bug, kinds, only }: WorldOptions) {
    const random = new Random(seed);
    const scheduler = new Scheduler();
    const violations = new Violations();
    this.#seed = seed;
    this.#only = only;
    this.#minutes = minutes;
    const chosen = chooseKinds(random);
    this.kinds = kinds ?? chosen;
    const faults = new Faults(this.kinds);
    const checkers = new Checkers(module, violations);
    const network = new Network({ random, faults, scheduler });
    const news = {
      stored: checkers.outputs.stored.bind(checkers.outputs),
      lost: checkers.outputs.lost.bind(checkers.outputs),
    };
    this.parts = {
      scheduler,
      random,
      faults,
      network,
      violations,
      checkers,
      bug,
      broker: new Broker({ scheduler, network, faults, news }),
      postgres: new Postgres(server, { scheduler, random }),
      tell: (line) => this.#tell(line),
    };
    this.engine = new EngineMachine(this.parts);
    this.api = new ApiMachine(this.parts);
    this.till = new Till(this.parts, this.api);
    this.gateways = Array.from(
      { length: SHARDS },
      (_, shard) => new GatewayMachine(shard + 1, shard, this.parts),
    );
    this.readers = [
      new Reader(this.parts, STREAMS.rated, "rated.>"),
      new Reader(this.parts, STREAMS.events, "event.>"),
    ];
  }

  /** The disks, by the name of their machine. */
  get disks(): { name: string; disk: SimDisk }[] {
    return [{ name: "engine", disk: this.engine.disk }, ...this.gateways];
  }

  /** The clocks, by the name of their machine. */
  get clocks(): { name: string; clock: MachineClock }[] {
    return [
      { name: "engine", clock: this.engine.clock },
      { name: "api", clock: this.api.clock },
      ...this.gateways,
    ];
  }

  /** Whether a mishap is to happen. */
  isWanted(ordinal: number): boolean {
    return this.#only?.has(ordinal) ?? true;
  }

  /** Lets something happen later, unless all faults are over by then. */
  later(waitUs: number, work: () => unknown): void {
    this.parts.scheduler.after(waitUs, { alive: true }, () => (this.#isOver ? undefined : work()));
  }

  /** Lives through all of it: a time with faults, then rest, then the reckoning. */
  async run(): Promise<void> {
    const { scheduler, violations } = this.parts;
    const undo = this.parts.bug.install?.();
    try {
      await this.#begin();
      const endUs = this.#minutes * 60 * US;
      await scheduler.run(endUs, () => violations.any);
      if (!violations.any) await this.#rest();
      if (!violations.any) await this.#conclude();
    } finally {
      undo?.();
    }
  }

  async #begin(): Promise<void> {
    const { scheduler, broker, postgres } = this.parts;
    const planner = new Life("planner", scheduler, { offsetMs: 0 });
    const written = writePlan(postgres.connect(planner));
    let isWritten = false;
    void written.then(() => {
      isWritten = true;
    });
    await scheduler.run(10 * US, () => isWritten);
    await written;
    broker.ensureStreams();
    this.engine.start();
    this.api.start();
    for (const gateway of this.gateways) gateway.start();
    for (const reader of this.readers) reader.start();
    this.#often([2_500, 7_000], () => {
      for (const gateway of this.gateways) gateway.poll();
    });
    this.#often([1_500, 9_000], () => this.till.sell());
    this.#often([8_000, 20_000], () => this.till.repeat());
    this.#often([10_000, 60_000], () => void this.api.order().catch(() => undefined));
    const misfortune = new Random(this.#seed + 0x5bd1);
    this.#misfortune(misfortune, misfortune.pick([4_000, 10_000, 25_000]));
  }

  /** Does something again and again, until the faults are over. */
  #often([least, most]: readonly [number, number], work: () => void): void {
    this.later(this.parts.random.int(least, most) * 1_000, () => {
      work();
      this.#often([least, most], work);
    });
  }

  /** One mishap after another. */
  #misfortune(random: Random, paceMs: number): void {
    this.later(random.int(500, paceMs) * 1_000, () => {
      const mishap = beginMishap(this, this.#seed, this.mishaps.length);
      if (mishap !== undefined) this.mishaps.push(mishap);
      this.#misfortune(random, paceMs);
    });
  }

  async #rest(): Promise<void> {
    const { scheduler, faults, network, violations } = this.parts;
    this.#isOver = true;
    faults.end();
    network.heal();
    this.engine.healFlips();
    this.engine.killWorker(-1);
    for (const { disk } of this.disks) disk.disarm();
    for (const { disk } of this.disks)
      Object.assign(disk.trouble, { isFull: false, writeErrors: 0, syncErrors: 0 });
    for (const { clock } of this.clocks) clock.offsetMs = 0;
    for (const reader of this.readers) reader.wake();
    this.#tell("nothing goes wrong any more");
    const untilUs = scheduler.nowUs + REST_US_MAX;
    let isAtRest = false;
    while (!isAtRest && scheduler.nowUs < untilUs && !violations.any) {
      await scheduler.run(scheduler.nowUs + 2 * US, () => violations.any);
      isAtRest = this.#unrest() === undefined;
    }
    const unrest = this.#unrest();
    if (unrest !== undefined && !violations.any) violations.add("everything comes to rest", unrest);
  }

  /** Why all has not come to rest yet. */
  #unrest(): string | undefined {
    const { broker, checkers } = this.parts;
    if (!this.engine.isUp) return "no engine runs";
    if (this.api.running === undefined) return "no api runs";
    if (this.till.open > 0) return `${this.till.open} sales have no answer`;
    for (const { name, depth } of this.gateways)
      if (depth !== 0) return `${name} has ${depth} frames or readings that are not acknowledged`;
    if (checkers.frames.owed() > 0) return `${checkers.frames.owed()} readings are on their way`;
    const [[pending = 0] = []] = this.parts.postgres.now(PENDING);
    if (Number(pending) > 0) return `${pending} commands are pending`;
    const missing = checkers.outputs.missing();
    if (missing.length > 0) return `${missing.length} outputs never came, such as ${missing[0]}`;
    return broker.waiting() > 0 ? `${broker.waiting()} messages wait in the broker` : undefined;
  }

  async #conclude(): Promise<void> {
    const { scheduler, checkers } = this.parts;
    // Between two batches the memories are what is durable; ticks leave room for that.
    for (let step = 0; step < STEPS_MAX && checkers.differing(this.engine.memories) >= 0; step++)
      await scheduler.run(scheduler.nowUs + STEP_US);
    checkers.compareMemories(this.engine.memories);
    checkers.conclude();
    this.till.conclude();
  }

  #tell(line: string): void {
    const { scheduler } = this.parts;
    scheduler.note(line);
    if (this.story.length < STORY_LINES_MAX)
      this.story.push(`${(scheduler.nowMs / 1_000).toFixed(3).padStart(9)} s  ${line}`);
  }
}
