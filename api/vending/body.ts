/**
 * The body of a vend, and the hash that tells a repeat from another body under the same id.
 */
import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { moneyText, plainText } from "../schemas.ts";

/** What is paid with. `type` is the vendor's own word, such as `cash`, `card` or `mobile_money`. */
const tender = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,31}$/, "must be a word such as cash, card or mobile_money"),
  reference: plainText(64).optional(),
});

/** A vend as it is asked for. */
export const vendBody = z
  .strictObject({
    account_id: z
      .uuid("must be the account's id, or leave it out and give meter_serial")
      .optional(),
    meter_serial: plainText(64).optional(),
    amount: moneyText.openapi({ example: "10.00" }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a currency code such as "EUR"')
      .openapi({ example: "EUR" }),
    tender: tender.default({ type: "cash" }),
    terminal_id: plainText(64).optional(),
  })
  .refine((body) => (body.account_id === undefined) !== (body.meter_serial === undefined), {
    message: "must hold either account_id or meter_serial",
    path: ["account_id"],
  })
  .openapi("VendRequest");

/** A checked body; `amount` in micros. */
export type VendBody = z.output<typeof vendBody>;

/** The hash of what a body means: members in a fixed order and the amount in micros, so that spelling does not count. */
export function hashOf(body: VendBody): string {
  const meaning = [
    body.account_id ?? null,
    body.meter_serial ?? null,
    String(body.amount),
    body.currency,
    body.tender.type,
    body.tender.reference ?? null,
    body.terminal_id ?? null,
  ];
  return createHash("sha256").update(JSON.stringify(meaning)).digest("hex");
}
