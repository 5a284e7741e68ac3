/**
 * Calendars (R71, R73): kept with every version, and told to the shards whose policies name them, compiled for a span of
 * time that is renewed long before its end.
 */
import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { compileCalendar } from "../../engine/calendar/compile.ts";
import { parseCalendar } from "../../engine/contract/calendar/parse.ts";
import { orderOfShard } from "../engine/outbox.ts";
import type { Author } from "./audit.ts";
import { one, type Queryable } from "./database.ts";
import { asOperator, crossing } from "./isolation/scope.ts";
import { calendars, calendarVersions, shardCalendars } from "./schema/calendars.ts";
import { directorySize, lockShard, nextCalendarIndex } from "./shards.ts";
import type { Page } from "./sites.ts";

/** A calendar as the registry has it. */
export type CalendarRow = typeof calendars.$inferSelect;

const DAY_S = 86_400;
/** A calendar tells so much of the past: judgements are of now, but an engine that comes back late has some way to go. */
const SPAN_BACK_S = 8 * DAY_S;
/** Spans that are tried, from the longest: a calendar with many periods comes to too many intervals in the long ones. */
const SPANS_S = [400 * DAY_S, 200 * DAY_S, 100 * DAY_S, 50 * DAY_S] as const;
/** Most calendars that are renewed in one round. */
const RENEWED_MAX = 1_000;

/** How far from now this calendar's text (checked before) can be compiled; undefined when it is too dense for any span. */
export function spanOf(text: string, nowS: number): number | undefined {
  const parsed = parseCalendar(text);
  if (!parsed.ok) throw new Error("a calendar that was kept has faults");
  return SPANS_S.find(
    (spanS) => compileCalendar(parsed.calendar, nowS - SPAN_BACK_S, nowS + spanS).ok,
  );
}

/** Makes a calendar; undefined when the operator has one of this name. Runs in a transaction. */
export async function createCalendar(
  tx: Queryable,
  author: Author,
  { name, text }: { name: string; text: string },
): Promise<CalendarRow | undefined> {
  const [row] = await tx
    .insert(calendars)
    .values({ operator_id: author.operatorId, name, text })
    .onConflictDoNothing()
    .returning();
  if (row !== undefined) await keepVersion(tx, author, row);
  return row;
}

/** Puts another text in the place of a calendar's, and tells the shards that know it; gives these. Runs in a transaction. */
export async function replaceCalendar(
  tx: Queryable,
  author: Author,
  { id, text }: { id: string; text: string },
): Promise<{ row: CalendarRow; shards: number[] }> {
  const row = one(
    await tx
      .update(calendars)
      .set({ text, version: sql`${calendars.version} + 1` })
      .where(eq(calendars.id, id))
      .returning(),
  );
  await keepVersion(tx, author, row);
  const knowing = await tx
    .select()
    .from(shardCalendars)
    .where(eq(shardCalendars.calendar_id, id))
    .orderBy(asc(shardCalendars.shard));
  const nowS = Math.floor(author.at.getTime() / 1_000);
  for (const { shard, index } of knowing) {
    await lockShard(tx, shard);
    await tellCalendar(tx, { shard, index, nowS }, row);
  }
  return { row, shards: knowing.map(({ shard }) => shard) };
}

/** Keeps a calendar as it is until the transaction ends. Policies are locked before calendars, calendars before shards. */
export async function lockCalendar(tx: Queryable, id: string): Promise<CalendarRow> {
  return one(await tx.select().from(calendars).where(eq(calendars.id, id)).for("share"));
}

