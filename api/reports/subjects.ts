/**
 * Which accounts a report is of, with their places: always the caller's operator's, never another's.
 */
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { accountNumber } from "../../engine/contract/ids.ts";
import type { Service } from "../../engine/contract/services.ts";
import type { Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import {
  sites,
  tariffClasses,
  type UNIT_USES,
  units,
  usagePoints,
} from "../registry/schema/parties.ts";
import { atMost, REPORT_ACCOUNTS_MAX } from "./limits.ts";

/** An account of a report. `costCenter` is its own, else its unit's; `number` is the account in the store's rows. */
export type Subject = {
  number: number;
  accountId: string;
  usagePointId: string;
  shard: number;
  slot: number;
  service: Service;
  currency: string;
  holds: "money" | "quantity";
  paymentMode: string;
  openedAtS: number;
  unitId: string;
  unit: string;
  use: (typeof UNIT_USES)[number];
  areaDm2: number | null;
  siteId: string;
  site: string;
  timezone: string;
  tariffClassId: string | null;
  tariffClass: string | null;
  costCenter: string | null;
};

/** Which of the operator's accounts; what is undefined does not narrow. */
export type SubjectFilter = {
  accountId?: string | undefined;
  accountIds?: readonly string[] | undefined;
  unitId?: string | undefined;
  unitSetId?: string | undefined;
  siteId?: string | undefined;
  customerId?: string | undefined;
  /** Whose customer now is of this group. */
  customerGroupId?: string | undefined;
  tariffClassId?: string | undefined;
  costCenter?: string | undefined;
  service?: Service | undefined;
};

const costCenter = sql<string | null>`coalesce(${accounts.cost_center}, ${units.cost_center})`;

/** The operator's accounts that fit, in the order of their opening. Throws ReportTooLarge over REPORT_ACCOUNTS_MAX. */
export async function subjectsOf(
  db: Queryable,
  operatorId: string,
  filter: SubjectFilter,
): Promise<Subject[]> {
  const rows = await db
    .select({
      accountId: accounts.id,
      usagePointId: accounts.usage_point_id,
      shard: accounts.shard,
      slot: accounts.slot,
      service: accounts.service,
      currency: accounts.currency,
      holds: accounts.holds,
      paymentMode: accounts.payment_mode,
      openedAt: accounts.opened_at,
      unitId: units.id,
      unit: units.name,
      use: units.use,
      areaDm2: units.area_dm2,
      siteId: sites.id,
      site: sites.name,
      timezone: sites.timezone,
      tariffClassId: usagePoints.tariff_class_id,
      tariffClass: tariffClasses.name,
      costCenter,
    })
    .from(accounts)
    .innerJoin(usagePoints, eq(accounts.usage_point_id, usagePoints.id))
    .innerJoin(units, eq(usagePoints.unit_id, units.id))
    .innerJoin(sites, eq(units.site_id, sites.id))
    .leftJoin(tariffClasses, eq(usagePoints.tariff_class_id, tariffClasses.id))
    .where(and(eq(accounts.operator_id, operatorId), ...conditions(filter)))
    .orderBy(accounts.ordinal)
    .limit(REPORT_ACCOUNTS_MAX + 1);
  atMost(rows.length, REPORT_ACCOUNTS_MAX, "accounts");
  return rows.map(({ openedAt, ...row }) => ({
    ...row,
    number: accountNumber(row.shard, row.slot),
    openedAtS: Math.floor(openedAt.getTime() / 1_000),
  }));
}

function conditions(filter: SubjectFilter): (SQL | undefined)[] {
  const { accountId, unitId, unitSetId, siteId, customerId, tariffClassId, service } = filter;
  const given = <T>(value: T | undefined, condition: (value: T) => SQL): SQL | undefined =>
    value === undefined ? undefined : condition(value);
  return [
    given(accountId, (id) => eq(accounts.id, id)),
    given(filter.accountIds, (ids) => inArray(accounts.id, [...ids])),
    given(unitId, (id) => eq(units.id, id)),
    given(siteId, (id) => eq(sites.id, id)),
    given(service, (name) => eq(accounts.service, name)),
    given(tariffClassId, (id) => eq(usagePoints.tariff_class_id, id)),
    given(filter.costCenter, (name) => sql`${costCenter} = ${name}`),
    given(
      unitSetId,
      (id) => sql`${units.id} in (select unit_id from unit_set_members where unit_set_id = ${id})`,
    ),
    given(
      filter.customerGroupId,
      (id) =>
        sql`${usagePoints.id} in (select a.usage_point_id from agreements a join customers c on c.id = a.customer_id where a.to_at is null and c.customer_group_id = ${id})`,
    ),
    given(
      customerId,
      (id) =>
        sql`${usagePoints.id} in (select usage_point_id from agreements where customer_id = ${id})`,
    ),
  ];
}
