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
/** Most of one debt, restricted pot or emergency credit, in micros; a debt too many is refused, never cut short. */
export const DEBT_MICROS_MAX = 1n << 58n;
/** Largest threshold or amount of a policy, in micros, either sign; sums of two and a balance stay within i64. */
export const POLICY_MICROS_MAX = 1n << 60n;
/** Longest command text in bytes. */
export const COMMAND_BYTES_MAX = 1_048_576;
/** Most low-credit thresholds of a policy (R81). */
export const THRESHOLDS_MAX = 4;

/** An amount in micros as digits; within ± MONEY_MAX. */
export const microsText = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .refine((text) => BigInt(text) <= MONEY_MAX && BigInt(text) >= -MONEY_MAX, "is beyond MONEY_MAX");
const amountUpTo = (most: bigint, name: string) =>
  z
    .string()
    .regex(/^\d{1,19}$/)
    .refine((text) => BigInt(text) <= most, `is beyond ${name}`);
/** What is owed or set aside, in micros as digits, not negative. */
export const debtText = amountUpTo(DEBT_MICROS_MAX, "DEBT_MICROS_MAX");
const paidText = amountUpTo(MONEY_MAX, "MONEY_MAX");
const policyText = microsText.refine(
  (text) => BigInt(text) <= POLICY_MICROS_MAX && BigInt(text) >= -POLICY_MICROS_MAX,
  "is beyond POLICY_MICROS_MAX",
);
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
/** A share in millionths. */
const sharePpm = z.int().nonnegative().max(1_000_000);
/** Atoms an hour: watts, or litres an hour in mL. */
const atomsPerHour = z.int().nonnegative().max(0xffff_ffff);
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
/** Cuts by hand (R78); `override`: also in a friendly period, for critical need, without notice, on stale data. */
const cut = z.object({ op: z.literal("cut"), ...account, override: z.boolean().optional() });
/** Restores by hand (R78); holds until credit has come and gone again. */
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

/** Invokes emergency credit (R60). Asking again changes nothing. */
const activateEmergency = z.object({ op: z.literal("activate_emergency_credit"), ...account });
/** Grants restricted credit that is used before any other and is gone at `expires_s` (R41). */
const grantCredit = z.object({
  op: z.literal("grant_credit"),
  ...account,
  amount_micros: debtText,
  expires_s: epochS,
});
/** Debts of an account, in the kernel's numbering from 1 (glossary). */
export const DEBTS = ["time_debt_1", "time_debt_2", "payment_debt", "accumulated_debt"] as const;
/**
 * Puts a debt and its terms in the place of what was owed of it. Time debts take `rate_micros` at each local midnight,
 * Monday or first of a month (R35), in the states that `collect` allows (R36; by default not while disconnected).
 * The payment debt takes `share_ppm` of each payment, up to `weekly_cap_micros` a week (R50, R51).
 */
