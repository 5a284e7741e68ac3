/**
 * What an earlier writer had in hand when it ended: delivered to it and not acknowledged. Some of it may be in the
 * store without its token being noted, so its rows are looked for before anything else is taken. And what a broker left
 * behind when it was killed: in the stream still, and never delivered again.
 */
import type { JetStreamManager, StoredMsg } from "@nats-io/jetstream";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { STORE_CONSUMER } from "./rated-consumer.ts";
import type { RatedMessage } from "./writer.ts";

/** All subjects of the stream. */
const ALL_RATED = "rated.>";
/** Messages that are finished at a time. */
const AT_ONCE_MAX = 256;

/** Brings messages into the store; rejects, or settles with false, when the writer closes first. */
type Take = (messages: readonly RatedMessage[]) => Promise<boolean>;

/**
 * Brings all messages up to the last that was delivered into the store, and takes them from the stream, which is what
 * their acknowledgement would have done. For a writer that has taken nothing yet.
 */
export async function finishDoubtful(manager: JetStreamManager, take: Take): Promise<void> {
  const { consumer, leftBehind } = await standing(manager);
  if (consumer.num_ack_pending === 0 && leftBehind === 0) return;
  await finishThrough(manager, consumer.delivered.stream_seq, take);
}

/**
 * The same for messages that nobody will deliver any more. A broker that was killed may have kept that a message was
 * acknowledged, and the message as well; or numbers messages anew from where it lost them, below what was delivered. Gives
 * how many messages there were.
 */
export async function finishLeftBehind(manager: JetStreamManager, take: Take): Promise<number> {
  const { consumer, leftBehind } = await standing(manager);
  if (leftBehind === 0) return 0;
  return finishThrough(manager, consumer.ack_floor.stream_seq, take);
}

async function standing(manager: JetStreamManager) {
  // In this order: what comes in between makes too few, which is looked at again.
  const { state } = await manager.streams.info(STREAMS.rated);
  const consumer = await manager.consumers.info(STREAMS.rated, STORE_CONSUMER);
  const expected = consumer.num_pending + consumer.num_ack_pending;
  return { consumer, leftBehind: Math.max(0, state.messages - expected) };
}

async function finishThrough(manager: JetStreamManager, through: number, take: Take) {
  let finished = 0;
  for (let seq = 1; ; ) {
    const some = await messagesFrom(manager, seq, through);
    const last = some.at(-1);
    if (last === undefined || !(await take(some))) return finished;
    for (const { seq: done } of some)
      await manager.streams.deleteMessage(STREAMS.rated, done, false);
    finished += some.length;
    seq = last.seq + 1;
  }
}

/** The next messages of the stream, as many as are finished at a time. */
async function messagesFrom(
  manager: JetStreamManager,
  first: number,
  through: number,
): Promise<RatedMessage[]> {
  const some: RatedMessage[] = [];
  for (let seq = first; seq <= through && some.length < AT_ONCE_MAX; ) {
    const query = { seq, next_by_subj: ALL_RATED };
    const message = await manager.streams.getMessage(STREAMS.rated, query);
    if (message === null || message.seq > through) break;
    some.push(asRated(message));
    seq = message.seq + 1;
  }
  return some;
}

function asRated(message: StoredMsg): RatedMessage {
  return {
    subject: message.subject,
    seq: message.seq,
    data: message.data,
    header: (name) => message.header.get(name),
  };
}
