/**
 * The outbox of commands to the engine: a command gets its number and is written in the transaction that records the
 * intent, so that a crash loses neither and doubles neither.
 */
import { and, eq, sql } from "drizzle-orm";
import { type EngineCommand, engineCommandMessage } from "../../engine/contract/commands.ts";
import { inChunks } from "../each.ts";
import { one, type Queryable, ROWS_AT_ONCE } from "../registry/database.ts";
import { accounts, engineCommands } from "../registry/schema/accounts.ts";
import { shards } from "../registry/schema/parties.ts";

type Without<Type, Keys extends PropertyKey> = Type extends unknown ? Omit<Type, Keys> : never;

/** What is asked of an account, without the number and slot that the outbox gives it. */
export type AccountOrder = Without<Extract<EngineCommand, { slot: number }>, "number" | "slot">;
/** What is asked of a shard, without its number. */
export type ShardOrder = Without<Exclude<EngineCommand, { slot: number }>, "number">;

/** Whose commands are numbered in one row: an account, or with `slot` null the shard itself. */
export type Place = { shard: number; slot: number | null };
/** A command's place and number. */
export type Numbered = Place & { number: number };
/** A row of the outbox. */
export type CommandRow = typeof engineCommands.$inferSelect;

/** Locks the account, takes its next number and writes the command. The account must be there. */
export async function orderOfAccount(
  tx: Queryable,
  accountId: string,
  order: AccountOrder,
): Promise<Numbered & { slot: number }> {
  const at = one(
    await tx
      .update(accounts)
      .set({ command_number: sql`${accounts.command_number} + 1` })
      .where(eq(accounts.id, accountId))
      .returning({ shard: accounts.shard, slot: accounts.slot, number: accounts.command_number }),
  );
  await write(tx, at, { ...order, number: at.number, slot: at.slot });
  return at;
}

/** Locks the shard, takes its next number and writes the command. */
export async function orderOfShard(
  tx: Queryable,
  shard: number,
  order: ShardOrder,
): Promise<Numbered> {
  const { number } = one(
    await tx
      .update(shards)
      .set({ command_number: sql`${shards.command_number} + 1` })
      .where(eq(shards.shard, shard))
      .returning({ number: shards.command_number }),
  );
  const at = { shard, slot: null, number };
  await write(tx, at, { ...order, number });
  return at;
}

/** Writes the first commands of accounts that are being opened, whose rows say how many there are. */
export async function firstOrders(
  tx: Queryable,
  of: readonly { shard: number; slot: number; orders: readonly AccountOrder[] }[],
): Promise<void> {
  const commands = of.flatMap(({ shard, slot, orders }) =>
    orders.map((order, at) => {
      const number = at + 1;
      const body = engineCommandMessage.parse({ ...order, number, slot });
      return { shard, slot, number, body };
    }),
  );
  for (const some of inChunks(commands, ROWS_AT_ONCE)) {
    await tx.insert(engineCommands).values(some);
  }
}

/** Where the commands of a place stand. */
export function isAt(place: Place) {
  const slot =
    place.slot === null ? sql`${engineCommands.slot} is null` : eq(engineCommands.slot, place.slot);
  return and(eq(engineCommands.shard, place.shard), slot);
}

/** A command that the engine would call invalid must never take a number: it would stop the row behind it for good. */
async function write(tx: Queryable, at: Numbered, command: unknown): Promise<void> {
  const body = engineCommandMessage.parse(command);
  await tx
    .insert(engineCommands)
    .values({ shard: at.shard, slot: at.slot, number: at.number, body });
}
