/**
 * The messages in hand: taken from the consumer and not acknowledged yet.
 */
import type { JsMsg } from "@nats-io/jetstream";

/** Most bytes in hand, give or take one message. */
export const HAND_BYTES_MAX = 64 * 1_048_576;

/** Holds messages until they are done with. */
export class Hand {
  readonly #held = new Map<JsMsg, Promise<void>>();
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** Settles when another message can be held. */
  async room(): Promise<void> {
    while (this.#bytes >= HAND_BYTES_MAX) await new Promise<void>((go) => this.#waiting.push(go));
  }

  /** Holds a message until `taken` settles; acknowledges it then where that says so. */
  hold(message: JsMsg, taken: Promise<boolean>): void {
    const bytes = message.data.length;
    this.#bytes += bytes;
    const done = taken
      .then((isDone) => {
        if (isDone) message.ack();
      })
      .finally(() => {
        this.#bytes -= bytes;
        this.#held.delete(message);
        for (const go of this.#waiting.splice(0)) go();
      });
    this.#held.set(message, done);
  }

  /** Tells the server that the messages are being worked on. */
  working(): void {
    for (const message of this.#held.keys()) message.working();
  }

  /** Settles when nothing is held any more. */
  async empty(): Promise<void> {
    await Promise.all(this.#held.values());
  }
}
