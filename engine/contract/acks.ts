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
 *
 * `unapplied` names all frames of this epoch, among the last UNAPPLIED_WINDOW that `sequence` covers, that were used and not
 * applied. Every acknowledgement repeats them, so that one which gets lost takes no frame with it.
 */
const unappliedFrame = z.object({
  sequence: z.int().nonnegative(),
  code: z.enum(["foreign_slot", "malformed"]),
});
/** A frame whose sequence is used and of which nothing was applied. */
export type UnappliedFrame = z.infer<typeof unappliedFrame>;
/** Most frames that a gateway has in flight, and so has not yet been told of. */
export const UNAPPLIED_WINDOW = 64;

/** See the top of this file. */
export const durableAck = z.object({
  shard: z.int().nonnegative(),
  epoch: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
  refused: z.object({ sequence: z.int().nonnegative(), code: z.enum(FRAME_REFUSALS) }).optional(),
  unapplied: z.array(unappliedFrame).max(UNAPPLIED_WINDOW).optional(),
});
/** A durable acknowledgement. */
export type DurableAck = z.infer<typeof durableAck>;
