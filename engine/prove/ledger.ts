/**
 * What must hold of the kernel's outputs by themselves (architecture, "Invariants" 1 and 2), after every step: money and
 * quantity are conserved, and a reading's rows lie in its interval.
 */
import type { ChargeRow, KernelAccount, Row } from "./kernel-reader.ts";
import type { EventFacts } from "./outcome.ts";

type Sums = { money: bigint; cost: bigint; charges: bigint; quantity: bigint; readS: number };

/** Adds up each account's outputs and holds them against what the account says of itself. */
export class Ledger {
  readonly #sums = new Map<number, Sums>();

  /** Takes a step's outputs; gives what is wrong with them. */
  take(
    rows: readonly Row[],
    charges: readonly ChargeRow[],
    events: readonly EventFacts[],
  ): string[] {
    const faults = rows.flatMap((row, i) => this.#takeRow(row, rows[i - 1]));
    for (const { slot, amount } of charges) this.#of(slot).charges += amount;
    for (const { slot, type, amount } of events) {
      if (type === "vend.applied" || type === "account.adjusted") this.#of(slot).money += amount;
    }
    return faults;
  }

  /** What does not add up in an account. */
  check(slot: number, account: KernelAccount): string[] {
    const sums = this.#of(slot);
    sums.readS = account.readS;
    const faults: string[] = [];
    const expected = sums.money - sums.cost - sums.charges;
    if (account.balance !== expected)
      faults.push(`account ${slot} has ${account.balance} instead of ${expected} by its entries`);
    // Paid and taken back often enough at the bounds, the sums go round 2^64; their difference stays.
    if (BigInt.asIntN(64, account.credits + account.adjustments - sums.money) !== 0n)
      faults.push(`account ${slot} does not remember what was paid in`);
    if (account.isRead && account.register + account.quantityBase !== sums.quantity)
      faults.push(`account ${slot} was not charged just what its register advanced`);
    if (account.carry >= 1_000_000) faults.push(`account ${slot} carries a whole micro`);
    if (account.isQuarantined !== account.quarantine.length > 0)
      faults.push(`account ${slot} is in quarantine for nothing, or not for something`);
    return faults;
  }

  #takeRow(row: Row, before: Row | undefined): string[] {
    const sums = this.#of(row.slot);
    sums.cost += row.cost;
    sums.quantity += row.quantity;
    const faults: string[] = [];
    const isRated = row.verdict === "accepted" || row.verdict === "rollover";
    if (!isRated && (row.quantity !== 0n || row.cost !== 0n || row.fromS !== row.toS))
      faults.push(`account ${row.slot} has a rated row of a ${row.verdict} reading`);
    if (isRated) {
      // Rows on both sides of a block's edge may share a part of the interval; neither begins or ends before the other.
      const same = before !== undefined && !before.isLast ? before : undefined;
      const isRising = row.fromS >= (same?.fromS ?? sums.readS) && row.toS >= (same?.toS ?? 0);
      if (!isRising || row.fromS >= row.toS || row.quantity < 0n)
        faults.push(`account ${row.slot} has a row of ${row.fromS} to ${row.toS} out of order`);
    }
    if ((isRated || row.verdict === "opening") && row.isLast) sums.readS = row.toS;
    return faults;
  }

  #of(slot: number): Sums {
    const known = this.#sums.get(slot);
    if (known !== undefined) return known;
    const sums = { money: 0n, cost: 0n, charges: 0n, quantity: 0n, readS: 0 };
    this.#sums.set(slot, sums);
    return sums;
  }
}
