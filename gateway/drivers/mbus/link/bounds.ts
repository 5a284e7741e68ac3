/**
 * Times and counts within which every conversation on a bus ends.
 */

/** Most telegrams of one readout; a meter that says "more follows" beyond them is refused. */
export const TELEGRAMS_MAX = 16;

/** Waiting times of a bus in milliseconds, and repeats. */
export type BusBounds = {
  /**
   * For one answer, from the request's last byte to the answer's last; on a serial line to its first, behind which the
   * time is added that a frame takes at the line's rate.
   */
  answerMs: number;
  /** For an acknowledgement or an answer's first byte where most likely nobody is: searches. */
  probeMs: number;
  /** For the silence that must be on the bus before it is used again after a time-out or a false frame. */
  quietMs: number;
  /** For one conversation with all its repeats. */
  totalMs: number;
  /** Repeats of one request after the first. */
  retries: number;
  /** For a connection to come up. */
  connectMs: number;
  /** For a relay or valve to have moved after its command. */
  settleMs: number;
  /** Between two looks at a relay or valve that is moving. */
  pollMs: number;
};

/** Right for meters at 2400 baud behind a TCP converter: 261 bytes take 1.2 s on the wire. */
export const BUS_BOUNDS: BusBounds = {
  answerMs: 2_000,
  probeMs: 500,
  quietMs: 250,
  totalMs: 30_000,
  retries: 2,
  connectMs: 3_000,
  settleMs: 5_000,
  pollMs: 500,
};
