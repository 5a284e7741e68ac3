/**
 * Customers with their groups, tariff classes, unit sets, usage points and agreements (semantics, section 1).
 */
import { and, asc, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { markDue } from "./apply-terms.ts";
import { type Author, recordDeed } from "./audit.ts";
import { one, type Queryable } from "./database.ts";
import { namedBy } from "./effective.ts";
import { accounts } from "./schema/accounts.ts";
import {
  agreements,
  customerGroups,
  customers,
  sites,
  tariffClasses,
  unitSetMembers,
  unitSets,
  units,
  usagePoints,
} from "./schema/parties.ts";
import type { Page } from "./sites.ts";

/** Things that have a name and nothing else. */
export const NAMED_TABLES = {
  customer_group: customerGroups,
  tariff_class: tariffClasses,
  unit_set: unitSets,
} as const;
/** Which of them. */
export type NamedKind = keyof typeof NAMED_TABLES;
/** One of them. */
export type Named = typeof unitSets.$inferSelect;
/** A customer as the registry has it. */
export type Customer = typeof customers.$inferSelect;
/** A usage point as the registry has it. */
export type UsagePoint = typeof usagePoints.$inferSelect;
/** An agreement as the registry has it. */
export type Agreement = typeof agreements.$inferSelect;

/** Makes a named thing; undefined when there is one of the name. Runs in a transaction. */
export async function createNamed(
  tx: Queryable,
  author: Author,
  kind: NamedKind,
  name: string,
): Promise<Named | undefined> {
  const [row] = await tx
    .insert(NAMED_TABLES[kind])
    .values({ operator_id: author.operatorId, name })
    .onConflictDoNothing()
    .returning();
  if (row !== undefined) {
    await recordDeed(tx, author, { action: `${kind}.made`, object: `${kind}/${row.id}` });
  }
  return row;
}

/** Gives a named thing, which is there, another name. Throws the database's error where another one has it. */
export async function renameNamed(
  tx: Queryable,
  author: Author,
  kind: NamedKind,
  { id, name }: { id: string; name: string },
): Promise<Named> {
  const table = NAMED_TABLES[kind];
  const row = one(await tx.update(table).set({ name }).where(eq(table.id, id)).returning());
  const action = `${kind}.${kind === "unit_set" ? "renamed" : "changed"}`;
  await recordDeed(tx, author, { action, object: `${kind}/${id}`, data: { name } });
  return row;
}

/** The operator's named thing of this id, or undefined. */
export async function namedOf(
  db: Queryable,
  operatorId: string,
  kind: NamedKind,
  id: string,
): Promise<Named | undefined> {
  const table = NAMED_TABLES[kind];
  const [row] = await db
    .select()
    .from(table)
    .where(and(eq(table.operator_id, operatorId), eq(table.id, id)));
  return row;
}

/** The operator's named things in the order of their making. */
export function listNamed(
  db: Queryable,
  operatorId: string,
  kind: NamedKind,
  { after, limit }: Page,
): Promise<Named[]> {
  const table = NAMED_TABLES[kind];
  return db
    .select()
    .from(table)
    .where(and(eq(table.operator_id, operatorId), gt(table.ordinal, after)))
    .orderBy(asc(table.ordinal))
    .limit(limit);
}

/** Puts units into a set or takes them out; what is there already stays. Gives how many accounts are looked at again. */
export async function changeMembers(
  tx: Queryable,
  author: Author,
  setId: string,
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): Promise<number> {
  for (const unit_id of add) {
    await tx.insert(unitSetMembers).values({ unit_set_id: setId, unit_id }).onConflictDoNothing();
  }
  for (const unit_id of remove) {
    await tx
      .delete(unitSetMembers)
      .where(and(eq(unitSetMembers.unit_set_id, setId), eq(unitSetMembers.unit_id, unit_id)));
  }
  await recordDeed(tx, author, {
    action: "unit_set.changed",
    object: `unit_set/${setId}`,
    data: { add, remove },
  });
  let touched = 0;
  for (const unit_id of new Set([...add, ...remove])) {
    touched += await markDue(tx, namedBy({ level: "unit", unit_id }), author.at);
  }
  return touched;
}

/** The ids of a set's units, in the order of their making. */
export async function membersOf(db: Queryable, setId: string): Promise<string[]> {
  const rows = await db
    .select({ id: units.id })
    .from(unitSetMembers)
    .innerJoin(units, eq(units.id, unitSetMembers.unit_id))
    .where(eq(unitSetMembers.unit_set_id, setId))
    .orderBy(asc(units.ordinal));
  return rows.map(({ id }) => id);
}

/** What can be said of a customer. */
export type CustomerFields = {
  name?: string | undefined;
  reference?: string | null | undefined;
  customer_group_id?: string | null | undefined;
};

/** Makes a customer. Throws the database's error where the reference is taken. Runs in a transaction. */
export async function createCustomer(
  tx: Queryable,
  author: Author,
  { name, reference, customer_group_id }: CustomerFields & { name: string },
): Promise<Customer> {
  const row = one(
    await tx
      .insert(customers)
      .values({
        operator_id: author.operatorId,
        name,
        reference: reference ?? null,
        customer_group_id: customer_group_id ?? null,
      })
      .returning(),
  );
  await recordDeed(tx, author, { action: "customer.made", object: `customer/${row.id}` });
  return row;
}

/** Changes a customer; accounts are looked at again where the group changes. Runs in a transaction. */
export async function changeCustomer(
  tx: Queryable,
  author: Author,
  before: Customer,
  fields: CustomerFields,
): Promise<Customer> {
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(given).length === 0) return before;
  const row = one(
    await tx.update(customers).set(given).where(eq(customers.id, before.id)).returning(),
  );
  await recordDeed(tx, author, {
    action: "customer.changed",
    object: `customer/${row.id}`,
    data: { from: before.customer_group_id, ...given },
  });
  if (row.customer_group_id !== before.customer_group_id) {
    await markDue(tx, namedBy({ level: "customer", customer_id: row.id }), author.at);
  }
  return row;
}

