/**
 * Who and where: operators, their sites in shards, units, customers and usage points (semantics, section 1).
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { SHARDS_MAX, SLOTS_MAX } from "../../../engine/contract/ids.ts";
import { SERVICES } from "../../../engine/contract/services.ts";
import { createdAt, id, instant, isNamed, isOneOf, micros, ordinal } from "./columns.ts";

/** The owner of tariffs and the boundary of isolation. */
export const operators = pgTable(
  "operators",
  {
    id: id(),
    name: text().notNull().unique(),
    /** Adjustments and grants over it, either way, need a second pair of eyes; in micros of the account's currency. */
    adjustment_limit_micros: micros().notNull().default(sql`100000000`),
    /** Transfers over it need approval; 0: all of them. */
    transfer_limit_micros: micros().notNull().default(sql`0`),
    /** How long after its receipt a vend can be taken back (R53). */
    reversal_window_s: integer().notNull().default(86_400),
    created_at: createdAt(),
  },
  (t) => [
    check("operators_name", isNamed(t.name)),
    check(
      "operators_limits",
      sql`${t.adjustment_limit_micros} >= 0 and ${t.transfer_limit_micros} >= 0 and ${t.reversal_window_s} between 0 and 31536000`,
    ),
  ],
);

/**
 * The shards of the installation: how far the numbers of their own commands and their slots are given out.
 * Slots belong to the shard, because sites share shards; they are given once and never again.
 */
export const shards = pgTable(
  "shards",
  {
    shard: integer().primaryKey(),
    command_number: bigint({ mode: "number" }).notNull().default(0),
    next_slot: integer().notNull().default(0),
  },
  (t) => [
    check("shards_shard", sql`${t.shard} between 0 and ${sql.raw(String(SHARDS_MAX - 1))}`),
    check("shards_next_slot", sql`${t.next_slot} between 0 and ${sql.raw(String(SLOTS_MAX))}`),
    check("shards_command_number", sql`${t.command_number} between 0 and 4294967295`),
  ],
);

/** Longest key of an operator's own for a site, unit or customer. */
export const REFERENCE_MAX = 64;

/** A building, park or feeder; it lies in one shard for its life. */
export const sites = pgTable(
  "sites",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    /** The operator's own key for it. */
    reference: text(),
    timezone: text().notNull(),
    shard: integer()
      .notNull()
      .references(() => shards.shard),
    created_at: createdAt(),
  },
  (t) => [
    unique("sites_operator_name").on(t.operator_id, t.name),
    unique("sites_operator_reference").on(t.operator_id, t.reference),
    unique("sites_id_shard").on(t.id, t.shard),
    unique("sites_ordinal").on(t.ordinal),
    check("sites_name", isNamed(t.name)),
    check("sites_reference", isNamed(t.reference, REFERENCE_MAX)),
  ],
);

/** What a unit of a site is: somebody's own, shared by all, or where the whole site is supplied and metered. */
export const UNIT_USES = ["private", "common", "supply"] as const;
/** Longest label of a cost centre. */
export const COST_CENTER_MAX = 64;

/**
 * A flat, shop or workshop of a site. `cost_center` labels a production line or department in reports; `area_dm2` is its
 * floor area in hundredths of a square metre, where it is known.
 */
export const units = pgTable(
  "units",
  {
    id: id(),
    ordinal: ordinal(),
    site_id: uuid()
      .notNull()
      .references(() => sites.id),
    name: text().notNull(),
    /** The operator's own key for it, in its site. */
    reference: text(),
    use: text({ enum: UNIT_USES }).notNull().default("private"),
    cost_center: text(),
    area_dm2: bigint({ mode: "number" }),
    created_at: createdAt(),
  },
  (t) => [
    unique("units_site_name").on(t.site_id, t.name),
    unique("units_site_reference").on(t.site_id, t.reference),
    unique("units_ordinal").on(t.ordinal),
    check("units_name", isNamed(t.name)),
    check("units_reference", isNamed(t.reference, REFERENCE_MAX)),
    check("units_use", isOneOf(t.use, UNIT_USES)),
    check("units_cost_center", isNamed(t.cost_center, COST_CENTER_MAX)),
    check("units_area", sql`${t.area_dm2} between 1 and 1000000000000`),
  ],
);

