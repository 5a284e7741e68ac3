/**
 * Long answers in parts (clause 5.2): so many at a time as the asker takes, again when it is silent, and never more than it
 * said it could hold.
 */
import { type Apdu, writeApdu } from "../../engine/contract/bacnet/apdu.ts";

/** Most long answers under way at once. */
export const LONG_ANSWERS_MAX = 16;
/** Segments that we send at once at most. */
const WINDOW = 8;
/** How long an acknowledgement is waited for, in milliseconds, and how often a part is sent again. */
const WAIT_MS = 2_000;
const TRIES_MAX = 3;
/** Bytes of a segment's header. */
const HEADER_BYTES = 5;
const SEQUENCES = 256;

type Answer = Extract<Apdu, { kind: "complex_ack" }>;
/** How an answer reaches its asker. */
export type Send = (apdu: Apdu) => void;
/** What the asker takes. */
export type Takes = { maxApdu: number; segmentsAccepted: number };

type Long = {
  answer: Answer;
  parts: Uint8Array[];
  send: Send;
  /** First part that is not acknowledged, and how many go at once. */
  from: number;
  window: number;
  tries: number;
  timer: NodeJS.Timeout | undefined;
};

/** The long answers of a server. */
export class LongAnswers {
  readonly #all = new Map<string, Long>();

  /** Sends an answer, in parts where it must be. False when it can't be: too long for the asker, or too many under way. */
  send(key: string, answer: Answer, takes: Takes, send: Send): boolean {
    if (writeApdu(answer).length <= takes.maxApdu) {
      send(answer);
      return true;
    }
    const room = takes.maxApdu - HEADER_BYTES;
    const count = Math.ceil(answer.body.length / room);
    if (
      count > takes.segmentsAccepted ||
      this.#all.size >= LONG_ANSWERS_MAX ||
      this.#all.has(key)
    ) {
      return false;
    }
    const parts = Array.from({ length: count }, (_, at) =>
      answer.body.subarray(at * room, (at + 1) * room),
    );
    // Until the asker has said how many it takes at once, one.
    const long: Long = { answer, parts, send, from: 0, window: 1, tries: 0, timer: undefined };
    this.#all.set(key, long);
    this.#sendWindow(key, long);
    return true;
  }

  /** An asker acknowledged parts, or ended the answer by an abort. */
  heard(key: string, apdu: Extract<Apdu, { kind: "segment_ack" | "abort" }>): void {
    const long = this.#all.get(key);
    if (long === undefined) return;
    if (apdu.kind === "abort") {
      this.#end(key, long);
      return;
    }
    // The number is of eight bits; which part it means follows from what was sent.
    const ahead = (apdu.sequence - long.from + SEQUENCES) % SEQUENCES;
    if (ahead >= long.window && !(apdu.negative && ahead === SEQUENCES - 1)) return;
    if (ahead < long.window) long.from += ahead + 1;
    long.window = Math.min(WINDOW, apdu.window);
    long.tries = 0;
    if (long.from >= long.parts.length) this.#end(key, long);
    else this.#sendWindow(key, long);
  }

  /** Ends all. */
  close(): void {
    for (const [key, long] of this.#all) this.#end(key, long);
  }

  #sendWindow(key: string, long: Long): void {
    clearTimeout(long.timer);
    if (++long.tries > TRIES_MAX) {
      this.#end(key, long);
      return;
    }
    const until = Math.min(long.parts.length, long.from + long.window);
    for (let at = long.from; at < until; at++) {
      const body = long.parts[at] ?? new Uint8Array(0);
      const more = at < long.parts.length - 1;
      const segment = { sequence: at % SEQUENCES, window: WINDOW, more };
      long.send({ ...long.answer, segment, body });
    }
    long.timer = setTimeout(() => this.#sendWindow(key, long), WAIT_MS);
  }

  #end(key: string, long: Long): void {
    clearTimeout(long.timer);
    this.#all.delete(key);
  }
}
