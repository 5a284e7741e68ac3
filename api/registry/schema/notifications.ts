/**
 * Notifications: who is told what by which way, and the outbox of what is on its way.
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
import { sealedText } from "../secrets/sealed-column.ts";
import { apiKeys } from "./access.ts";
import { accounts } from "./accounts.ts";
import { createdAt, id, instant, isNamed, isOneOf, isSealed, ordinal } from "./columns.ts";
import { customers, operators } from "./parties.ts";

/** Languages that there are texts in. */
export const LANGUAGES = ["en", "es", "de", "fr"] as const;
/** Ways to a customer. */
export const CUSTOMER_CHANNELS = ["email", "sms"] as const;
/** Ways on which a notification goes out. */
export const CHANNELS_OUT = ["webhook", "email", "sms"] as const;
/** Where a notification stands: `dead` was given up, with the reason. */
export const MESSAGE_STATES = ["pending", "sent", "dead"] as const;
/** What is known of the way behind the last server: `underway` until a receipt says how it ended. */
export const DELIVERIES = ["underway", "delivered", "failed"] as const;
/** Where a part of an SMS stands. */
export const PART_STATES = ["accepted", "delivered", "failed"] as const;
/** Longest id that a message centre gives. */
export const REFERENCE_MAX = 65;
/** Where an endpoint stands; `ended` ones are gone for everybody but the record. */
export const ENDPOINT_STATES = ["active", "disabled", "ended"] as const;
/** Where a notice stands: `scheduled` until its time, `sending` while its recipients are gone through. */
export const NOTICE_STATES = ["scheduled", "sending", "sent", "cancelled"] as const;
/** Whom a notice is for. */
export const NOTICE_LEVELS = ["account", "unit_set", "site"] as const;
/** Longest URL of an endpoint. */
export const URL_MAX = 1_000;
/** Longest reason of a failure that is kept. */
export const FAULT_MAX = 200;

const of = () =>
  uuid()
    .notNull()
    .references(() => operators.id);

/**
 * Where an operator's system is told of events. Secrets are base64, sealed; the one before is signed with, too, until
 * `old_secret_until`. Events before `since_at`, by the installation's clock, are not told. After failures it rests.
 */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: of(),
    url: text().notNull(),
    description: text(),
    /** Types of events; none: all of them. */
    event_types: text().array().notNull().default([]),
    secret: sealedText("webhook_endpoints").notNull(),
    old_secret: sealedText("webhook_endpoints"),
    old_secret_until: instant(),
    state: text({ enum: ENDPOINT_STATES }).notNull().default("active"),
    failures: integer().notNull().default(0),
    resting_until: instant(),
    since_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    unique("webhook_endpoints_ordinal").on(t.ordinal),
    index("webhook_endpoints_operator").on(t.operator_id, t.ordinal),
    check("webhook_endpoints_url", isNamed(t.url, URL_MAX)),
    check("webhook_endpoints_description", isNamed(t.description)),
    check("webhook_endpoints_secret_sealed", isSealed(t.secret)),
    check("webhook_endpoints_old_secret_sealed", isSealed(t.old_secret)),
    check("webhook_endpoints_state", isOneOf(t.state, ENDPOINT_STATES)),
    check(
      "webhook_endpoints_old_secret",
      sql`(${t.old_secret} is null) = (${t.old_secret_until} is null)`,
    ),
  ],
);

/** How a customer wants to be told. Quiet hours are minutes of the site's local day, [from, to), over midnight too. */
export const notificationPreferences = pgTable(
  "notification_preferences",
  {
    customer_id: uuid().primaryKey(),
    operator_id: of(),
    language: text({ enum: LANGUAGES }).notNull(),
    channels: text({ enum: CUSTOMER_CHANNELS }).array().notNull(),
    email: text(),
    phone: text(),
    quiet_from_min: integer(),
    quiet_to_min: integer(),
    daily_max: integer().notNull(),
    since_at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    foreignKey({
      columns: [t.customer_id, t.operator_id],
      foreignColumns: [customers.id, customers.operator_id],
    }),
    index("notification_preferences_operator").on(t.operator_id),
    check("notification_preferences_language", isOneOf(t.language, LANGUAGES)),
    check("notification_preferences_email", isNamed(t.email, 254)),
    check("notification_preferences_phone", isNamed(t.phone, 16)),
    check(
      "notification_preferences_quiet",
      sql`(${t.quiet_from_min} is null) = (${t.quiet_to_min} is null) and ${t.quiet_from_min} between 0 and 1439 and ${t.quiet_to_min} between 0 and 1439`,
    ),
    check("notification_preferences_daily", sql`${t.daily_max} between 1 and 50`),
    check(
      "notification_preferences_reach",
      sql`(not 'email' = any(${t.channels}) or ${t.email} is not null) and (not 'sms' = any(${t.channels}) or ${t.phone} is not null)`,
    ),
  ],
);

/**
 * What happened, once each: an event by its id, or the end of a vend. Written in the transaction that takes the event or ends
 * the vend; notifications are made of it afterwards, in one transaction that sets `done`.
 */
