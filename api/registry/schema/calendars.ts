/**
 * Calendars: when something holds, for supply policies (R71, R73).
 */
import { sql } from "drizzle-orm";
import { check, integer, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { apiKeys } from "./access.ts";
import { createdAt, id, instant, isNamed, ordinal } from "./columns.ts";
import { operators, shards } from "./parties.ts";

/** Most calendars that one shard's engine can know. */
export const CALENDARS_MAX = 256;

/** A calendar by its name, with the text of its newest version. */
export const calendars = pgTable(
  "calendars",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    text: text().notNull(),
    /** Rises with each replacement. */
    version: integer().notNull().default(1),
    created_at: createdAt(),
  },
  (t) => [
    unique("calendars_operator_name").on(t.operator_id, t.name),
    unique("calendars_ordinal").on(t.ordinal),
    check("calendars_name", isNamed(t.name)),
    check("calendars_version", sql`${t.version} > 0`),
  ],
);

/** What each version of a calendar said, and by whom. */
export const calendarVersions = pgTable(
  "calendar_versions",
  {
    calendar_id: uuid()
      .notNull()
      .references(() => calendars.id),
    version: integer().notNull(),
    text: text().notNull(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    at: instant().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.calendar_id, t.version] }),
    check("calendar_versions_version", sql`${t.version} > 0`),
  ],
);

/** The index under which a shard's engine knows a calendar, and for how long it was compiled. */
export const shardCalendars = pgTable(
  "shard_calendars",
  {
    shard: integer()
      .notNull()
      .references(() => shards.shard),
    calendar_id: uuid()
      .notNull()
      .references(() => calendars.id),
    index: integer().notNull(),
    covers_to: instant().notNull(),
    /** When it is compiled anew, further reaching. */
    renew_at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.shard, t.calendar_id] }),
    unique("shard_calendars_index").on(t.shard, t.index),
    check(
      "shard_calendars_place",
      sql`${t.index} between 0 and ${sql.raw(String(CALENDARS_MAX - 1))}`,
    ),
  ],
);
