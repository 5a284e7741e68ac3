/**
 * One event on its way to readers: its text is made once a topic, however many read it.
 */
import type { CloudEvent } from "../../engine/contract/events.ts";
import type { PlacedEvent } from "./events.ts";
import { topicText } from "./messages.ts";

/** An event with its owner. */
export class LiveEvent {
  readonly seq: number;
  readonly accountId: string;
  readonly owner: string;
  readonly #at: string;
  readonly #data: string;
  readonly #texts = new Map<string, string>();

  constructor(placed: PlacedEvent, event: CloudEvent, owner: string) {
    this.seq = placed.seq;
    this.accountId = event.data.account_id;
    this.owner = owner;
    this.#at = event.time;
    this.#data = placed.text;
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
