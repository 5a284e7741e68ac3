/**
 * The shards of an installation, and the places given out in them.
 */
import { asc, count, eq, sql } from "drizzle-orm";
import { SLOTS_MAX } from "../../engine/contract/ids.ts";
import { one, type Queryable } from "./database.ts";
import { CALENDARS_MAX } from "./schema/calendars.ts";
import { shards } from "./schema/parties.ts";

/** The number of shards in the settings is not that of the installation, or a shard has no slot left. */
export class ShardError extends Error {
  readonly code = "shards_invalid";
  constructor(message: string) {
    super(message);
    this.name = "ShardError";
  }
}

/** Makes the rows of `many` shards the first time; throws a ShardError when there is another number of them. */
export async function ensureShards(db: Queryable, many: number): Promise<void> {
  const numbers = Array.from({ length: many }, (_, shard) => ({ shard }));
  const [row] = await db.select({ many: count() }).from(shards);
  if (row?.many === 0) await db.insert(shards).values(numbers).onConflictDoNothing();
  else if (row?.many !== many) {
    throw new ShardError(
      `the registry has ${row?.many} shards and the settings say ${many}: the number is fixed, set DRAWDOWN_SHARDS=${row?.many}`,
    );
  }
}

/** The numbers of all shards. */
export async function allShards(db: Queryable): Promise<number[]> {
  const rows = await db.select({ shard: shards.shard }).from(shards).orderBy(asc(shards.shard));
  return rows.map(({ shard }) => shard);
}

/** The shard with the fewest sites. */
export async function emptiestShard(db: Queryable): Promise<number> {
  // A function of the database's: sites of all operators count, and a request sees those of its own.
  const { rows } = await db.execute<{ shard: number }>(sql`select emptiest_shard() as shard`);
  return one(rows).shard;
}

/** What a shard's directory lists. */
type Kind = "price_lists" | "policies" | "calendars";

/** How many of a kind the shard's engine knows, whosesoever they are. */
export async function directorySize(tx: Queryable, shard: number, kind: Kind): Promise<number> {
  const { rows } = await tx.execute<{ many: number }>(
    sql`select directory_size(${shard}::int, ${kind})::int as many`,
  );
  return one(rows).many;
}

/** Most price lists, and most policies, that one shard's engine can know. */
const DIRECTORY_MAX = 1_024;

/** The next index of a shard's directory that holds so many already; throws a ShardError when it is full. */
export function nextIndex(shard: number, many: number): number {
  if (many < DIRECTORY_MAX) return many;
  throw new ShardError(
    `shard ${shard} knows ${DIRECTORY_MAX} price lists or policies already: use those there are, or another site`,
  );
}

/** The next index of a shard that knows so many calendars already; throws a ShardError when it knows all it can. */
export function nextCalendarIndex(shard: number, many: number): number {
  if (many < CALENDARS_MAX) return many;
  throw new ShardError(
    `shard ${shard} knows ${CALENDARS_MAX} calendars already: use those there are, or another site`,
  );
}

/** Locks the shard and takes its next slots, giving the first; throws a ShardError beyond SLOTS_MAX. */
export async function takeSlots(tx: Queryable, shard: number, many: number): Promise<number> {
  const rows = await tx
    .update(shards)
    .set({ next_slot: sql`${shards.next_slot} + ${many}::int` })
    .where(sql`${shards.shard} = ${shard} and ${shards.next_slot} + ${many}::int <= ${SLOTS_MAX}`)
    .returning({ next: shards.next_slot });
  const [row] = rows;
  if (row === undefined) {
    throw new ShardError(`shard ${shard} has given out all ${SLOTS_MAX} slots: use another site`);
  }
  return row.next - many;
}

/** Locks the shard until the transaction ends, so that its directory changes in one place at a time. */
export async function lockShard(tx: Queryable, shard: number): Promise<void> {
  await tx.select().from(shards).where(eq(shards.shard, shard)).for("update");
}
