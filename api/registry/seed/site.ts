/**
 * One site of a field: its gateway, its units, its meters and their accounts, in one transaction.
 */
import { isDeepStrictEqual } from "node:util";
import { eq } from "drizzle-orm";
import type { Service } from "../../../engine/contract/services.ts";
import type { Place } from "../../engine/outbox.ts";
import { type Account, openAccounts } from "../accounts.ts";
import { recordAudit } from "../audit.ts";
import type { Queryable } from "../database.ts";
import { createGateway, type Gateway, raiseRoster } from "../gateways.ts";
import { createMeters, type Meter } from "../meters.ts";
import type { SupplyPolicy } from "../policies.ts";
import { lockPriceList, type PriceListRow } from "../price-lists.ts";
import { meters } from "../schema/field.ts";
import { createSite, ensureUnits } from "../sites.ts";
import type { CheckedMeter } from "./plan.ts";
import { SEED_TIMEZONE } from "./price-lists.ts";

/** What accounts are opened with. */
export type SeedTariff = {
  priceLists: ReadonlyMap<Service, PriceListRow>;
  policy: SupplyPolicy;
  openedAt: Date;
};
/** A site of the plan. */
export type SeedSite = { operatorId: string; name: string; meters: readonly CheckedMeter[] };
/** A gateway as its process needs to know it: number, key (64 hex digits), shard; and whether its roster changed. */
export type SeededGateway = {
  site: string;
  number: number;
  key: string;
  shard: number;
  rosterVersion: number;
  changed: boolean;
};

/** Registers a site; gives its gateway and the places of the accounts that were opened. Runs in a transaction. */
export async function seedSite(
  tx: Queryable,
  site: SeedSite,
  tariff: SeedTariff,
): Promise<{ gateway: SeededGateway; places: Place[] }> {
  const { operatorId, name } = site;
  for (const { id } of tariff.priceLists.values()) await lockPriceList(tx, id);
  const { row: siteRow } = await createSite(tx, { operatorId, name, timezone: SEED_TIMEZONE });
  const { row: gateway } = await createGateway(tx, { site: siteRow, name: "main" });
  const there = await tx.select().from(meters).where(eq(meters.gateway, gateway.number));
  const bySerial = new Map(there.map((meter) => [meter.serial, meter]));
  let moved = false;
  for (const planned of site.meters) {
    const known = bySerial.get(planned.serial);
    if (known !== undefined && (await follow(tx, known, planned))) moved = true;
  }
  const fresh = site.meters.filter(({ serial }) => !bySerial.has(serial));
  const at = { operatorId, siteId: siteRow.id, gateway };
  const opened = fresh.length === 0 ? [] : await connect(tx, at, fresh, tariff);
  const changed = moved || opened.length > 0;
  const rosterVersion = changed ? await raiseRoster(tx, gateway.number) : gateway.roster_version;
  const { number, key, shard } = gateway;
  return {
    gateway: { site: name, number, key, shard, rosterVersion, changed },
    places: opened.map(({ slot }) => ({ shard, slot })),
  };
}

type Spot = { operatorId: string; siteId: string; gateway: Gateway };

/** Makes the meters that are not there yet and opens their accounts. */
async function connect(
  tx: Queryable,
  at: Spot,
  fresh: readonly CheckedMeter[],
  tariff: SeedTariff,
): Promise<Account[]> {
  const units = await ensureUnits(tx, at.siteId, [...new Set(fresh.map(({ unit }) => unit))]);
  const wanted = fresh.map((planned) => ({
    ...planned,
    unitId: units.get(planned.unit) ?? "",
    gateway: at.gateway.number,
    // Two meters of one service in one unit are told apart by their serial numbers.
    usagePoint: planned.serial,
    modulusAtoms: BigInt(planned.modulusAtoms),
    maxRateAtomsPerHour: BigInt(planned.maxRateAtomsPerHour),
    stepAtoms: BigInt(planned.stepAtoms),
  }));
  const made = await createMeters(tx, at.operatorId, wanted);
  if (made.length < fresh.length) {
    const serials = new Set(made.map(({ serial }) => serial));
    const taken = fresh.find(({ serial }) => !serials.has(serial));
    throw new Error(`meter ${taken?.serial} is there already, at another site: rename one`);
  }
  const credits = new Map(fresh.map(({ serial, openingCredit }) => [serial, openingCredit]));
  const openings = made.map((meter) => ({
    meter,
    priceList: listFor(tariff, meter),
    policy: tariff.policy,
    paymentMode: "prepayment" as const,
    creditMicros: credits.get(meter.serial) ?? 0n,
  }));
  const opened = await openAccounts(tx, at.gateway, openings, tariff.openedAt);
  await recordAudit(tx, {
    operator_id: at.operatorId,
    actor: "seed",
    channel: "auto",
    action: "accounts.opened",
    object: `site/${at.siteId}`,
    data: { accounts: opened.length },
    at: tariff.openedAt,
  });
  return opened;
}

function listFor(tariff: SeedTariff, { serial, service }: Meter): PriceListRow {
  const list = tariff.priceLists.get(service);
  if (list === undefined) throw new Error(`meter ${serial}: no price list for ${service}`);
  return list;
}

async function follow(tx: Queryable, known: Meter, planned: CheckedMeter): Promise<boolean> {
  const { driver, device, link, address } = planned;
  const same =
    known.driver === driver &&
    known.device === device &&
    isDeepStrictEqual(known.link, link) &&
    known.address === address;
  if (same) return false;
  await tx.update(meters).set({ driver, device, link, address }).where(eq(meters.id, known.id));
  return true;
}
