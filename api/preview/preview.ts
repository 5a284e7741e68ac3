/**
 * What a price list would have charged accounts over a time, beside what they were charged. Reads the registry and the
 * store; writes nothing, and asks the engine nothing.
 */
import { inArray } from "drizzle-orm";
import { inChunks } from "../each.ts";
import type { Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { ReportTooLarge } from "../reports/limits.ts";
import { statementSums } from "../reports/statement.ts";
import type { ReportStore } from "../reports/store.ts";
import type { Subject } from "../reports/subjects.ts";
import { tariffsOf } from "../reports/tariffs.ts";
import { PREVIEW_MS_MAX, PREVIEW_ROWS_AT_ONCE_MAX, PREVIEW_ROWS_MAX } from "./limits.ts";
import { countingFrom, type Period } from "./period.ts";
import { type Charged, isOfList, nothing, type Proposed, ProposedRating } from "./proposed.ts";
import { carriesOf, earlierOf, partsOf, type Stretch, stretchesOf } from "./stored.ts";
import { storyOf } from "./story.ts";

/** One account: what the store says it was charged, and what it would have been; undefined where that cannot be told. */
export type Previewed = { subject: Subject; present: Charged; proposed: Charged | undefined };
/** All of them; `carryUnknown` counts accounts whose first micro is not certain (R2). */
export type Preview = { accounts: Previewed[]; carryUnknown: number };

/** What a preview is made from. */
export type PreviewParts = { db: Queryable; store: ReportStore; operatorId: string };

const DAY_S = 86_400;

/** Rates the subjects. Throws ReportTooLarge over a bound. */
export async function makePreview(
  parts: PreviewParts,
  subjects: readonly Subject[],
  proposed: Proposed,
  period: Period,
): Promise<Preview> {
  const until = Date.now() + PREVIEW_MS_MAX;
  const numbers = subjects.map(({ number }) => number);
  const countingS = countingFrom(proposed.list, period.fromS);
  const [present, stretches, recorded] = await Promise.all([
    presentOf(parts.store, numbers, period),
    stretchesOf(parts.store, numbers, period, countingS),
    recordedOf(parts.db, subjects),
  ]);
  const firstS = stretches.reduce((least, { firstS }) => Math.min(least, firstS), period.fromS);
  const rating = new ProposedRating(proposed, period, Math.max(firstS - DAY_S, 0));
  const byNumber = new Map(subjects.map((subject) => [subject.number, subject]));
  const preview: Preview = { accounts: [], carryUnknown: 0 };
  for (const some of bounded(numbers, stretches)) {
    const known = some.filter(({ rows }) => rows > 0);
    const stored = await partsOf(parts.store, known);
    const carries = await carriesFor(parts, known);
    for (const { account, startS } of some) {
      const subject = byNumber.get(account);
      if (subject === undefined) throw new Error(`the store told of account ${account} unasked`);
      const story = storyOf(stored.get(account) ?? [], period);
      const carry = carries.get(account);
      if (startS > 0 && carries.has(account) && carry === undefined) preview.carryUnknown += 1;
      const would = await rating.rate({
        openedS: Math.max(subject.openedAtS, countingS),
        carry: carry ?? 0,
        recorded: recorded.has(subject.accountId),
        story,
      });
      const was = present.get(account) ?? nothing();
      preview.accounts.push({ subject, present: was, proposed: would });
      if (Date.now() > until)
        throw new ReportTooLarge(
          `the preview takes longer than ${PREVIEW_MS_MAX / 1_000} s: ask for fewer accounts or less time`,
        );
    }
  }
  return preview;
}

async function presentOf(
  store: ReportStore,
  numbers: readonly number[],
  period: Period,
): Promise<Map<number, Charged>> {
  const all = new Map<number, Charged>(numbers.map((number) => [number, nothing()]));
  const sums = await statementSums(store, numbers, period);
  for (const [account, , , , quantity, cost] of sums.consumed) {
    const own = all.get(account);
    if (own === undefined) continue;
    own.quantityAtoms += BigInt(quantity);
    own.costMicros += BigInt(cost);
  }
  for (const [account, , charge, , amount] of sums.charged) {
    const own = all.get(account);
    if (own !== undefined && isOfList(charge)) own.chargesMicros += BigInt(amount);
  }
  return all;
}

async function carriesFor({ db, store, operatorId }: PreviewParts, some: readonly Stretch[]) {
  const earlier = await earlierOf(store, some);
  const numbers = [...new Set(earlier.map(([, tariff]) => tariff))];
  return carriesOf(earlier, await tariffsOf(db, operatorId, numbers));
}

/** Accounts in their order, so many at once as have rows for; those without readings have none. */
function bounded(numbers: readonly number[], stretches: readonly Stretch[]): Stretch[][] {
  const total = stretches.reduce((sum, { rows }) => sum + rows, 0);
  const most = stretches.reduce((most, { rows }) => Math.max(most, rows), 0);
  if (total > PREVIEW_ROWS_MAX || most > PREVIEW_ROWS_AT_ONCE_MAX)
    throw new ReportTooLarge(
      `the preview would rate ${total} rows, ${most} of one account: ${PREVIEW_ROWS_MAX} and ${PREVIEW_ROWS_AT_ONCE_MAX} are taken; ask for fewer accounts or less time`,
    );
  const of = new Map(stretches.map((stretch) => [stretch.account, stretch]));
  const groups: Stretch[][] = [];
  let room = 0;
  for (const account of numbers) {
    const stretch = of.get(account) ?? { account, startS: 0, firstS: 0, endS: 0, rows: 0 };
    room -= stretch.rows;
    if (room < 0 || groups.length === 0) {
      groups.push([]);
      room = PREVIEW_ROWS_AT_ONCE_MAX - stretch.rows;
    }
    groups.at(-1)?.push(stretch);
  }
  return groups;
}

const IDS_AT_ONCE = 1_000;

async function recordedOf(db: Queryable, subjects: readonly Subject[]): Promise<Set<string>> {
  const found = new Set<string>();
  const ids = subjects.map(({ accountId }) => accountId);
  for (const some of inChunks(ids, IDS_AT_ONCE)) {
    const rows = await db
      .select({ id: accounts.id, recorded: accounts.recorded })
      .from(accounts)
      .where(inArray(accounts.id, some));
    for (const { id, recorded } of rows) if (recorded) found.add(id);
  }
  return found;
}
