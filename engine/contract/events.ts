/**
 * Events: past tense, CloudEvents 1.0 (semantics, section 11). The id is shard-sequence-index, the same after any replay.
 */
import { z } from "zod";

/** Types that the engine publishes. Their order is the kernel's numbering (kernel-as/assembly/layout.ts). */
export const EVENT_TYPES = [
  "account.opened",
  "vend.applied",
  "account.adjusted",
  "credit.low",
  "credit.recovered",
  "supply.cut_requested",
  "supply.restore_requested",
  "supply.executed",
  "supply.failed",
  "supply.disagreed",
  "reading.quarantined",
  "reading.rollover",
  "meter.clock_drift",
  "meter.exchanged",
  "meter.tampered",
] as const;
/** An event type. */
export type EventType = (typeof EVENT_TYPES)[number];

/** What an event says beside its type; fields that do not apply are absent. Money in micros, as digits. */
export const eventData = z.object({
  account_id: z.string(),
  shard: z.int(),
  slot: z.int(),
  balance_micros: z.string(),
  amount_micros: z.string().optional(),
  /** Low-credit level, from 1 (the highest threshold). */
  level: z.int().optional(),
  threshold_micros: z.string().optional(),
  command_number: z.int().optional(),
  supply_number: z.int().optional(),
  /** `automatic` when credit ran out or came back, `manual` when a person asked. */
  cause: z.enum(["automatic", "manual"]).optional(),
  supply_state: z.string().optional(),
  verdict: z.string().optional(),
  register_atoms: z.string().optional(),
  drift_s: z.int().optional(),
});
/** What an event says. */
export type EventData = z.infer<typeof eventData>;

/** The envelope. `subject` is the account's id, `time` the installation's clock. */
export const cloudEvent = z.object({
  specversion: z.literal("1.0"),
  id: z.string(),
  source: z.literal("drawdown/engine"),
  type: z.enum(EVENT_TYPES),
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal("application/json"),
  data: eventData,
});
/** An event. */
export type CloudEvent = z.infer<typeof cloudEvent>;
