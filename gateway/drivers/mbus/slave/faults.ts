/**
 * Ways in which a simulated meter misbehaves, each seen on real buses.
 */

/**
 * Fault modes; all but `silent` and `stuck_relay` concern answers with data. `truncated` stops in the middle, `noise`
 * has a stray byte in front, `impostor` answers for the next address too, and with that address, `twice` sends each answer two times, `restart` begins its telegrams anew whatever was asked.
 */
export const SLAVE_FAULTS = [
  "silent",
  "garbage",
  "truncated",
  "noise",
  "twice",
  "dribble",
  "late",
  "wrong_address",
  "wrong_id",
  "impostor",
  "endless",
  "endless_same",
  "restart",
  "reset",
  "stuck_relay",
] as const;

/** A fault mode. */
export type SlaveFault = (typeof SLAVE_FAULTS)[number];

/** How an answer is put on the wire. */
export type Delivery =
  | { kind: "none" }
  | { kind: "send"; bytes: Uint8Array; pace: "at_once" | "dribble" | "late" }
  | { kind: "reset" };

/** Nothing is answered. */
export const NO_ANSWER: Delivery = { kind: "none" };

/** An ordinary answer. */
export function deliver(bytes: Uint8Array): Delivery {
  return { kind: "send", bytes, pace: "at_once" };
}
