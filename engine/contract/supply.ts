/**
 * Supply commands as they travel to a gateway on CMD, and the states that a supply can be in (R77).
 */
import { z } from "zod";

/**
 * What can be asked of a meter's relay or valve: `limit` to a flow, `arm` to make it ready for somebody at the meter to
 * restore (R76).
 */
export const SUPPLY_ACTIONS = ["cut", "restore", "limit", "arm"] as const;
/** A supply action. */
export type SupplyAction = (typeof SUPPLY_ACTIONS)[number];
/** What people ask of a relay by hand (R78), and what every driver with a relay can do. */
export const RELAY_ACTIONS = ["cut", "restore"] as const;
/** An action on a relay or valve. */
export type RelayAction = (typeof RELAY_ACTIONS)[number];
/** Whether the action is a relay's own. */
export function isRelayAction(action: SupplyAction): action is RelayAction {
  return action === "cut" || action === "restore";
}

/** States of supply as the meter reported them; `unknown` until its first report. */
export const SUPPLY_STATES = [
  "unknown",
  "connected",
  "disconnected",
  "limited",
  "ready_for_reconnection",
] as const;
/** A state of supply. */
export type SupplyState = (typeof SUPPLY_STATES)[number];
/** The numbers of the states in frames and in the kernel; 4 and 5 are reports of failure and expiry. */
export const SUPPLY_STATE_CODES: Readonly<Record<SupplyState, number>> = {
  unknown: 0,
  connected: 1,
  disconnected: 2,
  limited: 3,
  ready_for_reconnection: 6,
};
/** The state of a number, undefined for one that is none. */
export function supplyStateOf(code: number): SupplyState | undefined {
  return SUPPLY_STATES.find((state) => SUPPLY_STATE_CODES[state] === code);
}

/**
 * One command on `cmd.<gateway>`: at least once; `number` rises by one per meter (slot), so that a repeat or an
 * overtaken command is harmless. Not carried out after `expires_s`, but reported as expired.
 */
export const supplyMessage = z.object({
  shard: z.int().nonnegative(),
  slot: z.int().nonnegative(),
  number: z.int().positive(),
  action: z.enum(SUPPLY_ACTIONS),
  /** Of `limit`: the flow, in atoms an hour. */
  limit_atoms_per_hour: z.int().positive().optional(),
  requested_s: z.int().nonnegative(),
  expires_s: z.int().nonnegative(),
});
/** A supply command to a gateway. */
export type SupplyMessage = z.infer<typeof supplyMessage>;

/** Longest reason that a gateway gives, in characters; what is longer is cut off. */
export const SUPPLY_REASON_MAX = 300;
/** Longest message with a reason: a character is six bytes at most. */
export const SUPPLY_FAULT_BYTES_MAX = 2_048;

/** Why a command failed, on `supply.fault.<gateway>`: said once, and lost where nobody listens. */
export const supplyFault = z.object({
  shard: z.int().nonnegative(),
  slot: z.int().nonnegative(),
  number: z.int().positive(),
  reason: z
    .string()
    .max(SUPPLY_REASON_MAX)
    .regex(/^\P{Cc}+$/u),
});
/** A failed command's reason. */
export type SupplyFault = z.infer<typeof supplyFault>;
