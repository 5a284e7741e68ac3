/**
 * Statement lines: what each account consumed at each step of its tariff, and each charge, with the tax in them.
 */
import { formatDecimal, formatMicros } from "../../engine/contract/decimal.ts";
import { DECIMAL_SCALE } from "../../engine/contract/price-list/limits.ts";
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import { divideHalfEven } from "../../engine/contract/price-list/taxed.ts";
import { atomsToText } from "../../engine/contract/services.ts";
import { inChunks } from "../each.ts";
import { timeText } from "../schemas.ts";
import { CHARGE_ROWS, READING_ROWS } from "./sources.ts";
import type { ReportStore } from "./store.ts";
import type { Subject } from "./subjects.ts";
import { type Column, column, maybe, type Row, SHARED } from "./table.ts";
import { CHARGE_CODES, type Tariff } from "./tariffs.ts";

/** Columns of the report. */
export const STATEMENT_COLUMNS: readonly Column[] = [
  SHARED.accountId,
  SHARED.site,
  SHARED.unitName,
  SHARED.service,
  column("price_list", "text", "The price list's name"),
  column("version_from", "time", "When the version of the price list begins"),
  column("line", "text", "consumption, charge, demand (R38) or debt (what repaid a time debt)"),
  maybe("period", "text", "The period of the day, of consumption"),
  maybe("block", "count", "The block, from 0, of consumption"),
  maybe("block_from", "quantity", "From how much on in a cycle the block holds"),
  maybe("charge", "text", "The charge's name"),
  maybe("quantity", "quantity", "In `unit`, of consumption"),
  maybe("quantity_atoms", "atoms", "The same in whole atoms"),
  column("unit", "text", "The unit of quantities and prices"),
  maybe("price", "decimal", "For a unit, or for an entry of a charge, before taxes"),
  maybe("entries", "count", "How often the charge fell due"),
  column("to_debt", "flag", "Whether it went to the accumulated debt instead of the balance (R36)"),
  column("tax_rate", "decimal", "All taxes together: 0.21 is 21 %"),
  column("net", "money", "Without taxes: amount / (1 + tax_rate), a half to the even micro"),
  column("tax", "money", "amount − net"),
  column("amount", "money", "What was taken, with taxes"),
  SHARED.currency,
];

const ACCOUNTS_AT_ONCE = 20_000;
const ONE = 10n ** BigInt(DECIMAL_SCALE);

type Consumed = [
  account: number,
  tariff: number,
  period: number,
  block: number,
  q: string,
  c: string,
];
type Charged = [account: number, tariff: number, charge: number, entries: number, amount: string];

/** Sums by account and step of the tariff. */
export type StatementSums = { consumed: Consumed[]; charged: Charged[] };

/** The sums over [fromS, toS). */
export async function statementSums(
  store: ReportStore,
  accounts: readonly number[],
  { fromS, toS }: { fromS: number; toS: number },
): Promise<StatementSums> {
  const sums: StatementSums = { consumed: [], charged: [] };
  for (const some of inChunks(accounts, ACCOUNTS_AT_ONCE)) {
    const params = { accounts: some, first: fromS, end: toS };
    const [consumed, charged] = await Promise.all([
      store.rows<Consumed>(CONSUMED, params),
      store.rows<Charged>(CHARGED, params),
    ]);
    sums.consumed.push(...consumed);
    sums.charged.push(...charged);
  }
  return sums;
}

const OURS = "account IN ({accounts:Array(UInt32)})";
const CONSUMED =
  "SELECT account, tariff, period, block, toString(sum(quantity)), toString(sum(cost)) FROM readings " +
  `WHERE ${OURS} AND ${READING_ROWS.within} AND (quantity != 0 OR cost != 0) ` +
  "GROUP BY account, tariff, period, block ORDER BY account, tariff, period, block";
const CHARGED =
  "SELECT account, tariff, charge, toInt32(count()), toString(sum(amount)) FROM charges " +
  `WHERE ${OURS} AND ${CHARGE_ROWS.within} ` +
  "GROUP BY account, tariff, charge ORDER BY account, tariff, charge";

/** The numbers of all versions that sums name. */
export function tariffNumbers({ consumed, charged }: StatementSums): number[] {
  return [...new Set([...consumed, ...charged].map(([, tariff]) => tariff))];
}

