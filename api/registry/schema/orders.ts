/**
 * Account orders: what somebody asked of an account by hand, who approved it, and what became of it (R94).
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AccountOrder } from "../../engine/outbox.ts";
import type { Holding } from "../../holding.ts";
import { apiKeys } from "./access.ts";
import { accounts } from "./accounts.ts";
import { createdAt, id, instant, isOneOf, micros, ordinal } from "./columns.ts";
import { operators } from "./parties.ts";
import { REASON_MAX } from "./supply.ts";
import { VEND_ID_MAX, vends } from "./vending.ts";

/** What can be asked of an account by an order; the engine's own names. */
export const ORDER_OPS = [
  "activate_emergency_credit",
  "set_critical_need",
  "set_debt",
  "grant_credit",
  "adjust",
  "reverse_credit",
  "set_payment_mode",
  "cancel_mode_change",
  "change_tenancy",
  "exchange_meter",
  "accept_reading",
  "reject_reading",
] as const;
/** Where an order stands. */
export const ORDER_STATES = [
  "awaiting_approval",
  "rejected",
  "pending",
  "applied",
  "refused",
] as const;

/**
 * One order. `asked` is what the engine is asked; it gets its command number when it needs no approval, or has it. The key that
 * decides is never the one that asked.
 */
export const accountOrders = pgTable(
  "account_orders",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    op: text({ enum: ORDER_OPS }).notNull(),
    asked: jsonb().$type<AccountOrder>().notNull(),
    idempotency_key: text(),
    body_hash: text().notNull(),
    reason: text(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    decided_by: uuid().references(() => apiKeys.id),
    decision_reason: text(),
    decided_at: instant(),
    state: text({ enum: ORDER_STATES }).notNull(),
    command_number: bigint({ mode: "number" }),
    /** The vend that a reversal takes back. */
    vend_id: text(),
    /** The request as it was sent, what the account held, and what is to be recorded once the engine has applied it. */
    note: jsonb()
      .$type<{ request: unknown; holding: Holding } & Record<string, unknown>>()
      .notNull(),
    fault: text(),
    balance_micros: micros(),
    parts: jsonb().$type<Partial<Record<string, string>>>(),
    applied_at: instant(),
    trace_id: text().notNull(),
    requested_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    unique("account_orders_ordinal").on(t.ordinal),
    unique("account_orders_idempotency").on(t.operator_id, t.idempotency_key),
    unique("account_orders_command").on(t.account_id, t.command_number),
    foreignKey({
      columns: [t.operator_id, t.vend_id],
      foreignColumns: [vends.operator_id, vends.vend_id],
    }),
    uniqueIndex("account_orders_one_reversal")
      .on(t.operator_id, t.vend_id)
      .where(sql`state not in ('refused', 'rejected')`),
    index("account_orders_operator").on(t.operator_id, t.ordinal),
    index("account_orders_account").on(t.account_id, t.ordinal),
    check("account_orders_op", isOneOf(t.op, ORDER_OPS)),
    check("account_orders_state", isOneOf(t.state, ORDER_STATES)),
    check("account_orders_reason", sql`length(${t.reason}) <= ${sql.raw(String(REASON_MAX))}`),
    check(
      "account_orders_key_form",
      sql`length(${t.idempotency_key}) between 1 and ${sql.raw(String(VEND_ID_MAX))}`,
    ),
    check("account_orders_two_people", sql`${t.decided_by} <> ${t.key_id}`),
    check(
      "account_orders_number",
      sql`(${t.command_number} is null) = (${t.state} in ('awaiting_approval', 'rejected'))`,
    ),
    check("account_orders_fault", sql`(${t.fault} is not null) = (${t.state} = 'refused')`),
    check("account_orders_applied", sql`(${t.applied_at} is not null) = (${t.state} = 'applied')`),
    check("account_orders_of_vend", sql`(${t.vend_id} is not null) = (${t.op} = 'reverse_credit')`),
  ],
);
