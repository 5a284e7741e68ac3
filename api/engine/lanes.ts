/**
 * Lanes: tasks of one key run one after the other, those of different keys side by side.
 */

/** Most tasks that wait in all lanes together. */
export const LANE_WAITERS_MAX = 10_000;

/** Runs a task in its lane; rejects with LanesFull at once when too many wait. */
export type InLane = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/** More tasks wait than LANE_WAITERS_MAX. */
export class LanesFull extends Error {
  readonly code = "lanes_full";
  constructor() {
    super(`more than ${LANE_WAITERS_MAX} commands wait for the engine: try again later`);
    this.name = "LanesFull";
  }
}

/** Makes a set of lanes. */
export function makeLanes(): InLane {
  const tails = new Map<string, Promise<void>>();
  let waiting = 0;
  return async (key, task) => {
    if (waiting >= LANE_WAITERS_MAX) throw new LanesFull();
    waiting++;
    const run = (tails.get(key) ?? Promise.resolve()).then(task);
    const tail = run.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    try {
      return await run;
    } finally {
      waiting--;
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
