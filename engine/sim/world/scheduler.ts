/**
 * Virtual time: an ordered queue of events, run one after the other. Between two events everything that can go on
 * without waiting goes on, so the order is the queue's alone and the same seed tells the same story.
 */
import { createHash, type Hash } from "node:crypto";

/** Most events of one run; more means that something goes round for ever. */
export const EVENTS_MAX = 20_000_000;
/** Events between two looks at the real world, so that signals and test runners get their turn. */
const BREATH_EVENTS = 20_000;
const US_PER_MS = 1_000;

/** What an event belongs to: the events of a process that has died never happen. */
export type Owner = { readonly alive: boolean };

/** Microseconds in which everything happens as soon as it can. */
type Event = {
  atUs: number;
  order: number;
  owner: Owner;
  run: (() => unknown) | undefined;
};

/** The world itself never dies. */
export const WORLD: Owner = { alive: true };

/** The queue and its clock. */
export class Scheduler {
  readonly #heap: Event[] = [];
  readonly #digest: Hash = createHash("sha256");
  #nowUs = 0;
  #order = 0;
  #events = 0;

  /** Virtual microseconds since the beginning. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Virtual milliseconds since the beginning. */
  get nowMs(): number {
    return this.#nowUs / US_PER_MS;
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events;
  }

  /** Lets something happen after so many microseconds, if its owner lives then; gives the way to call it off. */
  after(waitUs: number, owner: Owner, run: () => unknown): () => void {
    const atUs = this.#nowUs + Math.max(0, Math.round(waitUs));
    const event: Event = { atUs, order: this.#order++, owner, run };
    push(this.#heap, event);
    return () => {
      event.run = undefined;
    };
  }

  /** Adds a line to what the digest stands for. */
  note(line: string): void {
    this.#digest.update(`${this.#nowUs} ${line}\n`);
  }

  /** The digest of all that was noted so far. */
  digest(): string {
    return this.#digest.copy().digest("hex");
  }

  /** Runs until the virtual time, or until nothing is left or `done` says so. */
  async run(untilUs: number, done: () => boolean = () => false): Promise<void> {
    await settled();
    for (let next = this.#heap[0]; next !== undefined && !done(); next = this.#heap[0]) {
      if (next.atUs > untilUs) break;
      pop(this.#heap);
      if (next.run === undefined || !next.owner.alive) continue;
      this.#nowUs = next.atUs;
      if (++this.#events > EVENTS_MAX)
        throw new Error(
          `more than EVENTS_MAX (${EVENTS_MAX}) events: something goes round for ever`,
        );
      const work = next.run();
      if (work instanceof Promise) await work;
      await settled();
      if (this.#events % BREATH_EVENTS === 0) await new Promise((go) => setImmediate(go));
    }
    if (!done()) this.#nowUs = Math.max(this.#nowUs, untilUs);
  }
}

/** Resolves when all that could go on has gone on: a tick's turn comes when no promise has anything left to do. */
function settled(): Promise<void> {
  return new Promise((go) => process.nextTick(go));
}

function isBefore(one: Event, other: Event): boolean {
  return one.atUs < other.atUs || (one.atUs === other.atUs && one.order < other.order);
}

function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || isBefore(above, event)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    const [left, right] = [heap[child], heap[child + 1]];
    if (left === undefined) break;
    if (right !== undefined && isBefore(right, left)) child++;
    const least = heap[child];
    if (least === undefined || isBefore(last, least)) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = last;
}
