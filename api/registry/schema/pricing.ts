/**
 * Price lists with their versions, and supply policies.
 */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { THRESHOLDS_MAX } from "../../../engine/contract/fields.ts";
import { ACCUMULATION_BASES } from "../../../engine/contract/price-list/price-list.ts";
import { SERVICES } from "../../../engine/contract/services.ts";
import type { PolicyTerms } from "../policy-terms.ts";
import { apiKeys } from "./access.ts";
import { calendars } from "./calendars.ts";
import {
  createdAt,
  id,
  instant,
  isCurrency,
  isNamed,
  isOneOf,
  micros,
  ordinal,
} from "./columns.ts";
import { operators } from "./parties.ts";

/** A price list by its name; what it says is in its versions (R30). */
export const priceLists = pgTable(
  "price_lists",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    service: text({ enum: SERVICES }).notNull(),
    currency: text().notNull(),
    /** What its blocks count (R34): what is consumed, or what is bought; the same in all versions. */
    basis: text({ enum: ACCUMULATION_BASES }).notNull().default("consumption"),
    created_at: createdAt(),
  },
  (t) => [
    unique("price_lists_operator_name").on(t.operator_id, t.name),
    unique("price_lists_ordinal").on(t.ordinal),
    check("price_lists_name", isNamed(t.name)),
    check("price_lists_service", isOneOf(t.service, SERVICES)),
    check("price_lists_currency", isCurrency(t.currency)),
    check("price_lists_basis", isOneOf(t.basis, ACCUMULATION_BASES)),
  ],
);

/** A published version: `number` is the `tariff` of rated rows; never edited. */
export const priceListVersions = pgTable(
  "price_list_versions",
  {
    number: integer().primaryKey().generatedAlwaysAsIdentity(),
    price_list_id: uuid()
      .notNull()
      .references(() => priceLists.id),
    effective_from: instant().notNull(),
    text: text().notNull(),
    /** Taken back before it began (R30). */
    cancelled_at: instant(),
    created_at: createdAt(),
  },
  (t) => [
    uniqueIndex("price_list_versions_one_begin")
      .on(t.price_list_id, t.effective_from)
      .where(sql`cancelled_at is null`),
    check("price_list_versions_cancelled", sql`${t.cancelled_at} < ${t.effective_from}`),
    check(
      "price_list_versions_whole_second",
      sql`extract(second from ${t.effective_from}) % 1 = 0`,
    ),
  ],
);

/** Units of what accounts hold, one for each atom. */
export const POLICY_UNITS = ["kWh", "m³", "h", "count"] as const;

/** What happens as credit runs out (R70-R81). Thresholds fall from the highest. */
export const supplyPolicies = pgTable(
  "supply_policies",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    currency: text().notNull(),
    /** Where it is for accounts that hold quantity (R34): the unit that its balances and thresholds were given in. */
    unit: text({ enum: POLICY_UNITS }),
    low_credit_micros: micros().array().notNull(),
    hysteresis_micros: micros().notNull(),
    disablement_threshold_micros: micros().notNull(),
    clearance_micros: micros().notNull(),
    max_balance_micros: micros().notNull(),
    automatic_cut: boolean().notNull(),
    /** No automatic cut when the last reading is older (R20), in seconds; 0: never stale. */
    stale_after_s: integer().notNull(),
    /** All other rungs and bounds; what is left out is off. */
    terms: jsonb().$type<PolicyTerms>().notNull().default({}),
    /** When nobody is cut (R71), and the only time when cuts happen (R73). */
    friendly_calendar_id: uuid().references(() => calendars.id),
    cut_window_calendar_id: uuid().references(() => calendars.id),
    /** Rises with each replacement. */
    version: integer().notNull().default(1),
    created_at: createdAt(),
  },
  (t) => [
    unique("supply_policies_operator_name").on(t.operator_id, t.name),
    unique("supply_policies_ordinal").on(t.ordinal),
    check("supply_policies_name", isNamed(t.name)),
    check("supply_policies_currency", isCurrency(t.currency)),
    check(
      "supply_policies_thresholds",
      sql`cardinality(${t.low_credit_micros}) <= ${sql.raw(String(THRESHOLDS_MAX))}`,
    ),
    check(
      "supply_policies_not_negative",
      sql`${t.hysteresis_micros} >= 0 and ${t.clearance_micros} >= 0 and ${t.stale_after_s} >= 0`,
    ),
    check("supply_policies_unit", isOneOf(t.unit, POLICY_UNITS)),
    check("supply_policies_version", sql`${t.version} > 0`),
    check(
      "supply_policies_friendly",
      sql`(${t.friendly_calendar_id} is null) = (not ${t.terms} ? 'friendly')`,
    ),
  ],
);

/** What each version of a policy said, by whom, for auditors; the last one is the policy's own row. */
export const supplyPolicyVersions = pgTable(
  "supply_policy_versions",
  {
    policy_id: uuid()
      .notNull()
      .references(() => supplyPolicies.id),
    version: integer().notNull(),
    said: jsonb().notNull(),
    key_id: uuid().references(() => apiKeys.id),
    at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.policy_id, t.version] }),
    check("supply_policy_versions_version", sql`${t.version} > 0`),
  ],
);
