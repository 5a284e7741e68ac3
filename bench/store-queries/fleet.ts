/**
 * A fleet of meters over a year of half-hours: sites of homes, each with a meter of its own for the whole site, in rated rows as
 * the engine leaves them. The same numbers every time.
 */
import { accountNumber } from "../../engine/contract/ids.ts";
import { nativeBlock } from "../../engine/contract/native.ts";
import { RATED_ROWS_MAX, READING_COLUMNS } from "../../engine/contract/rated.ts";

/** 2025-01-01T00:00Z. */
export const BEGIN_S = 1_735_689_600;
/** Half an hour. */
export const STEP_S = 1_800;
/** Sites of a shard: their accounts have slots in turn, as if they had been opened together. */
const SITES_A_SHARD = 3;
const MONTH_STEPS = 1_461;
/** Where the dearer block begins, in Wh a month. */
const BLOCK_WH = 150_000;
/** Micros of a Wh by period (night, day) and block. */
const PRICES = [152.3, 182.7, 241.7, 289.1] as const;
const TARIFFS = 4;
/** What the site's meter counts beyond what its homes do. */
const LOSS = 1.031;

/** How much of a day's use falls into each hour. */
const SHAPE = [3, 2, 2, 2, 2, 3, 5, 8, 8, 6, 5, 5, 6, 6, 5, 5, 6, 9, 12, 13, 12, 10, 7, 5].map(
  (share) => share / 147,
);

/** A block of rated rows, as bytes. */
export type FleetBlock = { rows: number; bytes: Buffer };

/** The meters, and what they count. */
export class Fleet {
  readonly sites: number;
  /** Accounts of a site; the last is the site's own meter. */
  readonly homes: number;
  readonly accounts: Uint32Array;
  readonly #usedWh: Float64Array;
  readonly #monthWh: Float64Array;
  readonly #dayWh: Float64Array;
  #random = 0x9e37_79b9;

  constructor(sites: number, homes: number) {
    this.sites = sites;
    this.homes = homes;
    const all = sites * homes;
    this.accounts = Uint32Array.from({ length: all }, (_, i) =>
      numberOf(Math.floor(i / homes), i % homes),
    );
    this.#dayWh = Float64Array.from({ length: all }, () => 3_000 + 11_000 * this.#chance() ** 2);
    this.#usedWh = Float64Array.from({ length: all }, () => Math.floor(1e6 + 4e7 * this.#chance()));
    this.#monthWh = new Float64Array(all);
  }

  /** The accounts of a site: its homes, and behind them the site's meter. */
  accountsOf(site: number): number[] {
    return [...this.accounts.subarray(site * this.homes, (site + 1) * this.homes)];
  }

  /** The readings of all meters at the end of a half-hour, counted from 0, to be asked for in order. */
  *step(step: number): Generator<FleetBlock> {
    if (step % MONTH_STEPS === 0) this.#monthWh.fill(0);
    for (let first = 0; first < this.accounts.length; ) {
      const most = Math.floor(RATED_ROWS_MAX / this.homes) * this.homes;
      const rows = Math.min(most, this.accounts.length - first);
      yield this.#block(step, first, rows);
      first += rows;
    }
  }

  #block(step: number, first: number, rows: number): FleetBlock {
    const of = columnsOf(rows);
    const fromS = BEGIN_S + step * STEP_S;
    const hour = Math.floor((step * STEP_S) / 3_600) % 24;
    const period = hour >= 8 && hour < 22 ? 1 : 0;
    let siteWh = 0;
    for (let row = 0; row < rows; row++) {
      const at = first + row;
      const isSite = (at + 1) % this.homes === 0;
      const wh = isSite ? Math.floor(siteWh * LOSS) : this.#use(at, hour);
      siteWh = isSite ? 0 : siteWh + wh;
      const usedWh = (this.#usedWh[at] ?? 0) + wh;
      const monthWh = (this.#monthWh[at] ?? 0) + wh;
      this.#usedWh[at] = usedWh;
      this.#monthWh[at] = monthWh;
      const block = monthWh > BLOCK_WH ? 1 : 0;
      const isDuplicate = this.#chance() < 0.001;
      of.account[row] = this.accounts[at] ?? 0;
      of.from[row] = fromS;
      of.to[row] = fromS + STEP_S;
      put(of.register, row, usedWh);
      put(of.quantity, row, isDuplicate ? 0 : wh);
      put(of.cost, row, isDuplicate ? 0 : Math.floor(wh * (PRICES[period * 2 + block] ?? 0)));
      of.tariff[row] = 1 + (Math.floor(at / this.homes) % TARIFFS);
      of.verdict[row] = isDuplicate ? 3 : 0;
      of.period[row] = period;
      of.block[row] = block;
      of.last[row] = 1;
    }
    const bytes = nativeBlock(READING_COLUMNS, rows, ({ name }) => {
      const { buffer, byteOffset, byteLength } = of[name as keyof Columns];
      return new Uint8Array(buffer, byteOffset, byteLength);
    });
    return { rows, bytes };
  }

  /** Wh of a home in a half-hour: its share of the day with some chance, and now and then a kettle or an oven. */
  #use(at: number, hour: number): number {
    const base = ((this.#dayWh[at] ?? 0) * (SHAPE[hour] ?? 0)) / 2;
    const kettle = this.#chance() < 0.06 ? 250 + 900 * this.#chance() : 0;
    return Math.floor(base * (0.5 + this.#chance()) + kettle);
  }

  #chance(): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return (x >>> 0) / 0x1_0000_0000;
  }
}

function numberOf(site: number, home: number): number {
  return accountNumber(
    Math.floor(site / SITES_A_SHARD),
    home * SITES_A_SHARD + (site % SITES_A_SHARD),
  );
}

type Columns = ReturnType<typeof columnsOf>;

function columnsOf(rows: number) {
  return {
    account: new Uint32Array(rows),
    from: new Uint32Array(rows),
    to: new Uint32Array(rows),
    register: new Uint32Array(rows * 2),
    quantity: new Uint32Array(rows * 2),
    cost: new Uint32Array(rows * 2),
    tariff: new Uint32Array(rows),
    verdict: new Uint8Array(rows),
    period: new Uint8Array(rows),
    block: new Uint8Array(rows),
    last: new Uint8Array(rows),
  };
}

/** Writes a whole number, at least 0, into an Int64 column by its halves: without a bigint a row. */
function put(column: Uint32Array, row: number, value: number): void {
  column[row * 2] = value >>> 0;
  column[row * 2 + 1] = Math.floor(value / 0x1_0000_0000);
}
