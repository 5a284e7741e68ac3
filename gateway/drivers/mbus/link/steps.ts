/**
 * What the master asks of a transport, and what comes back. The master itself opens, sends and waits for nothing:
 * a transaction is a generator that yields steps and is given replies.
 */
import type { Frame } from "../decode/frame.ts";
import type { Fault } from "../decode/result.ts";

/** One thing for the transport to do. */
export type Step =
  /** Throw away what has arrived, send, and wait for one frame. */
  | { do: "ask"; bytes: Uint8Array; waitMs: number }
  /** Throw away what arrives until nothing has for `quietMs`. */
  | { do: "drain"; quietMs: number }
  /** Drop the connection, where there is one to drop, and stay away from the bus for `quietMs`. */
  | { do: "drop"; quietMs: number }
  /** Change the rate of the line, in bits a second; `lost` where it cannot be. */
  | { do: "baud"; baud: number };

/** How a step ended. */
export type StepOutcome =
  | { got: "frame"; frame: Frame }
  | { got: "silence" }
  | { got: "noise"; fault: Fault }
  | { got: "lost"; message: string }
  | { got: "closed" }
  | { got: "done" };

/** How a step ended, and the transport's steady clock afterwards. */
export type Reply = StepOutcome & { nowMs: number };

/** A conversation on the bus that ends with a result. */
export type Transaction<T> = Generator<Step, T, Reply>;
