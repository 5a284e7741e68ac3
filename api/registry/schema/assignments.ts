/**
 * Assignments of price lists and supply policies (R37): to whom, from when on.
 */
import { type AnyColumn, sql } from "drizzle-orm";
import { check, foreignKey, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { SERVICES } from "../../../engine/contract/services.ts";
import { apiKeys } from "./access.ts";
import { accounts } from "./accounts.ts";
import { createdAt, id, instant, isCurrency, isOneOf, ordinal } from "./columns.ts";
import {
  customerGroups,
  customers,
  operators,
  sites,
  tariffClasses,
  unitSets,
  units,
} from "./parties.ts";
import { priceLists, supplyPolicies } from "./pricing.ts";
import { REASON_MAX } from "./supply.ts";

/** To what something is assigned, the most specific first. */
export const LEVELS = [
  "account",
  "unit",
  "unit_set",
  "customer",
  "customer_group",
  "tariff_class",
  "site",
  "operator",
] as const;
/** A level of assignment. */
export type Level = (typeof LEVELS)[number];

/** One assignment: of a price list or of a policy, to one target, in force in [effective_from, ended_from). */
export const assignments = pgTable(
  "assignments",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    price_list_id: uuid().references(() => priceLists.id),
    supply_policy_id: uuid().references(() => supplyPolicies.id),
    /** Accounts of this service (null: of any) and currency only. */
    service: text({ enum: SERVICES }),
    currency: text().notNull(),
    level: text({ enum: LEVELS }).notNull(),
    account_id: uuid().references(() => accounts.id),
    unit_id: uuid().references(() => units.id),
    unit_set_id: uuid().references(() => unitSets.id),
    customer_id: uuid(),
    customer_group_id: uuid(),
    tariff_class_id: uuid().references(() => tariffClasses.id),
    site_id: uuid().references(() => sites.id),
    effective_from: instant().notNull(),
    ended_from: instant(),
    reason: text(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    created_at: createdAt(),
  },
  (t) => [
    unique("assignments_ordinal").on(t.ordinal),
    foreignKey({
      columns: [t.customer_id, t.operator_id],
      foreignColumns: [customers.id, customers.operator_id],
    }),
    foreignKey({
      columns: [t.customer_group_id, t.operator_id],
      foreignColumns: [customerGroups.id, customerGroups.operator_id],
    }),
    index("assignments_operator").on(t.operator_id, t.ordinal),
    index("assignments_general").on(t.operator_id).where(sql`level = 'operator'`),
    index("assignments_account").on(t.account_id),
    index("assignments_unit").on(t.unit_id),
    index("assignments_unit_set").on(t.unit_set_id),
    index("assignments_customer").on(t.customer_id),
    index("assignments_customer_group").on(t.customer_group_id),
    index("assignments_tariff_class").on(t.tariff_class_id),
    index("assignments_site").on(t.site_id),
    check(
      "assignments_one_thing",
      sql`num_nonnulls(${t.price_list_id}, ${t.supply_policy_id}) = 1`,
    ),
    check(
      "assignments_service",
      sql`${t.service} in (${sql.raw(SERVICES.map((s) => `'${s}'`).join(", "))})`,
    ),
    check("assignments_list_service", sql`${t.price_list_id} is null or ${t.service} is not null`),
    check("assignments_currency", isCurrency(t.currency)),
    check("assignments_level", isOneOf(t.level, LEVELS)),
    check(
      "assignments_one_target",
      sql`num_nonnulls(${t.account_id}, ${t.unit_id}, ${t.unit_set_id}, ${t.customer_id}, ${t.customer_group_id}, ${t.tariff_class_id}, ${t.site_id}) = case when ${t.level} = 'operator' then 0 else 1 end`,
    ),
    check("assignments_target_of_level", ofLevel(t)),
    check("assignments_whole_second", sql`extract(second from ${t.effective_from}) % 1 = 0`),
    check("assignments_end", sql`${t.ended_from} >= ${t.effective_from}`),
    check("assignments_reason", sql`length(${t.reason}) <= ${sql.raw(String(REASON_MAX))}`),
  ],
);

type Targets = Record<`${Exclude<Level, "operator">}_id`, AnyColumn> & { level: AnyColumn };

function ofLevel(t: Targets) {
  return sql`case ${t.level} when 'account' then ${t.account_id} when 'unit' then ${t.unit_id} when 'unit_set' then ${t.unit_set_id} when 'customer' then ${t.customer_id} when 'customer_group' then ${t.customer_group_id} when 'tariff_class' then ${t.tariff_class_id} when 'site' then ${t.site_id} end is not null or ${t.level} = 'operator'`;
}