/** The operator's customer of this id, or undefined. */
export async function customerOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Customer | undefined> {
  const [row] = await db
    .select()
    .from(customers)
    .where(and(eq(customers.operator_id, operatorId), eq(customers.id, id)));
  return row;
}

/** The operator's customers in the order of their making. */
export function listCustomers(
  db: Queryable,
  operatorId: string,
  { after, limit, reference }: Page & { reference?: string | undefined },
): Promise<Customer[]> {
  return db
    .select()
    .from(customers)
    .where(
      and(
        eq(customers.operator_id, operatorId),
        gt(customers.ordinal, after),
        reference === undefined ? undefined : eq(customers.reference, reference),
      ),
    )
    .orderBy(asc(customers.ordinal))
    .limit(limit);
}

/** The operator's usage points with these ids, or those of a unit, by id. */
export async function listUsagePoints(
  db: Queryable,
  operatorId: string,
  where: {
    id?: string | undefined;
    unitId?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<UsagePoint[]> {
  const rows = await db
    .select({ point: usagePoints })
    .from(usagePoints)
    .innerJoin(units, eq(units.id, usagePoints.unit_id))
    .innerJoin(sites, eq(sites.id, units.site_id))
    .where(
      and(
        eq(sites.operator_id, operatorId),
        where.id === undefined ? undefined : eq(usagePoints.id, where.id),
        where.unitId === undefined ? undefined : eq(usagePoints.unit_id, where.unitId),
      ),
    )
    .orderBy(asc(usagePoints.created_at), asc(usagePoints.id))
    .limit(where.limit);
  return rows.map(({ point }) => point);
}

/** Puts a usage point into a tariff class, or into none. Runs in a transaction. */
export async function classify(
  tx: Queryable,
  author: Author,
  pointId: string,
  tariffClassId: string | null,
): Promise<UsagePoint> {
  const row = one(
    await tx
      .update(usagePoints)
      .set({ tariff_class_id: tariffClassId })
      .where(eq(usagePoints.id, pointId))
      .returning(),
  );
  await recordDeed(tx, author, {
    action: "usage_point.classified",
    object: `usage_point/${pointId}`,
    data: { tariff_class_id: tariffClassId },
  });
  await markDue(tx, eq(accounts.usage_point_id, pointId), author.at);
  return row;
}

/** An agreement as it is asked for. */
export type NewAgreement = Pick<Agreement, "customer_id" | "usage_point_id" | "role" | "from_at">;

/** Makes an agreement. Throws the database's error where one is open. Runs in a transaction. */
export async function createAgreement(
  tx: Queryable,
  author: Author,
  wanted: NewAgreement,
): Promise<Agreement> {
  const row = one(
    await tx
      .insert(agreements)
      .values({ operator_id: author.operatorId, ...wanted })
      .returning(),
  );
  await recordDeed(tx, author, {
    action: "agreement.made",
    object: `agreement/${row.id}`,
    data: { customer_id: wanted.customer_id, usage_point_id: wanted.usage_point_id },
  });
  await markDue(tx, eq(accounts.usage_point_id, wanted.usage_point_id), author.at);
  return row;
}

/** The operator's agreement of this id, or undefined. */
export async function agreementOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Agreement | undefined> {
  const [row] = await db
    .select()
    .from(agreements)
    .where(and(eq(agreements.operator_id, operatorId), eq(agreements.id, id)));
  return row;
}

/** The operator's agreements in the order of their making. */
export function listAgreements(
  db: Queryable,
  operatorId: string,
  filter: Page & {
    customerId?: string | undefined;
    usagePointId?: string | undefined;
    open?: boolean | undefined;
  },
): Promise<Agreement[]> {
  const { after, limit, customerId, usagePointId, open } = filter;
  const where: (SQL | undefined)[] = [
    eq(agreements.operator_id, operatorId),
    gt(agreements.ordinal, after),
    customerId === undefined ? undefined : eq(agreements.customer_id, customerId),
    usagePointId === undefined ? undefined : eq(agreements.usage_point_id, usagePointId),
    open === true ? isNull(agreements.to_at) : undefined,
    open === false ? sql`${agreements.to_at} is not null` : undefined,
  ];
  return db
    .select()
    .from(agreements)
    .where(and(...where))
    .orderBy(asc(agreements.ordinal))
    .limit(limit);
}
