/**
 * Statements as the interface shows them: as JSON, and as rows of CSV.
 */
import { z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { HOLDINGS } from "../../engine/contract/queries.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { shownIn } from "../account-view.ts";
import { heldIn, heldText } from "../holding.ts";
import { chargeOf } from "../reports/statement.ts";
import { type Column, column, maybe, type Row } from "../reports/table.ts";
import { CHARGE_CODES, type Tariff } from "../reports/tariffs.ts";
import { currencyOut, heldOut, timeOut, timeText } from "../schemas.ts";
import { LINE_KINDS, type Line } from "./line.ts";
import type { Statement } from "./statement.ts";

const lineOut = z.object({
  kind: z.enum(LINE_KINDS),
  from: timeOut,
  to: timeOut.openapi({ description: "The same as `from` but of what was taken over a time" }),
  text: z.string().nullable().openapi({ description: "The charge's or the debt's name" }),
  receipt_number: z.int().nullable(),
  vend_id: z.string().nullable(),
  quantity: z.string().nullable(),
  unit: z.string().nullable(),
  entries: z.int().nullable(),
  amount: heldOut.openapi({ description: "What it moved the balance by" }),
  beside: heldOut.nullable().openapi({ description: "An amount that did not move the balance" }),
  balance: heldOut.openapi({ description: "Behind the line" }),
});
/** A statement. */
export const statementOut = z
  .object({
    account_id: z.uuid(),
    unit_id: z.uuid(),
    service: z.enum(SERVICES),
    currency: currencyOut,
    holds: z.enum(HOLDINGS),
    balance_in: z.string(),
    from: timeOut,
    to: timeOut,
    as_of: timeOut,
    partial: z.boolean().openapi({
      description: "Whether something moved the balance that the store does not tell of (yet)",
    }),
    opening_balance: heldOut,
    closing_balance: heldOut,
    other: heldOut.openapi({
      description: "What nothing stored accounts for, over all of the account's life; normally 0",
    }),
    items: z.array(lineOut),
  })
  .openapi("Statement");
/** A statement as it is told. */
export type StatementOut = z.input<typeof statementOut>;
type LineOut = z.input<typeof lineOut>;
/** A statement as it is told; `tariffs` name its charges. */
export function statementView(
  made: Statement,
  unitId: string,
  tariffs: ReadonlyMap<number, Tariff>,
): StatementOut {
  const { account } = made;
  let balance = made.opening;
  return {
    account_id: account.id,
    unit_id: unitId,
    service: account.service,
    currency: account.currency,
    holds: account.holds,
    balance_in: heldIn(account),
    from: timeText(made.fromS),
    to: timeText(made.toS),
    as_of: timeText(made.asOfS),
    partial: made.other !== 0n,
    opening_balance: heldText(made.opening, account),
    closing_balance: heldText(made.closing, account),
    other: heldText(made.other, account),
    items: made.lines.map((line) => {
      balance += line.amount;
      return { ...lineView(line, made, tariffs), balance: heldText(balance, account) };
    }),
  };
}

/** Besides, only what is granted is in what the account holds. */
const IN_HELD: readonly string[] = ["credit_granted", "credit_expired", "emergency_invoked"];

function lineView(
  line: Line,
  { account, receipts }: Statement,
  tariffs: ReadonlyMap<number, Tariff>,
): Omit<LineOut, "balance"> {
  const receipt = line.number === undefined ? undefined : receipts.get(line.number);
  const shown =
    line.quantityAtoms === undefined ? undefined : shownIn(line.quantityAtoms, account.service);
  const { beside } = line;
  const besideText = (amount: bigint): string =>
    IN_HELD.includes(line.kind) ? heldText(amount, account) : formatMicros(amount);
  return {
    kind: line.kind,
    from: timeText(line.fromS),
    to: timeText(line.toS),
    text: textOf(line, tariffs),
    receipt_number: receipt?.receiptNumber ?? null,
    vend_id: receipt?.vendId ?? null,
    quantity: shown?.quantity ?? null,
    unit: shown?.unit ?? null,
    entries: line.entries ?? null,
    amount: heldText(line.amount, account),
    beside: beside === undefined ? null : besideText(beside),
  };
}

function textOf({ charge, debt }: Line, tariffs: ReadonlyMap<number, Tariff>): string | null {
  if (charge === undefined) return debt ?? null;
  const list = tariffs.get(charge.tariff)?.list;
  return list === undefined ? null : chargeOf(list, charge.code % CHARGE_CODES.toDebt).charge;
}

/** Columns of a statement as CSV. */
export const STATEMENT_FILE_COLUMNS: readonly Column[] = [
  column("account_id", "text", ""),
  column("service", "text", ""),
  column("kind", "text", ""),
  column("from", "time", ""),
  column("to", "time", ""),
  maybe("text", "text", ""),
  maybe("receipt_number", "count", ""),
  maybe("vend_id", "text", ""),
  maybe("quantity", "quantity", ""),
  maybe("unit", "text", ""),
  maybe("entries", "count", ""),
  column("amount", "money", ""),
  maybe("beside", "money", ""),
  column("balance", "money", ""),
  column("balance_in", "text", ""),
];

/** Rows of a statement as CSV: it begins with a row `opening_balance` and ends with `closing_balance`. */
export function rowsOf(made: StatementOut): Row[] {
  const { account_id, service, balance_in, from, to } = made;
  const of = { account_id, service, balance_in };
  return [
    { ...of, kind: "opening_balance", from, to: from, balance: made.opening_balance },
    ...made.items.map((item) => ({ ...of, ...item })),
    { ...of, kind: "closing_balance", from: to, to, balance: made.closing_balance },
  ];
}
