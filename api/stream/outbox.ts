/**
 * What waits for one slow reader: bounded. When it is full, what comes is left out and counted, and the count stands
 * where the gap is, so that the reader can ask for the rest by the last sequence before it.
 */
import type { Peer } from "../uws/websocket.ts";
import { laggedText } from "./messages.ts";

/** Most messages that wait for one reader. */
export const QUEUE_MAX = 1_000;
/** Most characters that wait for one reader. */
export const QUEUE_CHARS_MAX = 1024 * 1024;
/** Most characters that wait for all readers of a process together. */
export const QUEUES_CHARS_MAX = 128 * 1024 * 1024;
/** Bytes in the socket from which messages wait here instead. */
export const SOCKET_BYTES_BUSY = 64 * 1024;

/** The characters that wait for all readers together. */
export type Shared = { chars: number };

/** Messages to one peer, in order. */
export class Outbox {
  readonly #peer: Peer;
  readonly #shared: Shared;
  #queue: string[] = [];
  #chars = 0;
  #left = 0;
  #onRoom: (() => void)[] = [];
  #isClosed = false;
  /** Messages left out since the connection began. */
  leftTotal = 0;

  constructor(peer: Peer, shared: Shared = { chars: 0 }) {
    this.#peer = peer;
    this.#shared = shared;
  }

  /** Whether nothing waits and nothing was left out that is still to be told of. */
  get isFree(): boolean {
    return this.#left === 0 && this.#queue.length === 0;
  }
  /** Whether so much waits in the socket that the next message would wait here. */
  get isBusy(): boolean {
    return !this.isFree || this.#peer.waitingBytes() >= SOCKET_BYTES_BUSY;
  }

  /** Sends a message, or lets it wait, or leaves it out and counts it. */
  send(text: string): void {
    if (this.#isClosed || (this.isFree && this.#pass(text))) return;
    const isFull =
      this.#queue.length >= QUEUE_MAX ||
      this.#chars + text.length > QUEUE_CHARS_MAX ||
      this.#shared.chars + text.length > QUEUES_CHARS_MAX;
    if (this.#left > 0 || isFull) {
      this.#left++;
      this.leftTotal++;
      return;
    }
    this.#queue.push(text);
    this.#chars += text.length;
    this.#shared.chars += text.length;
  }

  /** Sends a message that is worth nothing later: leaves it out without a word when others wait. */
  sendIfFree(text: string): void {
    if (this.isFree) this.#pass(text);
  }

  /** Says that messages are missing right here which nobody could send. */
  leaveOut(count: number): void {
    this.leftTotal += count;
    if (!this.isFree || !this.#pass(laggedText(count))) this.#left += count;
  }

  /** Settles when nothing waits: for senders that can go slower. */
  room(): Promise<void> | undefined {
    if (this.#queue.length === 0 && this.#peer.waitingBytes() < SOCKET_BYTES_BUSY) return undefined;
    return new Promise((resolve) => this.#onRoom.push(resolve));
  }

  /** The socket took what waited in it: sends on. */
  drained(): void {
    let sent = 0;
    for (const text of this.#queue) {
      if (!this.#pass(text)) break;
      this.#chars -= text.length;
      this.#shared.chars -= text.length;
      sent++;
    }
    this.#queue.splice(0, sent);
    if (this.#queue.length > 0) return;
    if (this.#left > 0 && this.#pass(laggedText(this.#left))) this.#left = 0;
    this.#letGo();
  }

  /** The peer is gone, and what waited for it. */
  close(): void {
    this.#isClosed = true;
    this.#shared.chars -= this.#chars;
    this.#chars = 0;
    this.#queue = [];
    this.#letGo();
  }

  /** Lets go of whoever waits for room: there is some, or the peer is gone. */
  #letGo(): void {
    const waiting = this.#onRoom;
    this.#onRoom = [];
    for (const resolve of waiting) resolve();
  }

  #pass(text: string): boolean {
    return this.#peer.waitingBytes() < SOCKET_BYTES_BUSY && this.#peer.send(text);
  }
}
