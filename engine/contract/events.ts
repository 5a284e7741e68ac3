/**
 * Events: past tense, CloudEvents 1.0 (semantics, section 11). The id is shard-sequence-index, the same after any replay.
 */
import { z } from "zod";
import { DEBTS, PAYMENT_MODES, SEVERITIES } from "./fields.ts";

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
  "emergency_credit.offered",
  "emergency_credit.invoked",
  "emergency_credit.in_use",
  "emergency_credit.exhausted",
  "emergency_credit.repaid",
  "credit.exceeded",
  "credit.granted",
  "credit.expired",
  "debt.changed",
  "debt.cleared",
  "vend.reversed",
  "supply.notice_due",
  "supply.limit_requested",
  "supply.cut_withheld",
  "supply.overdue",
  "friendly_period.ending",
  "meter.stale",
  "reading.accepted",
  "reading.rejected",
  "mode.changed",
  "tenancy.changed",
  "credit.transferred",
  "credit.reserved",
  "credit.released",
  "tariff.assigned",
  "tariff.activated",
  "cycle.started",
  "credit.bought",
  "credit.converted",
] as const;
/** An event type. */
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * What an event says beside its type; fields that do not apply are absent. Money in micros, as digits. Of an account that
 * holds quantity (R34) balances and thresholds, and amounts of what moves in them, are in millionths of an atom.
 */
export const eventData = z.object({
  account_id: z.string(),
  shard: z.int(),
  slot: z.int(),
  balance_micros: z.string(),
  amount_micros: z.string().optional(),
  /** Quantity that a credit bought, or a reversal took back (then negative), in millionths of an atom (R34). */
  quantity_micro_atoms: z.string().optional(),
  /** Low-credit level, from 1 (the highest threshold). */
  level: z.int().optional(),
  /** Of a low-credit alert (R81). */
  severity: z.enum(SEVERITIES).optional(),
  /** Of an alert by the trailing mean: whole days that credit lasts. */
  days_left: z.int().optional(),
  debt: z.enum(DEBTS).optional(),
  payment_mode: z.enum(PAYMENT_MODES).optional(),
  /** Flow that the supply is to be limited to, in atoms an hour. */
  limit_atoms_per_hour: z.string().optional(),
  /** When a friendly period ends. */
  ends_at: z.iso.datetime().optional(),
  /** The price list's place in the shard's directory; the version in force (R30). */
  price_list: z.int().optional(),
  version: z.int().optional(),
  /** When the cycle began (R33). */
  started_at: z.iso.datetime().optional(),
  /** Of a transfer: the other account's slot in the shard. */
  other_slot: z.int().optional(),
  threshold_micros: z.string().optional(),
  command_number: z.int().optional(),
  supply_number: z.int().optional(),
  /** `automatic` when credit ran out or came back, `manual` when a person asked, `load_limit` by the flow (R75). */
  cause: z.enum(["automatic", "manual", "load_limit"]).optional(),
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
