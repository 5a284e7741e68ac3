/**
 * Carbon factors: how much is emitted for a unit of a service, hour by hour.
 */
import { sql } from "drizzle-orm";
import { bigint, check, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { SERVICES } from "../../../engine/contract/services.ts";
import { createdAt, id, instant, isNamed, isOneOf, ordinal } from "./columns.ts";
import { operators } from "./parties.ts";

/** Highest factor: 10^12 micrograms, a tonne for a unit. */
export const FACTOR_MICROGRAMS_MAX = 1_000_000_000_000;

/** A table of factors by its name, for one service. */
export const carbonTables = pgTable(
  "carbon_tables",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    name: text().notNull(),
    service: text({ enum: SERVICES }).notNull(),
    created_at: createdAt(),
  },
  (t) => [
    unique("carbon_tables_operator_name").on(t.operator_id, t.name),
    unique("carbon_tables_ordinal").on(t.ordinal),
    check("carbon_tables_name", isNamed(t.name)),
    check("carbon_tables_service", isOneOf(t.service, SERVICES)),
  ],
);

/** The factor of one UTC hour: micrograms of CO2 equivalent for a unit (kWh, m³, h) of the service. */
export const carbonFactors = pgTable(
  "carbon_factors",
  {
    table_id: uuid()
      .notNull()
      .references(() => carbonTables.id),
    hour: instant().notNull(),
    micrograms: bigint({ mode: "bigint" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.table_id, t.hour] }),
    check("carbon_factors_hour", sql`extract(epoch from ${t.hour})::bigint % 3600 = 0`),
    check(
      "carbon_factors_range",
      sql`${t.micrograms} between 0 and ${sql.raw(String(FACTOR_MICROGRAMS_MAX))}`,
    ),
  ],
);
