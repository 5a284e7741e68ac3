/**
 * Keeps a second store writer waiting while one works: two could insert one block twice. The working one answers whoever
 * asks on a subject of core NATS.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";

/** The subject. */
export const STORE_WRITER_SUBJECT = "store.writer";
const ANSWER_MS = 300;
/** Between two questions, spread so that two who wait do not ask together. */
const ASK_MS = 500;

/** Settles when no other writer works; from then on this one answers. `onWait` is called once, when it has to wait. */
export async function becomeOnlyWriter(
  nats: NatsConnection,
  closing: AbortSignal,
  onWait: () => void,
): Promise<void> {
  for (let asked = 0; !closing.aborted; asked++) {
    if (!(await isAnotherWorking(nats))) break;
    if (asked === 0) onWait();
    const waitMs = ASK_MS + Math.random() * ASK_MS;
    await sleep(waitMs, undefined, { signal: closing }).catch(() => undefined);
  }
  if (closing.aborted) return;
  nats.subscribe(STORE_WRITER_SUBJECT, {
    callback: (error, message) => {
      if (error === null) message.respond("working");
    },
  });
  await nats.flush();
}

async function isAnotherWorking(nats: NatsConnection): Promise<boolean> {
  try {
    await nats.request(STORE_WRITER_SUBJECT, "", { timeout: ANSWER_MS });
    return true;
  } catch {
    return false;
  }
}
