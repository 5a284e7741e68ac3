/**
 * The durable acknowledgement on `ack.<gateway>`: every frame of this epoch up to and with `sequence` is on the
 * engine's disk. A refused frame is acknowledged too, with the reason, so that it is not sent again for ever.
 */
import { z } from "zod";

/** Why the engine refused a frame; nothing in it was applied. */
export const FRAME_REFUSALS = [
  "malformed",
  "unknown_gateway",
  "bad_tag",
  "wrong_shard",
  "old_epoch",
  "old_roster",
  "sequence_gap",
  "foreign_slot",
] as const;
/** A frame refusal. */
export type FrameRefusal = (typeof FRAME_REFUSALS)[number];

/**
 * `sequence` is the last one on disk (0: none of this epoch). With `refused`, the frame `refused.sequence` was not taken:
 * after `sequence_gap` send again from `sequence` + 1; after `old_roster` fetch the roster and pack the readings anew;
 * after `foreign_slot` and `malformed` its sequence is used, so pack what it held anew. A frame whose tag or gateway is
 * wrong gets no answer: it may be a stranger's.
 */
export const durableAck = z.object({
  shard: z.int().nonnegative(),
  epoch: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
  refused: z.object({ sequence: z.int().nonnegative(), code: z.enum(FRAME_REFUSALS) }).optional(),
});
/** A durable acknowledgement. */
export type DurableAck = z.infer<typeof durableAck>;
