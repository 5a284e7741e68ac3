/**
 * Like units against each other: what each used for its floor area, and where that stands among those of its tariff class.
 */
import { formatDecimal } from "../../engine/contract/decimal.ts";
import { shownIn } from "../account-view.ts";
import { groupBy } from "./group-by.ts";
import type { Subject } from "./subjects.ts";
import { type Column, column, maybe, type Row, SHARED } from "./table.ts";

/** Units that a comparison needs to say anything. */
export const PEERS_MIN = 4;

/** Columns of the report. */
export const EFFICIENCY_COLUMNS: readonly Column[] = [
  SHARED.unitId,
  SHARED.unitName,
  SHARED.site,
  SHARED.service,
  maybe("tariff_class", "text", "The class that it is compared within"),
  maybe("area_m2", "decimal", "Floor area"),
  SHARED.quantity,
  SHARED.unit,
  SHARED.quantityAtoms,
  column("per", "text", "m², where all peers have an area; else unit"),
  column("intensity", "quantity", "Quantity for each `per`, in `unit`, rounded down to an atom"),
  column("peers", "count", "Units that it is compared with, itself among them"),
  maybe(
    "percentile",
    "decimal",
    "Share of peers that use less, equal ones counted half; in percent",
  ),
  maybe("peers_p25", "quantity", "Intensity that a quarter of peers do not pass"),
  maybe("peers_median", "quantity", "Intensity that half of peers do not pass"),
  maybe("peers_p75", "quantity", "Intensity that three quarters of peers do not pass"),
  maybe("against_median_percent", "decimal", "How much more than the median; less is negative"),
];

/** A unit's use of a service. */
export type Use = { subject: Subject; atoms: bigint };

type Measured = Use & { intensity: bigint };

/** Rows by class, the most wasteful first. Units with several accounts of a service are put together. */
export function efficiencyRows(uses: readonly Use[], within: "site" | "operator"): Row[] {
  const units = [...groupBy(uses, (use) => unitKey(use)).values()].map(together);
  const classes = groupBy(units, ({ subject }) => {
    const { service, tariffClassId, siteId } = subject;
    return JSON.stringify([service, tariffClassId, within === "site" ? siteId : null]);
  });
  return [...classes.values()].flatMap(classRows);
}

function unitKey({ subject: { unitId, service, tariffClassId } }: Use): string {
  return `${unitId}/${service}/${tariffClassId}`;
}

function together(uses: readonly Use[]): Use {
  const [first] = uses;
  if (first === undefined) throw new Error("a unit without an account");
  return { subject: first.subject, atoms: uses.reduce((sum, { atoms }) => sum + atoms, 0n) };
}

function classRows(units: readonly Use[]): Row[] {
  const byArea = units.every(({ subject }) => subject.areaDm2 !== null);
  const measured: Measured[] = units.map((use) => ({
    ...use,
    intensity: byArea ? (use.atoms * 100n) / BigInt(use.subject.areaDm2 ?? 1) : use.atoms,
  }));
  measured.sort((a, b) => (a.intensity > b.intensity ? -1 : a.intensity < b.intensity ? 1 : 0));
  const rising = measured.map(({ intensity }) => intensity).reverse();
  return measured.map((each) => rowOf(each, rising, byArea));
}

function rowOf(
  { subject, atoms, intensity }: Measured,
  rising: readonly bigint[],
  byArea: boolean,
): Row {
  const { service } = subject;
  const shown = (value: bigint): string => shownIn(value, service).quantity;
  const isTold = rising.length >= PEERS_MIN;
  const median = quantile(rising, 2);
  return {
    unit_id: subject.unitId,
    unit_name: subject.unit,
    site: subject.site,
    service,
    tariff_class: subject.tariffClass,
    area_m2: subject.areaDm2 === null ? null : formatDecimal(BigInt(subject.areaDm2), 2, 0),
    ...shownIn(atoms, service),
    quantity_atoms: String(atoms),
    per: byArea ? "m²" : "unit",
    intensity: shown(intensity),
    peers: rising.length,
    percentile: isTold ? percentile(rising, intensity) : null,
    peers_p25: isTold ? shown(quantile(rising, 1)) : null,
    peers_median: isTold ? shown(median) : null,
    peers_p75: isTold ? shown(quantile(rising, 3)) : null,
    against_median_percent:
      isTold && median > 0n ? formatDecimal(((intensity - median) * 10_000n) / median, 2, 2) : null,
  };
}

/** The least value that so many quarters of all do not pass. */
export function quantile(rising: readonly bigint[], quarters: number): bigint {
  return rising[Math.ceil((rising.length * quarters) / 4) - 1] ?? 0n;
}

/** The share of values under this one, equal ones counted half, in percent with two places. */
export function percentile(rising: readonly bigint[], value: bigint): string {
  const under = rising.filter((each) => each < value).length;
  const equal = rising.filter((each) => each === value).length;
  const scaled = (BigInt(2 * under + equal) * 10_000n) / BigInt(2 * rising.length);
  return formatDecimal(scaled, 2, 2);
}
