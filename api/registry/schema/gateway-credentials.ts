/**
 * With what gateways come to the broker.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { gateways } from "./field.ts";
import { operators } from "./parties.ts";

/**
 * Credentials that were given to a gateway, by the public half of their key; the rest is the gateway's alone. From `ends_at` on
 * the broker refuses them: the row stays for as long as the gateway does, or they would be let in again.
 */
export const gatewayCredentials = pgTable(
  "gateway_credentials",
  {
    public_key: text().primaryKey(),
    operator_id: uuid()
      .notNull()
      .references(() => operators.id),
    gateway: integer()
      .notNull()
      .references(() => gateways.number),
    issued_at: instant().notNull(),
    ends_at: instant(),
  },
  (t) => [
    index("gateway_credentials_gateway").on(t.gateway, t.issued_at),
    index("gateway_credentials_ended").on(t.ends_at).where(sql`ends_at is not null`),
    check("gateway_credentials_public_key", sql`${t.public_key} ~ '^U[A-Z2-7]{55}$'`),
  ],
);
