/**
 * The outbox of commands to the engine: a command gets its number and is written in the transaction that records the
 * intent, so that a crash loses neither and doubles neither.
 */
import { and, eq, type SQLWrapper, sql } from "drizzle-orm";
import { type EngineCommand, engineCommandMessage } from "../../engine/contract/commands.ts";
import { one, type Queryable } from "../registry/database.ts";
import { insertRows } from "../registry/insert-rows.ts";
import { engineCommands } from "../registry/schema/accounts.ts";
import { shards } from "../registry/schema/parties.ts";
import { sealedCommand } from "../registry/secrets/gateway-command.ts";

type Without<Type, Keys extends PropertyKey> = Type extends unknown ? Omit<Type, Keys> : never;

/** What is asked of an account, without the number and slot that the outbox gives it. */
export type AccountOrder = Without<Extract<EngineCommand, { slot: number }>, "number" | "slot">;
/** What is asked of a shard, without its number. */
export type ShardOrder = Without<Exclude<EngineCommand, { slot: number }>, "number">;

/** Whose commands are numbered in one row: an account, or with `slot` null the shard itself. */
export type Place = { shard: number; slot: number | null };
/** A command's place and number. */
export type Numbered = Place & { number: number };
/** What delivery needs of a row of the outbox. */
export type CommandRow = Pick<
  typeof engineCommands.$inferSelect,
  "id" | "shard" | "slot" | "number" | "body"
>;

/** The columns of a CommandRow. */
export const COMMAND_COLUMNS = {
  id: engineCommands.id,
  shard: engineCommands.shard,
  slot: engineCommands.slot,
  number: engineCommands.number,
  body: engineCommands.body,
};

/** Locks the account, takes its next number and writes the command. The account must be there. */
export async function orderOfAccount(
  tx: Queryable,
  accountId: string,
  order: AccountOrder,
): Promise<Numbered & { slot: number }> {
  const { shard, slot, number } = await orderWith(tx, accountId, order, []);
  return { shard, slot, number };
}

/**
 * The same, and in the same statement others that belong to it, in which NUMBER_ORDERED is the command's number. So nothing is
 * locked for longer than the statement, where there is no transaction around it.
 */
export async function orderWith(
  tx: Queryable,
  accountId: string,
  order: AccountOrder,
  others: readonly SQLWrapper[],
): Promise<CommandRow & { slot: number }> {
  // One that the engine would call invalid would stop those behind it for good. Its number and slot are put in below.
  const checked = engineCommandMessage.parse({ ...order, number: 1, slot: 0 });
  const { rows } = await tx.execute<Record<"id" | "number", string> & OrderedRow>(sql`
    with ordered as (
      update accounts set command_number = command_number + 1 where id = ${accountId}
      returning shard, slot, command_number as number
    ), command as (
      insert into engine_commands (shard, slot, number, body)
      select shard, slot, number, ${JSON.stringify(checked)}::jsonb || jsonb_build_object('number', number, 'slot', slot)
      from ordered returning id, shard, slot, number, body
    )${sql.join(others.map((other, at) => sql`, other_${sql.raw(String(at))} as ${other}`))}
    select * from command`);
  const { id, number, ...row } = one(rows);
  return { ...row, id: Number(id), number: Number(number) };
}

/** The number of the command in the other statements of orderWith. */
export const NUMBER_ORDERED = sql<number>`(select number from ordered)`;

type OrderedRow = { shard: number; slot: number; body: EngineCommand };

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
  const body = sealedCommand(engineCommandMessage.parse({ ...order, number }));
  await tx.insert(engineCommands).values({ ...at, body });
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
  await insertRows(tx, engineCommands, commands);
}

/** Where the commands of a place stand. */
export function isAt(place: Place) {
  const slot =
    place.slot === null ? sql`${engineCommands.slot} is null` : eq(engineCommands.slot, place.slot);
  return and(eq(engineCommands.shard, place.shard), slot);
}
