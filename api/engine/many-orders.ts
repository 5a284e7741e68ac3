/**
 * The outbox for many at once: numbers and commands of a whole batch in a statement each.
 */
import { eq, sql } from "drizzle-orm";
import { engineCommandMessage } from "../../engine/contract/commands.ts";
import { inChunks } from "../each.ts";
import { one, type Queryable, ROWS_AT_ONCE } from "../registry/database.ts";
import { engineCommands } from "../registry/schema/accounts.ts";
import { shards } from "../registry/schema/parties.ts";
import { sealedCommand } from "../registry/secrets/gateway-command.ts";
import type { AccountOrder, ShardOrder } from "./outbox.ts";

/** What is asked of one account, in order. */
export type OrdersOf = { accountId: string; orders: readonly AccountOrder[] };

/** Takes the next numbers of each account, which the caller has locked, and writes its commands. Runs in a transaction. */
export async function ordersOfAccounts(tx: Queryable, all: readonly OrdersOf[]): Promise<void> {
  const asked = all.flatMap(({ accountId, orders }) =>
    orders.map((order, at) => {
      // One that the engine would call invalid would stop those behind it for good. Number and slot are put in below.
      const body = engineCommandMessage.parse({ ...order, number: 1, slot: 0 });
      return { account_id: accountId, place: at + 1, body };
    }),
  );
  for (const some of inChunks(asked, ROWS_AT_ONCE)) {
    const text = JSON.stringify(some);
    await tx.execute(sql`
      with asked as (
        select * from json_to_recordset(${text}::json) as t(account_id uuid, place int, body jsonb)
      ), numbered as (
        update accounts a set command_number = a.command_number + t.many
        from (select account_id, count(*) as many, min(place) as first from asked group by account_id) t
        where a.id = t.account_id
        returning a.id, a.shard, a.slot, a.command_number - t.many - t.first + 1 as base
      )
      insert into engine_commands (shard, slot, number, body)
      select n.shard, n.slot, n.base + asked.place,
        asked.body || jsonb_build_object('number', n.base + asked.place, 'slot', n.slot)
      from asked join numbered n on n.id = asked.account_id order by n.shard, n.slot, asked.place`);
  }
}

/** Locks the shard, takes its next numbers and writes the commands. */
export async function ordersOfShard(
  tx: Queryable,
  shard: number,
  orders: readonly ShardOrder[],
): Promise<void> {
  if (orders.length === 0) return;
  const { last } = one(
    await tx
      .update(shards)
      .set({ command_number: sql`${shards.command_number} + ${orders.length}::int` })
      .where(eq(shards.shard, shard))
      .returning({ last: shards.command_number }),
  );
  const rows = orders.map((order, at) => {
    const number = last - orders.length + 1 + at;
    const body = sealedCommand(engineCommandMessage.parse({ ...order, number }));
    return { shard, slot: null, number, body };
  });
  for (const some of inChunks(rows, ROWS_AT_ONCE)) await tx.insert(engineCommands).values(some);
}
