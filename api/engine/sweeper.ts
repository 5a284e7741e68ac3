/**
 * The sweeper: sends what a crash or an absent engine left pending in the outbox.
 */
import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { eachAtMost } from "../each.ts";
import { engineCommands } from "../registry/schema/accounts.ts";
import type { Deliveries } from "./delivery.ts";
import { EngineUnavailable } from "./engine-error.ts";
import type { Place } from "./outbox.ts";

/** Most places that one round takes up. */
const SWEPT_MAX = 2_000;
/** Time between rounds. */
export const SWEEP_MS = 3_000;
/** Age from which a pending command counts as left behind: younger ones are under way. */
const LEFT_BEHIND_MS = 1_000;
const SIDE_BY_SIDE = 16;
/** A shard with so many places left behind has them delivered together. */
const TOGETHER_FROM = 64;

/** What a round did: places all of whose commands were answered, and those that must wait, with the first reason. */
export type Swept = { delivered: number; left: number; reason: string | undefined };

/** One round. A shard that does not answer is left alone for the rest of it. */
export async function sweep(
  db: NodePgDatabase,
  { deliver, deliverAll }: Deliveries,
): Promise<Swept> {
  const silent = new Map<number, string>();
  const swept: Swept = { delivered: 0, left: 0, reason: undefined };
  const inShards = new Map<number, number>();
  for (const { shard, slot } of await leftBehind(db))
    if (slot !== null) inShards.set(shard, (inShards.get(shard) ?? 0) + 1);
  for (const [shard, many] of inShards) {
    if (many < TOGETHER_FROM) continue;
    // What fails is found again below, place by place, and told of there.
    swept.delivered += await deliverAll(shard).catch(() => 0);
  }
  const places = await leftBehind(db);
  const deliverOne = async (place: Place): Promise<void> => {
    try {
      if (silent.has(place.shard)) throw new EngineUnavailable(silent.get(place.shard) ?? "");
      await deliver(place, Number.MAX_SAFE_INTEGER);
      swept.delivered++;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof EngineUnavailable) silent.set(place.shard, reason);
      swept.left++;
      swept.reason ??= reason;
    }
  };
  const ofShards = places.filter(({ slot }) => slot === null);
  const ofAccounts = places.filter(({ slot }) => slot !== null);
  await eachAtMost(SIDE_BY_SIDE, ofShards, deliverOne);
  await eachAtMost(SIDE_BY_SIDE, ofAccounts, deliverOne);
  return swept;
}

function leftBehind(db: NodePgDatabase): Promise<Place[]> {
  return db
    .selectDistinct({ shard: engineCommands.shard, slot: engineCommands.slot })
    .from(engineCommands)
    .where(
      sql`${engineCommands.state} = 'pending' and ${engineCommands.created_at} < now() - ${`${LEFT_BEHIND_MS} ms`}::interval`,
    )
    .limit(SWEPT_MAX);
}
