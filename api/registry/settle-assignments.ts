/**
 * What follows from the engine's answers to assignments of price lists and policies.
 */
import { sql } from "drizzle-orm";
import type { AnsweredCommand, SettleAll } from "../engine/delivery.ts";
import { shardPolicies, shardPriceLists } from "./schema/accounts.ts";
import { NEVER_S } from "./terms-plan.ts";

/** After the engine's answers: what it was told is on record. A refusal leaves the account to be looked at again. */
export const settleAssignments: SettleAll = async (tx, answered) => {
  const told = answered.flatMap(toldBy);
  const rows = JSON.stringify(told);
  await tx.execute(sql`
    update accounts a set policy_id = p.policy_id
    from json_to_recordset(${rows}::json) as t(shard int, slot int, policy int)
    join ${shardPolicies} p on p.shard = t.shard and p.index = t.policy
    where a.shard = t.shard and a.slot = t.slot`);
  await tx.execute(sql`
    update accounts a set
      price_list_id = case t.when when 'now' then l.price_list_id else a.price_list_id end,
      next_price_list_id = case t.when when 'later' then l.price_list_id end,
      next_price_list_at = case t.when when 'later' then t.at end
    from json_to_recordset(${rows}::json) as t(shard int, slot int, list int, "when" text, at timestamptz)
    join ${shardPriceLists} l on l.shard = t.shard and l.index = t.list
    where a.shard = t.shard and a.slot = t.slot`);
  return [];
};

type Told = {
  shard: number;
  slot: number | null;
  policy?: number;
  list?: number;
  when?: string;
  at?: string;
};

function toldBy({ command: { shard, slot, body }, reply }: AnsweredCommand): Told[] {
  if (reply.status === "refused") return [];
  if (body.op === "assign_policy") return [{ shard, slot, policy: body.policy }];
  if (body.op !== "assign_price_list") return [];
  const { price_list: list, at_s } = body;
  const when = at_s === NEVER_S ? "never" : at_s <= reply.at_s ? "now" : "later";
  return [{ shard, slot, list, when, at: new Date(at_s * 1_000).toISOString() }];
}
