/**
 * Supply commands as they travel to a gateway on CMD, and the states that a supply can be in (R77).
 */
import { z } from "zod";

/** What can be asked of a meter's relay or valve. */
export const SUPPLY_ACTIONS = ["cut", "restore"] as const;
/** A supply action. */
export type SupplyAction = (typeof SUPPLY_ACTIONS)[number];

/** States of supply as the meter reported them; `unknown` until its first report. */
export const SUPPLY_STATES = ["unknown", "connected", "disconnected", "limited"] as const;

/**
 * One command on `cmd.<gateway>`: at least once; `number` rises by one per meter (slot), so that a repeat or an
 * overtaken command is harmless. Not carried out after `expires_s`, but reported as expired.
 */
export const supplyMessage = z.object({
  shard: z.int().nonnegative(),
  slot: z.int().nonnegative(),
  number: z.int().positive(),
  action: z.enum(SUPPLY_ACTIONS),
  requested_s: z.int().nonnegative(),
  expires_s: z.int().nonnegative(),
});
/** A supply command to a gateway. */
export type SupplyMessage = z.infer<typeof supplyMessage>;
