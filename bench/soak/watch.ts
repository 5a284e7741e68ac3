/**
 * Looks at an installation once a second while it works: memory and descriptors of its processes, lag, latencies.
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import { lagOf } from "../chain/lag.ts";
import { quantileOf } from "../harness/spread.ts";
import { processState } from "./process-state.ts";
import type { Series } from "./series.ts";

const LOOK_MS = 1_000;
const P99 = 0.99;

/** All series of a soak. */
export class Watch {
  readonly memory: Series[];
  readonly descriptors: Series[];
  readonly lag: Series[] = [series("frames in FRAMES"), series("blocks in RATED")];
  readonly latency: Series[];
  readonly #pids: Readonly<Record<string, number>>;
  readonly #taken = new Map<string, number[]>();
  readonly #manager: JetStreamManager;
  #begunMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `latencies` names what `took` will tell of. */
  constructor(
    pids: Readonly<Record<string, number>>,
    manager: JetStreamManager,
    latencies: readonly string[],
  ) {
    this.#pids = pids;
    this.memory = Object.keys(pids).map(series);
    this.descriptors = Object.keys(pids).map(series);
    this.latency = latencies.map(series);
    this.#manager = manager;
  }

  /** Begins to look; what it was told before does not count. */
  begin(): void {
    this.#taken.clear();
    this.#begunMs = performance.now();
    this.#timer = setInterval(() => void this.#look(this.#manager), LOOK_MS);
  }

  /** Something took so long; of each second the 99th percentile is kept. */
  took(name: string, tookMs: number): void {
    const taken = this.#taken.get(name) ?? [];
    taken.push(tookMs);
    this.#taken.set(name, taken);
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(manager: JetStreamManager): Promise<void> {
    const minute = (performance.now() - this.#begunMs) / 60_000;
    const put = (to: Series | undefined, value: number): void =>
      void to?.points.push({ minute, value });
    for (const [i, pid] of Object.values(this.#pids).entries()) {
      const { mib, descriptors } = processState(pid);
      put(this.memory[i], mib);
      put(this.descriptors[i], descriptors);
    }
    for (const each of this.latency) {
      const taken = this.#taken.get(each.name) ?? [];
      this.#taken.delete(each.name);
      // A second in which nothing ended tells nothing.
      if (taken.length > 0) put(each, quantileOf(taken, P99));
    }
    const { frames, blocks } = await lagOf(manager);
    put(this.lag[0], frames);
    put(this.lag[1], blocks);
  }
}

function series(name: string): Series {
  return { name, points: [] };
}
