/**
 * What store and registry have of an account's life: credit events with their parts, and takings between edges.
 */
import { and, eq, inArray } from "drizzle-orm";
import { MONEY_SCALE, parseDecimal } from "../../engine/contract/decimal.ts";
import { accountNumber } from "../../engine/contract/ids.ts";
import { heldAmount } from "../holding.ts";
import type { Account } from "../registry/accounts.ts";
import type { Queryable } from "../registry/database.ts";
import { accountOrders } from "../registry/schema/orders.ts";
import { vends } from "../registry/schema/vending.ts";
import { atMost } from "../reports/limits.ts";
import type { ReportStore } from "../reports/store.ts";
import { intervalOf } from "../reports/sums.ts";
import { justBefore } from "../store/schema.ts";
import type { Charged, CreditEvent, Parts, Taken } from "./account-course.ts";
import { STATEMENT_EVENTS_MAX } from "./limits.ts";

/** A vend or its reversal as the registry has it, by the account's command number. */
export type Receipt = {
  receiptNumber: number | null;
  vendId: string | null;
  parts: Parts;
};

const TYPES = [
  "account.opened",
  "vend.applied",
  "vend.reversed",
  "credit.bought",
  "account.adjusted",
  "credit.transferred",
  "credit.reserved",
  "credit.released",
  "emergency_credit.invoked",
  "emergency_credit.in_use",
  "credit.granted",
  "credit.expired",
  "debt.changed",
  "mode.changed",
  "tenancy.changed",
];
const NO_PARTS: Parts = { debts: 0n, emergency: 0n };

type FoundEvent = [
  atS: number,
  id: string,
  type: string,
  balance: string,
  amount: string,
  quantity: string,
  number: number,
  debt: string,
  mode: string,
];
const EVENTS =
  "SELECT toUInt32(at), id, type, toString(balance), toString(amount), toString(quantity), number, debt, " +
  "JSONExtractString(data, 'payment_mode') FROM events FINAL " +
  "WHERE account = {account:UInt32} AND type IN ({types:Array(String)}) LIMIT {most:UInt32}";

/** The events that matter to credit, in their order, each with what its receipt says. */
export async function creditEvents(
  store: ReportStore,
  account: Account,
  receipts: ReadonlyMap<number, Receipt>,
): Promise<CreditEvent[]> {
  const found = await store.rows<FoundEvent>(EVENTS, {
    account: accountNumber(account.shard, account.slot),
    types: TYPES,
    most: STATEMENT_EVENTS_MAX + 1,
  });
  atMost(found.length, STATEMENT_EVENTS_MAX, "events of credit");
  found.sort((a, b) => a[0] - b[0] || byId(a[1], b[1]));
  return found.map(([atS, , type, balance, amount, quantity, number, debt, mode]) => ({
    type,
    atS,
    balance: BigInt(balance),
    amount: BigInt(type === "credit.bought" ? quantity : amount),
    number,
    mode,
    debt,
    parts: receipts.get(number)?.parts ?? NO_PARTS,
  }));
}

/** Ids are shard-sequence-index. */
function byId(a: string, b: string): number {
  const [first, second] = [a, b].map((id) => id.split("-").map(Number));
  return (first?.[1] ?? 0) - (second?.[1] ?? 0) || (first?.[2] ?? 0) - (second?.[2] ?? 0);
}

/** Receipts of vends and reversals, by command number; adjustments are known by theirs, without a receipt. */
export async function receiptsOf(db: Queryable, account: Account): Promise<Map<number, Receipt>> {
  const sold = await db
    .select()
    .from(vends)
    .where(and(eq(vends.account_id, account.id), eq(vends.state, "applied")))
    .limit(STATEMENT_EVENTS_MAX + 1);
  atMost(sold.length, STATEMENT_EVENTS_MAX, "vends");
  const receipts = new Map<number, Receipt>();
  for (const vend of sold)
    receipts.set(vend.command_number, {
      receiptNumber: vend.receipt_number,
      vendId: vend.vend_id,
      parts: partsOfAnswer(vend.answer, account),
    });
  const orders = await db
    .select()
    .from(accountOrders)
    .where(
      and(
        eq(accountOrders.account_id, account.id),
        inArray(accountOrders.op, ["reverse_credit", "adjust"]),
        eq(accountOrders.state, "applied"),
      ),
    );
  for (const { asked, command_number, vend_id, note } of orders) {
    if (command_number === null) continue;
    const number = note["receipt_number"];
    receipts.set(command_number, {
      receiptNumber: typeof number === "number" ? number : null,
      vendId: vend_id,
      parts: asked.op === "reverse_credit" ? partsOf(asked.parts, BigInt) : NO_PARTS,
    });
  }
  return receipts;
}

