/**
 * What an earlier writer had in hand when it ended: delivered to it and not acknowledged. Some of it may be in the
 * store without its token being noted, so its rows are looked for before anything else is taken.
 */
import type { JetStreamManager, StoredMsg } from "@nats-io/jetstream";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { STORE_CONSUMER } from "./rated-consumer.ts";
import type { RatedMessage } from "./writer.ts";

/** Messages that are finished at a time. */
const AT_ONCE_MAX = 256;

/**
 * Brings the messages between the first that is not acknowledged and the last that was delivered into the store, and
 * takes them from the stream, which is what their acknowledgement would have done.
 */
export async function finishDoubtful(
  manager: JetStreamManager,
  take: (messages: readonly RatedMessage[]) => Promise<void>,
): Promise<void> {
  const info = await manager.consumers.info(STREAMS.rated, STORE_CONSUMER);
  if (info.num_ack_pending === 0) return;
  const last = info.delivered.stream_seq;
  let some: RatedMessage[] = [];
  for (let seq = info.ack_floor.stream_seq + 1; seq <= last; seq++) {
    const message = await manager.streams.getMessage(STREAMS.rated, { seq });
    if (message !== null) some.push(asRated(message));
    if (some.length === AT_ONCE_MAX || (seq === last && some.length > 0)) {
      await take(some);
      for (const { seq: done } of some)
        await manager.streams.deleteMessage(STREAMS.rated, done, false);
      some = [];
    }
  }
}

function asRated(message: StoredMsg): RatedMessage {
  return {
    subject: message.subject,
    seq: message.seq,
    data: message.data,
    header: (name) => message.header.get(name),
  };
}
