/**
 * Vendors: who sells for the operator, with their keys, terminals, commission and shifts.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { SERVICES } from "../../../engine/contract/services.ts";
import { apiKeys } from "./access.ts";
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
import { REASON_MAX } from "./supply.ts";

/** Whether a vendor sells. */
export const VENDOR_STATES = ["active", "suspended"] as const;
/** Whether a terminal sells. */
export const TERMINAL_STATES = ["open", "closed"] as const;
/** Longest name that a terminal is told by. */
export const TERMINAL_MAX = 64;
/** The whole of a vend, in the millionths that commission is counted in: 1 per mille is 1 000. */
export const WHOLE_PPM = 1_000_000;

/**
 * Who sells. `float_micros` is what was paid in, less what was sold; `reserved_micros` is held for vends that are under way.
 * Under a limit, float + limit − reserved never falls under 0 by a sale. The row is locked by whoever moves either.
 */
export const vendors = pgTable(
  "vendors",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    currency: text().notNull(),
    state: text({ enum: VENDOR_STATES }).notNull().default("active"),
    /** How far below 0 the float may fall; null: as far as it likes. */
    limit_micros: micros(),
    float_micros: micros().notNull().default(sql`0`),
    reserved_micros: micros().notNull().default(sql`0`),
    created_at: createdAt(),
  },
  (t) => [
    unique("vendors_operator_name").on(t.operator_id, t.name),
    unique("vendors_operator").on(t.id, t.operator_id),
    unique("vendors_ordinal").on(t.ordinal),
    check("vendors_name", isNamed(t.name)),
    check("vendors_currency", isCurrency(t.currency)),
    check("vendors_state", isOneOf(t.state, VENDOR_STATES)),
    check("vendors_reserved", sql`${t.reserved_micros} >= 0`),
    check("vendors_limit", sql`${t.limit_micros} >= 0`),
  ],
);

/** Whose key a vendor's key is; given with the key and never changed. */
export const vendorKeys = pgTable(
  "vendor_keys",
  {
    key_id: uuid()
      .primaryKey()
      .references(() => apiKeys.id),
    operator_id: uuid().notNull(),
    vendor_id: uuid().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    foreignKey({
      columns: [t.vendor_id, t.operator_id],
      foreignColumns: [vendors.id, vendors.operator_id],
    }),
    index("vendor_keys_vendor").on(t.vendor_id),
  ],
);

/** What a vendor earns by a vend of a service, in millionths of its amount. A service without a row earns nothing. */
export const vendorCommissions = pgTable(
  "vendor_commissions",
  {
    vendor_id: uuid()
      .notNull()
      .references(() => vendors.id),
    service: text({ enum: SERVICES }).notNull(),
    ppm: integer().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.vendor_id, t.service] }),
    check("vendor_commissions_service", isOneOf(t.service, SERVICES)),
    check("vendor_commissions_ppm", sql`${t.ppm} between 0 and ${sql.raw(String(WHOLE_PPM))}`),
  ],
);

/** A till or device of a vendor; `name` is the `terminal_id` of its vends. */
export const terminals = pgTable(
  "terminals",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid().notNull(),
    vendor_id: uuid().notNull(),
    name: text().notNull(),
    state: text({ enum: TERMINAL_STATES }).notNull().default("open"),
    created_at: createdAt(),
  },
  (t) => [
    unique("terminals_vendor_name").on(t.vendor_id, t.name),
    unique("terminals_vendor").on(t.id, t.vendor_id),
    unique("terminals_ordinal").on(t.ordinal),
    foreignKey({
      columns: [t.vendor_id, t.operator_id],
      foreignColumns: [vendors.id, vendors.operator_id],
    }),
    check("terminals_name", isNamed(t.name, TERMINAL_MAX)),
    check("terminals_state", isOneOf(t.state, TERMINAL_STATES)),
  ],
);

