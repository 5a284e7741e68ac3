/**
 * How many days credit lasts, by the trailing mean of what was charged (R81).
 */
import { accountNumber } from "../engine/contract/ids.ts";
import type { ConsumptionQuery } from "./consumption-port.ts";
import { keepNewest } from "./keep-newest.ts";

const DAY_S = 86_400;
/** The mean is of so much time at most. */
const TRAILING_S = 7 * DAY_S;
/** Less than this tells nothing. */
const TRAILING_S_MIN = 3_600;
/** How long what was charged is remembered. */
const REMEMBERED_MS = 15_000;
/** Most accounts that it is remembered of; for one more the oldest is forgotten. */
const REMEMBERED_MAX = 100_000;
/** Longest wait for the store: a balance is not kept waiting for it. */
const STORE_WAIT_MS = 400;
/** Most accounts of one question to the store: so many weeks of hours are within its bound. */
const ACCOUNTS_A_QUESTION_MAX = 1_000;

/** What of an account the mean needs. */
type Trailing = { id: string; shard: number; slot: number; openedAt: Date };
/**
 * Days at the mean, to a tenth; null when nothing was charged lately, or the store does not tell in time. At once where what
 * was charged is remembered.
 */
export type DaysLeft = (
  account: Trailing,
  availableMicros: bigint,
  nowS: number,
) => number | null | Promise<number | null>;
type Remembered = { untilMs: number; perDay: Promise<bigint | undefined>; told?: Told };
type Told = { perDay: bigint | undefined };

/** Makes the telling. */
export function makeDaysLeft(consumption: ConsumptionQuery | undefined): DaysLeft {
  if (consumption === undefined) return () => null;
  const remembered = new Map<string, Remembered>();
  const ask = oneQuestionAtATime(consumption);
  return (account, availableMicros, nowS) => {
    if (nowS - Math.floor(account.openedAt.getTime() / 1_000) < TRAILING_S_MIN) return null;
    const nowMs = Date.now();
    let known = remembered.get(account.id);
    if (known === undefined || known.untilMs <= nowMs) {
      known = remember(ask(account, nowS), nowMs + REMEMBERED_MS);
      keepNewest(remembered, account.id, known, REMEMBERED_MAX);
    }
    if (known.told !== undefined) return daysAt(availableMicros, known.told.perDay);
    return within(known.perDay).then((perDay) => daysAt(availableMicros, perDay));
  };
}

function remember(perDay: Promise<bigint | undefined>, untilMs: number): Remembered {
  const remembered: Remembered = { untilMs, perDay };
  void perDay.then((told) => {
    remembered.told = { perDay: told };
  });
  return remembered;
}

/** Days that credit lasts at so much a day. */
export function daysAt(availableMicros: bigint, perDayMicros: bigint | undefined): number | null {
  if (perDayMicros === undefined || perDayMicros <= 0n) return null;
  if (availableMicros <= 0n) return 0;
  return Number((availableMicros * 10n) / perDayMicros) / 10;
}

type Waiter = { account: Trailing; resolve(perDay: bigint | undefined): void };

/** Accounts that are asked for while the store is answering go together into the next question. */
function oneQuestionAtATime(
  consumption: ConsumptionQuery,
): (account: Trailing, nowS: number) => Promise<bigint | undefined> {
  const waiting: Waiter[] = [];
  let latestS = 0;
  let isAsking = false;
  const askOn = async (): Promise<void> => {
    isAsking = true;
    for (let some = next(); some.length > 0; some = next()) {
      const perDay = await chargedADay(consumption, some, latestS).catch(() => undefined);
      for (const [at, { resolve }] of some.entries()) resolve(perDay?.[at]);
    }
    isAsking = false;
  };
  const next = (): Waiter[] => waiting.splice(0, ACCOUNTS_A_QUESTION_MAX);
  return (account, nowS) =>
    new Promise((resolve) => {
      latestS = Math.max(latestS, nowS);
      waiting.push({ account, resolve });
      if (!isAsking) void askOn();
    });
}

/** What each of the accounts was charged a day, by the mean since it was opened, of a week at most. */
async function chargedADay(
  consumption: ConsumptionQuery,
  waiters: readonly Waiter[],
  nowS: number,
): Promise<bigint[]> {
  const numbers = waiters.map(({ account: { shard, slot } }) => accountNumber(shard, slot));
  const rows = await consumption({
    accounts: numbers,
    fromS: nowS - TRAILING_S,
    toS: nowS,
    every: "hour",
    timezone: "UTC",
  });
  const charged = new Map<number, bigint>();
  for (const { account, cost_micros, charges_micros } of rows)
    charged.set(account, (charged.get(account) ?? 0n) + cost_micros + charges_micros);
  return waiters.map(({ account: { openedAt } }, at) => {
    const fromS = Math.max(nowS - TRAILING_S, Math.floor(openedAt.getTime() / 1_000));
    return ((charged.get(numbers[at] ?? 0) ?? 0n) * BigInt(DAY_S)) / BigInt(nowS - fromS);
  });
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
