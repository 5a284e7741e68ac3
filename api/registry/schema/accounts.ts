/**
 * Accounts, what each shard's directory holds, and the outbox of commands to the engine.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { EngineCommand, EngineCommandReply } from "../../../engine/contract/commands.ts";
import { SLOTS_MAX } from "../../../engine/contract/ids.ts";
import { HOLDINGS } from "../../../engine/contract/queries.ts";
import { SERVICES } from "../../../engine/contract/services.ts";
import { createdAt, id, instant, isCurrency, isNamed, isOneOf, ordinal } from "./columns.ts";
import { gateways } from "./field.ts";
import { COST_CENTER_MAX, operators, shards, usagePoints } from "./parties.ts";
import { priceLists, supplyPolicies } from "./pricing.ts";

/** How an account is paid. */
export const PAYMENT_MODES = ["prepayment", "credit"] as const;
/** Where a command in the outbox stands. */
const COMMAND_STATES = ["pending", "applied", "refused"] as const;

/** One service at one usage point. `command_number` is the last one given out. */
export const accounts = pgTable(
  "accounts",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    usage_point_id: uuid().notNull().unique("accounts_usage_point"),
    service: text({ enum: SERVICES }).notNull(),
    currency: text().notNull(),
    shard: integer()
      .notNull()
      .references(() => shards.shard),
    slot: integer().notNull(),
    gateway: integer().notNull(),
    price_list_id: uuid()
      .notNull()
      .references(() => priceLists.id),
    policy_id: uuid()
      .notNull()
      .references(() => supplyPolicies.id),
    /** What it was opened with: in force where nothing is assigned (R37). `price_list_id` and `policy_id` are what the engine was told. */
    opening_price_list_id: uuid()
      .notNull()
      .references(() => priceLists.id),
    opening_policy_id: uuid()
      .notNull()
      .references(() => supplyPolicies.id),
    /** The change of price list that the engine holds for an instant to come. */
    next_price_list_id: uuid().references(() => priceLists.id),
    next_price_list_at: instant(),
    /** When what is in force has to be looked at again; null: not before an assignment changes. */
    terms_due_at: instant(),
    payment_mode: text({ enum: PAYMENT_MODES }).notNull().default("prepayment"),
    recorded: boolean().notNull().default(false),
    /** Money, or quantity that was bought, by its price list (R34); the same for its life. */
    holds: text({ enum: HOLDINGS }).notNull().default("money"),
    /** Somebody at the account depends on supply (R72), as the engine was last told. */
    critical_need: boolean().notNull().default(false),
    command_number: bigint({ mode: "number" }).notNull().default(0),
    /** The cost centre of this account alone; null: its unit's. */
    cost_center: text(),
    opened_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    foreignKey({
      columns: [t.usage_point_id, t.service],
      foreignColumns: [usagePoints.id, usagePoints.service],
    }),
    foreignKey({
      columns: [t.gateway, t.shard],
      foreignColumns: [gateways.number, gateways.shard],
    }),
    unique("accounts_place").on(t.shard, t.slot),
    unique("accounts_ordinal").on(t.ordinal),
    index("accounts_terms_due").on(t.terms_due_at).where(sql`terms_due_at is not null`),
    check(
      "accounts_next_price_list",
      sql`(${t.next_price_list_id} is null) = (${t.next_price_list_at} is null)`,
    ),
    index("accounts_operator").on(t.operator_id, t.ordinal),
    check("accounts_slot", sql`${t.slot} between 0 and ${sql.raw(String(SLOTS_MAX - 1))}`),
    check("accounts_currency", isCurrency(t.currency)),
    check("accounts_payment_mode", isOneOf(t.payment_mode, PAYMENT_MODES)),
    check("accounts_holds", isOneOf(t.holds, HOLDINGS)),
    check("accounts_cost_center", isNamed(t.cost_center, COST_CENTER_MAX)),
    check("accounts_command_number", sql`${t.command_number} between 0 and 4294967295`),
  ],
);

/** The index under which a shard's engine knows a price list. */
export const shardPriceLists = pgTable(
  "shard_price_lists",
  {
    shard: integer()
      .notNull()
      .references(() => shards.shard),
    price_list_id: uuid()
      .notNull()
      .references(() => priceLists.id),
    index: integer().notNull(),
    /** Until when the engine can rate by the last version it was told of; it is told again before. */
    covers_to: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.shard, t.price_list_id] }),
    unique("shard_price_lists_index").on(t.shard, t.index),
  ],
);

/** The index under which a shard's engine knows a policy. */
export const shardPolicies = pgTable(
  "shard_policies",
  {
    shard: integer()
      .notNull()
      .references(() => shards.shard),
    policy_id: uuid()
      .notNull()
      .references(() => supplyPolicies.id),
    index: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.shard, t.policy_id] }),
    unique("shard_policies_index").on(t.shard, t.index),
  ],
);

/**
 * Every command that was ever meant for the engine, written in the transaction that records the intent. `slot` is null
 * for what concerns the whole shard. A pending one is sent until the engine has answered it.
 */
export const engineCommands = pgTable(
  "engine_commands",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    shard: integer()
      .notNull()
      .references(() => shards.shard),
    slot: integer(),
    number: bigint({ mode: "number" }).notNull(),
    body: jsonb().$type<EngineCommand>().notNull(),
    state: text({ enum: COMMAND_STATES }).notNull().default("pending"),
    reply: jsonb().$type<EngineCommandReply>(),
    created_at: createdAt(),
    answered_at: instant(),
  },
  (t) => [
    unique("engine_commands_number").on(t.shard, t.slot, t.number).nullsNotDistinct(),
    foreignKey({ columns: [t.shard, t.slot], foreignColumns: [accounts.shard, accounts.slot] }),
    index("engine_commands_pending").on(t.shard, t.slot, t.number).where(sql`state = 'pending'`),
    check("engine_commands_state", isOneOf(t.state, COMMAND_STATES)),
    check("engine_commands_answered", sql`(${t.state} = 'pending') = (${t.reply} is null)`),
    check("engine_commands_number_from_1", sql`${t.number} between 1 and 4294967295`),
  ],
);
