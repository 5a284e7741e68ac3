/**
 * A text column that PostgreSQL has sealed only: what is written is sealed on its way, what is read is opened. It cannot be
 * compared or searched, as the same text is sealed differently each time.
 */
import { customType } from "drizzle-orm/pg-core";
import { opened, sealed } from "./keyring.ts";

/** A sealed column of this table. */
export const sealedText = (table: string) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => "text",
    toDriver: (text) => sealed(text, table),
    fromDriver: (text) => opened(text, table),
  })();
