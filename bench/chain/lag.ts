/**
 * What lies between the parts of the chain.
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import { STREAMS } from "../../engine/contract/subjects.ts";

/** Frames that the engine has not settled, and rated blocks that are not in the store, with their bytes. */
export type Lag = { frames: number; blocks: number; blockBytes: number };

/** The lag now. */
export async function lagOf(manager: JetStreamManager): Promise<Lag> {
  const [frames, rated] = await Promise.all(
    [STREAMS.frames, STREAMS.rated].map((name) => manager.streams.info(name)),
  );
  return {
    frames: frames?.state.messages ?? 0,
    blocks: rated?.state.messages ?? 0,
    blockBytes: rated?.state.bytes ?? 0,
  };
}
