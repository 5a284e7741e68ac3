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
import { AccountCourse, type CourseInput } from "./account-course.ts";
import {
  STATEMENT_DAYS_MAX,
  STATEMENT_TRIES_A_STATE,
  STATEMENT_TRIES_MAX,
  STATEMENT_WAIT_MS,
} from "./limits.ts";
import type { Line } from "./line.ts";
import {
  creditEvents,
  type Reach,
  type Receipt,
  reachOf,
  receiptsOf,
  takenBetween,
} from "./stored.ts";

const DAY_S = 86_400;

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
  let told: Told | undefined;
  for (let tries = 1; ; tries++) {
    // The store follows one state of the engine; where that was between two events, a later one.
    if (told === undefined || tries % STATEMENT_TRIES_A_STATE === 0)
      told = await toldOf(context, asked.account);
    const { statement, isBehind, isSold } = await tryStatement(context, store, { ...asked, told });
    const isSure = !isBehind || !statement.lines.some(({ kind }) => kind === "brought_forward");
    if (statement.other === 0n && isSure && !isSold) return statement;
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

type Told = { state: AccountState; asOfS: number };

async function toldOf({ engine }: ApiContext, account: Account): Promise<Told> {
  const { state, asOfS } = await engine.state(account);
  if (state !== null) return { state, asOfS };
  throw new Problem("engine_unavailable", {
    detail: `the engine has yet to open account ${account.id}: ask again`,
  });
}

async function tryStatement(
  context: ApiContext,
  store: ReportStore,
  asked: StatementAsked & { told: Told },
): Promise<{ statement: Statement; isBehind: boolean; isSold: boolean }> {
  const { account, fromS, told } = asked;
  const { state, asOfS } = told;
  const receipts = await receiptsOf(context.db, account);
  const events = await creditEvents(store, account, receipts);
  const nowS = context.clock.nowS();
  const toS = asked.toS ?? Math.max(nowS, asOfS, fromS) + 1;
  const days = intervalEdges(fromS, toS, "day", asked.timezone);
  atMost(days.length - 1, STATEMENT_DAYS_MAX, "days");
  const bounds = [fromS, ...days.filter((day) => day > fromS && day < toS), toS];
  const edges = [...new Set([0, ...bounds, ...events.map(({ atS }) => atS)])].sort((a, b) => a - b);
  const [taken, reach, disablement] = await Promise.all([
    takenBetween(store, account, { starts: edges, untilS: untilOf(state) }),
    reachOf(store, account),
    disablementOf(context, account),
  ]);
  const holdsQuantity = account.holds === "quantity";
  const input = { events, taken, edges, disablement, holdsQuantity, days: new Set(bounds) };
  const openedS = Math.floor(account.opened_at.getTime() / 1_000);
  const atS = Math.max(asOfS, edges.at(-1) ?? 0);
  const course = finish(input, { state, reach, openedS, atS });
  const isOpen = asked.toS === undefined || asked.toS > asOfS;
  const cut = cutOut(course, { fromS, toS: isOpen ? undefined : toS, ownOnly: asked.ownOnly });
  const firstNumber = events.find(({ number }) => number > 0)?.number ?? 0;
  const numbers = new Set(events.map(({ number }) => number));
  const isSold = [...receipts.keys()].some((each) => each > firstNumber && !numbers.has(each));
  const other = sumOf(course.lines.filter(({ kind }) => kind === "other"));
  return {
    statement: { ...cut, account, fromS, toS, asOfS, other, receipts },
    isBehind: isSold || reach.lastS < (state.last_reading?.at_s ?? 0),
    isSold,
  };
}

/** Readings behind the state's last one are none of its; estimates lie behind the last actual one. */
function untilOf({ last_reading, estimated }: AccountState): number {
  return estimated || last_reading === null ? 0xffff_ffff : last_reading.at_s;
}

type End = { state: AccountState; reach: Reach; openedS: number; atS: number };

/**
 * The course up to the engine's state. Where the store keeps no longer what was at the account's begin, what is left over
 * is brought forward from there; else it is `other`, at the end.
 */
function finish(input: Omit<CourseInput, "broughtForward">, end: End): AccountCourse {
  const { events, edges } = input;
  const run = (amount: bigint, atS: number) => {
    const course = new AccountCourse({ ...input, broughtForward: { atS, amount } }).run();
    return { course, left: endWith(course, end) };
  };
  const first = run(0n, 0);
  const isWhole = end.reach.isWhole && !isCut(events, end);
  if (isWhole || first.left === 0n) {
    first.course.move("other", end.atS, first.left);
    return first.course;
  }
  const starts = [end.reach.firstS, events[0]?.atS ?? 0].filter((atS) => atS > 0);
  const atS = Math.min(...starts, edges.at(-1) ?? 0);
  // With another balance emergency credit may pay for other things.
  return run(first.left + run(first.left, atS).left, atS).course;
}

async function disablementOf({ db }: ApiContext, { policy_id }: Account): Promise<bigint> {
  const [policy] = await db.select().from(supplyPolicies).where(eq(supplyPolicies.id, policy_id));
  return policy?.disablement_threshold_micros ?? 0n;
}

/** Whether events of the account's begin are there no more: they come in order, the opening first. */
function isCut(events: CourseInput["events"], { openedS, atS }: End): boolean {
  if (events.length === 0) return atS - openedS > DAY_S;
  return !events.some(({ type }) => type === "account.opened");
}

/** Ends a course with the engine's pots; gives what nothing accounts for of its balance. */
function endWith(course: AccountCourse, { state, atS }: End): bigint {
  const pots = state.restricted_credit.reduce((sum, each) => sum + BigInt(each.amount_micros), 0n);
  const owed = BigInt(state.emergency_credit.used_micros);
  // Which pot paid for what is told by time; at the present the engine knows.
  course.move("emergency_credit", atS, owed - course.emergency);
  course.move("restricted_credit", atS, course.restricted - pots);
  return BigInt(state.balance_micros) - course.balance;
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
