/**
 * What applies to an account (R37): the assignments that name it, its unit, its unit's sets, its customer, their group, its
 * tariff class, its site or its operator.
 */
import { and, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import { groupBy } from "../reports/group-by.ts";
import type { Account } from "./accounts.ts";
import { anyOf } from "./any-of.ts";
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

/** What accounts belong to now, in their order. */
async function belongingsOf(db: Queryable, subjects: readonly Subject[]): Promise<Belonging[]> {
  const points = [...new Set(subjects.map((subject) => subject.usage_point_id))];
  const rows = await db
    .select({
      point: usagePoints.id,
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
    .where(anyOf(usagePoints.id, points));
  const at = new Map(rows.map((row) => [row.point, row]));
  const members = await db
    .select({ unit: unitSetMembers.unit_id, set: unitSetMembers.unit_set_id })
    .from(unitSetMembers)
    .where(anyOf(unitSetMembers.unit_id, [...new Set(rows.map(({ unit }) => unit))]));
  const setsOf = groupBy(members, ({ unit }) => unit);
  return subjects.map((subject) => {
    const row = one([at.get(subject.usage_point_id)].filter((found) => found !== undefined));
    return {
      ...(subject.id !== undefined && { account: subject.id }),
      unit: row.unit,
      site: row.site,
      operator: subject.operator_id,
      unit_sets: (setsOf.get(row.unit) ?? []).map(({ set }) => set),
      ...(row.tariff_class !== null && { tariff_class: row.tariff_class }),
      ...(row.customer !== null && { customer: row.customer }),
      ...(row.customer_group !== null && { customer_group: row.customer_group }),
    };
  });
}

/** Everything that may apply to an account, now or later; what has ended is left out. */
export async function termsOf(db: Queryable, account: Subject, nowMs: number): Promise<Terms> {
  return one(await termsOfMany(db, [account], nowMs));
}

/** The same for many accounts, in their order, in as few statements. */
export async function termsOfMany(
  db: Queryable,
  subjects: readonly Subject[],
  nowMs: number,
): Promise<Terms[]> {
  if (subjects.length === 0) return [];
  const belongings = await belongingsOf(db, subjects);
  const rows = await db
    .select({ row: assignments, basis: priceLists.basis, unit: supplyPolicies.unit })
    .from(assignments)
    .leftJoin(priceLists, eq(priceLists.id, assignments.price_list_id))
    .leftJoin(supplyPolicies, eq(supplyPolicies.id, assignments.supply_policy_id))
    .where(
      and(
        anyOf(assignments.operator_id, [...new Set(subjects.map((each) => each.operator_id))]),
        or(isNull(assignments.ended_from), sql`${assignments.ended_from} > ${new Date(nowMs)}`),
        targets(belongings),
      ),
    );
  // Account by account only what names something of its own is gone through, not all there is.
  const byTarget = groupBy(rows, ({ row }) => targetKey(row));
  return subjects.map((subject, at) => {
    const keys = keysOf(belongings[at] ?? { unit_sets: [] });
    const own = keys.flatMap((key) => byTarget.get(key) ?? []);
    return termsFrom(subject, own);
  });
}

type Found = { row: Assignment; basis: string | null; unit: string | null };

function termsFrom(subject: Subject, found: readonly Found[]): Terms {
  const fitting = found.filter(({ row, basis, unit }) => {
    // A list by purchase, or a policy in a unit, is for accounts that hold quantity.
    const isOfQuantity = basis === "purchase" || unit !== null;
    return (
      (subject.holds === undefined || isOfQuantity === (subject.holds === "quantity")) &&
      (subject.currency === undefined || row.currency === subject.currency) &&
      (row.service === null || row.service === subject.service)
    );
  });
  const applicable = fitting.map(({ row }) => applicableOf(row));
  return {
    lists: applicable.filter(({ row }) => row.price_list_id !== null),
    policies: applicable.filter(({ row }) => row.supply_policy_id !== null),
  };
}

function targetKey(row: Assignment): string {
  const id = row.level === "operator" ? row.operator_id : row[`${row.level}_id`];
  return `${row.level}/${id}`;
}

function keysOf({ unit_sets, ...single }: Belonging): string[] {
  const ids = Object.entries(single).map(([level, id]) => `${level}/${id}`);
  return [...ids, ...unit_sets.map((id) => `unit_set/${id}`)];
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

function targets(of: readonly Belonging[]): SQL | undefined {
  const ids = (level: Exclude<Level, "unit_set">): string[] => [
    ...new Set(of.flatMap((each) => each[level] ?? [])),
  ];
  return or(
    eq(assignments.level, "operator"),
    anyOf(assignments.account_id, ids("account")),
    anyOf(assignments.unit_id, ids("unit")),
    anyOf(assignments.site_id, ids("site")),
    anyOf(assignments.unit_set_id, [...new Set(of.flatMap(({ unit_sets }) => unit_sets))]),
    anyOf(assignments.customer_id, ids("customer")),
    anyOf(assignments.customer_group_id, ids("customer_group")),
    anyOf(assignments.tariff_class_id, ids("tariff_class")),
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
