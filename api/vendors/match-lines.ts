/**
 * Which of our records each line of a statement stands for: by reference and amount, each record for one line at most.
 */

/** A line of a statement; `amountMicros` has its sign. */
export type StatementLine = { reference: string; amountMicros: bigint };
/** A record of ours that money must have come for, or gone out for. */
export type PaymentRecord = StatementLine & { kind: "vend" | "movement" | "payment"; id: string };
/** What a line came to. `amount_differs`: the record has the reference, but another amount, or has its line already. */
export type Match = {
  state: "matched" | "amount_differs" | "unmatched";
  record: PaymentRecord | undefined;
};

/** Matches lines in their order with records in theirs. */
export function matchLines(
  lines: readonly StatementLine[],
  records: readonly PaymentRecord[],
): Match[] {
  const free = new Map<string, PaymentRecord[]>();
  const named = new Map<string, PaymentRecord>();
  for (const record of records) {
    const key = keyOf(record);
    const waiting = free.get(key);
    if (waiting === undefined) free.set(key, [record]);
    else waiting.push(record);
    if (!named.has(record.reference)) named.set(record.reference, record);
  }
  return lines.map((line) => {
    const record = free.get(keyOf(line))?.shift();
    if (record !== undefined) return { state: "matched", record };
    const other = named.get(line.reference);
    return { state: other === undefined ? "unmatched" : "amount_differs", record: other };
  });
}

function keyOf({ reference, amountMicros }: StatementLine): string {
  return `${amountMicros} ${reference}`;
}
