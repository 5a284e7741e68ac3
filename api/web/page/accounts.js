/** All accounts, as the interface lists them and as events change them in between. */
import { microsOf } from "./format.js";

/** Accounts of one page of the list. */
const PAGE = 1_000;
/** Most pages that are read: the page is for looking at some thousands, not at a city. */
const PAGES_MAX = 5;
/** Between two readings of the whole list, in milliseconds. */
const EVERY_MS = 3_000;

/** Most events that are kept while the list is read. */
const MEANWHILE_MAX = 1_000;

/**
 * @typedef {{ type: string, data: Record<string, any> }} Event
 * @typedef {{ account_id: string, unit?: string, unit_id: string, site?: string, service: string,
 *   meter_serial: string | null, currency: string, balance: string | null, supply_state: string | null,
 *   credit_status: string | null, payment_mode: string, micros: bigint | undefined, words: string }} Account
 */

/** Keeps the accounts; tells whoever asked when some changed. */
export class Accounts {
  /** @type {Map<string, Account>} */
  byId = new Map();
  /** Whether there are more than this page reads. */
  isCutShort = false;
  #api;
  #onChange;
  #onTrouble;
  /** @type {Event[]} events that came while the list was read, which may or may not be in it */
  #meanwhile = [];

  /**
   * @param {import("./api.js").Api} api
   * @param {() => void} onChange
   * @param {(problem: string | undefined) => void} onTrouble told what is wrong, and undefined when it is over
   */
  constructor(api, onChange, onTrouble) {
    this.#api = api;
    this.#onChange = onChange;
    this.#onTrouble = onTrouble;
  }

  /** Reads the list now and again, while the page is looked at. */
  async follow() {
    for (;;) {
      if (!document.hidden) await this.read();
      await new Promise((next) => setTimeout(next, EVERY_MS));
    }
  }

  /** Reads the whole list. */
  async read() {
    /** @type {Map<string, Account>} */
    const read = new Map();
    let cursor;
    this.#meanwhile = [];
    try {
      for (let page = 0; page < PAGES_MAX; page++) {
        const answer = await this.#api.get(
          `/v1/accounts?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
        );
        for (const item of answer.items) read.set(item.account_id, completed(item));
        cursor = answer.next_cursor;
        if (!cursor) break;
      }
    } catch (error) {
      this.#onTrouble(error.message);
      return;
    }
    this.isCutShort = Boolean(cursor);
    this.byId = read;
    for (const event of this.#meanwhile) this.#apply(event);
    this.#onTrouble(undefined);
    this.#onChange();
  }

  /** Takes over what an event says of its account. @param {Event} event */
  take(event) {
    this.#meanwhile.push(event);
    if (this.#meanwhile.length > MEANWHILE_MAX) this.#meanwhile.shift();
    if (this.#apply(event)) this.#onChange();
  }

  #apply(/** @type {Event} */ { type, data }) {
    const account = this.byId.get(data.account_id);
    if (account === undefined) return false;
    if (/^-?\d+$/.test(data.balance_micros ?? "")) account.micros = BigInt(data.balance_micros);
    if (type === "credit.low" && account.credit_status === "ok") account.credit_status = "low";
    if (type === "credit.recovered") account.credit_status = "ok";
    if (type === "supply.executed" && data.supply_state) account.supply_state = data.supply_state;
    return true;
  }

  /** Counts by what the filters show. */
  counts() {
    const counts = { all: 0, low: 0, exhausted: 0, disconnected: 0 };
    for (const account of this.byId.values()) {
      counts.all++;
      if (account.credit_status === "low") counts.low++;
      if (account.credit_status === "exhausted") counts.exhausted++;
      if (account.supply_state === "disconnected") counts.disconnected++;
    }
    return counts;
  }
}

function completed(/** @type {Account} */ item) {
  const words = [item.unit, item.site, item.meter_serial, item.service, item.account_id]
    .join(" ")
    .toLowerCase();
  return { ...item, micros: item.balance === null ? undefined : microsOf(item.balance), words };
}
