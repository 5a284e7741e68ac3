/**
 * Sums over all rows of accounts, straight from the tables: what a replay prints beside what rating alone gives.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { VERDICTS, type Verdict } from "../../engine/contract/rated.ts";

/** Accounts that one statement asks for. */
const ACCOUNTS_AT_ONCE = 5_000;

/** What was consumed at one version's prices in one period and block. */
export type LineSums = {
  /** The version's number in the registry. */
  tariff: number;
  /** Index of the period in the price list. */
  period: number;
  /** Counted from 0. */
  block: number;
  quantityAtoms: bigint;
  costMicros: bigint;
};

/** One account's sums, exact. Lines in the order of tariff, period, block; only those with a quantity. */
export type AccountSums = {
  account: number;
  verdicts: Record<Verdict, number>;
  chargesMicros: bigint;
  lines: LineSums[];
};

/** The sums of each account, in the order asked for; an account without rows has zeros. */
export async function replaySums(
  client: ClickHouseClient,
  accounts: readonly number[],
): Promise<AccountSums[]> {
  const found = new Map(accounts.map((account) => [account, emptySums(account)]));
  for (let at = 0; at < accounts.length; at += ACCOUNTS_AT_ONCE) {
    const some = accounts.slice(at, at + ACCOUNTS_AT_ONCE);
    await Promise.all([
      addVerdicts(client, some, found),
      addLines(client, some, found),
      addCharges(client, some, found),
    ]);
  }
  return [...found.values()];
}

/** Readings in the store, whatever became of them; of these accounts, or of all. */
export async function readingsCount(
  client: ClickHouseClient,
  accounts?: readonly number[],
): Promise<number> {
  const rows = await ask<[string]>(
    client,
    `SELECT sum(last) FROM readings${accounts === undefined ? "" : ` WHERE ${OF}`}`,
    accounts ?? [],
  );
  return Number(rows[0]?.[0] ?? 0);
}

const OF = "account IN ({accounts:Array(UInt32)})";

type Found = ReadonlyMap<number, AccountSums>;

async function addVerdicts(client: ClickHouseClient, accounts: readonly number[], found: Found) {
  const query = `SELECT account, verdict, sum(last) FROM readings WHERE ${OF} GROUP BY account, verdict`;
  for (const [account, number, count] of await ask<[number, number, string]>(
    client,
    query,
    accounts,
  )) {
    const verdict = VERDICTS[number];
    if (verdict === undefined)
      throw new Error(`the store holds verdict ${number}, which has no name`);
    const sums = found.get(account);
    if (sums !== undefined) sums.verdicts[verdict] = Number(count);
  }
}

async function addLines(client: ClickHouseClient, accounts: readonly number[], found: Found) {
  const query =
    "SELECT account, tariff, period, block, sum(quantity), sum(cost) FROM readings " +
    `WHERE ${OF} AND quantity != 0 GROUP BY account, tariff, period, block ORDER BY tariff, period, block`;
  type Line = [number, number, number, number, string, string];
  for (const [account, tariff, period, block, quantity, cost] of await ask<Line>(
    client,
    query,
    accounts,
  )) {
    const line = {
      tariff,
      period,
      block,
      quantityAtoms: BigInt(quantity),
      costMicros: BigInt(cost),
    };
    found.get(account)?.lines.push(line);
  }
}

async function addCharges(client: ClickHouseClient, accounts: readonly number[], found: Found) {
  const query = `SELECT account, sum(amount) FROM charges WHERE ${OF} GROUP BY account`;
  for (const [account, amount] of await ask<[number, string]>(client, query, accounts)) {
    const sums = found.get(account);
    if (sums !== undefined) sums.chargesMicros = BigInt(amount);
  }
}

async function ask<Row>(
  client: ClickHouseClient,
  query: string,
  accounts: readonly number[],
): Promise<Row[]> {
  const result = await client.query({
    query,
    query_params: { accounts: [...accounts] },
    format: "JSONCompactEachRow",
  });
  return (await result.json()) as Row[];
}

function emptySums(account: number): AccountSums {
  const verdicts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<
    Verdict,
    number
  >;
  return { account, verdicts, chargesMicros: 0n, lines: [] };
}
