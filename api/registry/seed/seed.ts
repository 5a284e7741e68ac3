/**
 * Registers a field of meters: sites, units, gateways, meters, price lists, a supply policy, and accounts with their
 * opening credit. Running it again changes nothing; links and addresses that have moved are taken over.
 */
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Clock } from "../../../engine/contract/clock.ts";
import { parsePriceListText } from "../../../engine/contract/price-list/parse.ts";
import type { Service } from "../../../engine/contract/services.ts";
import { eachAtMost } from "../../each.ts";
import type { EngineClient } from "../../engine/client.ts";
import { EngineUnavailable } from "../../engine/engine-error.ts";
import type { Place } from "../../engine/outbox.ts";
import type { Queryable } from "../database.ts";
import { asOperator } from "../isolation/scope.ts";
import { ensureOperator } from "../operators.ts";
import { createPolicy, type SupplyPolicy } from "../policies.ts";
import type { PriceListRow } from "../price-lists.ts";
import { publishPriceList } from "../publish.ts";
import { type CheckedMeter, type PlanMeter, plan } from "./plan.ts";
import { SEED_EFFECTIVE_FROM, SEED_PRICE_LISTS } from "./price-lists.ts";
import { type SeededGateway, type SeedTariff, seedSite } from "./site.ts";

/** What the seed needs, and the operator that owns it all. */
export type SeedParts = {
  db: NodePgDatabase;
  engine: EngineClient;
  clock: Clock;
  operator: string;
};

/**
 * What there is now: each site's gateway with its key, how many accounts were opened this time, which rosters changed, and
 * whether the engine has taken it all (else the sweeper goes on).
 */
export type Seeded = {
  operatorId: string;
  gateways: SeededGateway[];
  opened: number;
  delivered: boolean;
};

const SIDE_BY_SIDE = 32;
const EUR = 1_000_000n;

/** Registers the field. Throws a ZodError for a plan that is none, an Error for a service without a price list. */
export async function seedFromPlan(
  parts: SeedParts,
  meters: readonly PlanMeter[],
): Promise<Seeded> {
  const { db } = parts;
  const checked = plan.parse(meters);
  const operatorId = await ensureOperator(db, parts.operator);
  return await asOperator(operatorId, () => register(parts, operatorId, checked));
}

async function register(
  parts: SeedParts,
  operatorId: string,
  checked: readonly CheckedMeter[],
): Promise<Seeded> {
  const { db } = parts;
  const nowS = parts.clock.nowS();
  const tariff: SeedTariff = {
    priceLists: await db.transaction((tx) => publishAll(tx, operatorId, nowS)),
    policy: await policyFor(db, operatorId),
    openedAt: new Date(nowS * 1_000),
  };
  const gateways: SeededGateway[] = [];
  const places: Place[] = [];
  for (const [site, ofSite] of bySite(checked)) {
    const seeded = await db.transaction((tx) =>
      seedSite(tx, { operatorId, name: site, meters: ofSite }, tariff),
    );
    gateways.push(seeded.gateway);
    places.push(...seeded.places);
  }
  const delivered = await deliverAll(parts.engine, gateways, places);
  return { operatorId, gateways, opened: places.length, delivered };
}

async function publishAll(
  tx: Queryable,
  operatorId: string,
  nowS: number,
): Promise<Map<Service, PriceListRow>> {
  const rows = new Map<Service, PriceListRow>();
  for (const [service, text] of SEED_PRICE_LISTS) {
    const parsed = parsePriceListText(text);
    if (!parsed.ok) throw new Error(`the price list of ${service} has faults`);
    const publication = {
      list: parsed.priceList,
      text,
      effectiveFrom: SEED_EFFECTIVE_FROM,
      nowS,
    };
    rows.set(service, (await publishPriceList(tx, operatorId, publication)).list);
  }
  return rows;
}

async function policyFor(db: Queryable, operatorId: string): Promise<SupplyPolicy> {
  const { row } = await createPolicy(db, {
    operator_id: operatorId,
    name: "Household",
    currency: "EUR",
    low_credit_micros: [5n * EUR, 2n * EUR],
    hysteresis_micros: EUR / 2n,
    disablement_threshold_micros: 0n,
    clearance_micros: 0n,
    max_balance_micros: 1_000n * EUR,
    automatic_cut: true,
    stale_after_s: 86_400,
  });
  return row;
}

function bySite(meters: readonly CheckedMeter[]): Map<string, CheckedMeter[]> {
  const sites = new Map<string, CheckedMeter[]>();
  for (const meter of meters) {
    const list = sites.get(meter.site);
    if (list === undefined) sites.set(meter.site, [meter]);
    else list.push(meter);
  }
  return sites;
}

async function deliverAll(
  engine: EngineClient,
  gateways: readonly SeededGateway[],
  places: readonly Place[],
): Promise<boolean> {
  const shards = [...new Set(gateways.filter((g) => g.changed).map(({ shard }) => shard))];
  const deliver = (place: Place) => engine.deliver(place, Number.MAX_SAFE_INTEGER);
  try {
    await eachAtMost(
      SIDE_BY_SIDE,
      shards.map((shard) => ({ shard, slot: null })),
      deliver,
    );
    await eachAtMost(SIDE_BY_SIDE, places, deliver);
    return true;
  } catch (error) {
    if (error instanceof EngineUnavailable) return false;
    throw error;
  }
}
