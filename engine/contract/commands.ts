/**
 * Commands on `engine.<shard>.command`: what people and other parts ask of an account or a shard, as JSON.
 *
 * Each carries its number: the account's own (given by the registry in the transaction that records the intent) or, for
 * what concerns the whole shard, the shard's. The engine applies number n + 1 after n and nothing else: a repeat of n
 * gets the kept answer, anything further ahead a `gap` with the number expected (architecture, "Commands").
 */
import { z } from "zod";
import { GATEWAY_MAX, SLOTS_MAX } from "./ids.ts";
import { SUPPLY_STATES } from "./supply.ts";

/** Largest amount of money in one place, in micros: 4.6 × 10^12 of the base unit. Leaves i64 room to add two. */
export const MONEY_MAX = 1n << 62n;
/** Longest command text in bytes. */
export const COMMAND_BYTES_MAX = 1_048_576;
/** Most low-credit thresholds of a policy (R81). */
export const THRESHOLDS_MAX = 4;

/** An amount in micros as digits; within ± MONEY_MAX. */
export const microsText = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .refine((text) => BigInt(text) <= MONEY_MAX && BigInt(text) >= -MONEY_MAX, "is beyond MONEY_MAX");
/** A quantity in atoms as digits, not negative. */
export const atomsText = z.string().regex(/^\d{1,16}$/);

const number = z.int().positive().max(0xffff_ffff);
const slot = z
  .int()
  .nonnegative()
  .max(SLOTS_MAX - 1);
const gateway = z.int().nonnegative().max(GATEWAY_MAX);
const directoryIndex = z.int().nonnegative().max(1_023);
const epochS = z.int().nonnegative().max(0xffff_ffff);
const account = { number, slot };
const shard = { number };

const meter = {
  /** Register at which the meter rolls over to 0, in atoms; "0" when unknown (R12). */
  modulus_atoms: atomsText,
  /** Most that can pass in an hour, in atoms; "0" when unknown (R13). */
  max_rate_atoms_per_hour: atomsText,
  /** Least step of the register, in atoms (R13). */
  step_atoms: atomsText,
};

/** Opens the account in its slot. `recorded`: its time is driven by its own readings, not by ticks (replays). */
const openAccount = z.object({
  op: z.literal("open_account"),
  ...account,
  ...meter,
  account_id: z.uuid(),
  gateway,
  price_list: directoryIndex,
  policy: directoryIndex,
  recorded: z.boolean(),
});
/** Adds paid money (R50). */
const credit = z.object({ op: z.literal("credit"), ...account, amount_micros: microsText });
/** Adds or takes money by hand, with reason and actor in the registry. */
const adjust = z.object({ op: z.literal("adjust"), ...account, amount_micros: microsText });
/** Cuts or restores by hand (R78). */
const cut = z.object({ op: z.literal("cut"), ...account });
const restore = z.object({ op: z.literal("restore"), ...account });
/** Another meter at the same usage point (R17): closing register of the old (if read), opening of the new. */
const exchange = z.object({
  op: z.literal("exchange_meter"),
  ...account,
  ...meter,
  gateway,
  closing_atoms: atomsText.optional(),
  opening_atoms: atomsText,
});

/**
 * Puts a version of a price list at an index of the shard's directory. `text` is the price list's JSON; `version` is the
 * number that rated rows carry. A version with the effective_from of the list's last replaces that one's table. The table is compiled for [covers_from_s, covers_to_s);
 * what lies outside can't be rated, so the registry sends the version again, further reaching, before its end comes.
 */
const setPriceList = z.object({
  op: z.literal("set_price_list"),
  ...shard,
  index: directoryIndex,
  version: z.int().positive(),
  effective_from_s: epochS,
  covers_from_s: epochS,
  covers_to_s: epochS,
  text: z.string().max(COMMAND_BYTES_MAX),
});
/** Puts a supply policy at an index of the shard's directory. Thresholds fall from the highest to the lowest. */
const setPolicy = z.object({
  op: z.literal("set_policy"),
  ...shard,
  index: directoryIndex,
  low_credit_micros: z.array(microsText).max(THRESHOLDS_MAX),
  hysteresis_micros: microsText,
  disablement_threshold_micros: microsText,
  clearance_micros: microsText,
  max_balance_micros: microsText,
  automatic_cut: z.boolean(),
  /** No automatic cut when the last reading is older than this (R20); 0: never stale. */
  stale_after_s: epochS,
});
/** Makes a gateway known to the shard: its key (64 hex digits) and the oldest roster version that is still taken. */
const setGateway = z.object({
  op: z.literal("set_gateway"),
  ...shard,
  gateway: z.int().positive().max(GATEWAY_MAX),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  roster_version: z.int().positive(),
});

