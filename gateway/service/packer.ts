/**
 * Collects the readings and reports of a moment into frames, snapshots mostly: one is packed when it holds enough, or when its
 * first entry has waited long enough. While the spool is full they wait here, and the poller is told to stop.
 */
import assert from "node:assert/strict";
import {
  encodeProfile,
  encodeSnapshot,
  type FrameReading,
  type FrameReport,
  REGISTER_MAX,
  TIME_MAX,
} from "../../engine/contract/frame.ts";
import { machineTime, pause, type Time } from "../../engine/contract/time.ts";
import { type PackPlan, planFrame } from "./pack-plan.ts";
import type { Spool } from "./spool.ts";

/** Most readings in one packed frame: with at most 18 bytes each, and all its reports, a frame stays under 32 KiB. */
export const PACKED_READINGS_MAX = 1_024;
/** Most reports in one packed frame. */
export const PACKED_REPORTS_MAX = 512;
/** Most readings and reports that wait; over it polling stops until the spool has taken some. */
const WAITING_MAX = 65_536;
/** Wait before the spool is asked again after it was full. */
const FULL_RETRY_MS = 250;

/** Whose frames, and the roster version that they carry at the moment of packing. */
type PackerHead = { shard: number; gateway: number; rosterVersion(): number };
/** Where frames go; `waitMs` is the longest that a reading waits for others. */
export type PackerOptions = {
  head: PackerHead;
  key: Uint8Array;
  spool: Spool;
  waitMs: number;
  /** Told when the spool is full, and when it has room again. */
  onFull(full: boolean): void;
  /** Told when a frame is on disk. */
  onSpooled(): void;
  /** The machine's unless told otherwise. */
  time?: Time;
};

type WaitingReport = { report: FrameReport; settle(spooled: boolean): void };

/** One gateway's packer. */
export class Packer {
  readonly #options: PackerOptions;
  readonly #closing = new AbortController();
  #readings: FrameReading[] = [];
  #reports: WaitingReport[] = [];
  readonly #time: Time;
  #cancelTimer: (() => void) | undefined;
  #work: Promise<void> | undefined;
  #full = false;

  constructor(options: PackerOptions) {
    this.#options = options;
    this.#time = options.time ?? machineTime;
  }

  /** Readings and reports that are not yet on disk and not yet being written. */
  get waiting(): number {
    return this.#readings.length + this.#reports.length;
  }

  /** Whether polling may go on: neither is the spool full nor does too much wait. */
  get open(): boolean {
    return !this.#full && this.waiting < WAITING_MAX;
  }

  /** Takes a reading; false, and nothing taken, when no frame can carry its register or its time. */
  addReading(reading: FrameReading): boolean {
    if (!within(reading.register, REGISTER_MAX) || !within(reading.atS, TIME_MAX)) return false;
    this.#readings.push(reading);
    this.#schedule();
    return true;
  }

  /** Takes a report; resolves true when it is on disk, false when the gateway stopped before. */
  addReport(report: FrameReport): Promise<boolean> {
    assert(within(report.atS, TIME_MAX), "a report's time fits into a frame");
    if (this.#isClosed()) return Promise.resolve(false);
    return new Promise((settle) => {
      this.#reports.push({ report, settle });
      this.#schedule();
    });
  }

  /** Packs all that waits; resolves when it is on disk (or the packer was closed). */
  async flush(): Promise<void> {
    this.#stopTimer();
    this.#work ??= this.#packAll().finally(() => {
      this.#work = undefined;
    });
    await this.#work;
  }

  /** Packs what waits, unless the spool is full, and refuses what comes later. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.flush();
    this.#stopTimer();
    for (const { settle } of this.#reports.splice(0)) settle(false);
  }

  #schedule(): void {
    if (this.#isClosed()) return;
    const enough =
      this.#readings.length >= PACKED_READINGS_MAX || this.#reports.length >= PACKED_REPORTS_MAX;
    if (enough) void this.flush();
    else this.#cancelTimer ??= this.#time.after(this.#options.waitMs, () => void this.flush());
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted && this.#work === undefined;
  }

  async #packAll(): Promise<void> {
    while (this.waiting > 0) {
      if (await this.#packOne()) continue;
      if (this.#closing.signal.aborted) return;
      await pause(this.#time, FULL_RETRY_MS, this.#closing.signal);
    }
  }

  /** False when the spool refused: nothing is lost, the entries wait on. */
  async #packOne(): Promise<boolean> {
    const plan = planFrame(this.#readings.slice(0, PACKED_READINGS_MAX));
    const reports = plan.profile === undefined ? this.#reports.slice(0, PACKED_REPORTS_MAX) : [];
    const appended = await this.#options.spool.append((sequence, epoch) =>
      this.#encode(plan, reports, { sequence, epoch }),
    );
    this.#tellFull(!appended.ok && appended.refusal === "full");
    if (!appended.ok) return false;
    this.#options.onSpooled();
    const packed = new Set(plan.readings);
    this.#readings = this.#readings.filter((reading) => !packed.has(reading));
    for (const { settle } of this.#reports.splice(0, reports.length)) settle(true);
    return true;
  }

  #encode(
    { readings, profile }: PackPlan,
    reports: readonly WaitingReport[],
    place: { sequence: number; epoch: number },
  ): Uint8Array {
    const { head, key } = this.#options;
    const { shard, gateway } = head;
    const whose = { shard, gateway, rosterVersion: head.rosterVersion(), ...place };
    if (profile !== undefined) return encodeProfile({ ...whose, ...profile }, key);
    return encodeSnapshot(
      { ...whose, readings, reports: reports.map(({ report }) => report) },
      key,
    );
  }

  #tellFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    this.#options.onFull(full);
  }
}

function within(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
