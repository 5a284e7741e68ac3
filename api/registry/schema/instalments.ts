/**
 * Plans by which a debt is paid in instalments; the engine holds the debt and collects it.
 */
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { createdAt, id, instant, isOneOf, micros, ordinal } from "./columns.ts";
import { accountOrders } from "./orders.ts";
import { operators } from "./parties.ts";

/** Debts that can be paid in instalments: of each payment, or by time. */
export const PLAN_DEBTS = ["payment_debt", "time_debt_1", "time_debt_2"] as const;
/** How often an instalment of a time debt falls due. */
export const PLAN_EVERY = ["day", "week", "month"] as const;
/** Where a plan stands; `pending` until the engine has taken it. That its debt is cleared is asked of the engine. */
export const PLAN_STATES = ["pending", "active", "refused", "replaced", "written_off"] as const;
/** Most instalments of a plan. */
export const INSTALMENTS_MAX = 3_660;

/** A plan, put in force by its account order. One is in force for a debt of an account at a time. */
export const instalmentPlans = pgTable(
  "instalment_plans",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    order_id: uuid().references(() => accountOrders.id),
    debt: text({ enum: PLAN_DEBTS }).notNull(),
    total_micros: micros().notNull(),
    share_ppm: integer(),
    weekly_cap_micros: micros(),
    instalments: integer(),
    instalment_micros: micros(),
    every: text({ enum: PLAN_EVERY }),
    state: text({ enum: PLAN_STATES }).notNull(),
    ended_at: instant(),
    created_at: createdAt(),
  },
  (t) => [
    unique("instalment_plans_ordinal").on(t.ordinal),
    unique("instalment_plans_order").on(t.order_id),
    uniqueIndex("instalment_plans_one").on(t.account_id, t.debt).where(sql`state = 'active'`),
    index("instalment_plans_operator").on(t.operator_id, t.ordinal),
    check("instalment_plans_debt", isOneOf(t.debt, PLAN_DEBTS)),
    check("instalment_plans_state", isOneOf(t.state, PLAN_STATES)),
    check("instalment_plans_total", sql`${t.total_micros} > 0`),
    check(
      "instalment_plans_terms",
      sql`case when ${t.debt} = 'payment_debt' then ${t.share_ppm} between 1 and 1000000 and num_nonnulls(${t.instalments}, ${t.instalment_micros}, ${t.every}) = 0 else ${t.instalments} between 1 and ${sql.raw(String(INSTALMENTS_MAX))} and ${t.instalment_micros} > 0 and ${t.every} is not null and num_nonnulls(${t.share_ppm}, ${t.weekly_cap_micros}) = 0 end`,
    ),
    check("instalment_plans_every", sql`${t.every} in ('day', 'week', 'month')`),
  ],
);