/** The columns of what an operator only names, to put other things in. */
function namedOfOperator() {
  return {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    created_at: createdAt(),
  };
}

/** Customers that are treated alike, by price lists or policies (R37). */
export const customerGroups = pgTable("customer_groups", namedOfOperator(), (t) => [
  unique("customer_groups_operator_name").on(t.operator_id, t.name),
  unique("customer_groups_operator").on(t.id, t.operator_id),
  unique("customer_groups_ordinal").on(t.ordinal),
  check("customer_groups_name", isNamed(t.name)),
]);

/** What a supply is used for, such as residential or commercial (R37). */
export const tariffClasses = pgTable("tariff_classes", namedOfOperator(), (t) => [
  unique("tariff_classes_operator_name").on(t.operator_id, t.name),
  unique("tariff_classes_ordinal").on(t.ordinal),
  check("tariff_classes_name", isNamed(t.name)),
]);

/** Units that are treated alike, by price lists or policies, wherever they are (R37). */
export const unitSets = pgTable("unit_sets", namedOfOperator(), (t) => [
  unique("unit_sets_operator_name").on(t.operator_id, t.name),
  unique("unit_sets_ordinal").on(t.ordinal),
  check("unit_sets_name", isNamed(t.name)),
]);

/** A unit's membership in a set. */
export const unitSetMembers = pgTable(
  "unit_set_members",
  {
    unit_set_id: uuid()
      .notNull()
      .references(() => unitSets.id),
    unit_id: uuid()
      .notNull()
      .references(() => units.id),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.unit_set_id, t.unit_id] }),
    index("unit_set_members_unit").on(t.unit_id),
  ],
);

/** Who uses and pays. `reference` is the operator's own number for them. */
export const customers = pgTable(
  "customers",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    reference: text(),
    customer_group_id: uuid(),
    created_at: createdAt(),
  },
  (t) => [
    unique("customers_operator_reference").on(t.operator_id, t.reference),
    unique("customers_operator").on(t.id, t.operator_id),
    unique("customers_ordinal").on(t.ordinal),
    foreignKey({
      columns: [t.customer_group_id, t.operator_id],
      foreignColumns: [customerGroups.id, customerGroups.operator_id],
    }),
    check("customers_name", isNamed(t.name)),
    check("customers_reference", isNamed(t.reference, REFERENCE_MAX)),
  ],
);

/** Where a service is metered; meters come and go. `name` tells two of one service in a unit apart. */
export const usagePoints = pgTable(
  "usage_points",
  {
    id: id(),
    unit_id: uuid()
      .notNull()
      .references(() => units.id),
    tariff_class_id: uuid().references(() => tariffClasses.id),
    service: text({ enum: SERVICES }).notNull(),
    name: text().notNull().default("main"),
    created_at: createdAt(),
  },
  (t) => [
    unique("usage_points_unit_service_name").on(t.unit_id, t.service, t.name),
    unique("usage_points_id_service").on(t.id, t.service),
    check("usage_points_service", isOneOf(t.service, SERVICES)),
    check("usage_points_name", isNamed(t.name)),
  ],
);

/** As what a customer has a usage point. */
export const AGREEMENT_ROLES = ["tenant", "owner"] as const;

/**
 * A customer at a usage point for a time, [from, to). One at a time: a change of tenancy ends one and opens another (R92).
 */
export const agreements = pgTable(
  "agreements",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    customer_id: uuid().notNull(),
    usage_point_id: uuid()
      .notNull()
      .references(() => usagePoints.id),
    role: text({ enum: AGREEMENT_ROLES }).notNull(),
    from_at: instant().notNull(),
    to_at: instant(),
    created_at: createdAt(),
  },
  (t) => [
    foreignKey({
      columns: [t.customer_id, t.operator_id],
      foreignColumns: [customers.id, customers.operator_id],
    }),
    unique("agreements_ordinal").on(t.ordinal),
    uniqueIndex("agreements_one_open").on(t.usage_point_id).where(sql`to_at is null`),
    index("agreements_customer").on(t.customer_id),
    check("agreements_role", isOneOf(t.role, AGREEMENT_ROLES)),
    check("agreements_time", sql`${t.to_at} >= ${t.from_at}`),
  ],
);
