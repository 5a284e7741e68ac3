/**
 * The slots of a gateway whose credit is low, on `registry.urgent.<gateway>`: it reads their meters oftener. Each message
 * is the whole list and holds for `for_s` seconds of life's clock; it is told again before that while it still holds.
 */
import { z } from "zod";

/** Most slots of one list; more accounts near zero are read in their turn. */
export const URGENT_SLOTS_MAX = 1_024;
/** Longest time that a list holds. */
export const URGENT_S_MAX = 3_600;
/** Longest message that is read. */
export const URGENT_MESSAGE_BYTES_MAX = 16_384;

/** The list. */
export const urgentSlots = z.object({
  gateway: z.int().positive(),
  slots: z.array(z.int().nonnegative()).max(URGENT_SLOTS_MAX),
  for_s: z.int().positive().max(URGENT_S_MAX),
});
/** A list of urgent slots. */
export type UrgentSlots = z.infer<typeof urgentSlots>;
