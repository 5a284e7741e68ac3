/**
 * The machine that the engine runs on: its disk, its clock, and one engine process after another.
 */
import type { DurableAck } from "../../contract/acks.ts";
import type { Clock } from "../../contract/clock.ts";
import { ackSubject, engineCommand } from "../../contract/subjects.ts";
import type { Transport } from "../../contract/transport.ts";
import { Engine, type EngineOptions } from "../../core/engine.ts";
import { openInputs } from "../../nats/inputs.ts";
import { SimDisk } from "./disk.ts";
import { BEGIN_MS, Life, type MachineClock } from "./life.ts";
import { BEGIN_S, SHARDS, SPEED } from "./plan.ts";
import { simPool } from "./pool.ts";
import { connectSim, type SimTransport } from "./transport.ts";
import type { WorldParts } from "./world-parts.ts";

const FOLDER = "/engine";
const TICK_MS = 6_000;
const NOTE_MS = 2_000;
const SNAPSHOT_MS = 20_000;
const RESTART_MS: readonly [number, number] = [200, 3_000];
const PUBLISH_WAIT_MS = 10_000;
/** Starts that may fail in a row once nothing goes wrong any more. */
const FAILURES_MAX = 8;
const SEGMENT_BYTES = 98_304;

/** The engine's machine. */
export class EngineMachine {
  readonly disk: SimDisk;
  readonly clock: MachineClock = { offsetMs: 0 };
  readonly #parts: WorldParts;
  #life: Life | undefined;
  #engine: Engine | undefined;
  #memories: readonly (WebAssembly.Memory | undefined)[] = [];
  /** Ways to turn bits back that were turned on the disk. */
  #flips: (() => void)[] = [];
  /** Calls until the next worker dies; negative for never. */
  #callsToDeath = -1;
  /** Starts in a row that came to nothing. */
  #failures = 0;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    this.disk = new SimDisk("engine", parts);
  }

  /** The running engine. */
  get engine(): Engine | undefined {
    return this.#life?.alive === true ? this.#engine : undefined;
  }

  /** The shards' memories of the running engine. */
  get memories(): readonly (WebAssembly.Memory | undefined)[] {
    return this.#memories;
  }

  /** Starts a process. */
  start(): void {
    const life = new Life("engine", this.#parts.scheduler, this.clock);
    this.#life = life;
    this.#engine = undefined;
    void this.#run(life).catch((error: unknown) => this.#failed(life, error));
  }

  /** Ends the process wherever it is; `power`: and all that the machine had not synced. Another one starts by itself. False when none ran. */
  die(power: boolean): boolean {
    if (this.#life?.alive !== true) return false;
    this.#life.kill();
    this.#engine = undefined;
    this.#parts.tell(power ? "the engine's machine loses its power" : "the engine is killed");
    if (power) this.disk.cutPower();
    this.#startSoon();
    return true;
  }

  /** Lets a worker die in one of its next calls. */
  killWorker(calls: number): void {
    this.#callsToDeath = calls;
  }

  /** While no process runs: turns a bit of a cold file. False when there is none. */
  flipBit(kind: "journal" | "snapshot"): boolean {
    const { random } = this.#parts;
    const folder = `${FOLDER}/${kind === "journal" ? "journal" : "snapshots"}`;
    const suffix = kind === "journal" ? ".log" : ".snap";
    const paths = this.disk
      .files(folder)
      .filter(({ path, bytes }) => path.endsWith(suffix) && bytes > 0);
    if (paths.length === 0) return false;
    const { path } = random.pick(paths);
    const at = this.disk.placeIn(path, random);
    this.#flips.push(this.disk.flip(path, at, random.int(0, 7)));
    this.#parts.faults.count(kind === "journal" ? "bit_flip_journal" : "bit_flip_snapshot");
    this.#parts.tell(`a bit turns in ${path} at byte ${at}`);
    return true;
  }

  /** Restores what was turned, as from a backup. */
  healFlips(): void {
    for (const turnBack of this.#flips.splice(0)) turnBack();
  }

  /** Whether an engine takes inputs. */
  get isUp(): boolean {
    return this.engine !== undefined;
  }

  async #run(life: Life): Promise<void> {
    const { bug, broker, network } = this.#parts;
    const connection = connectSim({ broker, network, life });
    const transport = bug.engineTransport?.(connection) ?? connection;
    const engine = await Engine.open(this.#optionsOf(life, transport));
    this.#parts.checkers.watch(engine.journal);
    bug.engine?.(engine);
    const inputs = await openInputs({
      transport: this.#watched(transport),
      pumps: engine.pumps,
      shards: SHARDS,
      clock: this.#clockOf(life),
      time: life.time,
      warn: (message) => this.#parts.tell(`engine: ${message}`),
    });
    void inputs;
    for (const pump of engine.pumps.values()) pump.acknowledgeAll();
    this.#engine = engine;
    this.#failures = 0;
    this.#parts.tell(`the engine runs with ${engine.journal.last} records`);
    life.every(TICK_MS, () => engine.tick());
    const fail = (error: unknown): void => this.#failed(life, error);
    life.every(NOTE_MS, () => engine.notePublished().catch(fail));
    life.every(SNAPSHOT_MS, () => engine.snapshot().catch(fail));
  }

  #optionsOf(life: Life, transport: SimTransport): EngineOptions {
    const { bug, random, checkers } = this.#parts;
    const disk = this.disk.portOf(life);
    const options: EngineOptions = {
      disk: bug.engineDisk?.(disk) ?? disk,
      folder: FOLDER,
      shards: SHARDS,
      owned: Array.from({ length: SHARDS }, (_, shard) => shard),
      workers: 1,
      startPool: simPool({
        life,
        random,
        dies: () => this.#workerDies(),
        onMemories: async (memories) => {
          this.#memories = memories;
          await checkers.recovered(this.disk.inspection, `${FOLDER}/journal`, memories);
        },
      }),
      time: life.time,
      clock: this.#clockOf(life),
      maxSkewS: 120,
      segmentBytesMax: SEGMENT_BYTES,
      publish: ({ subject, payload, id, headers }) =>
        transport.store(subject, payload, { id, headers, waitMs: PUBLISH_WAIT_MS }),
      acknowledge: (gateway, ack) => this.#acknowledge(transport, gateway, ack),
      warn: (message) => this.#parts.tell(`engine: ${message}`),
      fail: (error) => this.#failed(life, error),
    };
    return bug.engineOptions?.(options) ?? options;
  }

  #acknowledge(transport: Transport, gateway: number, ack: DurableAck): void {
    this.#parts.checkers.acknowledged(gateway, ack);
    transport.publish(ackSubject(gateway), JSON.stringify(ack));
  }

  /** The connection with the checkers listening to commands and their answers. */
  #watched(transport: SimTransport): SimTransport {
    const { commands } = this.#parts.checkers;
    return {
      ...transport,
      subscribe: (subject, take) => {
        const shard = Number(subject.split(".")[1]);
        if (subject !== engineCommand(shard)) return transport.subscribe(subject, take);
        return transport.subscribe(subject, ({ data, respond }) => {
          const text = Buffer.from(data).toString("utf8");
          commands.sent(shard, text);
          take({
            data,
            respond: (answer) => {
              commands.answered(shard, text, answer);
              respond(answer);
            },
          });
        });
      },
    };
  }

  #clockOf(life: Life): Clock {
    return {
      nowS: () => Math.floor(BEGIN_S + ((life.time.nowMs() - BEGIN_MS) / 1_000) * SPEED),
      speed: SPEED,
    };
  }

  #workerDies(): boolean {
    if (this.#callsToDeath < 0 || this.#callsToDeath-- > 0) return false;
    this.#parts.faults.count("worker_dies");
    this.#parts.tell("a worker dies");
    return true;
  }

  /** A process that can't go on ends; a person mends what can be mended, and another one starts. */
  #failed(life: Life, error: unknown): void {
    if (!life.alive) return;
    life.kill();
    this.#engine = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    this.#parts.tell(`the engine ends: ${reason}`);
    this.healFlips();
    if (this.#parts.faults.areOver && ++this.#failures >= FAILURES_MAX)
      this.#parts.violations.add("an engine starts again", reason);
    this.#startSoon();
  }

  #startSoon(): void {
    const { scheduler, random } = this.#parts;
    const waitUs = random.int(...RESTART_MS) * 1_000;
    scheduler.after(waitUs, { alive: true }, () => {
      if (this.#life?.alive !== true) this.start();
    });
  }
}
