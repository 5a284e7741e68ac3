/**
 * How requests and answers are put on a stream of bytes. A framing knows one request at a time; what comes is its
 * answer, not yet whole, or a reason to give the connection up. No I/O.
 */

/** What some received bytes amount to. */
export type Taken =
  /** Nothing yet. */
  | { kind: "wait" }
  /** A whole answer, as unit, function code, data and CRC. */
  | { kind: "answer"; adu: Buffer }
  /** Bytes while nothing was asked. */
  | { kind: "unasked" }
  /** Bytes that cannot be the answer: the connection is worth nothing any more. */
  | { kind: "broken"; message: string };

/** A framing with its state: the request that is under way and the bytes that came since. */
export type Framing = {
  /** Begins a request, given as unit, function code, data and CRC; gives the bytes to send. */
  ask(adu: Buffer): Buffer;
  /** Takes received bytes. */
  take(chunk: Buffer): Taken;
};

const WAIT: Taken = { kind: "wait" };

/** Nothing yet. */
export function waiting(): Taken {
  return WAIT;
}

/** A reason to give the connection up. */
export function broken(message: string): Taken {
  return { kind: "broken", message };
}
