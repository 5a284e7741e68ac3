/**
 * Sends a fleet's readings step after step, as fast as they are acknowledged or at a steady pace, but waits while the store is behind.
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import type { FleetLink } from "../installation/fleet-link.ts";
import { lagOf } from "./lag.ts";

/** Frames of a gateway on their way: what gateways of the product send ahead at most. */
const AHEAD = 64;
/** Bytes in RATED at which the sender waits: about 700 000 rows. */
const BEHIND_BYTES_MAX = 32 << 20;
const LOOK_MS = 100;

/** What is sent: readings of a frame, most steps a second (without: as many as pass), and until when. */
export type Sending = { size: number; stepsPerSecond?: number; stop: AbortSignal };

/**
 * Sends until told to stop; gives the steps sent. `stepped` is told the milliseconds of each step from when it was due to its last
 * acknowledgement.
 */
export async function sendSteps(
  fleet: FleetLink,
  manager: JetStreamManager,
  { size, stepsPerSecond, stop }: Sending,
  stepped: (tookMs: number) => void = () => {},
): Promise<number> {
  let isBehind = false;
  const look = setInterval(async () => {
    isBehind = (await lagOf(manager)).blockBytes > BEHIND_BYTES_MAX;
  }, LOOK_MS);
  const begunMs = performance.now();
  let steps = 0;
  try {
    // One step is made while the one before is sent.
    let before = Promise.resolve();
    for (; !stop.aborted; steps++) {
      while (isBehind && !stop.aborted) await pause(LOOK_MS);
      const set = fleet.frames.snapshots(1, size);
      await before;
      const dueMs =
        stepsPerSecond === undefined
          ? performance.now()
          : begunMs + (steps * 1_000) / stepsPerSecond;
      if (dueMs > performance.now()) await pause(dueMs - performance.now());
      before = fleet.sendAll(set, AHEAD).then(() => stepped(performance.now() - dueMs));
      // What goes wrong is told when it is awaited.
      before.catch(() => {});
    }
    await before;
  } finally {
    clearInterval(look);
  }
  return steps;
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
