/**
 * The receipt of a vend, as JSON: written once, its bytes are what every repeat gets.
 */
import { z } from "@hono/zod-openapi";
import { formatDecimal, MONEY_SCALE } from "../../engine/contract/decimal.ts";
import { CREDIT_PARTS } from "../../engine/contract/fields.ts";
import { HOLDINGS } from "../../engine/contract/queries.ts";
import type { Answered } from "../engine/delivery.ts";
import { type Holding, heldIn, heldText, partTexts } from "../holding.ts";
import type { vends } from "../registry/schema/vending.ts";
import { currencyOut, heldOut, moneyOut, timeOut, timeText } from "../schemas.ts";

/** Restricted credit is granted, never bought. */
const RECEIPT_PARTS = CREDIT_PARTS.filter((part) => part !== "restricted");

/** A vend as the registry has it. */
export type VendRow = typeof vends.$inferSelect;

/** What a payment came to, in the order of the waterfall. */
export const partsOut = z.record(z.enum(RECEIPT_PARTS), heldOut);

/**
 * A receipt. `balance` is the one right after the credit; `receipt_number` counts an operator's receipts without gaps.
 * `parts` says where the amount went, in the order of the waterfall (R50); all of them, also zero ones (R51). Where the account
 * holds quantity (R34), `balance_in` is its unit, and so are parts that are no debts; debts stay money.
 */
export const receiptOut = z
  .object({
    vend_id: z.string(),
    status: z.literal("applied"),
    receipt_number: z.int().positive(),
    account_id: z.uuid(),
    meter_serial: z.string(),
    amount: moneyOut,
    currency: currencyOut,
    holds: z.enum(HOLDINGS),
    balance_in: z.string(),
    parts: partsOut,
    balance: heldOut,
    tender: z.object({ type: z.string(), reference: z.string().optional() }),
    terminal_id: z.string().nullable(),
    received_at: timeOut,
    applied_at: timeOut,
  })
  .openapi("Receipt");

/** The bytes of a receipt. */
export function receiptBytes(
  vend: VendRow,
  receiptNumber: number,
  reply: Extract<Answered, { status: "applied" }>,
  holding: Holding,
): Buffer {
  const receipt: z.input<typeof receiptOut> = {
    vend_id: vend.vend_id,
    status: "applied",
    receipt_number: receiptNumber,
    account_id: vend.account_id,
    meter_serial: vend.meter_serial,
    amount: formatDecimal(vend.amount_micros, MONEY_SCALE, 2),
    currency: vend.currency,
    holds: holding.holds,
    balance_in: heldIn(holding),
    parts: shownParts(partsOf(vend, reply), holding),
    balance: heldText(BigInt(reply.balance_micros), holding),
    tender: vend.tender,
    terminal_id: vend.terminal_id,
    received_at: vend.received_at.toISOString(),
    applied_at: timeText(reply.at_s),
  };
  return Buffer.from(JSON.stringify(receipt));
}

/** What a credit came to, as the engine counts it: it leaves parts out where the balance took all of the money. */
export function partsOf(
  { amount_micros }: VendRow,
  { parts }: Extract<Answered, { status: "applied" }>,
): Partial<Record<(typeof CREDIT_PARTS)[number], string>> {
  return parts ?? { balance: amount_micros.toString() };
}

/** The parts of a payment as people are told them: all of them, also zero ones (R51). */
export function shownParts(
  told: Partial<Record<(typeof CREDIT_PARTS)[number], string>>,
  holding: Holding,
): z.input<typeof receiptOut>["parts"] {
  const all = Object.fromEntries(RECEIPT_PARTS.map((part) => [part, told[part] ?? "0"]));
  return partTexts(all, holding) as z.input<typeof receiptOut>["parts"];
}
