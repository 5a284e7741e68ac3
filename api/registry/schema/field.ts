/**
 * What stands in the field: gateways and the meters that they read.
 */
import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { Link } from "../../../engine/contract/link.ts";
import { FIELD_DRIVERS } from "../../../engine/contract/roster.ts";
import { SERVICES } from "../../../engine/contract/services.ts";
import { sealedText } from "../secrets/sealed-column.ts";
import { atoms, createdAt, id, instant, isNamed, isOneOf, isSealed, ordinal } from "./columns.ts";
import { operators, sites, usagePoints } from "./parties.ts";

/**
 * A gateway: its number names it in frames and subjects. `key` (32 bytes, hex; sealed) tags its frames; `roster_version` rises
 * with each change of what it reads. It has the shard of its site.
 */
export const gateways = pgTable(
  "gateways",
  {
    number: integer().primaryKey().generatedAlwaysAsIdentity(),
    site_id: uuid().notNull(),
    shard: integer().notNull(),
    name: text().notNull(),
    key: sealedText("gateways").notNull(),
    roster_version: integer().notNull().default(1),
    created_at: createdAt(),
  },
  (t) => [
    foreignKey({ columns: [t.site_id, t.shard], foreignColumns: [sites.id, sites.shard] }),
    unique("gateways_site_name").on(t.site_id, t.name),
    unique("gateways_number_shard").on(t.number, t.shard),
    check("gateways_name", isNamed(t.name)),
    check("gateways_key_sealed", isSealed(t.key)),
    check("gateways_roster_version", sql`${t.roster_version} > 0`),
  ],
);

/**
 * A meter at a usage point, and how its gateway reaches it. Rollover register, greatest rate and least step are in
 * atoms; 0 where unknown (R12, R13). `key` deciphers what the meter sends (M-Bus mode 5). One meter at a time: an exchange retires the old one.
 */
export const meters = pgTable(
  "meters",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    gateway: integer()
      .notNull()
      .references(() => gateways.number),
    usage_point_id: uuid().notNull(),
    serial: text().notNull(),
    service: text({ enum: SERVICES }).notNull(),
    driver: text({ enum: FIELD_DRIVERS }).notNull(),
    device: text().notNull(),
    link: jsonb().$type<Link>().notNull(),
    key: sealedText("meters"),
    address: text().notNull(),
    modulus_atoms: atoms().notNull(),
    max_rate_atoms_per_hour: atoms().notNull(),
    step_atoms: atoms().notNull(),
    created_at: createdAt(),
    retired_at: instant(),
  },
  (t) => [
    foreignKey({
      columns: [t.usage_point_id, t.service],
      foreignColumns: [usagePoints.id, usagePoints.service],
    }),
    unique("meters_operator_serial").on(t.operator_id, t.serial),
    unique("meters_ordinal").on(t.ordinal),
    uniqueIndex("meters_one_at_usage_point").on(t.usage_point_id).where(sql`retired_at is null`),
    index("meters_gateway").on(t.gateway),
    check("meters_serial", isNamed(t.serial, 64)),
    check("meters_device", isNamed(t.device, 64)),
    check("meters_address", isNamed(t.address, 64)),
    check("meters_driver", isOneOf(t.driver, FIELD_DRIVERS)),
    check(
      "meters_link",
      sql`num_nonnulls(${t.link}->'host', ${t.link}->'serial', ${t.link}->'caller') = 1`,
    ),
    check("meters_key_sealed", isSealed(t.key)),
    check(
      "meters_register",
      sql`${t.modulus_atoms} >= 0 and ${t.max_rate_atoms_per_hour} >= 0 and ${t.step_atoms} >= 0`,
    ),
  ],
);
