/**
 * What stands in a world: shards, gateways, meters and accounts, and the price list and policy that all share. All ids are
 * fixed, so that the same seed tells the same story.
 */

import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { firstOrders, orderOfShard } from "../../../api/engine/outbox.ts";
import { apiKeys } from "../../../api/registry/schema/access.ts";
import { accounts } from "../../../api/registry/schema/accounts.ts";
import { gateways, meters } from "../../../api/registry/schema/field.ts";
import {
  operators,
  shards,
  sites,
  units,
  usagePoints,
} from "../../../api/registry/schema/parties.ts";
import { priceLists, supplyPolicies } from "../../../api/registry/schema/pricing.ts";
import type { EngineCommand } from "../../contract/commands.ts";
import type { PriceListJson } from "../../model/price-list-json.ts";
import type { PlannedVersion } from "../../prove/story.ts";
import { BEGIN_MS } from "./life.ts";

/** Shards of a world, with one gateway each. */
export const SHARDS = 2;
/** Accounts of each shard. */
export const ACCOUNTS = 5;
/** The operator, and the key that the tills have. */
export const OPERATOR_ID = idOf(1, 0);
/** The vendor's key. */
export const KEY_ID = idOf(2, 0);

/** Metering time runs so many times as fast as the machines' clocks. */
export const SPEED = 60;
/** Metering time at the beginning: 2026-03-01T06:00:00Z. */
export const BEGIN_S = BEGIN_MS / 1_000 + 6 * 3_600;
const DAY_S = 86_400;

/** An account of a world. */
export type PlannedAccount = { shard: number; slot: number; gateway: number; id: string };

/** All accounts. */
export const PLANNED: readonly PlannedAccount[] = Array.from(
  { length: SHARDS * ACCOUNTS },
  (_, i) => {
    const shard = Math.floor(i / ACCOUNTS);
    return { shard, slot: i % ACCOUNTS, gateway: shard + 1, id: idOf(5, i) };
  },
);

const LIST: PriceListJson = {
  name: "Simulated",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "Europe/Madrid",
  cycle: { every: "day" },
  block_scope: "all",
  schedule: [{ at: { "00:00": "night", "08:00": "day", "22:00": "night" } }],
  rates: {
    day: [
      { from: "0", price: "0.2412345" },
      { from: "2", price: "0.3123456" },
    ],
    night: [{ from: "0", price: "0.1105" }],
  },
  charges: [{ name: "standing", every: "day", amount: "0.317001" }],
};

/** The one version of the price list of each shard. */
export const VERSIONS: readonly PlannedVersion[] = [
  { json: LIST, effectiveFromS: BEGIN_S - 30 * DAY_S },
];

/** A gateway's key. */
export function keyOf(gateway: number): Uint8Array {
  return new Uint8Array(32).fill(gateway);
}

/** The supply policy of a shard; `mark` tells versions of it apart. */
export function policyOf(
  mark: number,
): Omit<Extract<EngineCommand, { op: "set_policy" }>, "number"> {
  return {
    op: "set_policy",
    index: 0,
    low_credit_micros: ["5000000", String(1_000_000 + mark)],
    hysteresis_micros: "200000",
    disablement_threshold_micros: "0",
    clearance_micros: "100000",
    max_balance_micros: "60000000",
    automatic_cut: true,
    stale_after_s: 7_200,
  };
}

/** Empties the registry and writes the world into it, with the commands that tell the engine of it. */
export async function writePlan(db: NodePgDatabase): Promise<void> {
  await db.execute(
    sql.raw("truncate operators, shards, receipt_counters restart identity cascade"),
  );
  await db.transaction(async (tx) => {
    await tx.insert(operators).values({ id: OPERATOR_ID, name: "Simulated" });
    await tx.insert(apiKeys).values({
      id: KEY_ID,
      operator_id: OPERATOR_ID,
      name: "till",
      hash: "0".repeat(64),
      role: "vendor",
    });
    await tx
      .insert(shards)
      .values(Array.from({ length: SHARDS }, (_, shard) => ({ shard, next_slot: ACCOUNTS })));
    await tx.insert(priceLists).values({
      id: idOf(3, 0),
      operator_id: OPERATOR_ID,
      name: LIST.name,
      service: "electricity",
      currency: "EUR",
    });
    await tx.insert(supplyPolicies).values({
      id: idOf(4, 0),
      operator_id: OPERATOR_ID,
      name: "Household",
      currency: "EUR",
      low_credit_micros: [5_000_000n, 1_000_000n],
      hysteresis_micros: 200_000n,
      disablement_threshold_micros: 0n,
      clearance_micros: 100_000n,
      max_balance_micros: 60_000_000n,
      automatic_cut: true,
      stale_after_s: 7_200,
    });
    for (let shard = 0; shard < SHARDS; shard++) await writeShard(tx, shard);
  });
}

