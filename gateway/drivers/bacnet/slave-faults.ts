/**
 * Ways in which a simulated BACnet device can misbehave; one at a time, until it is cleared.
 */

/** One misbehaviour of a simulated device. */
export type SlaveFault =
  /** Never answers. */
  | { kind: "silent" }
  /** Answers with bytes that are no BACnet, or those of a datagram known to end a process that trusts it. */
  | { kind: "garbage" }
  /** Answers after `delayMs`. */
  | { kind: "late"; delayMs: number }
  /** Answers from another port of the same machine. */
  | { kind: "wrong_source" }
  /** Answers under another request's number. */
  | { kind: "wrong_invoke_id" }
  /** Answers with the values of the next point, and says so. */
  | { kind: "wrong_object" }
  /** Answers in segments, though it was told not to. */
  | { kind: "segmented" }
  /** Aborts, rejects or refuses everything. */
  | { kind: "abort" }
  | { kind: "reject" }
  | { kind: "error" }
  /** Answers with more than a datagram may hold. */
  | { kind: "oversized" }
  /** Cuts its answers short. */
  | { kind: "short" }
  /** Sends a present value of one byte fewer: too few for a float, and another number where any length is one. */
  | { kind: "clipped_value" }
  /** Counts in whole numbers of eight bytes, far past what a meter counts to. */
  | { kind: "wide_value" }
  /** Has restarted at another address: its port is closed. */
  | { kind: "reset" }
  /** Tells another serial number: somebody exchanged the meter. */
  | { kind: "wrong_serial"; serial: string }
  /** Is another device at the same address. */
  | { kind: "wrong_device"; device: number }
  /** Says that its register is at fault. */
  | { kind: "at_fault" }
  /** Counts with another scale than it was commissioned with. */
  | { kind: "other_scale" }
  /** Acknowledges writes and moves nothing. */
  | { kind: "lying_relay" };
