/**
 * An account's statement: what it held at the begin, all that moved it, and what it holds at the end. It adds up to the
 * micro, and its end is the engine's balance.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import type { AccountState } from "../../engine/contract/queries.ts";
import type { ApiContext } from "../context.ts";
import { Problem } from "../problems.ts";
import type { Account } from "../registry/accounts.ts";
import { supplyPolicies } from "../registry/schema/pricing.ts";
import { intervalEdges } from "../reports/intervals.ts";
import { atMost } from "../reports/limits.ts";
import type { ReportStore } from "../reports/store.ts";
import { AccountCourse } from "./account-course.ts";
import { STATEMENT_DAYS_MAX, STATEMENT_TRIES_MAX, STATEMENT_WAIT_MS } from "./limits.ts";
import type { Line } from "./line.ts";
import { creditEvents, lastReadingS, type Receipt, receiptsOf, takenBetween } from "./stored.ts";

/** What is asked: [fromS, toS), to the present without `toS`, by days of a zone; `ownOnly`: of the present tenancy (R92). */
export type StatementAsked = {
  account: Account;
  fromS: number;
  toS: number | undefined;
  timezone: string;
  ownOnly: boolean;
};

/**
 * A statement. Amounts as the engine counts them. `otherMicros`: what nothing stored accounts for, over all of the account's
 * life; it is a line of statements that reach the present.
 */
export type Statement = {
  account: Account;
  fromS: number;
  toS: number;
  asOfS: number;
  opening: bigint;
  closing: bigint;
  other: bigint;
  lines: readonly Line[];
  receipts: ReadonlyMap<number, Receipt>;
};

/** Makes it. Throws EngineUnavailable, ReportTooLarge, a RangeError on times that are none, or a Problem while the store is behind. */
export async function makeStatement(
  context: ApiContext,
  store: ReportStore,
  asked: StatementAsked,
): Promise<Statement> {
  for (let tries = 1; ; tries++) {
    const { statement, isBehind } = await tryStatement(context, store, asked);
    if (statement.other === 0n) return statement;
    if (tries < STATEMENT_TRIES_MAX) {
      await sleep(STATEMENT_WAIT_MS);
      continue;
    }
    if (!isBehind) return statement;
    throw new Problem("store_unavailable", {
      detail: `the store has not all of account ${asked.account.id} yet that the engine has: ask again later`,
      headers: { "Retry-After": "5" },
    });
  }
}

async function tryStatement(
  context: ApiContext,
  store: ReportStore,
  asked: StatementAsked,
): Promise<{ statement: Statement; isBehind: boolean }> {
  const { account, fromS } = asked;
  const receipts = await receiptsOf(context.db, account);
  const events = await creditEvents(store, account, receipts);
  const nowS = context.clock.nowS();
  const toS = asked.toS ?? nowS + 1;
  const days = intervalEdges(fromS, toS, "day", asked.timezone);
  atMost(days.length - 1, STATEMENT_DAYS_MAX, "days");
  const bounds = [fromS, ...days.filter((day) => day > fromS && day < toS), toS];
  const edges = [...new Set([0, ...bounds, ...events.map(({ atS }) => atS)])].sort((a, b) => a - b);
  const [taken, readS, disablement] = await Promise.all([
    takenBetween(store, account, edges),
    lastReadingS(store, account),
    disablementOf(context, account),
  ]);
  const { state, asOfS } = await context.engine.state(account);
  if (state === null)
    throw new Problem("engine_unavailable", {
      detail: `the engine has yet to open account ${account.id}: ask again`,
    });
  const holdsQuantity = account.holds === "quantity";
  const course = new AccountCourse({
    ...{ events, taken, edges, disablement, holdsQuantity },
    days: new Set(bounds),
  }).run();
  const other = endWith(course, state, Math.max(asOfS, edges.at(-1) ?? 0));
  const isOpen = asked.toS === undefined || asked.toS > asOfS;
  const cut = cutOut(course, { fromS, toS: isOpen ? undefined : toS, ownOnly: asked.ownOnly });
  const sold = [...receipts.keys()].some(
    (number) => !events.some((each) => each.number === number),
  );
  return {
    statement: { ...cut, account, fromS, toS: asked.toS ?? asOfS, asOfS, other, receipts },
    isBehind: sold || readS < (state.last_reading?.at_s ?? 0),
  };
}

async function disablementOf({ db }: ApiContext, { policy_id }: Account): Promise<bigint> {
  const [policy] = await db.select().from(supplyPolicies).where(eq(supplyPolicies.id, policy_id));
  return policy?.disablement_threshold_micros ?? 0n;
}

/** Ends a course with the engine's state; gives what nothing accounts for. */
function endWith(course: AccountCourse, state: AccountState, atS: number): bigint {
  const pots = state.restricted_credit.reduce((sum, each) => sum + BigInt(each.amount_micros), 0n);
  const owed = BigInt(state.emergency_credit.used_micros);
  // Which pot paid for what is told by time; at the present the engine knows.
  course.move("emergency_credit", atS, owed - course.emergency);
  course.move("restricted_credit", atS, course.restricted - pots);
  const other = BigInt(state.balance_micros) - course.balance;
  course.move("other", atS, other);
  return other + sumOf(course.lines.filter(({ kind, fromS }) => kind === "other" && fromS !== atS));
}

/** The lines of the time asked for, with what was held before and behind them. */
function cutOut(
  course: AccountCourse,
  { fromS, toS, ownOnly }: { fromS: number; toS: number | undefined; ownOnly: boolean },
): { opening: bigint; closing: bigint; lines: Line[] } {
  const first = course.lines.findIndex((line) => line.fromS >= fromS);
  const begin = first < 0 ? course.lines.length : first;
  const from = ownOnly ? Math.max(begin, course.tenancyAt) : begin;
  const last = toS === undefined ? -1 : course.lines.findIndex((line) => line.fromS >= toS);
  const to = Math.max(from, last < 0 ? course.lines.length : last);
  const opening = sumOf(course.lines.slice(0, from));
  const lines = course.lines.slice(from, to);
  return { opening, closing: opening + sumOf(lines), lines };
}

function sumOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { amount }) => sum + amount, 0n);
}