function partsOfAnswer(answer: Buffer | null, account: Account): Parts {
  if (answer === null) return NO_PARTS;
  const { parts } = JSON.parse(answer.toString("utf8")) as { parts?: Record<string, string> };
  if (parts === undefined) return NO_PARTS;
  const { debts } = partsOf(parts, (text) => parseDecimal(text, MONEY_SCALE) ?? 0n);
  return { debts, emergency: heldAmount(parts["emergency"] ?? "0", account, "/parts/emergency") };
}

function partsOf(parts: Readonly<Record<string, string>>, read: (text: string) => bigint): Parts {
  const debts = ["payment_debt", "accumulated_debt", "time_debt_1", "time_debt_2"];
  return {
    debts: debts.reduce((sum, name) => sum + read(parts[name] ?? "0"), 0n),
    emergency: read(parts["emergency"] ?? "0"),
  };
}

const MICRO = 1_000_000n;
const READINGS =
  `SELECT ${intervalOf(justBefore("`to`"))} AS s, toString(sum(toInt128(quantity))), toString(sum(toInt128(cost))) FROM readings ` +
  "WHERE account = {account:UInt32} AND (quantity != 0 OR cost != 0) AND toUInt32(`to`) <= {until:UInt32} GROUP BY s ORDER BY s";
const CHARGES =
  `SELECT ${intervalOf(justBefore("at"))} AS s, tariff, charge, toUInt32(count()), toString(sum(toInt128(amount))) FROM charges ` +
  "WHERE account = {account:UInt32} GROUP BY s, tariff, charge ORDER BY s, tariff, charge";

/** What was taken in each stretch, by its begin, by readings up to `untilS`; starts begin with 0. */
export async function takenBetween(
  store: ReportStore,
  account: Account,
  { starts, untilS }: { starts: readonly number[]; untilS: number },
): Promise<Map<number, Taken>> {
  const params = { account: accountNumber(account.shard, account.slot), starts, until: untilS };
  const [readings, charges] = await Promise.all([
    store.rows<[number, string, string]>(READINGS, params),
    store.rows<[number, number, number, number, string]>(CHARGES, params),
  ]);
  const taken = new Map<number, Taken & { charges: Charged[] }>();
  const at = (startS: number) =>
    taken.get(startS) ?? { consumed: 0n, quantityAtoms: 0n, charges: [] };
  for (const [startS, quantity, cost] of readings) {
    const quantityAtoms = BigInt(quantity);
    const consumed = account.holds === "quantity" ? quantityAtoms * MICRO : BigInt(cost);
    taken.set(startS, { ...at(startS), consumed, quantityAtoms });
  }
  for (const [startS, tariff, code, entries, amount] of charges) {
    const some = at(startS);
    some.charges.push({ tariff, code, entries, amount: BigInt(amount) });
    taken.set(startS, some);
  }
  return taken;
}

const MOVED = "verdict IN (0, 1, 2, 10)";
const REACH =
  `SELECT toUInt32(maxIf(\`to\`, ${MOVED})), toUInt32(minIf(\`to\`, ${MOVED})), argMinIf(verdict, \`to\`, ${MOVED}) ` +
  "FROM readings WHERE account = {account:UInt32}";
const OPENING = 1;

/**
 * How far the store reaches in readings that moved the meter's state: the last one's time (0 without one), the first one's,
 * and whether the meter's opening is there, so that nothing older was dropped by its age.
 */
export type Reach = { lastS: number; firstS: number; isWhole: boolean };

/** Asks how far the store reaches. */
export async function reachOf(store: ReportStore, account: Account): Promise<Reach> {
  const params = { account: accountNumber(account.shard, account.slot) };
  const [row] = await store.rows<[number, number, number]>(REACH, params);
  const [lastS = 0, firstS = 0, verdict = OPENING] = row ?? [];
  return { lastS, firstS, isWhole: lastS === 0 || verdict === OPENING };
}
