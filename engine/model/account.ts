/**
 * An account as the model keeps it: one service at one usage point, its meter's last reading, its money, its supply.
 */
import type { Counters } from "./blocks.ts";
import type { CalendarTerms } from "./calendar.ts";
import type { SupplyState } from "./collect.ts";
import { type Demand, NO_DEMAND } from "./demand.ts";
import type { ModelEvent } from "./events.ts";
import type { Meter, Verdict } from "./judge.ts";
import type { Parts } from "./parts.ts";
import type { Policy } from "./policy.ts";
import type { PriceList } from "./price-list.ts";
import type { Rated } from "./rate.ts";

/** R41: restricted credit that is used before any other, and gone at `expiresS`. */
export type Pot = { readonly amountMicros: bigint; readonly expiresS: bigint };

/** R60 … R62 */
export type EmergencyState = "enabled" | "invoked" | "consumed";

/** R35, R36: a debt that is taken at each local midnight, Monday or first of a month, in the states that `collect` allows. */
export type TimeDebt = {
  readonly owedMicros: bigint;
  readonly rateMicros: bigint;
  readonly every: "day" | "week" | "month";
  readonly collect: {
    readonly disconnected: boolean;
    readonly limited: boolean;
    readonly friendly: boolean;
  };
};

/** R50, R51: a debt that payments repay by share, up to a cap a week; `weekS` is the week that `weekUsedMicros` is of. */
export type PaymentDebt = {
  readonly owedMicros: bigint;
  readonly sharePpm: bigint;
  readonly weeklyCapMicros: bigint;
  readonly weekS: bigint;
  readonly weekUsedMicros: bigint;
};

/** R91 */
export type PaymentMode = "prepayment" | "credit";

/** R91: a change of mode, and how what is then owed is recovered. */
export type ModeChange = {
  readonly mode: PaymentMode;
  readonly atS: bigint;
  readonly sharePpm: bigint;
  readonly weeklyCapMicros: bigint;
};

/** What is wanted of the supply. Not what it is: that only the meter reports. */
export type SupplyWanted = "connected" | "limited" | "disconnected" | "ready";

/** Who asked: credit, a person, or the load limit (R75). */
export type SupplyCause = "automatic" | "manual" | "load_limit";

/** R37: another price list from an instant on. */
export type NextList = { readonly listIndex: number; readonly atS: bigint };

/** R30, R37: which price list is in force, and which is to take its place. */
export type Assignment = {
  readonly listIndex: number;
  readonly nextList: NextList | undefined;
};

/** R18: what stood before the first estimate that was charged, and what estimates have come to since. */
export type Estimate = Assignment & {
  readonly t0: bigint;
  readonly r0: bigint;
  readonly counters: Counters;
  readonly carryP: bigint;
  readonly costMicros: bigint;
  readonly quantityAtoms: bigint;
};

/** R34: what was bought in the cycle that began at `cycleS`, in micro-atoms. */
export type Bought = { readonly cycleS: bigint; readonly microAtoms: bigint };

/**
 * All that an account remembers: plain, complete and comparable. Never changed in place. Instants of 0 mean none.
 *
 * R34: an account whose price list is of purchase holds quantity: its balance, pots, what is reserved of it, emergency credit
 * used and what estimates took are micro-atoms, millionths of an atom, and stand in the fields that say micros, as its
 * policy's thresholds and emergency limit do. Debts, charges by time and payments stay money.
 */
export type ModelAccount = Assignment & {
  /** t₀ and r₀ of the last accepted reading (or estimate that was charged); both undefined before the opening. */
  readonly t0: bigint | undefined;
  readonly r0: bigint | undefined;
  /** The main pot. */
  readonly balanceMicros: bigint;
  /** R41: soonest expiry first; of one expiry, the older grant first. */
  readonly pots: readonly Pot[];
  /** R90: set aside for transfers, in no other sum. */
  readonly reservedMicros: bigint;
  readonly emergency: {
    readonly state: EmergencyState;
    readonly usedMicros: bigint;
    readonly isOffered: boolean;
  };
  readonly paymentDebt: PaymentDebt;
  readonly accumulatedDebtMicros: bigint;
  readonly timeDebt1: TimeDebt;
  readonly timeDebt2: TimeDebt;
  /** R52: what was paid in the period that began at `periodS`. */
  readonly topups: { readonly periodS: bigint; readonly sumMicros: bigint };
  /** All that was paid, and all that was adjusted, so far. */
  readonly creditsMicros: bigint;
  readonly adjustmentsMicros: bigint;
  readonly mode: PaymentMode;
  readonly modeChange: ModeChange | undefined;
  /** R2: 0 … 999 999 picos. */
  readonly carryP: bigint;
  /** R33: as they stand from t₀ on. */
  readonly counters: Counters;
  /** R38: as rating has gathered it so far, estimates with it. */
  readonly demand: Demand;
  /** R34: nothing where the account holds money. */
  readonly bought: Bought;
  /** R35: charges due up to and with this instant are done; see openAccount for when they begin. */
  readonly chargedThrough: bigint | undefined;
  /** R18: undefined while the last reading is an actual one. */
  readonly estimate: Estimate | undefined;
  /** How many low-credit thresholds have fired and not recovered. */
  readonly alertLevel: number;
  /** R80: when each level fired last, kept while the policy has a cool-off. */
  readonly alertS: readonly bigint[];
  /** R80: whether credit is remarkably high. */
  readonly isExceeded: boolean;
  /** R81: what the running day has cost, the trailing mean of days, how many days are in it, whether it has warned. */
  readonly days: {
    readonly spentTodayMicros: bigint;
    readonly meanMicros: bigint;
    readonly seen: bigint;
    readonly isWarned: boolean;
  };
  /** R73: when the notice of a cut was given. */
  readonly noticeS: bigint;
  /** R72 */
  readonly isCritical: boolean;
  readonly isCutWithheld: boolean;
  readonly supplyWanted: SupplyWanted;
  /** The flow that supply is to be limited to, in atoms an hour; 0 when it is not. */
  readonly supplyValue: bigint;
  readonly supplyCause: SupplyCause;
  /** R77: the number of the last supply command, 0 before the first. */
  readonly supplyNumber: bigint;
  readonly supplyState: SupplyState;
  /** R76: when the restore was asked for that is not reported yet. */
  readonly restoreS: bigint;
  /** R71: end of the friendly period that was warned of last. */
  readonly friendlyWarnedS: bigint;
  /** R74: the day start that allowance was renewed at, and what is left of it. */
  readonly allowance: { readonly renewedS: bigint; readonly leftAtoms: bigint };
  /** R75: begin and quantity of the running period, and when load cut last. */
  readonly load: {
    readonly fromS: bigint;
    readonly quantityAtoms: bigint;
    readonly cutS: bigint;
  };
  /** R20: whether `meter.stale` was said. */
  readonly isStale: boolean;
  /** R16: kinds of quarantine whose event was raised since the last accepted reading. While there is one, R73 holds. */
  readonly quarantineRaised: readonly Verdict[];
};

