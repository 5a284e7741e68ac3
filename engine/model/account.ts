/**
 * An account as the model keeps it: one service at one usage point, its meter's last reading, its money.
 */
import type { Counters } from "./blocks.ts";
import type { SupplyState } from "./collect.ts";
import type { Meter, Verdict } from "./judge.ts";
import type { LowCreditAlert, LowCreditPolicy } from "./low-credit.ts";
import type { PriceList } from "./price-list.ts";
import type { Collection } from "./price-list-json.ts";
import type { Rated } from "./rate.ts";
import type { SupplyCause, SupplyPolicy, SupplyWanted, SupplyWish } from "./supply.ts";

/** All that an account remembers: plain, complete and comparable. Never changed in place. */
export type ModelAccount = {
  /** t₀ and r₀ of the last accepted reading; both undefined before the opening. */
  readonly t0: bigint | undefined;
  readonly r0: bigint | undefined;
  readonly balanceMicros: bigint;
  /** What charges went to by R36 instead of the balance. */
  readonly accumulatedDebtMicros: bigint;
  /** R2: 0 … 999 999 picos. */
  readonly carryP: bigint;
  /** R33: as they stand from t₀ on. */
  readonly counters: Counters;
  /** R35: charges due up to and with this instant are done; see openAccount for when they begin. */
  readonly chargedThrough: bigint | undefined;
  /** How many low-credit thresholds have fired and not recovered. */
  readonly alertLevel: number;
  readonly supplyWanted: SupplyWanted;
  /** Who wanted it so last: what a person has cut is not restored by a payment (R78). */
  readonly supplyCause: SupplyCause;
  /** R77: the number of the last supply command, 0 before the first. */
  readonly supplyNumber: bigint;
  readonly supplyState: SupplyState;
  /** R16: kinds of quarantine whose event was raised since the last accepted reading. While there is one, R73 holds. */
  readonly quarantineRaised: readonly Verdict[];
};

/** What an account is judged by; not part of its state. */
export type Terms = {
  list: PriceList;
  meter: Meter;
  lowCredit: LowCreditPolicy;
  supply: SupplyPolicy;
};

/** One entry of a charge by time (R35), and what R36 made of it. */
export type Charged = {
  atS: bigint;
  version: number;
  name: string;
  amountMicros: bigint;
  collection: Collection;
};

/** What one step gave out. */
export type Outputs = {
  /** Of a reading; undefined for other steps. */
  verdict: Verdict | undefined;
  rollover: boolean;
  rated: readonly Rated[];
  charged: readonly Charged[];
  alerts: readonly LowCreditAlert[];
  wish: SupplyWish | undefined;
  /** R77: what a supply report said of the command that it answers, or of the supply. */
  answer: SupplyAnswer | undefined;
  /** R16: the kind of quarantine that this step raised an event for. */
  quarantine: Verdict | undefined;
};

/** R77: an answer to the last command that says it was carried out, or not; or a state that nobody asked for. */
export type SupplyAnswer = "executed" | "failed" | "disagreed";

/** The account after a step, and what the step gave out. */
export type Step = { account: ModelAccount; outputs: Outputs };

/**
 * A fresh account. One that lives by the clock owes charges from `openedS` on; one whose time is driven by recorded
 * readings owes them from its meter's opening on.
 */
export function openAccount(openedS?: bigint): ModelAccount {
  return {
    t0: undefined,
    r0: undefined,
    balanceMicros: 0n,
    accumulatedDebtMicros: 0n,
    carryP: 0n,
    counters: {},
    chargedThrough: openedS,
    alertLevel: 0,
    supplyWanted: "on",
    supplyCause: "automatic",
    supplyNumber: 0n,
    supplyState: "unknown",
    quarantineRaised: [],
  };
}

/** Outputs of a step that gave nothing out. */
export const NOTHING: Outputs = {
  verdict: undefined,
  rollover: false,
  rated: [],
  charged: [],
  alerts: [],
  wish: undefined,
  answer: undefined,
  quarantine: undefined,
};