const setDebt = z.object({
  op: z.literal("set_debt"),
  ...account,
  debt: z.enum(DEBTS),
  owed_micros: debtText,
  rate_micros: debtText.optional(),
  every: z.enum(["day", "week", "month"]).optional(),
  collect: z
    .object({ disconnected: z.boolean(), limited: z.boolean(), friendly: z.boolean() })
    .partial()
    .optional(),
  share_ppm: sharePpm.optional(),
  weekly_cap_micros: paidText.optional(),
});
/** What an amount of money came to, in the order of the waterfall (R50); all of them, also zero ones (R51). */
export const CREDIT_PARTS = [
  "payment_debt",
  "accumulated_debt",
  "time_debt_1",
  "time_debt_2",
  "threshold",
  "emergency",
  "balance",
  "restricted",
] as const;
/** Takes a credit back, part by part as it was given (R53). `confirmed_removed`: also when it is used already. */
const reverseCredit = z.object({
  op: z.literal("reverse_credit"),
  ...account,
  parts: z.object({
    payment_debt: debtText,
    accumulated_debt: debtText,
    time_debt_1: debtText,
    time_debt_2: debtText,
    threshold: paidText,
    emergency: debtText,
    balance: paidText,
  }),
  confirmed_removed: z.boolean(),
});
/** A person's word on a reading in quarantine (R16): what it shows was used, or where counting begins anew. */
const acceptReading = z.object({
  op: z.literal("accept_reading"),
  ...account,
  at_s: epochS,
  register_atoms: atomsText,
  as: z.enum(["consumption", "baseline"]),
});
/** A person's word that a reading in quarantine is void (R16). */
const rejectReading = z.object({
  op: z.literal("reject_reading"),
  ...account,
  at_s: epochS,
  register_atoms: atomsText,
});
/** Ways of paying (R91). */
export const PAYMENT_MODES = ["prepayment", "credit"] as const;
/** Changes the payment mode now (`at_s` 0) or later (R91); what is then owed is recovered by share and cap. */
const setPaymentMode = z.object({
  op: z.literal("set_payment_mode"),
  ...account,
  mode: z.enum(PAYMENT_MODES),
  at_s: epochS,
  share_ppm: sharePpm.optional(),
  weekly_cap_micros: paidText.optional(),
});
/** Cancels the change of mode that is pending. */
const cancelModeChange = z.object({ op: z.literal("cancel_mode_change"), ...account });
/** Settles the account for who leaves, and begins clean for who comes (R92). The closing is the last reading unless given. */
const changeTenancy = z.object({
  op: z.literal("change_tenancy"),
  ...account,
  closing_atoms: atomsText.optional(),
});
/** Says whether somebody at the account depends on supply (R72). */
const setCriticalNeed = z.object({
  op: z.literal("set_critical_need"),
  ...account,
  critical: z.boolean(),
});
/** Puts the account under another policy of the shard's directory. */
const assignPolicy = z.object({
  op: z.literal("assign_policy"),
  ...account,
  policy: directoryIndex,
});
/** Puts the account under another price list from an instant on (R30, R37); `at_s` 0: from now. */
const assignPriceList = z.object({
  op: z.literal("assign_price_list"),
  ...account,
  price_list: directoryIndex,
  at_s: epochS,
});
/** Sets credit aside while a transfer waits for approval, or gives it back (R90). */
const reserveCredit = z.object({
  op: z.literal("reserve_credit"),
  ...account,
  amount_micros: debtText,
});
const releaseCredit = z.object({
  op: z.literal("release_credit"),
  ...account,
  amount_micros: debtText,
});
/** Moves credit to another account of the shard in one step (R90); `reserved`: from what was set aside. */
const transferCredit = z.object({
  op: z.literal("transfer_credit"),
  ...account,
  to_slot: slot,
  amount_micros: debtText,
  reserved: z.boolean(),
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
/** How a payment meets what is owed (R50). */
export const WATERFALLS = ["standard", "debt_first", "share"] as const;
/** How urgent a low-credit threshold is (R81), in the kernel's numbering. */
export const SEVERITIES = ["info", "warning", "critical"] as const;
/**
 * Puts a supply policy at an index of the shard's directory. Thresholds fall from the highest to the lowest. A part that
 * is left out is off; so is one of 0 where 0 means nothing.
 */
const setPolicy = z.object({
  op: z.literal("set_policy"),
  ...shard,
  index: directoryIndex,
  low_credit_micros: z.array(policyText).max(THRESHOLDS_MAX),
  /** One for each threshold; `warning` where it is left out (R81). */
  low_credit_severity: z.array(z.enum(SEVERITIES)).max(THRESHOLDS_MAX).optional(),
  hysteresis_micros: policyText,
  disablement_threshold_micros: policyText,
  clearance_micros: policyText,
  max_balance_micros: microsText,
  automatic_cut: z.boolean(),
  /** No automatic cut when the last reading is older than this (R20); 0: never stale. */
  stale_after_s: epochS,
  /** A low-credit alert is not repeated sooner (R80). */
  cool_off_s: epochS.optional(),
  /** Credit that is remarkably high (R80). */
  exceed_micros: policyText.optional(),
  /** Warns when the trailing mean leaves so few days (R81). */
  days_left_warning: z.int().nonnegative().max(1_000).optional(),
  emergency: z
    .object({ limit_micros: debtText, threshold_micros: policyText, auto_invoke: z.boolean() })
    .optional(),
  /** A cut needs a notice so long before (R73), given when credit comes down to the threshold. */
  notice: z.object({ lead_s: epochS, threshold_micros: policyText }).optional(),
  /** Rungs between notice and cut (R70): flows that the meter limits the supply to. */
  limit: z.object({ threshold_micros: policyText, atoms_per_hour: atomsPerHour }).optional(),
  trickle: z.object({ threshold_micros: policyText, atoms_per_hour: atomsPerHour }).optional(),
  /** The least flow for a critical need (R72). */
  essential_atoms_per_hour: atomsPerHour.optional(),
  /** When no cut happens (R71): a calendar's index. */
  friendly: z
    .object({ calendar: z.int().nonnegative().max(255), jitter_s: epochS, warning_s: epochS })
    .optional(),
  /** The only time when cuts happen (R73): a calendar's index. */
  cut_window: z.int().nonnegative().max(255).optional(),
  /** A restore waits for somebody at the meter (R76). */
  ready_for_reconnection: z.boolean().optional(),
  restore_deadline_s: epochS.optional(),
  /** Estimated readings are charged, and trued up by the next actual one (R18). */
  charge_estimates: z.boolean().optional(),
  /** Mean flow over a period above which the supply is cut for a while (R75). */
  load_limit: z
    .object({ atoms_per_hour: atomsPerHour, period_s: epochS, restoration_s: epochS })
    .optional(),
  /** What may be used each day when credit has run out (R74). */
  daily_allowance: z
    .object({
      atoms: atomsText,
      stack_days: z.int().positive().max(366),
      day_start_s: z.int().nonnegative().max(86_399),
    })
    .optional(),
  waterfall: z.enum(WATERFALLS).optional(),
  /** Whether a payment lifts the balance to the threshold before it repays emergency credit (R50); true where left out. */
  restore_threshold_first: z.boolean().optional(),
  /** Of the waterfall `share`: what part of each payment goes to arrears. */
  arrears_share_ppm: sharePpm.optional(),
  /** Bounds of a payment and of payments in a day, week or month (R52). */
  topup: z
    .object({
      min_micros: paidText,
      max_micros: paidText,
      cap_micros: paidText,
      cap_every: z.enum(["day", "week", "month"]),
    })
    .partial()
    .optional(),
});
/** Puts a calendar at an index of the shard's directory; `text` is its JSON (engine/contract/calendar), compiled for the span. */
const setCalendar = z.object({
  op: z.literal("set_calendar"),
  ...shard,
  index: z.int().nonnegative().max(255),
  covers_from_s: epochS,
  covers_to_s: epochS,
  text: z.string().max(COMMAND_BYTES_MAX),
});
/** Takes back a price list's last version, which has not begun yet (R30). */
const cancelPriceListVersion = z.object({
  op: z.literal("cancel_price_list_version"),
  ...shard,
  index: directoryIndex,
  effective_from_s: epochS,
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
  activateEmergency,
  grantCredit,
  setDebt,
  reverseCredit,
  acceptReading,
  rejectReading,
  setPaymentMode,
  cancelModeChange,
  changeTenancy,
  setCriticalNeed,
  assignPolicy,
  assignPriceList,
  reserveCredit,
  releaseCredit,
  transferCredit,
  setCalendar,
  cancelPriceListVersion,
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
  "not_prepayment",
  "emergency_credit_not_selectable",
  "emergency_credit_not_repaid",
  "vend_below_minimum",
  "vend_above_maximum",
  "topup_cap_exceeded",
  "pots_full",
  "pot_expired",
  "not_reversible",
  "cut_forbidden_critical_need",
  "cut_forbidden_friendly_period",
  "cut_forbidden_no_notice",
  "cut_forbidden_stale_data",
  "mode_change_in_progress",
  "no_mode_change",
  "transfer_insufficient",
  "reading_outdated",
  "calendar_unknown",
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
    /** Of a credit and of a change of tenancy: what the money came to. */
    parts: z.record(z.enum(CREDIT_PARTS), microsText).optional(),
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
/** What emergency credit is (glossary); `disabled` where the policy has none and none is owed. */
export const EMERGENCY_STATUSES = [
  "disabled",
  "enabled",
  "selectable",
  "invoked",
  "in_use",
  "consumed",
] as const;

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
