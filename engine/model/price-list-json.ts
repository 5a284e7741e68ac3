/**
 * The price list as people write it: the JSON of the semantics page, section 4. The model takes it as valid.
 */

/** How often a charge falls due (R35). */
export type ChargeEvery = "hour" | "day" | "week" | "month";

/** When block counters go back to 0 (R33). */
export type CycleEvery = "none" | "day" | "week" | "month" | "quarter" | "year";

/** What block counters count over (R33): all periods together, or each period by itself. */
export type BlockScope = "all" | "per_period";

/** R34: what block counters count: what is consumed, or what is bought; then accounts hold quantity. */
export type AccumulationBasis = "consumption" | "purchase";

/** From a local date to another, both with, "MM-DD"; may wrap the year. */
export type SeasonJson = { name: string; from: string; to: string };

/** A date ("YYYY-MM-DD", or "*-MM-DD" each year) that takes another day class. */
export type SpecialDayJson = { date: string; as: string };

/** Which dates, and from which time of day on which period. */
export type ScheduleLineJson = { season?: string; days?: string[]; at: Record<string, string> };

/** What becomes of a charge that falls due while supply is in some state (R36). */
export type Collection = "collect" | "debt" | "drop";

/** R36: a charge's own setting for each supply state that differs from the ordinary one. */
export type CollectionJson = {
  disconnected?: Collection;
  limited?: Collection;
  friendly?: Collection;
};

/** A charge by time. At one instant those of priority 0 (the default) come before time debts, 1 … 9 after them. */
export type ChargeJson = {
  name: string;
  every: ChargeEvery;
  amount: string;
  priority?: number;
  while?: CollectionJson;
};

/** R38: the highest mean over a window in a cycle, at so much per unit an hour (kW, where the unit is kWh). */
export type DemandJson = { window_minutes: 15 | 30 | 60; price: string };

/** One version of a price list; `effective_from` only where there are several. */
export type PriceListJson = {
  name: string;
  effective_from?: string;
  service: string;
  unit: string;
  currency: string;
  timezone: string;
  cycle?: { every: CycleEvery; start_day?: number };
  block_scope?: BlockScope;
  accumulation_basis?: AccumulationBasis;
  seasons?: SeasonJson[];
  special_days?: SpecialDayJson[];
  schedule?: ScheduleLineJson[];
  rates: Record<string, { from: string; price: string }[]>;
  charges?: ChargeJson[];
  demand?: DemandJson;
  taxes?: { name: string; rate: string }[];
};
