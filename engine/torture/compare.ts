/**
 * The ledger against what the installation holds: pure, and every difference has a line.
 */
import { type Ledger, quantityOf } from "./ledger.ts";
import type { LoadAccount } from "./register.ts";
import { type EngineAccount, type RegistryView, type StoreSums, storeNumber } from "./views.ts";

/** All that is compared with the ledger. */
export type Views = {
  engine: ReadonlyMap<string, EngineAccount>;
  store: ReadonlyMap<number, StoreSums>;
  registry: RegistryView;
};
/** What is wrong, counted by kind; `lines` tell the first of it. */
export type Differences = {
  lostReadings: number;
  lostVends: number;
  doubleVends: number;
  balanceMismatches: number;
  /** Accounts whose rows or roll-ups in the store are too many, or have other quantities, costs, times or registers. */
  storeMismatches: number;
  lines: string[];
};

/** Most lines of one comparison. */
const LINES_MAX = 40;

/** Compares. */
export function compare(ledger: Ledger, views: Views): Differences {
  const found: Differences = {
    lostReadings: 0,
    lostVends: 0,
    doubleVends: 0,
    balanceMismatches: 0,
    storeMismatches: 0,
    lines: [],
  };
  for (const account of ledger.accounts) {
    compareEngine(ledger, account, views, found);
    compareStore(ledger, account, views, found);
  }
  compareVends(ledger, views, found);
  found.lines.splice(LINES_MAX);
  return found;
}

/** Whether anything is wrong. */
export function differs(found: Differences): boolean {
  return (
    found.lostReadings +
      found.lostVends +
      found.doubleVends +
      found.balanceMismatches +
      found.storeMismatches >
    0
  );
}

function compareEngine(
  ledger: Ledger,
  account: LoadAccount,
  { engine }: Views,
  found: Differences,
): void {
  const state = engine.get(`${account.shard}/${account.slot}`);
  const expected = ledger.balanceOf(account);
  const balance = state === undefined ? undefined : BigInt(state.balance_micros);
  if (balance !== expected) {
    found.balanceMismatches++;
    found.lines.push(`${nameOf(account)}: balance ${balance}, the ledger says ${expected}`);
  }
  const sums = ledger.sumsOf(account);
  const last = state?.last_reading;
  if (sums !== undefined && (last === undefined || last === null || last.at_s < sums.atS)) {
    found.lostReadings++;
    found.lines.push(
      `${nameOf(account)}: the engine's last reading is of ${last?.at_s}, acknowledged was ${sums.atS}`,
    );
  }
}

function compareStore(
  ledger: Ledger,
  account: LoadAccount,
  { store }: Views,
  found: Differences,
): void {
  const sums = ledger.sumsOf(account);
  const there = store.get(storeNumber(account));
  const readings = sums?.readings ?? 0;
  const stored = there?.readings ?? 0;
  if (stored < readings) {
    found.lostReadings += readings - stored;
    found.lines.push(`${nameOf(account)}: ${stored} readings in the store of ${readings}`);
    return;
  }
  const wanted = {
    readings,
    quantity: sums === undefined ? 0n : quantityOf(sums),
    cost: ledger.costOf(account),
    timeSum: sums?.timeSum ?? 0n,
    registerSum: sums?.registerSum ?? 0n,
  };
  const { readings: _, timeSum: __, registerSum: ___, ...money } = wanted;
  const lines = [
    ...unequal("store", wanted, there),
    ...unequal("daily roll-up", { readings, ...money }, there?.daily),
  ];
  if (lines.length === 0) return;
  found.storeMismatches++;
  found.lines.push(...lines.map((line) => `${nameOf(account)}: ${line}`));
}

function unequal(
  where: string,
  wanted: Readonly<Record<string, bigint | number>>,
  there: Readonly<Record<string, unknown>> | undefined,
): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const has = there?.[name] ?? (typeof value === "bigint" ? 0n : 0);
    return has === value ? [] : [`${where} has ${name} ${has}, the ledger ${value}`];
  });
}

function compareVends(ledger: Ledger, { registry }: Views, found: Differences): void {
  const many = new Map<string, number>();
  for (const vend of ledger.vends.values()) {
    many.set(vend.accountId, (many.get(vend.accountId) ?? 0) + 1);
    const there = registry.vends.get(vend.vendId);
    const kept =
      there?.state === "applied" &&
      there.accountId === vend.accountId &&
      there.micros === vend.micros &&
      there.receipt === vend.receipt;
    if (kept) continue;
    found.lostVends++;
    found.lines.push(`vend ${vend.vendId}: answered, and in the registry ${there?.state}`);
  }
  for (const { accountId } of ledger.accounts) {
    const expected = 1 + (many.get(accountId) ?? 0);
    const carriedOut = registry.credits.get(accountId) ?? 0;
    if (carriedOut <= expected) continue;
    found.doubleVends += carriedOut - expected;
    found.lines.push(`account ${accountId}: ${carriedOut} credits of ${expected}`);
  }
}

function nameOf({ shard, slot, accountId }: LoadAccount): string {
  return `account ${accountId} (${shard}/${slot})`;
}
