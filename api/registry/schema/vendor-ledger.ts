/**
 * The ledger of vendors' floats, and the statements of banks and payment providers that it is compared with.
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
import { payments } from "./payments.ts";
import { VEND_ID_MAX, vends } from "./vending.ts";
import { vendorShifts, vendors } from "./vendors.ts";

/** What moves a float; a sale and a payout take, the others give, a correction does either. */
export const MOVEMENT_KINDS = [
  "sale",
  "reversal",
  "deposit",
  "payout",
  "correction",
  "commission",
] as const;
/** Longest reference of a payment. */
export const REFERENCE_MAX = 64;

/**
 * One movement of a float, never edited. `balance_micros` is the float after it; `commission_micros` what the vendor earned by
 * it, which its settlement pays into the float.
 */
export const vendorMovements = pgTable(
  "vendor_movements",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    vendor_id: uuid().notNull(),
    kind: text({ enum: MOVEMENT_KINDS }).notNull(),
    amount_micros: micros().notNull(),
    commission_micros: micros().notNull().default(sql`0`),
    balance_micros: micros().notNull(),
    vend_id: text(),
    tender: text(),
    reference: text(),
    shift_id: uuid(),
    idempotency_key: text(),
    body_hash: text(),
    reason: text(),
    key_id: uuid().references(() => apiKeys.id),
    at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    foreignKey({
      columns: [t.vendor_id, t.operator_id],
      foreignColumns: [vendors.id, vendors.operator_id],
    }),
    foreignKey({
      columns: [t.operator_id, t.vend_id],
      foreignColumns: [vends.operator_id, vends.vend_id],
    }),
    foreignKey({
      columns: [t.shift_id, t.vendor_id],
      foreignColumns: [vendorShifts.id, vendorShifts.vendor_id],
    }),
    unique("vendor_movements_vend").on(t.operator_id, t.vend_id, t.kind),
    unique("vendor_movements_idempotency").on(t.operator_id, t.idempotency_key),
    index("vendor_movements_vendor").on(t.vendor_id, t.id),
    index("vendor_movements_shift").on(t.shift_id),
    index("vendor_movements_reference").on(t.operator_id, t.reference),
    check("vendor_movements_kind", isOneOf(t.kind, MOVEMENT_KINDS)),
    check(
      "vendor_movements_sign",
      sql`case when ${t.kind} in ('sale', 'payout') then ${t.amount_micros} < 0 when ${t.kind} = 'correction' then ${t.amount_micros} <> 0 else ${t.amount_micros} > 0 end`,
    ),
    check(
      "vendor_movements_of_vend",
      sql`(${t.vend_id} is not null) = (${t.kind} in ('sale', 'reversal'))`,
    ),
    check(
      "vendor_movements_commission",
      sql`case when ${t.kind} = 'sale' then ${t.commission_micros} >= 0 when ${t.kind} = 'reversal' then ${t.commission_micros} <= 0 else ${t.commission_micros} = 0 end`,
    ),
  ],
);

/** A statement of a bank or payment provider, imported once by its source and reference. */
export const paymentStatements = pgTable(
  "payment_statements",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    source: text().notNull(),
    reference: text().notNull(),
    currency: text().notNull(),
    body_hash: text().notNull(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    imported_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    unique("payment_statements_ordinal").on(t.ordinal),
    unique("payment_statements_reference").on(t.operator_id, t.source, t.reference),
    unique("payment_statements_operator").on(t.id, t.operator_id),
    check("payment_statements_source", isNamed(t.source, REFERENCE_MAX)),
    check("payment_statements_reference_form", isNamed(t.reference, REFERENCE_MAX)),
    check("payment_statements_currency", isCurrency(t.currency)),
  ],
);

/** How a line of a statement stands to our records. */
export const LINE_STATES = ["matched", "amount_differs", "unmatched"] as const;

/** A line of a statement. It meets one vend, movement or payment at most, and each of them one line at most. */
export const statementLines = pgTable(
  "statement_lines",
  {
    statement_id: uuid().notNull(),
    operator_id: uuid().notNull(),
    line: integer().notNull(),
    at: instant().notNull(),
    amount_micros: micros().notNull(),
    reference: text().notNull(),
    state: text({ enum: LINE_STATES }).notNull(),
    vend_id: text(),
    movement_id: bigint({ mode: "number" }).references(() => vendorMovements.id),
    payment_id: uuid().references(() => payments.id),
  },
  (t) => [
    primaryKey({ columns: [t.statement_id, t.line] }),
    foreignKey({
      columns: [t.statement_id, t.operator_id],
      foreignColumns: [paymentStatements.id, paymentStatements.operator_id],
    }),
    foreignKey({
      columns: [t.operator_id, t.vend_id],
      foreignColumns: [vends.operator_id, vends.vend_id],
    }),
    uniqueIndex("statement_lines_vend").on(t.operator_id, t.vend_id).where(sql`state = 'matched'`),
    uniqueIndex("statement_lines_movement").on(t.movement_id).where(sql`state = 'matched'`),
    uniqueIndex("statement_lines_payment").on(t.payment_id).where(sql`state = 'matched'`),
    index("statement_lines_reference").on(t.operator_id, t.reference),
    check("statement_lines_state", isOneOf(t.state, LINE_STATES)),
    check("statement_lines_line", sql`${t.line} >= 1`),
    check("statement_lines_reference_form", isNamed(t.reference, VEND_ID_MAX)),
    check(
      "statement_lines_matched",
      sql`case when ${t.state} = 'matched' then num_nonnulls(${t.vend_id}, ${t.movement_id}, ${t.payment_id}) = 1 when ${t.state} = 'unmatched' then num_nonnulls(${t.vend_id}, ${t.movement_id}, ${t.payment_id}) = 0 else true end`,
    ),
  ],
);
