/**
 * What must hold of the kernel's outputs by themselves (architecture, "Invariants" 1 and 2), after every step: money and
 * quantity are conserved, and a reading's rows lie in its interval.
 *
 * What an account is worth is its balance, pots and what is set aside, less emergency credit used and all debts. Payments,
 * adjustments, grants and what others give add to it; consumption, charges, expiry, reversals and settlements take from it;
 * everything else (repayment, recovery, absorption, change of mode) only moves it from one place to another.
 *
 * An account that holds quantity (R34) has two such sums: what it holds, in micro-atoms, which what is bought adds to and what
 * is consumed takes from; and what it owes, in money. Neither ever becomes the other.
 */
import { CHARGE_OF_TIME_DEBT, CHARGE_TO_DEBT } from "../../kernel-as/assembly/layout.ts";
import { CREDIT_PARTS, DEBT_MICROS_MAX } from "../contract/fields.ts";
import type { ChargeRow, KernelAccount, Row } from "./kernel-reader.ts";
import type { EventFacts } from "./outcome.ts";

type Sums = {
  /** Of an account that holds quantity: what it holds. */
  worth: bigint;
  /** Of an account that holds quantity: all its debts. */
  owed: bigint;
  credits: bigint;
  adjustments: bigint;
  quantity: bigint;
  readS: number;
  /** Debts by their number, as the account had them after the last step. */
  debts: readonly bigint[];
};

/** What outputs alone do not tell of accounts that hold quantity (R34). */
export type Holdings = {
  /** Whether an account does. */
  holds: (slot: number) => boolean;
  /** What the step's money came to, or came from, in the order of CREDIT_PARTS. */
  parts: readonly bigint[];
};

const NO_HOLDINGS: Holdings = { holds: () => false, parts: [] };
const MICRO_ATOMS = 1_000_000n;
/** Places in CREDIT_PARTS: debts come first. */
const DEBT_PARTS = 4;
const EMERGENCY_PART = CREDIT_PARTS.indexOf("emergency");
const BALANCE_PART = CREDIT_PARTS.indexOf("balance");

/** Adds up each account's outputs and holds them against what the account says of itself. */
export class Ledger {
  readonly #sums = new Map<number, Sums>();
  /** Slots whose sums have moved and that were not held against their accounts since. */
  readonly #moved = new Set<number>();

  /** Takes a step's outputs; gives what is wrong with them. */
  take(
    rows: readonly Row[],
    charges: readonly ChargeRow[],
    events: readonly EventFacts[],
    holdings: Holdings = NO_HOLDINGS,
  ): string[] {
    const { holds, parts } = holdings;
    const faults = rows.flatMap((row, i) => this.#takeRow(row, rows[i - 1], holds(row.slot)));
    for (const { slot, amount, charge } of charges) {
      if (holds(slot)) {
        this.#move(slot).owed += charge >= CHARGE_TO_DEBT ? amount : 0n;
        if (charge < CHARGE_OF_TIME_DEBT) faults.push(`account ${slot} paid money out of quantity`);
        continue;
      }
      // A time debt that is taken moves money from the balance to the debt.
      const isMoved = charge >= CHARGE_OF_TIME_DEBT && charge < CHARGE_OF_TIME_DEBT + 2;
      if (charge >= CHARGE_TO_DEBT || !isMoved) this.#move(slot).worth -= amount;
    }
    for (const event of events) {
      if (holds(event.slot)) this.#takeQuantity(event, parts);
      else this.#takeEvent(event);
    }
    return faults;
  }

  /** What does not add up in an account. */
  check(slot: number, account: KernelAccount): string[] {
    const sums = this.#of(slot);
    this.#moved.delete(slot);
    sums.readS = account.readS;
    sums.debts = debtsOf(account);
    const faults: string[] = [];
    const must = (holds: boolean, what: string): void => {
      if (!holds) faults.push(`account ${slot} ${what}`);
    };
    const { isPurchase } = account;
    const worth = isPurchase ? heldBy(account) : worthOf(account);
    const owed = debtsOf(account).reduce((sum, each) => sum + each, 0n);
    must(!isPurchase || owed === sums.owed, `owes ${owed} instead of ${sums.owed} by its entries`);
    must(!isPurchase || account.carry === 0, "holds quantity and carries money");
    must(worth === sums.worth, `is worth ${worth} instead of ${sums.worth} by its entries`);
    // Paid and taken back often enough at the bounds, the sums go round 2^64; their difference stays.
    const isKept = (kept: bigint, sum: bigint) => BigInt.asIntN(64, kept - sum) === 0n;
    must(isKept(account.credits, sums.credits), "does not remember what was paid in");
    must(isKept(account.adjustments, sums.adjustments), "does not remember what was adjusted");
    must(
      !account.isRead || account.register + account.quantityBase === sums.quantity,
      "was not charged just what its register advanced",
    );
    must(account.carry < 1_000_000, "carries a whole micro");
    must(
      account.isQuarantined === account.quarantine.length > 0,
      "is in quarantine for nothing, or not for something",
    );
    return [...faults, ...extraFaults(slot, account)];
  }

  /** Accounts that outputs came of and that did not change. */
  unchecked(): string[] {
    const faults = [...this.#moved].map((slot) => `account ${slot} did not move as it says`);
    this.#moved.clear();
    return faults;
  }

  #takeEvent({ slot, type, amount, level }: EventFacts): void {
    switch (type) {
      case "vend.applied":
        this.#move(slot).worth += amount;
        this.#of(slot).credits += amount;
        return;
      case "vend.reversed":
        this.#move(slot).worth -= amount;
        this.#of(slot).credits -= amount;
        return;
      case "account.adjusted":
      case "credit.transferred":
        this.#move(slot).worth += amount;
        this.#of(slot).adjustments += amount;
        return;
      case "credit.granted":
        this.#move(slot).worth += amount;
        return;
      case "credit.expired":
        this.#move(slot).worth -= amount;
        return;
      case "debt.changed":
        this.#move(slot).worth -= amount - (this.#of(slot).debts[level] ?? 0n);
        return;
      case "tenancy.changed":
        this.#move(slot).worth -= amount;
        this.#of(slot).credits = 0n;
        this.#of(slot).adjustments = 0n;
    }
  }

  /** The same of an account that holds quantity: what it holds, and what it owes (R34). */
  #takeQuantity({ slot, type, amount, level }: EventFacts, parts: readonly bigint[]): void {
    const debts = parts.slice(0, DEBT_PARTS).reduce((sum, part) => sum + part, 0n);
    switch (type) {
      case "vend.applied":
        this.#move(slot).owed -= debts;
        this.#of(slot).credits += amount;
        return;
      case "vend.reversed":
        this.#move(slot).owed += debts;
        this.#of(slot).credits -= amount;
        return;
      case "account.adjusted":
      case "credit.transferred":
        this.#move(slot).worth += amount;
        this.#of(slot).adjustments += amount;
        return;
      case "credit.bought":
      case "credit.granted":
        this.#move(slot).worth += amount;
        return;
      case "credit.expired":
        this.#move(slot).worth -= amount;
        return;
      case "debt.changed":
        this.#move(slot).owed += amount - (this.#of(slot).debts[level] ?? 0n);
        return;
      case "tenancy.changed":
        // Emergency credit used and the balance, by their parts.
        this.#move(slot).worth += (parts[EMERGENCY_PART] ?? 0n) - (parts[BALANCE_PART] ?? 0n);
        this.#of(slot).owed += amount;
        this.#of(slot).credits = 0n;
        this.#of(slot).adjustments = 0n;
    }
  }

