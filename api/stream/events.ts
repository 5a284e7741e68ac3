/**
 * Events as they come from JetStream, from any sequence on: the live tail and every resume read by this.
 */
import { DeliverPolicy, type JetStreamClient } from "@nats-io/jetstream";
import { type CloudEvent, cloudEvent } from "../../engine/contract/events.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";

/** Messages asked of the server at a time. */
const AHEAD_MAX = 256;

/** An event with its place in the stream and its JSON text. One that is no event keeps its place only. */
export type PlacedEvent = { seq: number; event: CloudEvent | undefined; text: string };

/**
 * Events from a sequence on, without end, until the signal aborts or the stream cannot be read (then it throws, or ends:
 * begin anew after the last one).
 */
export async function* eventsFrom(
  stream: JetStreamClient,
  seq: number,
  signal: AbortSignal,
): AsyncGenerator<PlacedEvent> {
  const consumer = await stream.consumers.get(STREAMS.events, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: seq,
  });
  const messages = await consumer.consume({
    max_messages: AHEAD_MAX,
    abort_on_missing_resource: true,
  });
  const stop = (): void => messages.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) return;
    for await (const message of messages) {
      yield placed(message.seq, message.string());
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Not close(): that waits for an iteration to end, which has never begun when the signal came first.
    messages.stop();
    // The server forgets an ordered consumer after a while; sooner is kinder.
    await consumer.delete().catch(() => undefined);
  }
}

function placed(seq: number, text: string): PlacedEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { seq, event: undefined, text };
  }
  return { seq, event: cloudEvent.safeParse(value).data, text };
}
