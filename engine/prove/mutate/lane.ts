/**
 * One lane of the mutation check: a folder with a copy of the kernel's sources, a worker that compiles them and one that
 * proves what came out.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { assetPath } from "../../contract/assets.ts";
import { type Fault, plant } from "./plant.ts";
import type { Task, Verdict } from "./prover.ts";

/** Stories that every kernel is told. */
export type Measure = { seed: number; steps: number };

/** A kernel goes round for ever that has not come through one story in so long; on an idle machine it takes milliseconds. */
const STUCK_MS = 60_000;

/** The sources as they are; read once, so that all lanes have the same. */
export type Sources = ReadonlyMap<string, string>;

const ASSEMBLY = "kernel-as/assembly";

/** A copy of the sources in memory, by file. */
export function readSources(files: Iterable<string>): Sources {
  return new Map(
    [...new Set(files)].map((file) => [file, readFileSync(assetPath(ASSEMBLY, file), "utf8")]),
  );
}

/** A lane; `end()` it. */
export class Lane {
  readonly #folder = mkdtempSync(join(tmpdir(), "drawdown-mutate-"));
  readonly #compiler = new Worker(new URL("./compile.mjs", import.meta.url));
  readonly #measure: Measure;
  #prover = startProver();

  constructor(measure: Measure) {
    this.#measure = measure;
    cpSync(assetPath("asconfig.json"), join(this.#folder, "asconfig.json"));
    cpSync(assetPath(ASSEMBLY), join(this.#folder, ASSEMBLY), { recursive: true });
    mkdirSync(join(this.#folder, "dist/wasm"), { recursive: true });
  }

  /** Compiles the kernel with the fault, or as it is, and proves it. Throws where it does not compile. */
  async try(sources: Sources, fault?: Fault): Promise<Verdict> {
    if (fault === undefined) return await this.#prove();
    const source = sources.get(fault.file) ?? "";
    const path = join(this.#folder, ASSEMBLY, fault.file);
    writeFileSync(path, plant(source, fault));
    try {
      return await this.#prove();
    } catch (error) {
      throw new Error(`"${fault.what}": ${String(error)}`, { cause: error });
    } finally {
      writeFileSync(path, source);
    }
  }

  /** Ends the workers and deletes the folder. */
  async end(): Promise<void> {
    await Promise.all([this.#compiler.terminate(), this.#prover.terminate()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #prove(): Promise<Verdict> {
    const said = await asked<string>(this.#compiler, this.#folder);
    if (said !== "") throw new Error(`it does not compile: ${said}`);
    const pulse = new Int32Array(new SharedArrayBuffer(4));
    const wasm = join(this.#folder, "dist/wasm/kernel.wasm");
    const task: Task = { wasm, ...this.#measure, pulse };
    const verdict = await asked<Verdict>(this.#prover, task, pulse);
    if (verdict !== undefined) return verdict;
    await this.#prover.terminate();
    this.#prover = startProver();
    return { steps: 0, how: `the kernel does not come through a story in ${STUCK_MS / 1_000} s` };
  }
}

function startProver(): Worker {
  return new Worker(new URL("./start-prover.mjs", import.meta.url));
}

/** A worker's answer; undefined when its pulse stands still for STUCK_MS. Throws when it fails. */
function asked<T>(worker: Worker, message: unknown): Promise<T>;
function asked<T>(worker: Worker, message: unknown, pulse: Int32Array): Promise<T | undefined>;
function asked<T>(worker: Worker, message: unknown, pulse?: Int32Array): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let seen = -1;
    const watch = (): void => {
      const now = pulse === undefined ? 0 : Atomics.load(pulse, 0);
      if (now === seen) settle();
      seen = now;
    };
    const timer = pulse === undefined ? undefined : setInterval(watch, STUCK_MS);
    const settle = (answer?: T): void => {
      clearInterval(timer);
      worker.off("error", fail);
      worker.off("message", settle);
      resolve(answer);
    };
    const fail = (error: unknown): void => {
      clearInterval(timer);
      worker.off("message", settle);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    worker.once("message", settle);
    worker.once("error", fail);
    worker.postMessage(message);
  });
}
