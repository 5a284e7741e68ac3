/**
 * One process of the installation under torture: started, killed, stopped for a while, and started again when it ends,
 * with the first pause of `drawdown start` each time (which would give up on what is killed for ever).
 */
import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Exit, spawnKept } from "../host/keeper.ts";
import { openLog } from "../host/log-file.ts";
import type { Running, ServerOptions } from "../host/running.ts";

/** Wait before a part that ended is started again. */
const RESTART_MS = 250;
/** Starts in a row that may fail before the run is given up. */
const STARTS_MAX = 20;
const STOP_MS = 15_000;
const LOOK_MS = 20;

/** A process as a part sees it. */
type Process = { pid: number; exited: Promise<Exit>; stop(): Promise<void> };
/** How a part is started, and what it is called. */
export type PartSpec = { name: string; start(): Promise<Process> };

/** One part under supervision. Started by `startPart`. */
export class Part {
  readonly name: string;
  /** Ends that we did not bring about. */
  unasked = 0;
  readonly #spec: PartSpec;
  readonly #stopping = new AbortController();
  readonly #keeping: Promise<void>;
  #process: Process | undefined;
  #killed = false;
  #beforeStart: (() => void) | undefined;
  #ended: (() => void)[] = [];

  constructor(spec: PartSpec, process: Process, failed: (error: unknown) => void) {
    this.name = spec.name;
    this.#spec = spec;
    this.#process = process;
    this.#keeping = this.#keep().catch(failed);
  }

  /**
   * Kills it (SIGKILL), once it runs, and settles when it has ended; `beforeStart` is done before it comes back.
   */
  async kill(beforeStart?: () => void): Promise<void> {
    while (this.#process === undefined && !this.#stopping.signal.aborted) await sleep(LOOK_MS);
    const { pid } = this.#process ?? {};
    if (pid === undefined) return;
    this.#beforeStart = beforeStart;
    this.#killed = true;
    const ended = new Promise<void>((done) => this.#ended.push(done));
    signal(pid, "SIGCONT");
    signal(pid, "SIGKILL");
    await ended;
  }

  /** Sends it a signal, if it runs. */
  signal(name: NodeJS.Signals): void {
    const { pid } = this.#process ?? {};
    if (pid !== undefined) signal(pid, name);
  }

  /** Says that its next end is our doing, whatever brings it about. */
  expectEnd(): void {
    this.#killed = true;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.signal("SIGCONT");
    await this.#process?.stop();
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    while (this.#process !== undefined) {
      await this.#process.exited;
      this.#process = undefined;
      for (const done of this.#ended.splice(0)) done();
      if (this.#stopping.signal.aborted) return;
      if (!this.#killed) this.unasked++;
      this.#killed = false;
      this.#beforeStart?.();
      this.#beforeStart = undefined;
      await this.#startAgain();
    }
  }

  async #startAgain(): Promise<void> {
    for (let tries = 1; !this.#stopping.signal.aborted; tries++) {
      await sleep(RESTART_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      try {
        this.#process = await this.#spec.start();
        if (this.#stopping.signal.aborted) await this.#process.stop();
        return;
      } catch (error) {
        if (tries === STARTS_MAX) throw error;
      }
    }
  }
}

/** Starts a part and keeps it running. `failed` is told when it can't be started again. */
export async function startPart(spec: PartSpec, failed: (error: unknown) => void): Promise<Part> {
  return new Part(spec, await spec.start(), failed);
}

/** A program of Node with its log, as a part. */
export function programPart(program: {
  name: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  log: string;
}): PartSpec {
  return {
    name: program.name,
    start: async () => {
      const log = openLog(program.log);
      try {
        const kept = await spawnKept({
          command: process.execPath,
          args: program.args,
          cwd: process.cwd(),
          env: program.env,
          log,
          stopSignal: "SIGTERM",
          orphanSignal: "TERM",
        });
        return { pid: kept.pid, exited: kept.exited, stop: () => kept.stop(STOP_MS) };
      } finally {
        closeSync(log);
      }
    },
  };
}

/** An embedded server as a part: it comes back at the same port. */
export function serverPart(
  name: string,
  start: (options: ServerOptions) => Promise<Running>,
  options: ServerOptions,
): PartSpec {
  return {
    name,
    start: async () => {
      const running = await start(options);
      if (running.port === options.port) return running;
      await running.stop();
      throw new Error(`port ${options.port} of ${name} was taken by another program`);
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
