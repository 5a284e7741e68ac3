/**
 * Accounts: opened in the next slot of their shard, looked up within their operator.
 */

import { randomUUID } from "node:crypto";
import { and, asc, eq, gt, gte, inArray, isNull, sql } from "drizzle-orm";
import { inChunks } from "../each.ts";
import { type AccountOrder, firstOrders } from "../engine/outbox.ts";
import { anyOf } from "./any-of.ts";
import { type Queryable, ROWS_AT_ONCE } from "./database.ts";
import { type Directory, openDirectory } from "./directory.ts";
import { hasAssignments } from "./effective.ts";
import type { Gateway } from "./gateways.ts";
import { insertRows } from "./insert-rows.ts";
import type { Meter } from "./meters.ts";
import { lockPolicy, type SupplyPolicy } from "./policies.ts";
import { lockPriceList, type PriceListRow } from "./price-lists.ts";
import { accounts } from "./schema/accounts.ts";
import { meters } from "./schema/field.ts";
import { agreements, sites, units, usagePoints } from "./schema/parties.ts";
import { lockShard, takeSlots } from "./shards.ts";
import type { Page } from "./sites.ts";

/** An account as the registry has it. */
export type Account = typeof accounts.$inferSelect;
/** An account with where it is and the meter that stands there now, null between two meters. */
export type AccountInPlace = {
  account: Account;
  unit: typeof units.$inferSelect;
  site: typeof sites.$inferSelect;
  meter: Meter | null;
};

/** What an account is opened with. The price list's currency is the account's; `creditMicros` is its opening credit. */
export type NewAccount = {
  meter: Pick<
    Meter,
    | "operator_id"
    | "usage_point_id"
    | "service"
    | "gateway"
    | "modulus_atoms"
    | "max_rate_atoms_per_hour"
    | "step_atoms"
  >;
  priceList: PriceListRow;
  policy: SupplyPolicy;
  paymentMode: Account["payment_mode"];
  creditMicros: bigint;
  /** Whether its time is driven by its own readings (replays); by ticks otherwise. */
  recorded?: boolean;
};

/**
 * Opens accounts at the usage points of meters whose gateways are in one shard, telling the shard what it needs to know
 * first. Gives those that were opened: none where there is an account already. Does not raise the version of any roster.
 * Runs in a transaction.
 */
export async function openAccounts(
  tx: Queryable,
  { shard }: Pick<Gateway, "shard">,
  openings: readonly NewAccount[],
  openedAt: Date,
): Promise<Account[]> {
  const policies = new Map<string, SupplyPolicy>();
  for (const id of [...new Set(openings.map(({ policy }) => policy.id))].sort()) {
    policies.set(id, await lockPolicy(tx, id));
  }
  const listIds = [...new Set(openings.map(({ priceList }) => priceList.id))].sort();
  for (const id of listIds) await lockPriceList(tx, id);
  await lockShard(tx, shard);
  const opened: Account[] = [];
  const asTheyAre = openings.map((opening) => {
    return { ...opening, policy: policies.get(opening.policy.id) ?? opening.policy };
  });
  for (const some of inChunks(asTheyAre, ROWS_AT_ONCE)) {
    const fresh = await withoutAccount(tx, some);
    if (fresh.length > 0) opened.push(...(await openFresh(tx, shard, fresh, openedAt)));
  }
  return opened;
}

async function withoutAccount(
  tx: Queryable,
  openings: readonly NewAccount[],
): Promise<NewAccount[]> {
  const points = openings.map(({ meter }) => meter.usage_point_id);
  const there = await tx
    .select({ point: accounts.usage_point_id })
    .from(accounts)
    .where(anyOf(accounts.usage_point_id, points));
  const taken = new Set(there.map(({ point }) => point));
  return openings.filter(({ meter }) => !taken.has(meter.usage_point_id));
}

async function openFresh(
  tx: Queryable,
  shard: number,
  openings: readonly NewAccount[],
  openedAt: Date,
): Promise<Account[]> {
  const nowS = Math.floor(openedAt.getTime() / 1_000);
  const directory: Directory = openDirectory(tx, shard, nowS);
  const operatorId = openings[0]?.meter.operator_id ?? "";
  // What is assigned to their places wins over what they are opened with.
  const termsDueAt = (await hasAssignments(tx, operatorId)) ? openedAt : null;
  const firstSlot = await takeSlots(tx, shard, openings.length);
  const rows: (typeof accounts.$inferInsert)[] = [];
  const firsts: { shard: number; slot: number; orders: AccountOrder[] }[] = [];
  for (const [at, opening] of openings.entries()) {
    const accountId = randomUUID();
    const slot = firstSlot + at;
    const price_list = await directory.priceList(opening.priceList.id);
    const policy = await directory.policy(opening.policy);
    const orders = ordersFor(opening, {
      account_id: accountId,
      gateway: opening.meter.gateway,
      price_list,
      policy,
    });
    firsts.push({ shard, slot, orders });
    rows.push({
      id: accountId,
      operator_id: opening.meter.operator_id,
      usage_point_id: opening.meter.usage_point_id,
      service: opening.meter.service,
      currency: opening.priceList.currency,
      shard,
      slot,
      gateway: opening.meter.gateway,
      price_list_id: opening.priceList.id,
      policy_id: opening.policy.id,
      opening_price_list_id: opening.priceList.id,
      opening_policy_id: opening.policy.id,
      payment_mode: opening.paymentMode,
      holds: opening.priceList.basis === "purchase" ? "quantity" : "money",
      recorded: opening.recorded ?? false,
      terms_due_at: termsDueAt,
      command_number: orders.length,
      opened_at: openedAt,
    });
  }
  await insertRows(tx, accounts, rows);
  await firstOrders(tx, firsts);
  return await tx
    .select()
    .from(accounts)
    .where(and(eq(accounts.shard, shard), gte(accounts.slot, firstSlot)))
    .orderBy(asc(accounts.slot))
    .limit(openings.length);
}

