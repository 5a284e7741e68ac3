/**
 * Commands on `engine.<shard>.command`: what people and other parts ask of an account or a shard, as JSON.
 *
 * Each carries its number: the account's own (given by the registry in the transaction that records the intent) or, for
 * what concerns the whole shard, the shard's. The engine applies number n + 1 after n and nothing else: a repeat of n
 * gets the kept answer, anything further ahead a `gap` with the number expected (architecture, "Commands").
 */
import { z } from "zod";
import { COMMAND_BYTES_MAX } from "./command-limits.ts";
import {
  atomsText,
  CREDIT_PARTS,
  DEBTS,
  debtText,
  directoryIndex,
  epochS,
  gateway,
  microsText,
  number,
  PAYMENT_MODES,
  paidText,
  sharePpm,
  slot,
} from "./fields.ts";
import { GATEWAY_MAX } from "./ids.ts";
import { setCalendar, setPolicy } from "./policy-command.ts";

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
/**
 * Takes a credit back, part by part as it was given (R53). `confirmed_removed`: also when it is used already. `amount_micros`:
 * what was paid, the sum of the parts where the account holds money; needed where it holds quantity (R34), and so is
 * `vended_s`, when it was given: what was bought in the cycle that still lasts counts no more.
 */
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
  amount_micros: paidText.optional(),
  vended_s: epochS.optional(),
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
/** Puts the account under another price list from an instant on (R30, R37); `at_s` 0: from now, or as soon as can be. */
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
/**
 * Moves credit to another account of the shard in one step (R90); `reserved`: from what was set aside. The amount is in what
 * the giver holds. `convert`: quantity is sold by the giver's price list, and bought by the receiver's (R6); without it both
 * accounts must hold the same.
 */
const transferCredit = z.object({
  op: z.literal("transfer_credit"),
  ...account,
  to_slot: slot,
  amount_micros: debtText,
  reserved: z.boolean(),
  convert: z.boolean().optional(),
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
  "price_list_basis",
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