/** The shard's index of a calendar (shard and calendar are locked); tells the shard of it the first time. */
export async function calendarIndex(
  tx: Queryable,
  { shard, nowS }: { shard: number; nowS: number },
  id: string,
): Promise<number> {
  const [there] = await tx
    .select()
    .from(shardCalendars)
    .where(and(eq(shardCalendars.shard, shard), eq(shardCalendars.calendar_id, id)));
  if (there !== undefined) return there.index;
  const index = nextCalendarIndex(shard, await directorySize(tx, shard, "calendars"));
  const row = one(await tx.select().from(calendars).where(eq(calendars.id, id)));
  const at = new Date(nowS * 1_000);
  await tx
    .insert(shardCalendars)
    .values({ shard, calendar_id: id, index, covers_to: at, renew_at: at });
  await tellCalendar(tx, { shard, index, nowS }, row);
  return index;
}

/** Renews what is due; gives the shards that have been told, whose outbox is to be delivered. */
export async function renewCalendars(db: NodePgDatabase, nowS: number): Promise<number[]> {
  const due = await crossing("what is due", () =>
    db
      .select({
        shard: shardCalendars.shard,
        calendar_id: shardCalendars.calendar_id,
        index: shardCalendars.index,
        operator_id: calendars.operator_id,
      })
      .from(shardCalendars)
      .innerJoin(calendars, eq(calendars.id, shardCalendars.calendar_id))
      .where(lte(shardCalendars.renew_at, new Date(nowS * 1_000)))
      .limit(RENEWED_MAX)
      .execute(),
  );
  for (const { shard, calendar_id, index, operator_id } of due) {
    await asOperator(operator_id, () =>
      db.transaction(async (tx) => {
        const row = await lockCalendar(tx, calendar_id);
        await lockShard(tx, shard);
        await tellCalendar(tx, { shard, index, nowS }, row);
      }),
    );
  }
  return [...new Set(due.map(({ shard }) => shard))];
}

/** The operator's calendar of this id, or undefined. */
export async function calendarOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<CalendarRow | undefined> {
  const [row] = await db
    .select()
    .from(calendars)
    .where(and(eq(calendars.operator_id, operatorId), eq(calendars.id, id)));
  return row;
}

/** The operator's calendar of this name, or undefined. */
export async function calendarNamed(
  db: Queryable,
  operatorId: string,
  name: string,
): Promise<CalendarRow | undefined> {
  const [row] = await db
    .select()
    .from(calendars)
    .where(and(eq(calendars.operator_id, operatorId), eq(calendars.name, name)));
  return row;
}

/** The operator's calendars in the order of their making. */
export function listCalendars(
  db: Queryable,
  operatorId: string,
  page: Page,
): Promise<CalendarRow[]> {
  return db
    .select()
    .from(calendars)
    .where(and(eq(calendars.operator_id, operatorId), gt(calendars.ordinal, page.after)))
    .orderBy(asc(calendars.ordinal))
    .limit(page.limit);
}

async function keepVersion(tx: Queryable, author: Author, row: CalendarRow): Promise<void> {
  const { id: calendar_id, version, text } = row;
  await tx
    .insert(calendarVersions)
    .values({ calendar_id, version, text, key_id: author.keyId, at: author.at });
}

type CalendarAt = { shard: number; index: number; nowS: number };

async function tellCalendar(tx: Queryable, at: CalendarAt, row: CalendarRow): Promise<void> {
  const { shard, index, nowS } = at;
  const spanS = spanOf(row.text, nowS);
  // Density can only change with a date's own periods; what was taken once is told as far as it goes.
  if (spanS === undefined) throw new Error(`calendar ${row.name} is too dense by now`);
  const coversToS = nowS + spanS;
  await orderOfShard(tx, shard, {
    op: "set_calendar",
    index,
    covers_from_s: Math.max(0, nowS - SPAN_BACK_S),
    covers_to_s: coversToS,
    text: row.text,
  });
  await tx
    .update(shardCalendars)
    .set({
      covers_to: new Date(coversToS * 1_000),
      renew_at: new Date((nowS + spanS / 2) * 1_000),
    })
    .where(and(eq(shardCalendars.shard, shard), eq(shardCalendars.calendar_id, row.id)));
}
