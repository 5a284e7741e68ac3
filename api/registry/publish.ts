/**
 * Publishing a version of a price list (R30), and telling the shards that know the list.
 */
import { and, asc, eq } from "drizzle-orm";
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import { orderOfShard } from "../engine/outbox.ts";
import { recordCoverage, tellVersion } from "./coverage.ts";
import { one, type Queryable } from "./database.ts";
import { type PriceListRow, type PriceListVersion, versionsOf } from "./price-lists.ts";
import { shardPriceLists } from "./schema/accounts.ts";
import { priceLists, priceListVersions } from "./schema/pricing.ts";
import { lockShard } from "./shards.ts";

/** Most versions of one list: the engine keeps them all, for readings that arrive late. */
const VERSIONS_MAX = 30;
/** A version that begins sooner than this cannot be taken back any more. */
const CANCEL_AHEAD_S = 60;

/** A checked price list, the text that it was read from, and when it begins (a whole second). */
export type Publication = { list: PriceList; text: string; effectiveFrom: Date; nowS: number };

/**
 * What became of it. `unchanged`: the same text begins then already. `begun`: another text begins then. `order`: a later
 * version is there. `mismatch`: the name is that of a list for another service, currency or basis. `full`: VERSIONS_MAX.
 */
export type Published =
  | {
      outcome: "published" | "unchanged";
      list: PriceListRow;
      version: PriceListVersion;
      shards: number[];
    }
  | { outcome: "begun" | "order" | "mismatch" | "full"; list: PriceListRow };

/** Publishes a version, making the list if its name is new, and tells the shards that know it. Runs in a transaction. */
export async function publishPriceList(
  tx: Queryable,
  operatorId: string,
  publication: Publication,
): Promise<Published> {
  const { effectiveFrom, text } = publication;
  const list = await lockedList(tx, operatorId, publication.list);
  const { service, currency, accumulationBasis } = publication.list;
  const isSame =
    list.service === service && list.currency === currency && list.basis === accumulationBasis;
  if (!isSame) return { outcome: "mismatch", list };
  const versions = await versionsOf(tx, list.id);
  const same = versions.find((v) => v.effective_from.getTime() === effectiveFrom.getTime());
  if (same !== undefined) {
    return same.text === text
      ? { outcome: "unchanged", list, version: same, shards: [] }
      : { outcome: "begun", list };
  }
  const last = versions.at(-1);
  if (last !== undefined && last.effective_from > effectiveFrom) return { outcome: "order", list };
  if (versions.length >= VERSIONS_MAX) return { outcome: "full", list };
  const version = one(
    await tx
      .insert(priceListVersions)
      .values({ price_list_id: list.id, effective_from: effectiveFrom, text })
      .returning(),
  );
  return { outcome: "published", list, version, shards: await tell(tx, version, publication.nowS) };
}

/**
 * Takes back a list's last version before it begins (R30); the one before it goes on. Gives the shards that were told, or why
 * it cannot be. Runs in a transaction.
 */
export async function cancelVersion(
  tx: Queryable,
  list: PriceListRow,
  { number, nowS }: { number: number; nowS: number },
): Promise<{ version: PriceListVersion; shards: number[] } | "unknown" | "begun" | "not_last"> {
  await tx.select().from(priceLists).where(eq(priceLists.id, list.id)).for("update");
  const versions = await versionsOf(tx, list.id);
  const at = versions.findIndex((each) => each.number === number);
  const version = versions[at];
  if (version === undefined) return "unknown";
  const effectiveS = version.effective_from.getTime() / 1_000;
  // The engine's clock may be a little ahead of ours.
  if (effectiveS <= nowS + CANCEL_AHEAD_S) return "begun";
  const before = versions[at - 1];
  if (at !== versions.length - 1 || before === undefined) return "not_last";
  const cancelled = one(
    await tx
      .update(priceListVersions)
      .set({ cancelled_at: new Date(nowS * 1_000) })
      .where(eq(priceListVersions.number, number))
      .returning(),
  );
  const knowing = await knowingShards(tx, list.id);
  for (const entry of knowing) {
    await lockShard(tx, entry.shard);
    const { shard, index } = entry;
    await orderOfShard(tx, shard, {
      op: "cancel_price_list_version",
      index,
      effective_from_s: effectiveS,
    });
    // Its table ended where the other began.
    await recordCoverage(
      tx,
      entry,
      await tellVersion(tx, { shard, index, nowS }, before, undefined),
    );
  }
  return { version: cancelled, shards: knowing.map(({ shard }) => shard) };
}

async function lockedList(
  tx: Queryable,
  operatorId: string,
  list: PriceList,
): Promise<PriceListRow> {
  const { name, service, currency, accumulationBasis: basis } = list;
  await tx
    .insert(priceLists)
    .values({ operator_id: operatorId, name, service, currency, basis })
    .onConflictDoNothing();
  // Locked, so that a shard that learns of the list meanwhile either has this version or gets it.
  return one(
    await tx
      .select()
      .from(priceLists)
      .where(and(eq(priceLists.operator_id, operatorId), eq(priceLists.name, name)))
      .for("update"),
  );
}

async function tell(tx: Queryable, version: PriceListVersion, nowS: number): Promise<number[]> {
  const knowing = await knowingShards(tx, version.price_list_id);
  for (const entry of knowing) {
    await lockShard(tx, entry.shard);
    const coversTo = await tellVersion(tx, { ...entry, nowS }, version, undefined);
    await recordCoverage(tx, entry, coversTo);
  }
  return knowing.map(({ shard }) => shard);
}

function knowingShards(tx: Queryable, priceListId: string) {
  return tx
    .select()
    .from(shardPriceLists)
    .where(eq(shardPriceLists.price_list_id, priceListId))
    .orderBy(asc(shardPriceLists.shard));
}
