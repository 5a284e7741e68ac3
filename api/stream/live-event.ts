/**
 * One event on its way to readers: its text is made once a topic, however many read it.
 */
import { topicText } from "./messages.ts";
import type { Kept } from "./recent.ts";

/** An event with its owner. */
export class LiveEvent {
  readonly seq: number;
  readonly accountId: string;
  readonly owner: string;
  readonly #at: string;
  readonly #data: string;
  readonly #texts = new Map<string, string>();

  constructor(kept: Kept, owner: string) {
    this.seq = kept.seq;
    this.accountId = kept.accountId;
    this.owner = owner;
    this.#at = kept.at;
    this.#data = kept.text;
  }

  /** The message to readers of a topic. */
  text(topic: string): string {
    const made = this.#texts.get(topic);
    if (made !== undefined) return made;
    const text = topicText(topic, this.seq, this.#at, this.#data);
    this.#texts.set(topic, text);
    return text;
  }
}
