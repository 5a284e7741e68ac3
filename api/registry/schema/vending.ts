/**
 * Vends with their receipts, and the counter of receipts.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
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
import { apiKeys } from "./access.ts";
import { accounts } from "./accounts.ts";
import { createdAt, instant, isCurrency, isNamed, isOneOf, micros } from "./columns.ts";
import { operators } from "./parties.ts";
import { vendorShifts, vendors } from "./vendors.ts";

/** Longest id that a client may give a vend. */
export const VEND_ID_MAX = 64;
/** Where a vend stands. */
const VEND_STATES = ["pending", "applied", "refused"] as const;

const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** The number of the last receipt of each operator; raised in the transaction that writes the receipt, so without gaps. */
export const receiptCounters = pgTable(
  "receipt_counters",
  {
    operator_id: uuid()
      .primaryKey()
      .references(() => operators.id),
    last_number: bigint({ mode: "number" }).notNull().default(0),
  },
  (t) => [check("receipt_counters_last_number", sql`${t.last_number} >= 0`)],
);

/**
 * One vend: the intent, and after the engine's answer the first answer's bytes, which every repeat gets. `body_hash`
 * tells a repeat from another body under the same id. The command is the account's number `command_number`.
 */
export const vends = pgTable(
  "vends",
  {
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    vend_id: text().notNull(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    command_number: bigint({ mode: "number" }).notNull(),
    body_hash: text().notNull(),
    amount_micros: micros().notNull(),
    currency: text().notNull(),
    tender: jsonb().$type<{ type: string; reference?: string | undefined }>().notNull(),
    /** Of its own, because no index on an expression serves a query under row security. */
    tender_reference: text().generatedAlwaysAs(sql`(tender->>'reference')`),
    terminal_id: text(),
    meter_serial: text().notNull(),
    /** Who sold it, in which shift, and what that earns; null where the key is no vendor's. */
    vendor_id: uuid(),
    shift_id: uuid(),
    commission_micros: micros().notNull().default(sql`0`),
    /** How many copies of the receipt were given out. */
    copies: integer().notNull().default(0),
    trace_id: text().notNull(),
    received_at: instant().notNull(),
    state: text({ enum: VEND_STATES }).notNull().default("pending"),
    receipt_number: bigint({ mode: "number" }),
    answer_status: integer(),
    answer: bytes(),
    created_at: createdAt(),
    finished_at: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.operator_id, t.vend_id] }),
    unique("vends_command").on(t.account_id, t.command_number),
    unique("vends_receipt").on(t.operator_id, t.receipt_number),
    foreignKey({
      columns: [t.vendor_id, t.operator_id],
      foreignColumns: [vendors.id, vendors.operator_id],
    }),
    foreignKey({
      columns: [t.shift_id, t.vendor_id],
      foreignColumns: [vendorShifts.id, vendorShifts.vendor_id],
    }),
    // A voucher pays once.
    uniqueIndex("vends_voucher")
      .on(t.operator_id, sql`(tender->>'reference')`)
      .where(sql`tender->>'type' = 'voucher' and state <> 'refused'`),
    index("vends_by_reference").on(t.operator_id, t.tender_reference),
    index("vends_shift").on(t.shift_id).where(sql`state = 'pending'`),
    index("vends_pending").on(t.created_at).where(sql`state = 'pending'`),
    check("vends_id", isNamed(t.vend_id, VEND_ID_MAX)),
    check("vends_amount", sql`${t.amount_micros} > 0`),
    check("vends_commission", sql`${t.commission_micros} between 0 and ${t.amount_micros}`),
    check("vends_copies", sql`${t.copies} >= 0`),
    check("vends_currency", isCurrency(t.currency)),
    check("vends_state", isOneOf(t.state, VEND_STATES)),
    check("vends_answer", sql`(${t.state} = 'pending') = (${t.answer} is null)`),
    check(
      "vends_receipt_of_applied",
      sql`(${t.state} = 'applied') = (${t.receipt_number} is not null)`,
    ),
  ],
);
