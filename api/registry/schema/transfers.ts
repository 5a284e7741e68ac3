/**
 * Credit transfers (R90): requested, set aside while they wait for approval, posted or given back.
 */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { apiKeys } from "./access.ts";
import { accounts } from "./accounts.ts";
import { createdAt, id, instant, isOneOf, micros, ordinal } from "./columns.ts";
import { operators, sites } from "./parties.ts";
import { REASON_MAX } from "./supply.ts";
import { VEND_ID_MAX } from "./vending.ts";

/** Where a transfer stands. */
export const TRANSFER_STATES = [
  "reserving",
  "awaiting_approval",
  "posting",
  "posted",
  "releasing",
  "rejected",
  "refused",
] as const;

/** One transfer; its commands are all numbered by the account that gives. `amount` is in what that account holds. */
export const creditTransfers = pgTable(
  "credit_transfers",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    site_id: uuid()
      .notNull()
      .references(() => sites.id),
    from_account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    to_account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    amount: micros().notNull(),
    convert: boolean().notNull(),
    idempotency_key: text().notNull(),
    body_hash: text().notNull(),
    reason: text().notNull(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    decided_by: uuid().references(() => apiKeys.id),
    decided_at: instant(),
    decision_reason: text(),
    state: text({ enum: TRANSFER_STATES }).notNull(),
    reserve_number: bigint({ mode: "number" }),
    post_number: bigint({ mode: "number" }),
    release_number: bigint({ mode: "number" }),
    fault: text(),
    requested_at: instant().notNull(),
    ended_at: instant(),
    created_at: createdAt(),
  },
  (t) => [
    unique("credit_transfers_ordinal").on(t.ordinal),
    unique("credit_transfers_idempotency").on(t.operator_id, t.idempotency_key),
    unique("credit_transfers_reserve").on(t.from_account_id, t.reserve_number),
    unique("credit_transfers_post").on(t.from_account_id, t.post_number),
    unique("credit_transfers_release").on(t.from_account_id, t.release_number),
    index("credit_transfers_operator").on(t.operator_id, t.ordinal),
    check("credit_transfers_two", sql`${t.from_account_id} <> ${t.to_account_id}`),
    check("credit_transfers_amount", sql`${t.amount} > 0`),
    check("credit_transfers_state", isOneOf(t.state, TRANSFER_STATES)),
    check("credit_transfers_two_people", sql`${t.decided_by} <> ${t.key_id}`),
    check("credit_transfers_reason", sql`length(${t.reason}) <= ${sql.raw(String(REASON_MAX))}`),
    check(
      "credit_transfers_key_form",
      sql`length(${t.idempotency_key}) between 1 and ${sql.raw(String(VEND_ID_MAX))}`,
    ),
    check(
      "credit_transfers_begun",
      sql`${t.reserve_number} is not null or ${t.post_number} is not null`,
    ),
    check(
      "credit_transfers_ended",
      sql`(${t.ended_at} is not null) = (${t.state} in ('posted', 'rejected', 'refused'))`,
    ),
  ],
);
