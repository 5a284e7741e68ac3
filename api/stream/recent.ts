/**
 * The newest events, kept in memory and found by account: a reader that was away for a short while is brought up from
 * here, at the cost of what it hears and not of all that happened. Bounded; what is older is read from the broker.
 */
import type { PlacedEvent } from "./events.ts";

/** Most events that are kept. */
export const RECENT_EVENTS_MAX = 65_536;
/** Most characters of events that are kept. */
export const RECENT_CHARS_MAX = 64 * 1024 * 1024;

/** An event that is kept: its place, account, time (RFC 3339) and JSON text. */
export type Kept = { seq: number; accountId: string; at: string; text: string };

/** A list that grows at its end and is taken from at its start. */
class Line {
  #items: Kept[] = [];
  #start = 0;

  get size(): number {
    return this.#items.length - this.#start;
  }
  get oldest(): Kept | undefined {
    return this.#items[this.#start];
  }
  push(item: Kept): void {
    this.#items.push(item);
  }
  shift(): void {
    this.#start++;
    if (this.#start < 64 || this.#start * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#start);
    this.#start = 0;
  }
  /** Up to `most` items behind a sequence. */
  after(seq: number, most: number): Kept[] {
    let low = this.#start;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return this.#items.slice(low, low + most);
  }
}

/** The newest events of one process. */
export class Recent {
  #all = new Line();
  #byAccount = new Map<string, Line>();
  #chars = 0;
  /** From this sequence on all events are here. */
  first: number;

  constructor(first: number) {
    this.first = first;
  }

  /** Forgets all; events are kept from a sequence on. */
  begin(first: number): void {
    this.#all = new Line();
    this.#byAccount = new Map();
    this.#chars = 0;
    this.first = first;
  }

  /** Keeps the next event. */
  push({ seq, event, text }: PlacedEvent): void {
    if (event === undefined) return;
    const accountId = event.data.account_id;
    const kept = { seq, accountId, at: event.time, text };
    this.#all.push(kept);
    const line = this.#byAccount.get(accountId);
    if (line !== undefined) line.push(kept);
    else {
      const begun = new Line();
      begun.push(kept);
      this.#byAccount.set(accountId, begun);
    }
    this.#chars += text.length;
    while (this.#all.size > RECENT_EVENTS_MAX || this.#chars > RECENT_CHARS_MAX) this.#drop();
  }

  /** Up to `most` events behind a sequence, in order: of these accounts, or of all. */
  after(seq: number, accounts: Iterable<string> | undefined, most: number): Kept[] {
    if (accounts === undefined) return this.#all.after(seq, most);
    const found: Kept[] = [];
    for (const accountId of accounts)
      found.push(...(this.#byAccount.get(accountId)?.after(seq, most) ?? []));
    return found.sort((a, b) => a.seq - b.seq).slice(0, most);
  }

  #drop(): void {
    const { oldest } = this.#all;
    if (oldest === undefined) return;
    this.#all.shift();
    this.#chars -= oldest.text.length;
    this.first = oldest.seq + 1;
    const line = this.#byAccount.get(oldest.accountId);
    line?.shift();
    if (line?.size === 0) this.#byAccount.delete(oldest.accountId);
  }
}
