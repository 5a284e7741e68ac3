/**
 * Readings in quarantine, and the final settlements of tenancies.
 */
import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { atoms, createdAt, id, instant, isOneOf, ordinal } from "./columns.ts";
import { accountOrders } from "./orders.ts";
import { agreements, operators } from "./parties.ts";

/** What became of a reading in quarantine; `cleared`: by a later reading, or with another one of its meter. */
export const QUARANTINE_STATES = ["open", "accepted", "rejected", "cleared"] as const;

/** One reading that the engine put into quarantine (R16), as its event told. */
export const quarantinedReadings = pgTable(
  "quarantined_readings",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    event_id: text().notNull(),
    verdict: text().notNull(),
    received_at: instant().notNull(),
    register_atoms: atoms().notNull(),
    state: text({ enum: QUARANTINE_STATES }).notNull().default("open"),
    order_id: uuid().references(() => accountOrders.id),
    ended_at: instant(),
    created_at: createdAt(),
  },
  (t) => [
    unique("quarantined_readings_ordinal").on(t.ordinal),
    unique("quarantined_readings_event").on(t.event_id),
    index("quarantined_readings_operator").on(t.operator_id, t.ordinal),
    index("quarantined_readings_open").on(t.account_id).where(sql`state = 'open'`),
    check("quarantined_readings_state", isOneOf(t.state, QUARANTINE_STATES)),
    check("quarantined_readings_ended", sql`(${t.ended_at} is null) = (${t.state} = 'open')`),
    check(
      "quarantined_readings_by_order",
      sql`(${t.order_id} is not null) = (${t.state} in ('accepted', 'rejected'))`,
    ),
  ],
);

/** The number of each operator's last settlement; raised in the transaction that writes it, so without gaps. */
export const settlementCounters = pgTable(
  "settlement_counters",
  {
    operator_id: uuid()
      .primaryKey()
      .references(() => operators.id),
    last_number: bigint({ mode: "number" }).notNull().default(0),
  },
  (t) => [check("settlement_counters_last_number", sql`${t.last_number} >= 0`)],
);

/** The final settlement of a tenancy (R92): written once, never edited. */
export const tenancySettlements = pgTable(
  "tenancy_settlements",
  {
    id: id(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    number: bigint({ mode: "number" }).notNull(),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    agreement_id: uuid()
      .notNull()
      .references(() => agreements.id),
    next_agreement_id: uuid().references(() => agreements.id),
    order_id: uuid()
      .notNull()
      .references(() => accountOrders.id),
    document: jsonb().$type<Record<string, unknown>>().notNull(),
    settled_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    unique("tenancy_settlements_number").on(t.operator_id, t.number),
    unique("tenancy_settlements_order").on(t.order_id),
    unique("tenancy_settlements_agreement").on(t.agreement_id),
    check("tenancy_settlements_from_1", sql`${t.number} > 0`),
  ],
);
