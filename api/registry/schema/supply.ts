/**
 * Supply commands: what was asked of a relay or valve, by whom, and how far it came (R77, R78).
 */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { SUPPLY_ACTIONS } from "../../../engine/contract/supply.ts";
import { apiKeys } from "./access.ts";
import { accounts } from "./accounts.ts";
import { createdAt, id, instant, isOneOf, ordinal } from "./columns.ts";
import { operators } from "./parties.ts";

/** How far a supply command came. */
export const SUPPLY_COMMAND_STATES = [
  "awaiting_approval",
  "rejected",
  "requested",
  "sent",
  "acknowledged",
  "executed",
  "failed",
  "expired",
] as const;
/** Who wanted it: the engine because of credit or of the load (R75), or a person. */
export const SUPPLY_CAUSES = ["automatic", "manual", "load_limit"] as const;
/** Longest reason. */
export const REASON_MAX = 500;

/** One supply command; `supply_number` is the meter's own, known once the engine has asked the gateway. */
export const supplyCommands = pgTable(
  "supply_commands",
  {
    id: id(),
    ordinal: ordinal(),
    set_id: uuid(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    action: text({ enum: SUPPLY_ACTIONS }).notNull(),
    cause: text({ enum: SUPPLY_CAUSES }).notNull(),
    reason: text().notNull(),
    /** Of a cut: also where a friendly period, a critical need, a missing notice or stale data forbid it. */
    override: boolean().notNull().default(false),
    key_id: uuid().references(() => apiKeys.id),
    /** Who approved or rejected a cut that needs two people (R72). */
    decided_by: uuid().references(() => apiKeys.id),
    command_number: bigint({ mode: "number" }),
    supply_number: bigint({ mode: "number" }),
    state: text({ enum: SUPPLY_COMMAND_STATES }).notNull().default("requested"),
    /** Why it failed, or the alarm that the meter's report disagreed. */
    fault: text(),
    requested_at: instant().notNull(),
    updated_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    unique("supply_commands_ordinal").on(t.ordinal),
    unique("supply_commands_command").on(t.account_id, t.command_number),
    unique("supply_commands_supply").on(t.account_id, t.supply_number),
    index("supply_commands_operator").on(t.operator_id, t.ordinal),
    index("supply_commands_set").on(t.set_id),
    check("supply_commands_action", isOneOf(t.action, SUPPLY_ACTIONS)),
    check("supply_commands_state", isOneOf(t.state, SUPPLY_COMMAND_STATES)),
    check("supply_commands_cause", isOneOf(t.cause, SUPPLY_CAUSES)),
    check("supply_commands_reason", sql`length(${t.reason}) <= ${sql.raw(String(REASON_MAX))}`),
    check(
      "supply_commands_by_whom",
      sql`${t.cause} <> 'manual' or (${t.key_id} is not null and (${t.command_number} is not null) = (${t.state} not in ('awaiting_approval', 'rejected')))`,
    ),
    check("supply_commands_two_people", sql`${t.decided_by} <> ${t.key_id}`),
    check("supply_commands_override", sql`not ${t.override} or ${t.action} = 'cut'`),
  ],
);