type Place = { account_id: string; gateway: number; price_list: number; policy: number };

function ordersFor(opening: NewAccount, place: Place): AccountOrder[] {
  const { meter, creditMicros } = opening;
  const open: AccountOrder = {
    op: "open_account",
    ...place,
    modulus_atoms: String(meter.modulus_atoms),
    max_rate_atoms_per_hour: String(meter.max_rate_atoms_per_hour),
    step_atoms: String(meter.step_atoms),
    recorded: opening.recorded ?? false,
  };
  if (creditMicros === 0n) return [open];
  return [open, { op: "credit", amount_micros: String(creditMicros) }];
}

/** The operator's account of this id, or undefined; for a customer, one of an open agreement of theirs. */
export async function accountOf(
  db: Queryable,
  operatorId: string,
  id: string,
  customerId?: string | undefined,
): Promise<Account | undefined> {
  const [account] = await db
    .select()
    .from(accounts)
    .where(and(eq(accounts.operator_id, operatorId), eq(accounts.id, id), ofCustomer(customerId)));
  return account;
}

/** Whether a customer has an open agreement for the account. */
export async function isOfCustomer(
  db: Queryable,
  accountId: string,
  customerId: string,
): Promise<boolean> {
  const found = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.id, accountId), ofCustomer(customerId)));
  return found.length > 0;
}

/** The customer of the open agreement for an account, or undefined where nobody has it. */
export async function currentCustomerOf(
  db: Queryable,
  accountId: string,
): Promise<string | undefined> {
  const [row] = await db
    .select({ customer: agreements.customer_id })
    .from(accounts)
    .innerJoin(
      agreements,
      and(eq(agreements.usage_point_id, accounts.usage_point_id), isNull(agreements.to_at)),
    )
    .where(eq(accounts.id, accountId));
  return row?.customer;
}

/** The account at a usage point, or undefined. */
export async function accountAtPoint(
  db: Queryable,
  usagePointId: string,
): Promise<Account | undefined> {
  const [account] = await db
    .select()
    .from(accounts)
    .where(eq(accounts.usage_point_id, usagePointId));
  return account;
}

/** Since when a customer has each of these accounts, by id: what was before is not theirs to see (R92). */
export async function heldSince(
  db: Queryable,
  customerId: string,
  ids: readonly string[],
): Promise<Map<string, Date>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: accounts.id, from: agreements.from_at })
    .from(accounts)
    .innerJoin(
      agreements,
      and(eq(agreements.usage_point_id, accounts.usage_point_id), isNull(agreements.to_at)),
    )
    .where(and(eq(agreements.customer_id, customerId), inArray(accounts.id, [...ids])));
  return new Map(rows.map(({ id, from }) => [id, from]));
}

function ofCustomer(customerId: string | undefined) {
  return customerId === undefined
    ? undefined
    : sql`exists (select 1 from agreements g where g.usage_point_id = ${accounts.usage_point_id} and g.customer_id = ${customerId} and g.to_at is null)`;
}

/** Which accounts a list is of: all of the operator's, those with these ids, or the one at a meter or in a site. */
export type AccountFilter = {
  ids?: readonly string[] | undefined;
  /** Only those of open agreements of this customer. */
  customerId?: string | undefined;
  siteId?: string | undefined;
  unitId?: string | undefined;
  unitSetId?: string | undefined;
  service?: Account["service"] | undefined;
  meterSerial?: string | undefined;
};

/** The operator's accounts in their places, in the order of their opening. */
export function listAccounts(
  db: Queryable,
  operatorId: string,
  page: Page & AccountFilter,
): Promise<AccountInPlace[]> {
  const { ids, siteId, unitId, unitSetId, service, meterSerial } = page;
  return db
    .select({ account: accounts, unit: units, site: sites, meter: meters })
    .from(accounts)
    .innerJoin(usagePoints, eq(accounts.usage_point_id, usagePoints.id))
    .innerJoin(units, eq(usagePoints.unit_id, units.id))
    .innerJoin(sites, eq(units.site_id, sites.id))
    .leftJoin(
      meters,
      and(eq(meters.usage_point_id, accounts.usage_point_id), isNull(meters.retired_at)),
    )
    .where(
      and(
        eq(accounts.operator_id, operatorId),
        gt(accounts.ordinal, page.after),
        ofCustomer(page.customerId),
        ids === undefined ? undefined : inArray(accounts.id, [...ids]),
        siteId === undefined ? undefined : eq(sites.id, siteId),
        unitId === undefined ? undefined : eq(units.id, unitId),
        unitSetId === undefined
          ? undefined
          : sql`${units.id} in (select unit_id from unit_set_members where unit_set_id = ${unitSetId})`,
        service === undefined ? undefined : eq(accounts.service, service),
        meterSerial === undefined ? undefined : eq(meters.serial, meterSerial),
      ),
    )
    .orderBy(asc(accounts.ordinal))
    .limit(page.limit);
}