async function writeShard(tx: Parameters<typeof firstOrders>[0], shard: number): Promise<void> {
  const gateway = shard + 1;
  const site = idOf(6, shard);
  await tx.insert(sites).values({
    id: site,
    operator_id: OPERATOR_ID,
    name: `Site ${shard}`,
    timezone: LIST.timezone,
    shard,
  });
  const key = Buffer.from(keyOf(gateway)).toString("hex");
  await tx.insert(gateways).values({ site_id: site, shard, name: "gateway", key });
  const planned = PLANNED.filter((each) => each.shard === shard);
  const openedAt = new Date(BEGIN_S * 1_000);
  for (const { slot, id } of planned) {
    const [unit, point] = [idOf(7 + shard, slot), idOf(9 + shard, slot)];
    await tx.insert(units).values({ id: unit, site_id: site, name: `Flat ${slot}` });
    await tx.insert(usagePoints).values({ id: point, unit_id: unit, service: "electricity" });
    await tx.insert(meters).values({
      id: idOf(11 + shard, slot),
      operator_id: OPERATOR_ID,
      gateway,
      usage_point_id: point,
      serial: `${shard}-${slot}`,
      service: "electricity",
      driver: "modbus",
      device: "simulated",
      link: { host: "localhost", port: 1 },
      address: String(slot),
      modulus_atoms: 0n,
      max_rate_atoms_per_hour: 0n,
      step_atoms: 1n,
    });
    await tx.insert(accounts).values({
      id,
      operator_id: OPERATOR_ID,
      usage_point_id: point,
      service: "electricity",
      currency: "EUR",
      shard,
      slot,
      gateway,
      price_list_id: idOf(3, 0),
      policy_id: idOf(4, 0),
      opening_price_list_id: idOf(3, 0),
      opening_policy_id: idOf(4, 0),
      command_number: 1,
      opened_at: openedAt,
    });
  }
  await writeOrders(tx, shard);
}

async function writeOrders(tx: Parameters<typeof firstOrders>[0], shard: number): Promise<void> {
  const [version] = VERSIONS;
  if (version === undefined) throw new Error("no version is planned");
  await orderOfShard(tx, shard, {
    op: "set_price_list",
    index: 0,
    version: 1,
    effective_from_s: version.effectiveFromS,
    covers_from_s: version.effectiveFromS,
    covers_to_s: BEGIN_S + 400 * DAY_S,
    text: JSON.stringify(version.json),
  });
  await orderOfShard(tx, shard, policyOf(0));
  await orderOfShard(tx, shard, {
    op: "set_gateway",
    gateway: shard + 1,
    key: Buffer.from(keyOf(shard + 1)).toString("hex"),
    roster_version: 1,
  });
  const planned = PLANNED.filter((each) => each.shard === shard);
  await firstOrders(
    tx,
    planned.map(({ slot, id, gateway }) => ({
      shard,
      slot,
      orders: [
        {
          op: "open_account" as const,
          account_id: id,
          gateway,
          price_list: 0,
          policy: 0,
          recorded: false,
          modulus_atoms: "0",
          max_rate_atoms_per_hour: "0",
          step_atoms: "1",
        },
      ],
    })),
  );
}

function idOf(kind: number, at: number): string {
  const digits = (value: number, count: number): string => value.toString().padStart(count, "0");
  return `00000000-0000-4000-8000-${digits(kind, 4)}${digits(at, 8)}`;
}
