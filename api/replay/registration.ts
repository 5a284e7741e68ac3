/**
 * What a replay registers: a site of its own with a gateway, the price list under the replay's name, and an account for
 * each meter. The names come from what is replayed, so that the same replay finds what it made before.
 */
import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { InputError } from "../../engine/commands/rating-options.ts";
import { accountNumber } from "../../engine/contract/ids.ts";
import type { CoveredVersion } from "../../engine/rating/coverage.ts";
import type { RatingOptions } from "../../engine/rating/offline.ts";
import type { RecordedReadings } from "../../engine/rating/readings-file.ts";
import { orderOfShard } from "../engine/outbox.ts";
import { openAccounts } from "../registry/accounts.ts";
import { recordCoverage } from "../registry/coverage.ts";
import type { Queryable } from "../registry/database.ts";
import { createGateway, type Gateway } from "../registry/gateways.ts";
import { createMeters } from "../registry/meters.ts";
import { ensureOperator } from "../registry/operators.ts";
import { createPolicy } from "../registry/policies.ts";
import type { PriceListRow } from "../registry/price-lists.ts";
import { publishPriceList } from "../registry/publish.ts";
import { accounts, shardPriceLists } from "../registry/schema/accounts.ts";
import { meters } from "../registry/schema/field.ts";
import { createSite, ensureUnits } from "../registry/sites.ts";

/** What is replayed. */
export type Replay = {
  recorded: RecordedReadings;
  versions: readonly CoveredVersion[];
  meters: RatingOptions;
  creditMicros: bigint;
  firstS: number;
  lastS: number;
};

/** Where it goes: the gateway that sends, each meter's account in the order of the file, and versions by registry number. */
export type Registered = {
  gateway: Gateway;
  accounts: { slot: number; account: number; meterId: string }[];
  versions: ReadonlyMap<number, CoveredVersion>;
};

/** The operator of replays. */
const OPERATOR = "Replays";
const DAY_S = 86_400;
/** No table of a replay is ever renewed: what is replayed lies in the past. */
const NEVER = new Date("2100-01-01T00:00:00Z");
const EUR = 1_000_000n;

/** A short name for what is replayed: the same for the same price list, readings and options. */
export function replayName({ recorded, versions, meters: options, creditMicros }: Replay): string {
  const hash = createHash("sha256");
  for (const { text, effectiveFromS } of versions) hash.update(`${effectiveFromS} ${text}\n`);
  hash.update(`${options.maxRateAtomsPerHour} ${options.modulusAtoms} ${creditMicros}\n`);
  for (const { meterId, readings } of recorded.meters) {
    hash.update(`${meterId}\n`);
    for (const { atS, registerAtoms } of readings) hash.update(`${atS} ${registerAtoms}\n`);
  }
  return `replay ${hash.digest("hex").slice(0, 12)}`;
}

/** Registers the replay, or finds it. */
export async function register(db: NodePgDatabase, replay: Replay): Promise<Registered> {
  const operatorId = await ensureOperator(db, OPERATOR);
  return db.transaction((tx) => registerIn(tx, operatorId, replay));
}

async function registerIn(tx: Queryable, operatorId: string, replay: Replay): Promise<Registered> {
  const name = replayName(replay);
  const zone = replay.versions[0]?.priceList.timezone ?? "UTC";
  const { row: site } = await createSite(tx, { operatorId, name, timezone: zone });
  const { row: gateway } = await createGateway(tx, { site, name: "replay" });
  const { list, versions } = await publish(tx, { operatorId, name, replay });
  const { row: policy } = await createPolicy(tx, policyOf(operatorId, list.currency));
  const units = await ensureUnits(tx, site.id, [name]);
  const made = await createMeters(
    tx,
    operatorId,
    newMeters(replay, { name, gateway, unitId: units.get(name) ?? "" }),
  );
  const openings = made.map((meter) => ({
    meter,
    priceList: list,
    policy,
    paymentMode: "prepayment" as const,
    creditMicros: replay.creditMicros,
    recorded: true,
  }));
  const opened = await openAccounts(tx, gateway, openings, new Date(replay.firstS * 1_000));
  if (opened.length > 0) await coverWhole(tx, gateway.shard, list, versions, replay);
  return { gateway, versions, accounts: await accountsOf(tx, gateway, replay, name) };
}

