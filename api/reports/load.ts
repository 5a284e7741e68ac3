/**
 * Load curve and maximum demand: the mean load over windows of 15, 30 or 60 minutes, as R38 gathers it. What an interval
 * consumed is shared among its windows by R32: up to instant x, floor(delta × (x − t₀) / (t − t₀)).
 */
import { atomsToText, type Service } from "../../engine/contract/services.ts";
import { inChunks } from "../each.ts";
import { unitShown } from "../shown-unit.ts";
import { atMost, REPORT_ROWS_MAX } from "./limits.ts";
import { WHOLE_READINGS } from "./readings.ts";
import type { Share } from "./shares.ts";
import type { ReportStore } from "./store.ts";
import { type Column, column, maybe, SHARED } from "./table.ts";

/** Windows in minutes. */
export const WINDOW_MINUTES = [15, 30, 60] as const;
/** A reading over more windows is left out: nobody knows how its consumption lay. */
export const READING_WINDOWS_MAX = 4_096;

const ACCOUNTS_AT_ONCE = 20_000;

/** Columns of the load curve. */
export const LOAD_COLUMNS: readonly Column[] = [
  maybe("group_id", "text", "The group's id; null where it has none"),
  column("group", "text", "The group's name"),
  SHARED.service,
  SHARED.from,
  SHARED.to,
  column("load", "quantity", "Mean load in the window, in `load_unit`"),
  column("load_unit", "text", "kW, m³/h, h/h or count/h"),
  SHARED.quantity,
  SHARED.unit,
  SHARED.quantityAtoms,
];

/** Columns of the maximum demand. */
export const DEMAND_COLUMNS: readonly Column[] = [
  maybe("group_id", "text", "The group's id; null where it has none"),
  column("group", "text", "The group's name"),
  SHARED.service,
  SHARED.from,
  SHARED.to,
  SHARED.timezone,
  column("max_demand", "quantity", "Highest mean load of a window, in `load_unit`"),
  column("load_unit", "text", "kW, m³/h, h/h or count/h"),
  column("max_at", "time", "Begin of the first window that had it"),
  column("mean_load", "quantity", "Mean load of the whole interval, rounded down"),
  column("load_factor", "decimal", "Mean load over maximum demand, rounded down to six places"),
  SHARED.quantity,
  SHARED.unit,
  SHARED.quantityAtoms,
];

/** What a group consumed in a window, by the window's begin. */
export type Load = { group: number; windowS: number; atoms: bigint };

/** Windows of a time. */
export type LoadAsked = { fromS: number; toS: number; lengthS: number };

/** The load of each group in each window in which something was consumed, in order. */
export async function loadsOf(
  store: ReportStore,
  shares: readonly Share[],
  { fromS, toS, lengthS }: LoadAsked,
): Promise<Load[]> {
  const found = new Map<string, Load>();
  for (const some of inChunks(shares, ACCOUNTS_AT_ONCE)) {
    const rows = await store.rows<[number, number, string]>(LOADS, {
      accounts: some.map(({ number }) => number),
      groups: some.map(({ group }) => group),
      first: fromS,
      end: toS,
      length: lengthS,
    });
    for (const [group, windowS, atoms] of rows) {
      const key = `${group}/${windowS}`;
      const load = found.get(key) ?? { group, windowS, atoms: 0n };
      load.atoms += BigInt(atoms);
      found.set(key, load);
    }
    atMost(found.size, REPORT_ROWS_MAX, "rows");
  }
  return [...found.values()].sort((a, b) => a.group - b.group || a.windowS - b.windowS);
}

const upTo = (x: string): string => `intDiv(toInt128(q) * (toInt64(${x}) - f), toInt64(t) - f)`;

const LOADS =
  "SELECT grp, w, toString(sum(share)) FROM (" +
  "SELECT transform(account, {accounts:Array(UInt32)}, {groups:Array(UInt32)}, toUInt32(4294967295)) AS grp, " +
  "toUInt32(arrayJoin(range(intDiv(f, {length:UInt32}), intDiv(t - 1, {length:UInt32}) + 1)) * {length:UInt32}) AS w, " +
  `${upTo("least(t, w + {length:UInt32})")} - ${upTo("greatest(f, w)")} AS share ` +
  `FROM (${WHOLE_READINGS} AND t - f <= {length:UInt32} * ${READING_WINDOWS_MAX})` +
  ") WHERE w >= {first:UInt32} AND w < {end:UInt32} GROUP BY grp, w ORDER BY grp, w";

/** Atoms in a window as mean load in the unit that people know: kW of kWh. */
export function loadText(atoms: bigint, lengthS: number, service: Service): string {
  return atomsToText((atoms * 3_600n) / BigInt(lengthS), unitShown(service));
}

/** The unit of load of a service. */
export function loadUnit(service: Service): string {
  const { name } = unitShown(service);
  return name === "kWh" ? "kW" : `${name}/h`;
}
