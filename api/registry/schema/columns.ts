/**
 * Columns and checks that many tables share.
 */
import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import { bigint, timestamp, uuid } from "drizzle-orm/pg-core";

/** Longest name of anything that people name. */
export const NAME_MAX = 200;

/** A random id as primary key. */
export const id = () => uuid().primaryKey().defaultRandom();

/** Order of creation: what lists are paged by. */
export const ordinal = () => bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity();

/** Money in micros, exact. */
export const micros = () => bigint({ mode: "bigint" });

/** A quantity in atoms, exact. */
export const atoms = () => bigint({ mode: "bigint" });

/** An instant. */
export const instant = () => timestamp({ withTimezone: true, mode: "date" });

/** When the row was written, by the database's clock. */
export const createdAt = () => instant().notNull().defaultNow();

/** A check that a text column holds one of these words, which are our own constants. */
export function isOneOf(column: AnyColumn, words: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(", "))})`;
}

/** A check that a text is not empty and not longer than `most` characters. */
export function isNamed(column: AnyColumn, most: number = NAME_MAX): SQL {
  return sql`length(${column}) between 1 and ${sql.raw(String(most))}`;
}

/** A check that a text is sealed; rows of earlier versions are sealed when the registry is opened. */
export function isSealed(column: AnyColumn): SQL {
  return sql`${column} ~ '^sealed[.]1[.][0-9a-f]{16}[.][A-Za-z0-9_-]+$'`;
}

/** A check that a text is an ISO 4217 currency code by its form. */
export function isCurrency(column: AnyColumn): SQL {
  return sql`${column} ~ '^[A-Z]{3}$'`;
}