/** What an account is judged by; not part of its state. Calendars are given where the policy names them. */
export type Terms = CalendarTerms & {
  /** By index. Those that the account names are among them. */
  readonly lists: ReadonlyMap<number, PriceList>;
  readonly meter: Meter;
  readonly policy: Policy;
  /** The account's place in its shard: spreads judgements (R71), names it in transfers (R90). */
  readonly slot: bigint;
};

/** R35: a row of a charge by time. */
export type Charged = {
  readonly atS: bigint;
  /** The price list's index, and the version's in it from 0. */
  readonly list: number;
  readonly version: number;
  /** The charge's index in the list; 64 more where it went to the accumulated debt; 32, 33: time debts 1, 2; 40: demand. */
  readonly row: number;
  readonly amountMicros: bigint;
};

/** R18: estimates given back when the next actual reading came; quantity and cost are what they had come to. */
export type Returned = {
  readonly atS: bigint;
  readonly registerAtoms: bigint;
  readonly quantityAtoms: bigint;
  readonly costMicros: bigint;
};

/** What one step gave out. */
export type Outputs = {
  /** Of a reading; undefined for other steps. */
  readonly verdict: Verdict | undefined;
  readonly rollover: boolean;
  /** R18: before `rated`. */
  readonly returned: Returned | undefined;
  /** What a reading was charged; of an estimate, too, if it was charged. */
  readonly rated: readonly Rated[];
  readonly charged: readonly Charged[];
  readonly events: readonly ModelEvent[];
  /** What a credit or a change of tenancy came to. */
  readonly parts: Parts | undefined;
};

/** The account after a step, and what the step gave out. */
export type Step = { readonly account: ModelAccount; readonly outputs: Outputs };

const NO_TIME_DEBT: TimeDebt = {
  owedMicros: 0n,
  rateMicros: 0n,
  every: "day",
  collect: { disconnected: false, limited: true, friendly: true },
};

/** R51: a weekly cap that caps nothing. */
export const NO_CAP_MICROS = 2n ** 62n;

/**
 * A fresh account. One that lives by the clock owes charges from `openedS` on; one whose time is driven by recorded
 * readings owes them from its meter's opening on.
 */
export function openAccount(openedS?: bigint, listIndex = 0): ModelAccount {
  return {
    listIndex,
    nextList: undefined,
    t0: undefined,
    r0: undefined,
    balanceMicros: 0n,
    pots: [],
    reservedMicros: 0n,
    emergency: { state: "enabled", usedMicros: 0n, isOffered: false },
    paymentDebt: {
      owedMicros: 0n,
      sharePpm: 0n,
      weeklyCapMicros: NO_CAP_MICROS,
      weekS: 0n,
      weekUsedMicros: 0n,
    },
    accumulatedDebtMicros: 0n,
    timeDebt1: NO_TIME_DEBT,
    timeDebt2: NO_TIME_DEBT,
    topups: { periodS: 0n, sumMicros: 0n },
    creditsMicros: 0n,
    adjustmentsMicros: 0n,
    mode: "prepayment",
    modeChange: undefined,
    carryP: 0n,
    counters: {},
    demand: NO_DEMAND,
    bought: { cycleS: 0n, microAtoms: 0n },
    chargedThrough: openedS,
    estimate: undefined,
    alertLevel: 0,
    alertS: [0n, 0n, 0n, 0n],
    isExceeded: false,
    days: { spentTodayMicros: 0n, meanMicros: 0n, seen: 0n, isWarned: false },
    noticeS: 0n,
    isCritical: false,
    isCutWithheld: false,
    supplyWanted: "connected",
    supplyValue: 0n,
    supplyCause: "automatic",
    supplyNumber: 0n,
    supplyState: "unknown",
    restoreS: 0n,
    friendlyWarnedS: 0n,
    allowance: { renewedS: 0n, leftAtoms: 0n },
    load: { fromS: 0n, quantityAtoms: 0n, cutS: 0n },
    isStale: false,
    quarantineRaised: [],
  };
}

/** Outputs of a step that gave nothing out. */
export const NOTHING: Outputs = {
  verdict: undefined,
  rollover: false,
  returned: undefined,
  rated: [],
  charged: [],
  events: [],
  parts: undefined,
};
