/**
 * Carbon of accounts: what each hour used, times that hour's factor; exact.
 */
import { formatDecimal } from "../../engine/contract/decimal.ts";
import { shownIn } from "../account-view.ts";
import { inChunks } from "../each.ts";
import { unitShown } from "../shown-unit.ts";
import type { ReportStore } from "./store.ts";
import type { Subject } from "./subjects.ts";
import { type Column, column, type Row, SHARED } from "./table.ts";

/** Most hours of one report. */
export const CARBON_HOURS_MAX = 9_000;
const ACCOUNTS_AT_ONCE = 20_000;

/** Columns of the report. */
export const CARBON_COLUMNS: readonly Column[] = [
  SHARED.accountId,
  SHARED.site,
  SHARED.unitName,
  SHARED.service,
  SHARED.quantity,
  SHARED.unit,
  SHARED.quantityAtoms,
  column("grams", "decimal", "CO2 equivalent of what has a factor"),
  column("without_factor", "quantity", "Quantity in hours that the table has no factor for"),
];

/** A factor in micrograms for a unit, by the epoch second at which its hour begins. */
export type HourFactor = { hourS: number; micrograms: bigint };

/** What an account used, what of it has no factor, and micrograms × atoms / unit of what has one. */
export type CarbonSum = { account: number; atoms: bigint; without: bigint; product: bigint };

/** The sums of accounts over whole hours of UTC. */
export async function carbonSums(
  store: ReportStore,
  accounts: readonly number[],
  { fromS, toS, factors }: { fromS: number; toS: number; factors: readonly HourFactor[] },
): Promise<CarbonSum[]> {
  const found: CarbonSum[] = [];
  for (const some of inChunks(accounts, ACCOUNTS_AT_ONCE)) {
    const rows = await store.rows<[number, string, string, string]>(CARBON, {
      accounts: some,
      first: fromS,
      end: toS,
      // An hour that no reading can have stands in where there is no factor at all.
      hours: factors.length === 0 ? [1] : factors.map(({ hourS }) => hourS),
      factors: factors.length === 0 ? [0] : factors.map(({ micrograms }) => Number(micrograms)),
    });
    for (const [account, atoms, without, product] of rows)
      found.push({
        account,
        atoms: BigInt(atoms),
        without: BigInt(without),
        product: BigInt(product),
      });
  }
  return found;
}

const CARBON =
  "SELECT account, toString(sum(toInt128(quantity))), " +
  "toString(sumIf(toInt128(quantity), factor < 0)), " +
  "toString(sumIf(toInt128(quantity) * toInt128(factor), factor >= 0)) FROM (" +
  "SELECT account, quantity, transform(toUInt32(hour), {hours:Array(UInt32)}, {factors:Array(Int64)}, toInt64(-1)) AS factor " +
  "FROM readings_by_hour WHERE account IN ({accounts:Array(UInt32)}) " +
  "AND hour >= toDateTime({first:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC')" +
  ") GROUP BY account ORDER BY account";

/** Decimals that a product of micrograms and atoms can have in grams: a unit has at most 10⁶ atoms, or 3 600. */
const GRAM_PLACES = 12;

/** A row for each account that used anything. */
export function carbonRows(subjects: readonly Subject[], sums: readonly CarbonSum[]): Row[] {
  const byNumber = new Map(subjects.map((subject) => [subject.number, subject]));
  return sums.flatMap(({ account, atoms, without, product }) => {
    const subject = byNumber.get(account);
    if (subject === undefined) return [];
    const { service } = subject;
    return [
      {
        account_id: subject.accountId,
        site: subject.site,
        unit_name: subject.unit,
        service,
        ...shownIn(atoms, service),
        quantity_atoms: String(atoms),
        grams: gramsText(product, unitShown(service).atoms),
        without_factor: shownIn(without, service).quantity,
      },
    ];
  });
}

/** Micrograms × atoms over the atoms of a unit, as grams; floored at twelve places where hours do not divide. */
export function gramsText(product: bigint, atomsOfUnit: bigint): string {
  const scaled = (product * 10n ** BigInt(GRAM_PLACES - 6)) / atomsOfUnit;
  return formatDecimal(scaled, GRAM_PLACES, 0);
}
