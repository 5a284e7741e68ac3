/**
 * A price list as it is meant (semantics, section 4): parsed, checked, exact. Made by `parsePriceList` only.
 */
import type { Service, Unit } from "../services.ts";

/** Days of the week in the order of their numbers: Monday is 0. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** When block counters go back to 0 (R33). */
export const CYCLES = ["none", "day", "week", "month", "quarter", "year"] as const;
/** How often a charge falls due (R35). */
export const CHARGE_INTERVALS = ["hour", "day", "week", "month"] as const;
/** What becomes of a charge that falls due: it is taken, left out, or added to the accumulated debt (R36). */
export const COLLECTIONS = ["collect", "drop", "debt"] as const;
/** States that a charge may be treated differently in. */
export const CHARGE_STATES = ["disconnected", "limited", "friendly"] as const;
/** Whether one counter serves all periods, or each period has its own (R33). */
export const BLOCK_SCOPES = ["all", "per_period"] as const;

/** What block counters count: what was used, or what was bought; then the account holds quantity (R34). */
export const ACCUMULATION_BASES = ["consumption", "purchase"] as const;

/** Windows of maximum demand, in minutes (R38). */
export const DEMAND_MINUTES = [15, 30, 60] as const;

/** Length of a window of maximum demand. */
type DemandMinutes = (typeof DEMAND_MINUTES)[number];
/** A cycle's name. */
export type CycleEvery = (typeof CYCLES)[number];
/** How often a charge falls due. */
export type ChargeEvery = (typeof CHARGE_INTERVALS)[number];
/** What becomes of a charge that falls due. */
export type Collection = (typeof COLLECTIONS)[number];
/** A state that a charge may be treated differently in. */
export type ChargeState = (typeof CHARGE_STATES)[number];
/** A scope of block counters. */
export type BlockScope = (typeof BLOCK_SCOPES)[number];
/** What block counters count. */
export type AccumulationBasis = (typeof ACCUMULATION_BASES)[number];

/** A date in any year: month 1-12, day 1-31; 29 February is one. */
export type MonthDay = { month: number; day: number };
/** From one local date to another, both inclusive; wraps the year where `to` is before `from`. */
export type Season = { name: string; from: MonthDay; to: MonthDay };
/** A date that takes the day class `as` (0 Monday … 6 Sunday); without a year, each year. A date with its year wins. */
export type SpecialDay = MonthDay & { year: number | undefined; as: number };
/** From this local minute of the day on (0-1439), the period with this index is in force. */
export type Switch = { minute: number; period: number };
/** One line: index of its season (undefined: any date), its days (undefined: any), its switches, the first at minute 0. */
export type ScheduleLine = {
  season: number | undefined;
  days: readonly number[] | undefined;
  switches: readonly Switch[];
};
/** A tier: from these accumulated atoms on, `price` per unit before taxes, in 10^-DECIMAL_SCALE of the currency. */
type Block = { startAtoms: bigint; price: bigint };
/** A time-of-use period and its blocks, rising from 0. */
type Period = { name: string; blocks: readonly Block[] };
/**
 * A charge that falls due by time; `amount` before taxes, in 10^-DECIMAL_SCALE of the currency. Of those due at one instant
 * the lower `priority` (0 to PRIORITY_MAX) comes first; `while` says what becomes of it in each state (R35, R36).
 */
export type Charge = {
  name: string;
  every: ChargeEvery;
  amount: bigint;
  priority: number;
  while: Readonly<Record<ChargeState, Collection>>;
};
/**
 * The maximum-demand charge (R38): for the highest mean over a window in the cycle, `price` per unit an hour (per kW of a list
 * in kWh) before taxes, in 10^-DECIMAL_SCALE of the currency.
 */
export type Demand = { windowMinutes: DemandMinutes; price: bigint };
/** A tax on prices and amounts; `rate` in 10^-DECIMAL_SCALE (0.21 is 21 %). */
export type Tax = { name: string; rate: bigint };

/** A sound price list. Periods are in the order of the keys of `rates`; a list without a schedule has one line for all. */
export type PriceList = {
  name: string;
  service: Service;
  unit: Unit;
  currency: string;
  timezone: string;
  cycle: { every: CycleEvery; startDay: number };
  blockScope: BlockScope;
  accumulationBasis: AccumulationBasis;
  seasons: readonly Season[];
  specialDays: readonly SpecialDay[];
  schedule: readonly ScheduleLine[];
  periods: readonly Period[];
  charges: readonly Charge[];
  demand: Demand | undefined;
  taxes: readonly Tax[];
};
