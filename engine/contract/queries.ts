/**
 * Questions on `engine.<shard>.query` and their answers: the present state of accounts.
 */
import { z } from "zod";
import { COMMAND_REFUSALS } from "./commands.ts";
import {
  atomsText,
  CREDIT_PARTS,
  directoryIndex,
  microsText,
  PAYMENT_MODES,
  paidText,
  slot,
} from "./fields.ts";
import { SUPPLY_STATES } from "./supply.ts";

/** Most payments that one question tries. */
const TRIALS_MAX = 100;

/** A payment that is only tried: what it would come to (R50-R52). */
export const trialAsked = z.object({
  slot,
  amount_micros: paidText.refine((text) => BigInt(text) > 0n, "must be more than 0"),
});
/** A question on `engine.<shard>.query`: the present state of some accounts, and what some payments would come to now. */
export const engineQueryMessage = z.object({
  slots: z.array(slot).max(1_000),
  trials: z.array(trialAsked).max(TRIALS_MAX).optional(),
});
/** A question to the engine. */
export type EngineQuery = z.infer<typeof engineQueryMessage>;

/** Credit as people are told it, worst last (semantics, glossary). */
export const CREDIT_STATUSES = ["ok", "low", "exhausted"] as const;
/** What emergency credit is (glossary); `disabled` where the policy has none and none is owed. */
export const EMERGENCY_STATUSES = [
  "disabled",
  "enabled",
  "selectable",
  "invoked",
  "in_use",
  "consumed",
] as const;

/** What an account may hold: money, or quantity that was bought (R34). */
export const HOLDINGS = ["money", "quantity"] as const;

/** One account's state as it is on disk. `null` for a slot without an account. */
export const accountState = z.object({
  slot,
  account_id: z.uuid(),
  /**
   * What the account holds (R34). Where it is quantity, the balance, available, emergency, restricted and reserved credit are
   * millionths of an atom; debts are money in any case.
   */
  holds: z.enum(HOLDINGS),
  /** Of an account that holds quantity: what it bought in the cycle that began at `bought_cycle_s` (0: not known). */
  bought_micro_atoms: microsText.optional(),
  bought_cycle_s: z.int().nonnegative().optional(),
  balance_micros: microsText,
  available_credit_micros: microsText,
  credit_status: z.enum(CREDIT_STATUSES),
  /** How many low-credit thresholds the balance has fallen to or under. */
  low_credit_level: z.int().nonnegative(),
  supply_state: z.enum(SUPPLY_STATES),
  /** The supply that was last asked for, and the command's number; 0 when none ever was. */
  supply_wanted: z.enum(["connected", "disconnected", "limited", "ready_for_reconnection"]),
  /** The flow that the supply is to be limited to, in atoms an hour; 0 when it is not. */
  supply_limit_atoms_per_hour: z.int().nonnegative(),
  supply_number: z.int().nonnegative(),
  command_number: z.int().nonnegative(),
  last_reading: z.object({ at_s: z.int(), register_atoms: atomsText }).nullable(),
  /** Whether a reading waits in quarantine. */
  quarantined: z.boolean(),
  /** Whether the meter is silent for too long (R20), or its last charged reading an estimate (R18). */
  stale: z.boolean(),
  estimated: z.boolean(),
  payment_mode: z.enum(PAYMENT_MODES),
  /** The change of mode that is pending. */
  mode_change: z.object({ mode: z.enum(PAYMENT_MODES), at_s: z.int() }).nullable(),
  emergency_credit: z.object({
    status: z.enum(EMERGENCY_STATUSES),
    limit_micros: microsText,
    used_micros: microsText,
  }),
  debts: z.object({
    time_debt_1: microsText,
    time_debt_2: microsText,
    payment_debt: microsText,
    accumulated_debt: microsText,
  }),
  restricted_credit: z.array(z.object({ amount_micros: microsText, expires_s: z.int() })),
  reserved_micros: microsText,
  critical_need: z.boolean(),
  /** When the notice of a cut was given; null while none stands. */
  notice_s: z.int().nullable(),
  /** Whole days that credit lasts by the trailing mean (R81); null where it is not known. */
  days_left: z.int().nullable(),
  price_list: directoryIndex,
  policy: directoryIndex,
});
/** One account's state. */
export type AccountState = z.infer<typeof accountState>;
/** What a tried payment would come to; the balance is the one behind it, of a refused one the present one. */
export const trialOutcome = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("accepted"),
    balance_micros: microsText,
    parts: z.record(z.enum(CREDIT_PARTS), microsText),
  }),
  z.object({
    status: z.literal("refused"),
    balance_micros: microsText,
    code: z.enum(COMMAND_REFUSALS),
  }),
]);
/** What a tried payment would come to. */
export type TrialOutcome = z.infer<typeof trialOutcome>;

/** The answer: as many entries as slots were asked for, in their order. */
export const engineQueryReply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("ok"),
    as_of_s: z.int(),
    position: z.int(),
    accounts: z.array(accountState.nullable()),
    trials: z.array(trialOutcome).optional(),
  }),
  z.object({
    status: z.literal("invalid"),
    faults: z.array(z.object({ pointer: z.string(), message: z.string() })),
  }),
  z.object({ status: z.literal("unavailable"), reason: z.string() }),
]);
/** An answer to a question. */
export type EngineQueryReply = z.infer<typeof engineQueryReply>;
