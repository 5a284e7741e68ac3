/**
 * The gateway role's figures, once a second on `metrics.gateway`: sums over the gateways of the process.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { FieldFault } from "../drivers/driver.ts";
import type { GatewayFigures } from "./gateway.ts";
import type { LinkFigure } from "./link-figures.ts";

/** Resolution of the event loop's delay. */
const DELAY_RESOLUTION_MS = 10;
const NANOS_PER_MS = 1_000_000;
const P99 = 99;

/** What is published: counters since start, but `polls_per_s` and `stall_ms`, which are of the last second. */
export type GatewayMetrics = GatewayFigures & {
  role: "gateway";
  /** The installation's clock. */
  at_s: number;
  gateways: number;
  polls_per_s: number;
  /** Failed reads by kind since start. */
  faults: Partial<Record<FieldFault, number>>;
  /** Longest time that the event loop stood still: in the last second, since start, and p99 of the last second. */
  stall_ms: number;
  stall_most_ms: number;
  stall_p99_ms: number;
  alarms: string[];
  /** The links with most trouble. */
  links: LinkFigure[];
};

/** What the figures hold beside the gateways' own. */
export type MetricsNow = { nowS: number; alarms: string[]; links: LinkFigure[] };

/** Counts what happens and makes the figures. */
export class Metrics {
  readonly #faults: Partial<Record<FieldFault, number>> = {};
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  #stallMostMs = 0;
  #polls = 0;
  #atMs = Date.now();

  constructor() {
    this.#delay.enable();
  }

  /** Counts a failed read. */
  fault(_meter: RosterMeter, fault: FieldFault): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  /** The figures now; `polls_per_s` and `stall_ms` begin anew. */
  take(gateways: readonly GatewayFigures[], { nowS, alarms, links }: MetricsNow): GatewayMetrics {
    const sum = (key: keyof GatewayFigures): number =>
      gateways.reduce((total, figures) => total + figures[key], 0);
    const polls = sum("polls");
    const elapsedS = Math.max(0.001, (Date.now() - this.#atMs) / 1000);
    const pollsPerS = Math.round(Math.max(0, polls - this.#polls) / elapsedS);
    const stallMs = stallOf(this.#delay.max);
    const p99Ms = stallOf(this.#delay.percentile(P99));
    this.#stallMostMs = Math.max(this.#stallMostMs, stallMs);
    this.#polls = polls;
    this.#atMs = Date.now();
    this.#delay.reset();
    return {
      role: "gateway",
      at_s: nowS,
      gateways: gateways.length,
      meters: sum("meters"),
      polls,
      polls_per_s: pollsPerS,
      faults: { ...this.#faults },
      silent_meters: sum("silent_meters"),
      stale_meters: sum("stale_meters"),
      drifted_meters: sum("drifted_meters"),
      urgent_meters: sum("urgent_meters"),
      spool_frames: sum("spool_frames"),
      spool_bytes: sum("spool_bytes"),
      waiting: sum("waiting"),
      published: sum("published"),
      commands_done: sum("commands_done"),
      stall_ms: stallMs,
      stall_most_ms: this.#stallMostMs,
      stall_p99_ms: p99Ms,
      alarms,
      links,
    };
  }

  /** Stops measuring. */
  close(): void {
    this.#delay.disable();
  }
}

/** The histogram holds the time between two wakes; what is over its resolution is a stall. */
function stallOf(nanos: number): number {
  return Math.max(0, Math.round(nanos / NANOS_PER_MS) - DELAY_RESOLUTION_MS);
}
