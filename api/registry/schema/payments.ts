/**
 * Rules that top accounts up by themselves, and the payments that a provider is asked for.
 */
import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { sealedText } from "../secrets/sealed-column.ts";
import { apiKeys } from "./access.ts";
import { accounts } from "./accounts.ts";
import {
  createdAt,
  id,
  instant,
  isCurrency,
  isOneOf,
  isSealed,
  micros,
  ordinal,
} from "./columns.ts";
import { operators } from "./parties.ts";
import { REASON_MAX } from "./supply.ts";
import { vends } from "./vending.ts";

/** Where a rule stands: `stopped` by a failure, until somebody resumes it; `ended` for good. */
export const RULE_STATES = ["active", "stopped", "ended"] as const;
/** Longest token by which a provider knows whom to charge. */
export const METHOD_MAX = 200;

/** A rule: when the balance is at or under `threshold`, pay it up to `target`, at most `monthly_cap` a calendar month. */
export const autoTopUps = pgTable(
  "auto_top_ups",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    threshold_micros: micros().notNull(),
    target_micros: micros().notNull(),
    monthly_cap_micros: micros().notNull(),
    currency: text().notNull(),
    method: sealedText("auto_top_ups").notNull(),
    state: text({ enum: RULE_STATES }).notNull().default("active"),
    /** Why it was stopped. */
    fault: text(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    created_at: createdAt(),
  },
  (t) => [
    unique("auto_top_ups_ordinal").on(t.ordinal),
    uniqueIndex("auto_top_ups_one").on(t.account_id).where(sql`state <> 'ended'`),
    index("auto_top_ups_active").on(t.ordinal).where(sql`state = 'active'`),
    check("auto_top_ups_state", isOneOf(t.state, RULE_STATES)),
    check("auto_top_ups_method_sealed", isSealed(t.method)),
    check("auto_top_ups_currency", isCurrency(t.currency)),
    check(
      "auto_top_ups_amounts",
      sql`${t.target_micros} > ${t.threshold_micros} and ${t.monthly_cap_micros} > 0`,
    ),
    check("auto_top_ups_fault", sql`(${t.fault} is not null) = (${t.state} = 'stopped')`),
  ],
);

/**
 * Where a payment stands. `requested`: the provider is to be asked, or has not said yet; `paid`: the money came, the vend is to
 * follow; `credited` and `failed` are ends; `refund_due`: paid, but the account did not take it.
 */
export const PAYMENT_STATES = ["requested", "paid", "credited", "failed", "refund_due"] as const;

/** One payment that a provider is asked for, by an id of ours; the vend that credits it has the id `payment-ID`. */
export const payments = pgTable(
  "payments",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    rule_id: uuid()
      .notNull()
      .references(() => autoTopUps.id),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    amount_micros: micros().notNull(),
    currency: text().notNull(),
    state: text({ enum: PAYMENT_STATES }).notNull().default("requested"),
    provider_reference: text(),
    vend_id: text(),
    fault: text(),
    requested_at: instant().notNull(),
    ended_at: instant(),
    created_at: createdAt(),
  },
  (t) => [
    unique("payments_ordinal").on(t.ordinal),
    foreignKey({
      columns: [t.operator_id, t.vend_id],
      foreignColumns: [vends.operator_id, vends.vend_id],
    }),
    uniqueIndex("payments_one_in_flight").on(t.rule_id).where(sql`state in ('requested', 'paid')`),
    index("payments_open").on(t.ordinal).where(sql`state in ('requested', 'paid')`),
    index("payments_rule").on(t.rule_id, t.requested_at),
    index("payments_provider").on(t.operator_id, t.provider_reference),
    check("payments_state", isOneOf(t.state, PAYMENT_STATES)),
    check("payments_amount", sql`${t.amount_micros} > 0`),
    check("payments_currency", isCurrency(t.currency)),
    check("payments_fault", sql`length(${t.fault}) <= ${sql.raw(String(REASON_MAX))}`),
    check(
      "payments_ended",
      sql`(${t.ended_at} is not null) = (${t.state} in ('credited', 'failed', 'refund_due'))`,
    ),
    check("payments_credited", sql`${t.state} <> 'credited' or ${t.vend_id} is not null`),
  ],
);