/** The lines, account by account: consumption first, then charges. */
export function statementRows(
  subjects: readonly Subject[],
  sums: StatementSums,
  tariffs: ReadonlyMap<number, Tariff>,
): Row[] {
  const rows = new Map<number, Row[]>(subjects.map(({ number }) => [number, []]));
  const byNumber = new Map(subjects.map((subject) => [subject.number, subject]));
  const add = (account: number, number: number, line: (list: PriceList) => Line): void => {
    const tariff = tariffs.get(number);
    const subject = byNumber.get(account);
    if (tariff === undefined || subject === undefined)
      throw new Error(`the store names version ${number}, which the operator has not`);
    rows.get(account)?.push(rowOf(subject, tariff, line(tariff.list)));
  };
  for (const [account, tariff, period, block, quantity, cost] of sums.consumed)
    add(account, tariff, (list) =>
      consumedLine(list, period, block, [BigInt(quantity), BigInt(cost)]),
    );
  for (const [account, tariff, charge, entries, amount] of sums.charged)
    add(account, tariff, (list) => chargedLine(list, charge, entries, BigInt(amount)));
  return [...rows.values()].flat();
}

/** What is a line's own. */
type Line = { amountMicros: bigint; isTaxed: boolean; cells: Row };

function consumedLine(
  list: PriceList,
  period: number,
  block: number,
  [quantity, cost]: readonly [bigint, bigint],
): Line {
  const named = list.periods[period];
  const step = named?.blocks[block];
  if (named === undefined || step === undefined)
    throw new Error(`the store names period ${period}, block ${block} of ${list.name}`);
  return {
    amountMicros: cost,
    isTaxed: true,
    cells: {
      line: "consumption",
      period: named.name,
      block,
      block_from: atomsToText(step.startAtoms, list.unit),
      charge: null,
      quantity: atomsToText(quantity, list.unit),
      quantity_atoms: String(quantity),
      price: formatDecimal(step.price, DECIMAL_SCALE, 0),
      entries: null,
      to_debt: false,
    },
  };
}

function chargedLine(list: PriceList, code: number, entries: number, amountMicros: bigint): Line {
  const to_debt = code >= CHARGE_CODES.toDebt;
  const index = to_debt ? code - CHARGE_CODES.toDebt : code;
  const { line, charge, price } = chargeOf(list, index);
  return {
    amountMicros,
    isTaxed: line !== "debt",
    cells: {
      line,
      period: null,
      block: null,
      block_from: null,
      charge,
      quantity: null,
      quantity_atoms: null,
      price: price === undefined ? null : formatDecimal(price, DECIMAL_SCALE, 0),
      entries,
      to_debt,
    },
  };
}

/** What an index in rows of charges is, by its list. */
export function chargeOf(
  list: PriceList,
  index: number,
): { line: string; charge: string; price: bigint | undefined } {
  const named = list.charges[index];
  if (named !== undefined) return { line: "charge", charge: named.name, price: named.amount };
  if (index === CHARGE_CODES.demand)
    return { line: "demand", charge: "maximum demand", price: list.demand?.price };
  const debt = index - CHARGE_CODES.timeDebt + 1;
  if (debt === 1 || debt === 2)
    return { line: "debt", charge: `time debt ${debt}`, price: undefined };
  throw new Error(`the store names charge ${index} of ${list.name}`);
}

function rowOf(subject: Subject, { list, effectiveFromS }: Tariff, line: Line): Row {
  const { amountMicros, isTaxed, cells } = line;
  const taxRate = isTaxed ? list.taxes.reduce((sum, { rate }) => sum + rate, 0n) : 0n;
  const net = divideHalfEven(amountMicros * ONE, ONE + taxRate);
  return {
    account_id: subject.accountId,
    site: subject.site,
    unit_name: subject.unit,
    service: subject.service,
    price_list: list.name,
    version_from: timeText(effectiveFromS),
    ...cells,
    unit: list.unit.name,
    tax_rate: formatDecimal(taxRate, DECIMAL_SCALE, 0),
    net: formatMicros(net),
    tax: formatMicros(amountMicros - net),
    amount: formatMicros(amountMicros),
    currency: subject.currency,
  };
}
