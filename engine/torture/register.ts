/**
 * What a torture registers: sites with a gateway each, meters, two plain price lists, and accounts with opening credit.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { and, eq } from "drizzle-orm";
import { eachAtMost } from "../../api/each.ts";
import { makeEngineClient } from "../../api/engine/client.ts";
import { FIRST_OPERATOR } from "../../api/main.ts";
import { type Account, openAccounts } from "../../api/registry/accounts.ts";
import { openRegistry, type Queryable } from "../../api/registry/database.ts";
import { createGateway, type Gateway, raiseRoster } from "../../api/registry/gateways.ts";
import { createMeters } from "../../api/registry/meters.ts";
import { ensureOperator } from "../../api/registry/operators.ts";
import { createPolicy, type SupplyPolicy } from "../../api/registry/policies.ts";
import type { PriceListRow } from "../../api/registry/price-lists.ts";
import { publishPriceList } from "../../api/registry/publish.ts";
import { gateways } from "../../api/registry/schema/field.ts";
import { createSite, ensureUnits } from "../../api/registry/sites.ts";
import { SETTLEMENTS } from "../../api/settle.ts";
import { parsePriceListText } from "../contract/price-list/parse.ts";
import type { PlannedGateway } from "./load/plan.ts";
import { PLAIN_LISTS, type PlainList } from "./price.ts";

/** How much load: sites of each shape, and meters at each. */
export type Size = { snapshotSites: number; profileSites: number; meters: number };
/** An account of the load, as the ledger needs to know it. */
export type LoadAccount = {
  accountId: string;
  shard: number;
  slot: number;
  gateway: number;
  list: PlainList;
  openingMicros: bigint;
};
/** What was registered. */
export type Registered = { gateways: PlannedGateway[]; accounts: LoadAccount[] };

const EUR = 1_000_000n;
const SIDE_BY_SIDE = 32;
const EFFECTIVE_FROM = new Date("2020-01-01T00:00:00Z");

/** Registers it all and brings it to the engine. */
export async function register(
  { postgres, data }: { postgres: string; data: string },
  nats: NatsConnection,
  size: Size,
): Promise<Registered> {
  const { db, close } = await openRegistry(postgres, { folder: data });
  try {
    const operatorId = await ensureOperator(db, FIRST_OPERATOR);
    const lists = await db.transaction((tx) => publishAll(tx, operatorId));
    const { row: policy } = await createPolicy(db, policyOf(operatorId));
    const registered: Registered = { gateways: [], accounts: [] };
    for (let site = 0; site < size.snapshotSites + size.profileSites; site++) {
      const at = { operatorId, site, lists, policy, meters: size.meters };
      const { gateway, accounts } = await db.transaction((tx) => registerSite(tx, at));
      const { number, shard, key } = gateway;
      const shape = site < size.snapshotSites ? "snapshot" : "profile";
      registered.gateways.push({ gateway: number, shard, key, shape });
      registered.accounts.push(...accounts);
    }
    const { deliver } = makeEngineClient({ db, nats, settlements: SETTLEMENTS });
    const shards = [...new Set(registered.gateways.map(({ shard }) => shard))];
    for (const shard of shards) await deliver({ shard, slot: null }, Number.MAX_SAFE_INTEGER);
    await eachAtMost(SIDE_BY_SIDE, registered.accounts, ({ shard, slot }) =>
      deliver({ shard, slot }, Number.MAX_SAFE_INTEGER),
    );
    return registered;
  } finally {
    await close();
  }
}

async function publishAll(tx: Queryable, operatorId: string): Promise<PriceListRow[]> {
  const rows: PriceListRow[] = [];
  for (const { text } of PLAIN_LISTS) {
    const parsed = parsePriceListText(text);
    if (!parsed.ok) throw new Error(`a price list has faults: ${JSON.stringify(parsed.faults)}`);
    const publication = {
      list: parsed.priceList,
      text,
      effectiveFrom: EFFECTIVE_FROM,
      nowS: Math.floor(Date.now() / 1_000),
    };
    rows.push((await publishPriceList(tx, operatorId, publication)).list);
  }
  return rows;
}

type SiteToMake = {
  operatorId: string;
  site: number;
  lists: readonly PriceListRow[];
  policy: SupplyPolicy;
  meters: number;
};

async function registerSite(
  tx: Queryable,
  { operatorId, site, lists, policy, meters: many }: SiteToMake,
): Promise<{ gateway: Gateway; accounts: LoadAccount[] }> {
  const name = `Site ${site}`;
  const { row: siteRow } = await createSite(tx, { operatorId, name, timezone: "UTC" });
  const { row: gateway } = await createGateway(tx, { site: siteRow, name: "main" });
  const units = await ensureUnits(tx, siteRow.id, [name]);
  const meters = await createMeters(
    tx,
    operatorId,
    Array.from({ length: many }, (_, i) => ({
      unitId: units.get(name) ?? "",
      gateway: gateway.number,
      serial: `${site}-${i}`,
      service: "electricity" as const,
      usagePoint: String(i),
      driver: "modbus" as const,
      device: "eastron-sdm120",
      link: { host: "law", port: gateway.number },
      address: String(i),
      modulusAtoms: 0n,
      maxRateAtomsPerHour: 0n,
      stepAtoms: 1n,
    })),
  );
  const openings = meters.map((meter, i) => ({
    meter,
    priceList: listAt(lists, i),
    policy,
    paymentMode: "prepayment" as const,
    creditMicros: openingOf(i),
  }));
  const opened = await openAccounts(tx, gateway, openings, new Date());
  await raiseRoster(tx, gateway.number);
  return {
    gateway: await again(tx, gateway),
    accounts: opened.map((account) => loadAccount(account, openings, lists)),
  };
}

function loadAccount(
  account: Account,
  openings: readonly { meter: { usage_point_id: string }; creditMicros: bigint }[],
  lists: readonly PriceListRow[],
): LoadAccount {
  const opening = openings.find(({ meter }) => meter.usage_point_id === account.usage_point_id);
  const list = PLAIN_LISTS[lists.findIndex(({ id }) => id === account.price_list_id)];
  if (opening === undefined || list === undefined) throw new Error("an account came of nothing");
  return {
    accountId: account.id,
    shard: account.shard,
    slot: account.slot,
    gateway: account.gateway,
    list,
    openingMicros: opening.creditMicros,
  };
}

async function again(tx: Queryable, { number }: Gateway): Promise<Gateway> {
  const [row] = await tx
    .select()
    .from(gateways)
    .where(and(eq(gateways.number, number)));
  if (row === undefined) throw new Error(`gateway ${number} is gone`);
  return row;
}

function listAt(lists: readonly PriceListRow[], i: number): PriceListRow {
  const list = lists[i % lists.length];
  if (list === undefined) throw new Error("there is no price list");
  return list;
}

/** From 0.10 to 5.00: some accounts run out within a short run, and are cut. */
function openingOf(i: number): bigint {
  return BigInt(1 + ((i * 7) % 50)) * (EUR / 10n);
}

function policyOf(operatorId: string) {
  return {
    operator_id: operatorId,
    name: "Torture",
    currency: "EUR",
    low_credit_micros: [EUR],
    hysteresis_micros: EUR / 10n,
    disablement_threshold_micros: 0n,
    clearance_micros: 0n,
    max_balance_micros: 1_000_000_000n * EUR,
    automatic_cut: true,
    stale_after_s: 0,
  };
}
