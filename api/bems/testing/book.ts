/**
 * A book of accounts with states, for tests of the server.
 */
import type { AccountState } from "../../../engine/contract/queries.ts";
import { Book, type Entry, type Offered } from "../book.ts";

/** The id of the account with an ordinal. */
export function accountId(ordinal: number): string {
  return `00000000-0000-4000-8000-${String(ordinal).padStart(12, "0")}`;
}

/** An account as the registry has it. */
export function offered(ordinal: number, changes: Partial<Offered> = {}): Offered {
  return {
    accountId: accountId(ordinal),
    ordinal,
    shard: ordinal % 4,
    slot: ordinal,
    service: "electricity",
    currency: "EUR",
    holds: "money",
    site: "Calle Mayor 1",
    unit: `Flat ${ordinal}`,
    meterSerial: String(20_000_000 + ordinal),
    ...changes,
  };
}

/** A state as the engine tells it. */
export function stateOf(ordinal: number, changes: Partial<AccountState> = {}): AccountState {
  return {
    slot: ordinal,
    account_id: accountId(ordinal),
    holds: "money",
    balance_micros: "12345678",
    available_credit_micros: "17345678",
    credit_status: "ok",
    low_credit_level: 0,
    supply_state: "connected",
    supply_wanted: "connected",
    supply_limit_atoms_per_hour: 0,
    supply_number: 0,
    command_number: 1,
    last_reading: { at_s: 1_800_000_000, register_atoms: "987654321" },
    quarantined: false,
    stale: false,
    estimated: false,
    payment_mode: "prepayment",
    mode_change: null,
    emergency_credit: { status: "disabled", limit_micros: "0", used_micros: "0" },
    debts: { time_debt_1: "0", time_debt_2: "0", payment_debt: "0", accumulated_debt: "0" },
    restricted_credit: [],
    reserved_micros: "0",
    critical_need: false,
    notice_s: null,
    days_left: 9,
    price_list: 0,
    policy: 0,
    ...changes,
  } as AccountState;
}

/** A book with accounts of ordinals from 1, all seen just now. */
export function bookOf(count: number): Book {
  const book = new Book();
  book.replace(Array.from({ length: count }, (_, at) => offered(at + 1)));
  for (const entry of book.entries) see(entry, {});
  return book;
}

/** The engine has just told an account's state. */
export function see(entry: Entry | undefined, changes: Partial<AccountState>): void {
  if (entry === undefined) throw new Error("no such account in the book");
  entry.state = stateOf(entry.offered.ordinal, changes);
  entry.seenMs = Date.now();
}
