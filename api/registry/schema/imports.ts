/**
 * Bulk imports: how far each has come, and the verdicts of its lines.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { apiKeys } from "./access.ts";
import { createdAt, id, instant, isNamed, isOneOf, ordinal } from "./columns.ts";
import { operators } from "./parties.ts";

/** Longest id that a client may give an import. */
export const IMPORT_ID_MAX = 64;
/** How lines are written. */
export const IMPORT_FORMATS = ["ndjson", "csv"] as const;
/** Where an import stands: `interrupted` until the same file is sent again. */
export const IMPORT_STATES = ["running", "interrupted", "finished"] as const;

/** One import by the client's own id. `alive_at` rises while a process works on it, by the database's clock. */
export const imports = pgTable(
  "imports",
  {
    id: id(),
    ordinal: ordinal(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    import_id: text().notNull(),
    key_id: uuid()
      .notNull()
      .references(() => apiKeys.id),
    format: text({ enum: IMPORT_FORMATS }).notNull(),
    dry_run: boolean().notNull(),
    state: text({ enum: IMPORT_STATES }).notNull().default("running"),
    /** Rises each time that the file is sent: a process that was taken for dead finds another number, and stops. */
    run: integer().notNull().default(1),
    lines_read: bigint({ mode: "number" }).notNull().default(0),
    made: bigint({ mode: "number" }).notNull().default(0),
    unchanged: bigint({ mode: "number" }).notNull().default(0),
    refused: bigint({ mode: "number" }).notNull().default(0),
    accounts_opened: bigint({ mode: "number" }).notNull().default(0),
    /** Why it was interrupted. */
    fault: text(),
    alive_at: instant().notNull().defaultNow(),
    created_at: createdAt(),
    ended_at: instant(),
  },
  (t) => [
    unique("imports_ordinal").on(t.ordinal),
    unique("imports_operator_import").on(t.operator_id, t.import_id),
    unique("imports_operator").on(t.id, t.operator_id),
    uniqueIndex("imports_one_running").on(t.operator_id).where(sql`state = 'running'`),
    check("imports_import_id", isNamed(t.import_id, IMPORT_ID_MAX)),
    check("imports_format", isOneOf(t.format, IMPORT_FORMATS)),
    check("imports_state", isOneOf(t.state, IMPORT_STATES)),
    check("imports_ended", sql`(${t.ended_at} is null) = (${t.state} = 'running')`),
    check("imports_lines", sql`${t.made} + ${t.unchanged} + ${t.refused} = ${t.lines_read}`),
  ],
);

/** What became of some lines that follow each other. By `digest` the same file is known when it is sent again. */
export const importChunks = pgTable(
  "import_chunks",
  {
    import: uuid().notNull(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    number: integer().notNull(),
    /** SHA-256 of the lines' text, hex. */
    digest: text().notNull(),
    lines: integer().notNull(),
    /** Lines of JSON, a verdict each. */
    verdicts: text().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.import, t.number] }),
    foreignKey({
      columns: [t.import, t.operator_id],
      foreignColumns: [imports.id, imports.operator_id],
    }).onDelete("cascade"),
    check("import_chunks_lines", sql`${t.lines} > 0 and ${t.number} >= 0`),
    check("import_chunks_digest", sql`${t.digest} ~ '^[0-9a-f]{64}$'`),
  ],
);