export const notificationFacts = pgTable(
  "notification_facts",
  {
    id: text().primaryKey(),
    operator_id: of(),
    account_id: uuid()
      .notNull()
      .references(() => accounts.id),
    type: text().notNull(),
    at: instant().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    done: boolean().notNull().default(false),
    created_at: createdAt(),
  },
  (t) => [
    index("notification_facts_open").on(t.created_at).where(sql`not done`),
    index("notification_facts_age").on(t.created_at),
    check("notification_facts_id", isNamed(t.id)),
  ],
);

/** A notice that somebody wrote, for whoever holds the accounts of its target at `send_at`. */
export const notices = pgTable(
  "notices",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: of(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    level: text({ enum: NOTICE_LEVELS }).notNull(),
    target_id: uuid().notNull(),
    texts: jsonb().$type<Record<string, { subject: string; text: string }>>().notNull(),
    urgent: boolean().notNull(),
    send_at: instant().notNull(),
    state: text({ enum: NOTICE_STATES }).notNull().default("scheduled"),
    /** The account that its recipients were gone through to. */
    after_account: bigint({ mode: "number" }).notNull().default(0),
    recipients: integer().notNull().default(0),
    created_at: createdAt(),
  },
  (t) => [
    unique("notices_ordinal").on(t.ordinal),
    index("notices_operator").on(t.operator_id, t.ordinal),
    index("notices_due").on(t.send_at).where(sql`state in ('scheduled', 'sending')`),
    check("notices_level", isOneOf(t.level, NOTICE_LEVELS)),
    check("notices_state", isOneOf(t.state, NOTICE_STATES)),
  ],
);

/**
 * One notification on one way. `key` is what it is made of, so that it is made once. It goes out when `due_at` has come by
 * the installation's clock and `retry_at` by the machine's; who sends it holds it until `held_until`.
 */
export const notificationMessages = pgTable(
  "notification_messages",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: of(),
    key: text().notNull(),
    channel: text({ enum: CHANNELS_OUT }).notNull(),
    kind: text().notNull(),
    account_id: uuid().references(() => accounts.id),
    customer_id: uuid().references(() => customers.id),
    endpoint_id: uuid().references(() => webhookEndpoints.id),
    notice_id: uuid().references(() => notices.id),
    language: text({ enum: LANGUAGES }),
    /** What its text is made of; of a webhook `body` alone, the very bytes. */
    fields: jsonb().$type<Record<string, string>>().notNull(),
    urgent: boolean().notNull(),
    state: text({ enum: MESSAGE_STATES }).notNull().default("pending"),
    attempts: integer().notNull().default(0),
    due_at: instant().notNull(),
    retry_at: instant().notNull().defaultNow(),
    held_until: instant(),
    first_tried_at: instant(),
    ended_at: instant(),
    fault: text(),
    /** Only where the way has receipts. */
    delivery: text({ enum: DELIVERIES }),
    /** Why it was not delivered, in the message centre's words. */
    delivery_fault: text(),
    /** When what it tells of happened, by the installation's clock. */
    at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    unique("notification_messages_ordinal").on(t.ordinal),
    unique("notification_messages_key").on(t.operator_id, t.key),
    index("notification_messages_operator").on(t.operator_id, t.ordinal),
    index("notification_messages_due").on(t.retry_at).where(sql`state = 'pending'`),
    index("notification_messages_customer").on(t.customer_id, t.at),
    index("notification_messages_ended").on(t.ended_at),
    check("notification_messages_channel", isOneOf(t.channel, CHANNELS_OUT)),
    check("notification_messages_state", isOneOf(t.state, MESSAGE_STATES)),
    check("notification_messages_delivery", isOneOf(t.delivery, DELIVERIES)),
    check(
      "notification_messages_delivery_fault",
      sql`length(${t.delivery_fault}) <= ${sql.raw(String(FAULT_MAX))} and (${t.delivery_fault} is null or ${t.delivery} = 'failed')`,
    ),
    check("notification_messages_fault", sql`length(${t.fault}) <= ${sql.raw(String(FAULT_MAX))}`),
    check(
      "notification_messages_whom",
      sql`num_nonnulls(${t.customer_id}, ${t.endpoint_id}) = 1 and (${t.channel} = 'webhook') = (${t.endpoint_id} is not null)`,
    ),
    check("notification_messages_ended", sql`(${t.ended_at} is null) = (${t.state} = 'pending')`),
  ],
);

/**
 * A part of an SMS that a message centre took over SMPP, with the id by which its receipt names it. What was taken is not sent
 * again when the rest is.
 */
export const smsParts = pgTable(
  "sms_parts",
  {
    message_id: uuid()
      .notNull()
      .references(() => notificationMessages.id, { onDelete: "cascade" }),
    operator_id: of(),
    /** From 1. */
    part: integer().notNull(),
    parts: integer().notNull(),
    reference: text().notNull(),
    state: text({ enum: PART_STATES }).notNull().default("accepted"),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.message_id, t.part] }),
    index("sms_parts_reference").on(t.reference),
    index("sms_parts_operator").on(t.operator_id),
    check("sms_parts_part", sql`${t.part} between 1 and ${t.parts}`),
    check("sms_parts_state", isOneOf(t.state, PART_STATES)),
    check("sms_parts_reference", isNamed(t.reference, REFERENCE_MAX)),
  ],
);