type Published = { list: PriceListRow; versions: Map<number, CoveredVersion> };

async function publish(
  tx: Queryable,
  { operatorId, name, replay }: { operatorId: string; name: string; replay: Replay },
): Promise<Published> {
  const versions = new Map<number, CoveredVersion>();
  let list: PriceListRow | undefined;
  for (const version of replay.versions) {
    const published = await publishPriceList(tx, operatorId, {
      list: { ...version.priceList, name },
      text: version.text,
      effectiveFrom: new Date(Math.max(version.effectiveFromS, replay.firstS - DAY_S) * 1_000),
      nowS: replay.firstS,
    });
    if (published.outcome !== "published" && published.outcome !== "unchanged") {
      throw new InputError([`the price list can't be published: ${published.outcome}`]);
    }
    list = published.list;
    versions.set(published.version.number, version);
  }
  if (list === undefined) throw new InputError(["the price list has no version"]);
  return { list, versions };
}

/** The registry covers a stretch about today; a replay needs its own, to its last reading. */
async function coverWhole(
  tx: Queryable,
  shard: number,
  list: PriceListRow,
  versions: ReadonlyMap<number, CoveredVersion>,
  { firstS, lastS }: Replay,
): Promise<void> {
  const [entry] = await tx
    .select()
    .from(shardPriceLists)
    .where(eq(shardPriceLists.price_list_id, list.id));
  const last = [...versions].at(-1);
  if (entry === undefined || last === undefined)
    throw new Error("the shard does not know the replay's price list");
  const [number, version] = last;
  const effectiveS = Math.max(version.effectiveFromS, firstS - DAY_S);
  await orderOfShard(tx, shard, {
    op: "set_price_list",
    index: entry.index,
    version: number,
    effective_from_s: effectiveS,
    covers_from_s: effectiveS,
    covers_to_s: lastS + DAY_S,
    text: version.text,
  });
  await recordCoverage(tx, entry, NEVER);
}

function newMeters(replay: Replay, at: { name: string; gateway: Gateway; unitId: string }) {
  const { recorded, versions, meters: options } = replay;
  return recorded.meters.map(({ meterId, stepAtoms }) => ({
    unitId: at.unitId,
    gateway: at.gateway.number,
    serial: serialOf(at.name, meterId),
    service: versions[0]?.priceList.service ?? "electricity",
    usagePoint: meterId,
    driver: "modbus" as const,
    device: "recorded",
    link: { host: "127.0.0.1", port: 1 },
    address: "1",
    modulusAtoms: options.modulusAtoms,
    maxRateAtomsPerHour: options.maxRateAtomsPerHour,
    stepAtoms,
  }));
}

/** One operator holds all replays, and a serial number is one meter's: told apart by the replay's name. */
function serialOf(name: string, meterId: string): string {
  return createHash("sha256").update(`${name} ${meterId}`).digest("hex").slice(0, 32);
}

async function accountsOf(
  tx: Queryable,
  gateway: Gateway,
  { recorded }: Replay,
  name: string,
): Promise<Registered["accounts"]> {
  const rows = await tx
    .select({ serial: meters.serial, slot: accounts.slot })
    .from(accounts)
    .innerJoin(meters, eq(meters.usage_point_id, accounts.usage_point_id))
    .where(eq(accounts.gateway, gateway.number));
  const slots = new Map(rows.map(({ serial, slot }) => [serial, slot]));
  return recorded.meters.map(({ meterId }) => {
    const slot = slots.get(serialOf(name, meterId));
    if (slot === undefined) throw new Error(`meter ${meterId} has no account`);
    return { slot, meterId, account: accountNumber(gateway.shard, slot) };
  });
}

/** Warnings at 20 and 5 of the currency, a cut at 0: what the recorded consumption would have set off. */
function policyOf(operatorId: string, currency: string) {
  return {
    operator_id: operatorId,
    name: `Replay ${currency}`,
    currency,
    low_credit_micros: [20n * EUR, 5n * EUR],
    hysteresis_micros: EUR,
    disablement_threshold_micros: 0n,
    clearance_micros: 0n,
    max_balance_micros: 1_000_000_000n * EUR,
    automatic_cut: true,
    stale_after_s: 0,
  };
}
