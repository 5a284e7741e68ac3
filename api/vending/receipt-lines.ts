/**
 * A receipt for people, as lines of a label and a value; pages and prints are made of them.
 */
import type { z } from "zod";
import type { receiptOut } from "./receipt.ts";

/** A receipt as it was first given, with who gave it and which copy it is. */
export type PrintedReceipt = {
  receipt: z.output<typeof receiptOut>;
  operator: string;
  vendor: string | null;
  copy: number;
  /** Whether the vend was taken back since. */
  isReversed: boolean;
};

/** A line: what it is, and what it says. */
export type ReceiptLine = readonly [label: string, value: string];

const PART_WORDS: Record<string, string> = {
  payment_debt: "To payment debt",
  accumulated_debt: "To accumulated debt",
  time_debt_1: "To debt 1",
  time_debt_2: "To debt 2",
  threshold: "To the cut-off",
  emergency: "Emergency credit repaid",
  balance: "To the balance",
};

/** What stands over the lines: which receipt it is, that it is a copy, and that it was taken back. */
export function receiptHead({ receipt, copy, isReversed }: PrintedReceipt): string[] {
  return [
    `Receipt ${receipt.receipt_number}`,
    `COPY ${copy}`,
    ...(isReversed ? ["REVERSED: this credit was taken back"] : []),
  ];
}

/** The lines. Every part is told, also zero ones (R51). */
export function receiptLines({ receipt, vendor }: PrintedReceipt): ReceiptLine[] {
  const { tender, currency, holds, balance_in: unit } = receipt;
  const isDebt = (part: string): boolean => part.endsWith("_debt") || part.startsWith("time_debt");
  const parts = Object.entries(receipt.parts).map(([part, value]): ReceiptLine => {
    const word = PART_WORDS[part] ?? part;
    return [word, `${value} ${isDebt(part) ? currency : unit}`];
  });
  return [
    ["Paid", `${receipt.amount} ${currency}`],
    ["By", tender.reference === undefined ? tender.type : `${tender.type} ${tender.reference}`],
    ...parts,
    [holds === "money" ? "Balance" : "Credit", `${receipt.balance} ${unit}`],
    ["Meter", receipt.meter_serial],
    ["Account", receipt.account_id],
    ["Sale", receipt.vend_id],
    ...(vendor === null ? [] : ([["Vendor", vendor]] as const)),
    ...(receipt.terminal_id === null ? [] : ([["Terminal", receipt.terminal_id]] as const)),
    ["Credited", receipt.applied_at],
  ];
}
