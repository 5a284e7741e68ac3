/**
 * API keys, and the record of who wrote what (R94).
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
  uuid,
} from "drizzle-orm/pg-core";
import { createdAt, id, instant, isNamed, isOneOf, ordinal } from "./columns.ts";
import { customers, operators } from "./parties.ts";

/** Roles that a key can have. */
export const ROLES = ["operator", "vendor", "ops", "auditor", "customer", "gateway"] as const;
/** By which way a write came in (R94). */
export const CHANNELS = ["pos", "app", "api", "auto", "field"] as const;

/** A key: only its SHA-256 is kept. No scopes means all those of the role. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: id(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    hash: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    scopes: text().array().notNull().default([]),
    /** Whose key it is: such a key sees this customer's accounts only, from the beginning of each agreement on (R92). */
    customer_id: uuid(),
    expires_at: instant(),
    revoked_at: instant(),
    created_at: createdAt(),
    ordinal: ordinal(),
    /** How the key begins, by which people tell it from others; null for keys older than this column. */
    prefix: text(),
    /** The key before the last rotation, which is good until `previous_until`. */
    previous_hash: text(),
    previous_until: instant(),
    /** The hour in which it was last used. */
    last_used_at: instant(),
  },
  (t) => [
    unique("api_keys_hash").on(t.hash),
    unique("api_keys_previous_hash").on(t.previous_hash),
    index("api_keys_operator_ordinal").on(t.operator_id, t.ordinal),
    check(
      "api_keys_previous",
      sql`(${t.previous_hash} is null) = (${t.previous_until} is null) and (${t.previous_hash} is null or ${t.previous_hash} ~ '^[0-9a-f]{64}$')`,
    ),
    foreignKey({
      columns: [t.customer_id, t.operator_id],
      foreignColumns: [customers.id, customers.operator_id],
    }),
    check("api_keys_of_customer", sql`${t.customer_id} is null or ${t.role} = 'customer'`),
    check("api_keys_name", isNamed(t.name)),
    check("api_keys_hash_form", sql`${t.hash} ~ '^[0-9a-f]{64}$'`),
    check("api_keys_role", isOneOf(t.role, ROLES)),
  ],
);

/**
 * The public halves of the keys that access tokens are signed with. The private half never leaves the memory of the
 * process that made it: whoever reads this table can make no token.
 */
export const tokenKeys = pgTable(
  "token_keys",
  {
    kid: uuid().primaryKey(),
    /** The Ed25519 public key: `x` of its JWK (RFC 8037). */
    public_key: text().notNull(),
    /** Until when tokens signed with it are believed. */
    expires_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    index("token_keys_expiry").on(t.expires_at),
    check("token_keys_form", sql`${t.public_key} ~ '^[A-Za-z0-9_-]{43}$'`),
  ],
);

/** One write: who, by which way, what, on what, why. */
export const audit = pgTable(
  "audit",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    actor: text().notNull(),
    channel: text({ enum: CHANNELS }).notNull(),
    action: text().notNull(),
    object: text().notNull(),
    reason: text(),
    data: jsonb(),
    at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    index("audit_operator").on(t.operator_id, t.id),
    check("audit_channel", isOneOf(t.channel, CHANNELS)),
  ],
);
