/**
 * The highest load of each group in each interval, from its loads by window.
 */
import { formatDecimal } from "../../engine/contract/decimal.ts";
import { shownIn } from "../account-view.ts";
import { timeText } from "../schemas.ts";
import { groupBy } from "./group-by.ts";
import { type Load, loadText, loadUnit } from "./load.ts";
import type { Group } from "./shares.ts";
import type { Row } from "./table.ts";

const FACTOR_PLACES = 6;

/** Rows of the load curve. */
export function loadRows(loads: readonly Load[], groups: readonly Group[], lengthS: number): Row[] {
  return loads.map(({ group, windowS, atoms }) => {
    const { id, name, service } = groupAt(groups, group);
    return {
      group_id: id,
      group: name,
      service,
      from: timeText(windowS),
      to: timeText(windowS + lengthS),
      load: loadText(atoms, lengthS, service),
      load_unit: loadUnit(service),
      ...shownIn(atoms, service),
      quantity_atoms: String(atoms),
    };
  });
}

/** One row a group and interval in which something was consumed. */
export function demandRows(
  loads: readonly Load[],
  groups: readonly Group[],
  edges: readonly number[],
  lengthS: number,
): Row[] {
  const rows: Row[] = [];
  for (const [index, ofGroup] of groupBy(loads, ({ group }) => group)) {
    const group = groupAt(groups, index);
    let at = 0;
    const byInterval = groupBy(ofGroup, ({ windowS }) => {
      while ((edges[at + 1] ?? Number.POSITIVE_INFINITY) <= windowS) at += 1;
      return at;
    });
    for (const [interval, windows] of byInterval)
      rows.push(
        demandRow(windows, group, [edges[interval] ?? 0, edges[interval + 1] ?? 0], lengthS),
      );
  }
  return rows;
}

function demandRow(
  windows: readonly Load[],
  { id, name, service, timezone }: Group,
  [fromS, toS]: readonly [number, number],
  lengthS: number,
): Row {
  const total = windows.reduce((sum, { atoms }) => sum + atoms, 0n);
  const highest = windows.reduce((most, each) => (each.atoms > most.atoms ? each : most));
  const meanNumerator = total * BigInt(lengthS);
  const seconds = BigInt(toS - fromS);
  const factor = (meanNumerator * 10n ** BigInt(FACTOR_PLACES)) / (seconds * highest.atoms || 1n);
  return {
    group_id: id,
    group: name,
    service,
    from: timeText(fromS),
    to: timeText(toS),
    timezone,
    max_demand: loadText(highest.atoms, lengthS, service),
    load_unit: loadUnit(service),
    max_at: timeText(highest.windowS),
    mean_load: loadText((total * 3_600n) / seconds, 3_600, service),
    load_factor: formatDecimal(factor, FACTOR_PLACES, FACTOR_PLACES),
    ...shownIn(total, service),
    quantity_atoms: String(total),
  };
}

function groupAt(groups: readonly Group[], index: number): Group {
  const group = groups[index];
  if (group === undefined) throw new Error(`the store knows a group ${index}`);
  return group;
}
