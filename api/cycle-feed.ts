/**
 * Tells the store when the cycles of price lists begin, so that it can keep its sums by cycle (R33).
 */
import { eq, isNull } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Clock } from "../engine/contract/clock.ts";
import { parsePriceListText } from "../engine/contract/price-list/parse.ts";
import { every, type Ongoing } from "./every.ts";
import { crossing } from "./registry/isolation/scope.ts";
import { priceListVersions } from "./registry/schema/pricing.ts";
import type { CycleVersion } from "./store/cycles.ts";
import type { StoreLink } from "./store-link.ts";

/** A version that is new waits no longer for the store to know its cycles. */
const CYCLES_MS = 5_000;
/** How often all versions are looked at again, in turns of CYCLES_MS: their cycles reach far ahead. */
const ALL_EVERY = 720;

/** Starts telling: new versions soon, all of them now and then. Nothing where there is no store. */
export function startCycleFeed(
  db: NodePgDatabase,
  store: StoreLink | undefined,
  { clock, onFault }: { clock: Clock; onFault: (error: unknown) => void },
): Ongoing[] {
  if (store === undefined) return [];
  const told = new Set<number>();
  let turn = 0;
  const tell = async (): Promise<void> => {
    if (turn++ % ALL_EVERY === 0) told.clear();
    const rows = await db
      .select({ number: priceListVersions.number })
      .from(priceListVersions)
      .where(isNull(priceListVersions.cancelled_at));
    for (const { number } of rows) {
      if (told.has(number)) continue;
      const version = await versionOf(db, number);
      if (version !== undefined) await store.tellCycles([version], clock.nowS());
      told.add(number);
    }
  };
  return [every(CYCLES_MS, () => crossing("cycles", tell), onFault)];
}

async function versionOf(db: NodePgDatabase, number: number): Promise<CycleVersion | undefined> {
  const [row] = await db
    .select()
    .from(priceListVersions)
    .where(eq(priceListVersions.number, number));
  const parsed = row === undefined ? undefined : parsePriceListText(row.text);
  if (row === undefined || parsed?.ok !== true) return undefined;
  return { tariff: number, list: parsed.priceList, fromS: row.effective_from.getTime() / 1_000 };
}
