/**
 * Watches frames: each gateway's frames are taken in order and once, what was acknowledged is durable, and every reading
 * and report that a gateway had on its disk arrives.
 */
import type { DurableAck } from "../../contract/acks.ts";
import type { FrameReading, FrameReport, SnapshotFrame } from "../../contract/frame.ts";
import type { Violations } from "./violations.ts";

type Reached = { epoch: number; sequence: number };

/** What was read and what arrived. */
export class FrameWatch {
  readonly #violations: Violations;
  readonly #reached = new Map<number, Reached>();
  readonly #arrived = new Set<string>();
  /** How often frames of a gateway, epoch and content were applied. */
  readonly #applied = new Map<string, number>();
  /** How often a meter was read alike: where the clock was set back, meters at rest are read as they were before. */
  readonly #read = new Map<string, number>();
  /** Those of them that were not applied: they come again, after a crash of the gateway more than once. */
  readonly #refused = new Set<string>();
  /** By gateway, what it had on disk and what has not arrived yet. */
  readonly #owed = new Map<number, Set<string>>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** A frame is durable. */
  durable(frame: SnapshotFrame, isApplied: boolean): void {
    const { shard, gateway, epoch, sequence } = frame;
    const before = this.#reached.get(gateway) ?? { epoch: 0, sequence: 0 };
    const isNext = epoch === before.epoch ? sequence === before.sequence + 1 : sequence === 1;
    if (!isNext || epoch < before.epoch)
      this.#violations.add(
        "a frame is applied once, in order",
        `gateway ${gateway}: ${epoch}/${sequence} came after ${before.epoch}/${before.sequence}`,
      );
    this.#reached.set(gateway, { epoch, sequence });
    const keys = [
      ...frame.readings.map((each) => readingKey(shard, each)),
      ...frame.reports.map((each) => reportKey(shard, each)),
    ];
    const held = `${gateway} ${keys.join()}`;
    const content = `${epoch} ${held}`;
    if (!isApplied) {
      this.#refused.add(held);
      return;
    }
    // What was refused is put into the spool again; a new epoch takes over both, and readings are known by R10.
    const times = (this.#applied.get(content) ?? 0) + 1;
    if (times > this.#timesRead(keys) && !this.#refused.has(held))
      this.#violations.add(
        "a frame is applied once, in order",
        `gateway ${gateway}: ${epoch}/${sequence} holds what another frame held`,
      );
    this.#applied.set(content, times);
    const owed = this.#owed.get(gateway);
    for (const key of keys) {
      this.#arrived.add(key);
      owed?.delete(key);
    }
  }

  /** The engine acknowledges. */
  acknowledged(gateway: number, { epoch, sequence }: DurableAck): void {
    const { epoch: known, sequence: last } = this.#reached.get(gateway) ?? {
      epoch: 0,
      sequence: 0,
    };
    if (epoch < known || (epoch === known && sequence <= last)) return;
    this.#violations.add(
      "an acknowledgement is durable",
      `gateway ${gateway} was told ${epoch}/${sequence}; durable is ${known}/${last}`,
    );
  }

  /** A gateway has read a meter. */
  read(shard: number, reading: FrameReading): void {
    const key = readingKey(shard, reading);
    this.#read.set(key, (this.#read.get(key) ?? 0) + 1);
  }

  /** A gateway has readings and reports on its disk. */
  spooled(
    at: { gateway: number; shard: number },
    readings: readonly FrameReading[],
    reports: readonly FrameReport[] = [],
  ): void {
    const owed = this.#owed.get(at.gateway) ?? new Set();
    this.#owed.set(at.gateway, owed);
    for (const key of [
      ...readings.map((each) => readingKey(at.shard, each)),
      ...reports.map((each) => reportKey(at.shard, each)),
    ])
      if (!this.#arrived.has(key)) owed.add(key);
  }

  /** How often all of them were read; reports, which have numbers, come once. */
  #timesRead(keys: readonly string[]): number {
    return Math.max(1, Math.min(...keys.map((key) => this.#read.get(key) ?? 0)));
  }

  /** A gateway has lost its disk: what had not arrived is gone for good. */
  forgotten(gateway: number): void {
    this.#owed.get(gateway)?.clear();
  }

  /** Readings and reports that are still on their way. */
  owed(): number {
    let count = 0;
    for (const owed of this.#owed.values()) count += owed.size;
    return count;
  }

  /** At the end all must have arrived. */
  conclude(): void {
    for (const [gateway, owed] of this.#owed)
      if (owed.size > 0)
        this.#violations.add(
          "nothing acknowledged is lost",
          `${owed.size} readings or reports that gateway ${gateway} had on disk never arrived, such as ${[...owed][0]}`,
        );
  }
}

function readingKey(shard: number, { slot, atS, register }: FrameReading): string {
  return `${shard}/${slot} read ${atS} ${register}`;
}

function reportKey(shard: number, { slot, atS, number, state }: FrameReport): string {
  return `${shard}/${slot} report ${atS} ${number} ${state}`;
}