/** What one tender came to in a shift, in micros as digits. */
export type ShiftTender = {
  tender: string;
  sales: number;
  sales_micros: string;
  reversals: number;
  reversals_micros: string;
};

/**
 * A shift at a terminal, from the cash that the drawer begins with to the cash that is counted in it. One is open at a terminal
 * at most; a closed one is never edited.
 */
export const vendorShifts = pgTable(
  "vendor_shifts",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    vendor_id: uuid().notNull(),
    terminal_id: uuid().notNull(),
    cashier: text().notNull(),
    opened_by: uuid()
      .notNull()
      .references(() => apiKeys.id),
    opening_cash_micros: micros().notNull(),
    opened_at: instant().notNull(),
    closed_by: uuid().references(() => apiKeys.id),
    closed_at: instant(),
    counted_cash_micros: micros(),
    expected_cash_micros: micros(),
    tenders: jsonb().$type<ShiftTender[]>(),
    note: text(),
    created_at: createdAt(),
  },
  (t) => [
    unique("vendor_shifts_ordinal").on(t.ordinal),
    unique("vendor_shifts_vendor").on(t.id, t.vendor_id),
    uniqueIndex("vendor_shifts_one_open").on(t.terminal_id).where(sql`closed_at is null`),
    foreignKey({
      columns: [t.terminal_id, t.vendor_id],
      foreignColumns: [terminals.id, terminals.vendor_id],
    }),
    index("vendor_shifts_of_vendor").on(t.vendor_id, t.ordinal),
    check("vendor_shifts_cashier", isNamed(t.cashier)),
    check(
      "vendor_shifts_cash",
      sql`${t.opening_cash_micros} >= 0 and ${t.counted_cash_micros} >= 0`,
    ),
    check("vendor_shifts_note", sql`length(${t.note}) <= ${sql.raw(String(REASON_MAX))}`),
    check(
      "vendor_shifts_closed",
      sql`num_nulls(${t.closed_at}, ${t.closed_by}, ${t.counted_cash_micros}, ${t.expected_cash_micros}, ${t.tenders}) in (0, 5)`,
    ),
  ],
);

/** Closed periods of a vendor's ledger: each begins behind the movement with which the one before ended. */
export const settlements = pgTable(
  "settlements",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    vendor_id: uuid().notNull(),
    number: integer().notNull(),
    from_at: instant().notNull(),
    to_at: instant().notNull(),
    after_movement: bigint({ mode: "number" }).notNull(),
    through_movement: bigint({ mode: "number" }).notNull(),
    opening_micros: micros().notNull(),
    sales: integer().notNull(),
    sales_micros: micros().notNull(),
    reversals: integer().notNull(),
    reversals_micros: micros().notNull(),
    deposits_micros: micros().notNull(),
    payouts_micros: micros().notNull(),
    corrections_micros: micros().notNull(),
    commission_micros: micros().notNull(),
    closing_micros: micros().notNull(),
    idempotency_key: text().notNull(),
    body_hash: text().notNull(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    created_at: createdAt(),
  },
  (t) => [
    unique("settlements_ordinal").on(t.ordinal),
    unique("settlements_number").on(t.vendor_id, t.number),
    unique("settlements_after").on(t.vendor_id, t.after_movement),
    unique("settlements_idempotency").on(t.operator_id, t.idempotency_key),
    foreignKey({
      columns: [t.vendor_id, t.operator_id],
      foreignColumns: [vendors.id, vendors.operator_id],
    }),
    check("settlements_number_from_1", sql`${t.number} >= 1`),
    check("settlements_span", sql`${t.through_movement} >= ${t.after_movement}`),
    check(
      "settlements_sum",
      sql`${t.closing_micros} = ${t.opening_micros} - ${t.sales_micros} + ${t.reversals_micros} + ${t.deposits_micros} - ${t.payouts_micros} + ${t.corrections_micros} + ${t.commission_micros}`,
    ),
  ],
);
