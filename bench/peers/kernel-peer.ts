/**
 * The program bench/peers/kernel.c at work: compiled for this machine, given the state of a shard, then the same batches.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { SkipError } from "../harness/skip.ts";
import type { Shard } from "../kernel/shard.ts";
import { stateForPeer } from "./kernel-state.ts";

const OP_LOAD = 1;
const OP_RUN = 2;
const OP_CHECK = 3;
const ANSWER_BYTES = 40;
const COMPILE_MS = 60_000;
/** How the program is compiled. */
export const PEER_FLAGS = ["-O3", "-march=native"];

/** What one batch took, and the rows that it left. */
export type PeerRun = { ns: number; cpuNs: number; rows: number; rowsCrc: number };

/** The running program. */
export class KernelPeer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #folder: string;
  #answers: Buffer = Buffer.alloc(0);
  #waiting: ((answer: Buffer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout.on("data", (bytes: Buffer) => this.#take(bytes));
    this.#child.on("exit", () => this.#failed?.(new Error("the C program ended")));
    this.#child.stdin.on("error", (error) => this.#failed?.(error));
  }

  /** Compiles and starts it with a shard's state as it stands. Throws a SkipError where there is no compiler. */
  static async start(shard: Shard): Promise<KernelPeer> {
    const folder = mkdtempSync(join(tmpdir(), "drawdown-bench-"));
    const program = join(folder, "kernel");
    const source = fileURLToPath(new URL("kernel.c", import.meta.url));
    const { status, stderr, error } = spawnSync("cc", [...PEER_FLAGS, "-o", program, source], {
      timeout: COMPILE_MS,
      encoding: "utf8",
    });
    if (status !== 0) {
      rmSync(folder, { recursive: true, force: true });
      if (error === undefined) throw new Error(`cc refused bench/peers/kernel.c: ${stderr}`);
      throw new SkipError(`no C compiler (${error.message}): install one, "apt-get install gcc"`);
    }
    const peer = new KernelPeer(folder, program);
    await peer.#ask(OP_LOAD, stateForPeer(shard));
    return peer;
  }

  /** Takes a batch of records. */
  async run(batch: Uint8Array): Promise<PeerRun> {
    const answer = await this.#ask(OP_RUN, batch);
    return {
      ns: Number(answer.readBigUInt64LE(0)),
      cpuNs: Number(answer.readBigUInt64LE(8)),
      rows: answer.readUInt32LE(24),
      rowsCrc: answer.readUInt32LE(28),
    };
  }

  /** Sum of balances and CRC-32 of the accounts' state, as in digest.ts. */
  async state(): Promise<{ sum: bigint; crc: number }> {
    const answer = await this.#ask(OP_CHECK, Buffer.alloc(0));
    return { sum: answer.readBigInt64LE(16), crc: answer.readUInt32LE(32) };
  }

  /** Ends the program. */
  async stop(): Promise<void> {
    this.#failed = undefined;
    const ended = new Promise((done) => this.#child.once("exit", done));
    this.#child.stdin.end();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ask(operation: number, bytes: Uint8Array): Promise<Buffer> {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(operation, 0);
    head.writeUInt32LE(bytes.length, 4);
    return new Promise((done, failed) => {
      this.#waiting = done;
      this.#failed = failed;
      this.#child.stdin.write(head);
      this.#child.stdin.write(bytes);
    });
  }

  #take(bytes: Buffer): void {
    this.#answers = Buffer.concat([this.#answers, bytes]);
    if (this.#answers.length < ANSWER_BYTES) return;
    const answer = this.#answers.subarray(0, ANSWER_BYTES);
    this.#answers = this.#answers.subarray(ANSWER_BYTES);
    this.#waiting?.(answer);
  }
}
