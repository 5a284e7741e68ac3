/**
 * A gateway's roster: which meters it reads, how, and the slot that each one's readings go to. Answered by the registry
 * on `registry.roster.<gateway>`; kept on the gateway's disk for when the registry is away.
 */
import { z } from "zod";
import { link } from "./link.ts";
import { SERVICES } from "./services.ts";

/** Field protocols that a meter can be read by. */
export const FIELD_DRIVERS = ["modbus", "mbus", "bacnet"] as const;

/** Most meters of one gateway. */
export const ROSTER_METERS_MAX = 16_384;

/** One meter: `link` names the bus or host, `address` where on it; both are the driver's to understand. */
export const rosterMeter = z.object({
  meter_id: z.string().max(64),
  serial: z.string().max(64),
  slot: z.int().nonnegative(),
  service: z.enum(SERVICES),
  driver: z.enum(FIELD_DRIVERS),
  /** Device file (gateway/devices/NAME.json) of the model. */
  device: z.string().max(64),
  link,
  address: z.string().max(64),
  /** Of a meter that encrypts what it sends (M-Bus mode 5): its AES-128 key, 32 digits of hex. */
  key: z
    .string()
    .regex(/^[0-9A-F]{32}$/)
    .optional(),
});
/** One meter of a roster. */
export type RosterMeter = z.infer<typeof rosterMeter>;

/** The whole roster; `version` rises with each change, and the engine refuses frames of an older one. */
export const roster = z.object({
  gateway: z.int().positive(),
  shard: z.int().nonnegative(),
  version: z.int().positive(),
  meters: z.array(rosterMeter).max(ROSTER_METERS_MAX),
});
/** A roster. */
export type Roster = z.infer<typeof roster>;
