/**
 * What applies to an account (R37): the assignments that name it, its unit, its unit's sets, its customer, their group, its
 * tariff class, its site or its operator.
 */
import { and, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Account } from "./accounts.ts";
import { one, type Queryable } from "./database.ts";
import type { Candidate } from "./precedence.ts";
import { accounts } from "./schema/accounts.ts";
import { assignments, type Level } from "./schema/assignments.ts";
import {
  agreements,
  customers,
  sites,
  unitSetMembers,
  units,
  usagePoints,
} from "./schema/parties.ts";
import { priceLists, supplyPolicies } from "./schema/pricing.ts";

/** An assignment as the registry has it. */
export type Assignment = typeof assignments.$inferSelect;
/** An assignment that may apply to an account. */
export type Applicable = Candidate & { row: Assignment };

/** What an account belongs to, by level; a unit can be in several sets. */
export type Belonging = Partial<Record<Level, string>> & { unit_sets: string[] };

/** The lists and the policies that may apply to an account. */
export type Terms = { lists: Applicable[]; policies: Applicable[] };

/** An account, or a usage point that is to have one; what is undefined is not known yet. */
export type Subject = Pick<Account, "operator_id" | "usage_point_id" | "service"> &
  Partial<Pick<Account, "id" | "currency" | "holds">>;

/** What an account belongs to now. */
async function belongingOf(db: Queryable, account: Subject): Promise<Belonging> {
  const row = one(
    await db
      .select({
        unit: units.id,
        site: sites.id,
        tariff_class: usagePoints.tariff_class_id,
        customer: agreements.customer_id,
        customer_group: customers.customer_group_id,
      })
      .from(usagePoints)
      .innerJoin(units, eq(usagePoints.unit_id, units.id))
      .innerJoin(sites, eq(units.site_id, sites.id))
      .leftJoin(
        agreements,
        and(eq(agreements.usage_point_id, usagePoints.id), isNull(agreements.to_at)),
      )
      .leftJoin(customers, eq(customers.id, agreements.customer_id))
      .where(eq(usagePoints.id, account.usage_point_id)),
  );
  const sets = await db
    .select({ id: unitSetMembers.unit_set_id })
    .from(unitSetMembers)
    .where(eq(unitSetMembers.unit_id, row.unit));
  return {
    ...(account.id !== undefined && { account: account.id }),
    unit: row.unit,
    site: row.site,
    operator: account.operator_id,
    unit_sets: sets.map(({ id }) => id),
    ...(row.tariff_class !== null && { tariff_class: row.tariff_class }),
    ...(row.customer !== null && { customer: row.customer }),
    ...(row.customer_group !== null && { customer_group: row.customer_group }),
  };
}

/** Everything that may apply to an account, now or later; what has ended is left out. */
export async function termsOf(db: Queryable, account: Subject, nowMs: number): Promise<Terms> {
  const belonging = await belongingOf(db, account);
  const rows = await db
    .select({ row: assignments, basis: priceLists.basis, unit: supplyPolicies.unit })
    .from(assignments)
    .leftJoin(priceLists, eq(priceLists.id, assignments.price_list_id))
    .leftJoin(supplyPolicies, eq(supplyPolicies.id, assignments.supply_policy_id))
    .where(
      and(
        eq(assignments.operator_id, account.operator_id),
        account.currency === undefined ? undefined : eq(assignments.currency, account.currency),
        or(isNull(assignments.service), eq(assignments.service, account.service)),
        or(isNull(assignments.ended_from), sql`${assignments.ended_from} > ${new Date(nowMs)}`),
        targets(belonging),
      ),
    );
  // A list by purchase, or a policy in a unit, is for accounts that hold quantity.
  const fitting = rows.filter(({ basis, unit }) => {
    const isOfQuantity = basis === "purchase" || unit !== null;
    return account.holds === undefined || isOfQuantity === (account.holds === "quantity");
  });
  const applicable = fitting.map(({ row }) => applicableOf(row));
  return {
    lists: applicable.filter(({ row }) => row.price_list_id !== null),
    policies: applicable.filter(({ row }) => row.supply_policy_id !== null),
  };
}

/** Whether an operator has assignments that have not ended: without one, what accounts were opened with is in force. */
export async function hasAssignments(db: Queryable, operatorId: string): Promise<boolean> {
  const rows = await db
    .select({ id: assignments.id })
    .from(assignments)
    .where(and(eq(assignments.operator_id, operatorId), isNull(assignments.ended_from)))
    .limit(1);
  return rows.length > 0;
}

/** The accounts that an assignment of this operator names. */
export function namedBy(target: Pick<Assignment, "level"> & Partial<Assignment>): SQL {
  const points = (where: SQL) =>
    sql`${accounts.usage_point_id} in (select up.id from usage_points up join units u on u.id = up.unit_id left join agreements g on g.usage_point_id = up.id and g.to_at is null left join customers c on c.id = g.customer_id where ${where})`;
  switch (target.level) {
    case "account":
      return sql`${accounts.id} = ${target.account_id}`;
    case "unit":
      return points(sql`u.id = ${target.unit_id}`);
    case "unit_set":
      return points(
        sql`u.id in (select unit_id from unit_set_members where unit_set_id = ${target.unit_set_id})`,
      );
    case "customer":
      return points(sql`g.customer_id = ${target.customer_id}`);
    case "customer_group":
      return points(sql`c.customer_group_id = ${target.customer_group_id}`);
    case "tariff_class":
      return points(sql`up.tariff_class_id = ${target.tariff_class_id}`);
    case "site":
      return points(sql`u.site_id = ${target.site_id}`);
    case "operator":
      return sql`${accounts.operator_id} = ${target.operator_id}`;
  }
}

function targets(of: Belonging): SQL | undefined {
  return or(
    eq(assignments.level, "operator"),
    of.account === undefined ? undefined : eq(assignments.account_id, of.account),
    of.unit === undefined ? undefined : eq(assignments.unit_id, of.unit),
    of.site === undefined ? undefined : eq(assignments.site_id, of.site),
    of.unit_sets.length > 0 ? inArray(assignments.unit_set_id, of.unit_sets) : undefined,
    of.customer === undefined ? undefined : eq(assignments.customer_id, of.customer),
    of.customer_group === undefined
      ? undefined
      : eq(assignments.customer_group_id, of.customer_group),
    of.tariff_class === undefined ? undefined : eq(assignments.tariff_class_id, of.tariff_class),
  );
}

function applicableOf(row: Assignment): Applicable {
  return {
    row,
    thing: row.price_list_id ?? row.supply_policy_id ?? "",
    level: row.level,
    fromMs: row.effective_from.getTime(),
    endMs: row.ended_from?.getTime(),
    ordinal: row.ordinal,
  };
}
