/**
 * How many days credit lasts, by the trailing mean of what was charged (R81).
 */
import { accountNumber } from "../engine/contract/ids.ts";
import type { ConsumptionQuery } from "./consumption-port.ts";
import type { Account } from "./registry/accounts.ts";

const DAY_S = 86_400;
/** The mean is of so much time at most. */
const TRAILING_S = 7 * DAY_S;
/** Less than this tells nothing. */
const TRAILING_S_MIN = 3_600;
/** How long what was charged is remembered. */
const REMEMBERED_MS = 15_000;
/** Most accounts that it is remembered of. */
const REMEMBERED_MAX = 10_000;
/** Longest wait for the store: a balance is not kept waiting for it. */
const STORE_WAIT_MS = 400;

/** Days at the mean, to a tenth; null when nothing was charged lately, or the store does not tell in time. */
export type DaysLeft = (
  account: Account,
  availableMicros: bigint,
  nowS: number,
) => Promise<number | null>;

/** Makes the telling. */
export function makeDaysLeft(consumption: ConsumptionQuery | undefined): DaysLeft {
  const remembered = new Map<string, { untilMs: number; perDay: Promise<bigint | undefined> }>();
  return async (account, availableMicros, nowS) => {
    if (consumption === undefined) return null;
    const nowMs = Date.now();
    let known = remembered.get(account.id);
    if (known === undefined || known.untilMs <= nowMs) {
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      const perDay = chargedADay(consumption, account, nowS).catch(() => undefined);
      known = { untilMs: nowMs + REMEMBERED_MS, perDay };
      remembered.set(account.id, known);
    }
    return daysAt(availableMicros, await within(known.perDay));
  };
}

/** Days that credit lasts at so much a day. */
export function daysAt(availableMicros: bigint, perDayMicros: bigint | undefined): number | null {
  if (perDayMicros === undefined || perDayMicros <= 0n) return null;
  if (availableMicros <= 0n) return 0;
  return Number((availableMicros * 10n) / perDayMicros) / 10;
}

async function chargedADay(
  consumption: ConsumptionQuery,
  account: Account,
  nowS: number,
): Promise<bigint | undefined> {
  const fromS = Math.max(nowS - TRAILING_S, Math.floor(account.opened_at.getTime() / 1_000));
  if (nowS - fromS < TRAILING_S_MIN) return undefined;
  const rows = await consumption({
    accounts: [accountNumber(account.shard, account.slot)],
    fromS,
    toS: nowS,
    every: "hour",
    timezone: "UTC",
  });
  const charged = rows.reduce((sum, row) => sum + row.cost_micros + row.charges_micros, 0n);
  return (charged * BigInt(DAY_S)) / BigInt(nowS - fromS);
}

async function within(answer: Promise<bigint | undefined>): Promise<bigint | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), STORE_WAIT_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
