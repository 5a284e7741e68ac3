/**
 * The stream of rated blocks as NATS tells it, and the watch over it.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { STREAMS } from "../contract/subjects.ts";
import type { Engine } from "../core/engine.ts";
import type { HandedOn, Places, StreamState } from "../core/handed-on.ts";

/** The stream. Rejects when it is not there, or JetStream does not answer. */
export async function ratedStream(nats: NatsConnection): Promise<StreamState> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const { created, state } = await manager.streams.info(STREAMS.rated);
  return { created, first: state.first_seq, last: state.last_seq };
}

/** Looks at the stream once, tells the engine what is in the store by now; false when NATS has lost what it had. */
export async function lookAtRated(
  nats: NatsConnection,
  engine: Engine,
  { handedOn, places }: { handedOn: HandedOn; places: Places },
): Promise<boolean> {
  const published = engine.outbox.publishedThrough;
  const stream = await ratedStream(nats).catch(() => undefined);
  // Where it is missing it is soon made anew, and then it is known for another one.
  if (stream === undefined) return true;
  const look = await handedOn.look(published, stream, places);
  engine.handedOn = handedOn.through;
  return look === "sound";
}
