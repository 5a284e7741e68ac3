/**
 * What the api asks of the store of readings.
 */

/**
 * A stretch of time in epoch seconds, `[fromS, toS)`, for some accounts (engine/contract/ids.ts), in buckets of a zone's
 * clock.
 */
export type ConsumptionAsked = {
  accounts: number[];
  fromS: number;
  toS: number;
  every: "hour" | "day";
  timezone: string;
};

/** One bucket of one account: its begin in epoch seconds, quantity in atoms and costs in micros. */
export type ConsumptionRow = {
  account: number;
  from: number;
  quantity_atoms: bigint;
  cost_micros: bigint;
  charges_micros: bigint;
};

/** Asks the store; rejects when it does not answer. Buckets without consumption are left out. */
export type ConsumptionQuery = (asked: ConsumptionAsked) => Promise<ConsumptionRow[]>;