  #takeRow(row: Row, before: Row | undefined, isPurchase: boolean): string[] {
    const sums = row.cost === 0n && row.quantity === 0n ? this.#of(row.slot) : this.#move(row.slot);
    sums.worth -= isPurchase ? row.quantity * MICRO_ATOMS : row.cost;
    sums.quantity += row.quantity;
    const faults: string[] = [];
    if (isPurchase && row.cost !== 0n) faults.push(`account ${row.slot} paid for what it held`);
    const { verdict, fromS, toS } = row;
    const isEstimate = verdict === "estimated";
    const isRated = verdict === "accepted" || verdict === "rollover";
    const isCharged = isRated || (isEstimate && fromS < toS);
    const isNothing = row.quantity === 0n && row.cost === 0n && fromS === toS;
    if (!isCharged && !isNothing && !isEstimate)
      faults.push(`account ${row.slot} has a rated row of a ${verdict} reading`);
    if (isEstimate && fromS === toS) {
      if (!row.isLast) sums.readS = fromS;
      if (row.quantity > 0n) faults.push(`account ${row.slot} was given less than nothing back`);
    }
    if (isCharged) {
      // Rows on both sides of a block's edge may share a part of the interval; neither begins or ends before the other.
      const same =
        before !== undefined && !before.isLast && before.verdict === verdict ? before : undefined;
      const isRising = fromS >= (same?.fromS ?? sums.readS) && toS >= (same?.toS ?? 0);
      if (!isRising || fromS >= toS || row.quantity < 0n)
        faults.push(`account ${row.slot} has a row of ${fromS} to ${toS} out of order`);
    }
    if ((isCharged || verdict === "opening") && row.isLast) sums.readS = toS;
    return faults;
  }

  #move(slot: number): Sums {
    this.#moved.add(slot);
    return this.#of(slot);
  }

  #of(slot: number): Sums {
    const known = this.#sums.get(slot);
    if (known !== undefined) return known;
    const sums: Sums = {
      worth: 0n,
      owed: 0n,
      credits: 0n,
      adjustments: 0n,
      quantity: 0n,
      readS: 0,
      debts: [],
    };
    this.#sums.set(slot, sums);
    return sums;
  }
}

/** By their numbers: none, time debts 1 and 2, payment debt, accumulated debt. */
function debtsOf({ extra }: KernelAccount): bigint[] {
  const [first, second] = extra.timeDebts;
  return [0n, first?.owed ?? 0n, second?.owed ?? 0n, extra.paymentDebt, extra.accumulatedDebt];
}

function worthOf(account: KernelAccount): bigint {
  return heldBy(account) - debtsOf(account).reduce((sum, each) => sum + each, 0n);
}

/** In what the account holds, money or quantity. */
function heldBy({ extra, balance }: KernelAccount): bigint {
  const pots = extra.pots.reduce((sum, { amount }) => sum + amount, 0n);
  return balance + pots + extra.reserved - extra.emergencyUsed;
}

/** Bounds and orders within the extra. */
function extraFaults(slot: number, account: KernelAccount): string[] {
  const { extra } = account;
  const sums = [...debtsOf(account), extra.emergencyUsed, extra.reserved];
  const faults: string[] = [];
  if (sums.some((each) => each < 0n || each > DEBT_MICROS_MAX))
    faults.push(`account ${slot} owes or sets aside what can't be: ${sums.join(" ")}`);
  const isSorted = extra.pots.every(
    ({ amount, expiresS }, i) => amount > 0n && expiresS >= (extra.pots[i - 1]?.expiresS ?? 0),
  );
  if (!isSorted) faults.push(`account ${slot} has pots that are empty or out of order`);
  if (extra.emergencyUsed > 0n && extra.emergencyState === "enabled")
    faults.push(`account ${slot} owes emergency credit that was never invoked`);
  return faults;
}
