/**
 * The kinds of faults, and how often each really happened.
 */

/** All kinds, in the order in which reports list them. */
export const FAULT_KINDS = [
  "drop",
  "duplicate",
  "reorder",
  "delay",
  "partition",
  "slow_consumer",
  "broker_restart",
  "broker_loses_acknowledged",
  "broker_restarts_empty",
  "torn_write",
  "unsynced_tail_lost",
  "names_lost",
  "bit_flip_journal",
  "bit_flip_snapshot",
  "disk_full",
  "write_error",
  "sync_error",
  "worker_dies",
  "engine_dies",
  "engine_power_cut",
  "gateway_dies",
  "gateway_power_cut",
  "gateway_disk_lost",
  "api_dies",
  "clock_jump",
] as const;

/** A kind of fault. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Which kinds may happen, and what has happened. */
export class Faults {
  readonly counts = new Map<FaultKind, number>();
  readonly #enabled: Set<FaultKind>;
  #over = false;

  constructor(enabled: readonly FaultKind[]) {
    this.#enabled = new Set(enabled);
  }

  /** Whether faults of this kind may happen now. */
  may(kind: FaultKind): boolean {
    return !this.#over && this.#enabled.has(kind);
  }

  /** Counts one that happened. */
  count(kind: FaultKind, times = 1): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + times);
  }

  /** Whether nothing goes wrong any more. */
  get areOver(): boolean {
    return this.#over;
  }

  /** No more faults from now on. */
  end(): void {
    this.#over = true;
  }
}