/** Any command, as it stands on the wire. */
export const engineCommandMessage = z.discriminatedUnion("op", [
  openAccount,
  credit,
  adjust,
  cut,
  restore,
  exchange,
  setPriceList,
  setPolicy,
  setGateway,
]);
/** A command to the engine. */
export type EngineCommand = z.infer<typeof engineCommandMessage>;

/** Why the kernel refused a command that came in its turn. The number counts as used. */
export const COMMAND_REFUSALS = [
  "account_unknown",
  "account_open",
  "price_list_unknown",
  "price_list_order",
  "directory_full",
  "policy_unknown",
  "balance_limit_exceeded",
  "money_limit_exceeded",
  "gateway_unknown",
  "register_invalid",
] as const;

/**
 * The answer: `applied` and `refused` come after the command is on disk and are kept for repeats. `gap`: send `expected`
 * first. `stale`: the number was used long ago and its answer is no longer kept. `invalid`: not a command, with faults.
 * `unavailable`: the engine can't take it now; send it again later.
 */
export const engineCommandReply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("applied"),
    number,
    balance_micros: microsText,
    at_s: z.int(),
    position: z.int(),
  }),
  z.object({
    status: z.literal("refused"),
    number,
    code: z.enum(COMMAND_REFUSALS),
    balance_micros: microsText,
  }),
  z.object({ status: z.literal("gap"), expected: number }),
  z.object({ status: z.literal("stale"), expected: number }),
  z.object({
    status: z.literal("invalid"),
    faults: z.array(z.object({ pointer: z.string(), message: z.string() })),
  }),
  z.object({ status: z.literal("unavailable"), reason: z.string() }),
]);
/** An answer to a command. */
export type EngineCommandReply = z.infer<typeof engineCommandReply>;

/** A question on `engine.<shard>.query`: the present state of some accounts. */
export const engineQueryMessage = z.object({ slots: z.array(slot).max(1_000) });
/** A question to the engine. */
export type EngineQuery = z.infer<typeof engineQueryMessage>;

/** Credit as people are told it, worst last (semantics, glossary). */
export const CREDIT_STATUSES = ["ok", "low", "exhausted"] as const;

/** One account's state as it is on disk. `null` for a slot without an account. */
export const accountState = z.object({
  slot,
  account_id: z.uuid(),
  balance_micros: microsText,
  available_credit_micros: microsText,
  credit_status: z.enum(CREDIT_STATUSES),
  /** How many low-credit thresholds the balance has fallen to or under. */
  low_credit_level: z.int().nonnegative(),
  supply_state: z.enum(SUPPLY_STATES),
  /** The supply that was last asked for, and the command's number; 0 when none ever was. */
  supply_wanted: z.enum(["connected", "disconnected"]),
  supply_number: z.int().nonnegative(),
  command_number: z.int().nonnegative(),
  last_reading: z.object({ at_s: z.int(), register_atoms: atomsText }).nullable(),
  /** Whether a reading waits in quarantine. */
  quarantined: z.boolean(),
  price_list: directoryIndex,
  policy: directoryIndex,
});
/** One account's state. */
export type AccountState = z.infer<typeof accountState>;
/** The answer: as many entries as slots were asked for, in their order. */
export const engineQueryReply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("ok"),
    as_of_s: z.int(),
    position: z.int(),
    accounts: z.array(accountState.nullable()),
  }),
  z.object({
    status: z.literal("invalid"),
    faults: z.array(z.object({ pointer: z.string(), message: z.string() })),
  }),
  z.object({ status: z.literal("unavailable"), reason: z.string() }),
]);
/** An answer to a question. */
export type EngineQueryReply = z.infer<typeof engineQueryReply>;
